"""An evaluation as tables on the terminal."""

import math
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.terminal import say, visible
from retrieval.evaluation.bootstrap import Interval
from retrieval.evaluation.compare import MeasureComparison
from retrieval.evaluation.results import (
    AbstentionFigures,
    AnswerFigures,
    Evaluation,
    ReadingFigures,
)

_SCOPES = {"all": "", "test": "test articles"}


def show_evaluation(
    console: Console,
    evaluation: Evaluation,
    *,
    unsplit: Evaluation | None = None,
    comparisons: Sequence[MeasureComparison] = (),
) -> None:
    """Print what was measured, on what, and the differences from a baseline."""
    dataset, facts = evaluation.dataset, evaluation.index
    say(
        console,
        f"{dataset.name}: {len(dataset.questions)} questions, sha256 {dataset.digest[:12]}…",
    )
    if facts is not None:
        say(
            console,
            f"Index: {facts.articles} articles, {facts.passages} passages, model {facts.model}, "
            f"splitting {facts.splitting}, "
            + (f"reader sha256 {facts.reader[:12]}…" if facts.reader else "no reader"),
        )
    say(console, "In brackets: 95 % bootstrap intervals, by whole article")
    title = "Retrieval" if unsplit is None else "Retrieval, split as the product does"
    _show_retrieval(console, title, evaluation)
    if unsplit is not None:
        _show_retrieval(console, "Retrieval, paragraphs unsplit", unsplit)
    if evaluation.answers is not None:
        _show_answers(console, evaluation.answers)
    if evaluation.reading is not None:
        _show_reading(console, evaluation.reading)
    if evaluation.abstention:
        _show_abstention(console, evaluation.abstention)
    if evaluation.kinds:
        table = _table("Refused, by kind of question", "Kind", "Questions", "Refused")
        for kind in evaluation.kinds:
            table.add_row(visible(kind.kind), str(kind.questions), _interval(kind.refused))
        console.print(table)
    if comparisons:
        _show_comparisons(console, comparisons)


def _show_retrieval(console: Console, title: str, evaluation: Evaluation) -> None:
    for name, found in (
        (title, evaluation.retrieval),
        (f"{title}, test articles", evaluation.retrieval_test),
    ):
        if found:
            heads = [
                _joined(each.mode, _SCOPES[each.scope], f"{each.questions} questions", by="\n")
                for each in found
            ]
            _show_beside(console, name, heads, [each.measures for each in found])


def _show_answers(console: Console, answers: AnswerFigures) -> None:
    impossible = answers.questions - answers.answerable
    title = _joined(
        "Answers",
        f"{answers.answerable} questions with an answer",
        f"{impossible} without" if impossible else "",
        _SCOPES[answers.scope],
    )
    table = _values(title, answers.measures)
    for name, best in answers.thresholds.items():
        table.add_row(f"best {name}", f"{best.value:.3f} {best.how}")
    console.print(table)


def _show_reading(console: Console, reading: ReadingFigures) -> None:
    about = ("The right paragraph read", f"{reading.questions} questions", _SCOPES[reading.scope])
    console.print(_values(_joined(*about), reading.measures))


def _show_abstention(console: Console, abstention: Sequence[AbstentionFigures]) -> None:
    heads = [
        f"{each.setting}\n{each.answerable} answerable\n{each.unanswerable} not"
        for each in abstention
    ]
    title = _joined("Abstention", _SCOPES[abstention[0].scope])
    _show_beside(console, title, heads, [each.measures for each in abstention])


def _show_comparisons(console: Console, comparisons: Sequence[MeasureComparison]) -> None:
    table = _table("Against the baseline", "What", "Questions", "Difference", "p")
    for each in comparisons:
        what = each.system if each.system == each.against else f"{each.system} – {each.against}"
        table.add_row(
            f"{what} {each.measure}",
            str(each.questions),
            _interval(each.comparison.difference, sign="+"),
            "–" if math.isnan(each.comparison.p_value) else f"{each.comparison.p_value:.3f}",
        )
    console.print(table)


def _show_beside(
    console: Console, title: str, heads: Sequence[str], found: Sequence[Mapping[str, Interval]]
) -> None:
    """Print the same measures of several things, each in a column under its head."""
    table = _table(title, "Measure", *heads)
    # So, and with the bounds on a line of their own, five modes fit into eighty columns.
    table.collapse_padding = True
    for measure in found[0]:
        table.add_row(measure, *(_interval(each[measure], between="\n{}–{}") for each in found))
    console.print(table)


def _values(title: str, measures: Mapping[str, Interval]) -> Table:
    table = _table(title, "Measure", "Value")
    for name, interval in measures.items():
        table.add_row(name, _interval(interval))
    return table


def _joined(*parts: str, by: str = " · ") -> str:
    return by.join(part for part in parts if part)


def _table(title: str, *heads: str) -> Table:
    # A title may be wider than its table, rather than broken to its width.
    name = Text(title, style="bold", no_wrap=True, overflow="ignore")
    table = Table(title=name, title_justify="left", title_style="", box=box.SIMPLE_HEAD)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left")
    return table


def _interval(interval: Interval, *, sign: str = "", between: str = " [{}, {}]") -> str:
    bounds = between.format(f"{interval.low:{sign}.3f}", f"{interval.high:{sign}.3f}")
    # One article alone has no interval.
    return f"{interval.value:{sign}.3f}" + ("" if math.isnan(interval.low) else bounds)
