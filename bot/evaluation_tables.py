"""An evaluation as tables on the terminal."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from bot.terminal import say, visible
from retrieval.evaluation.bootstrap import Interval
from retrieval.evaluation.compare import MeasureComparison
from retrieval.evaluation.results import (
    AbstentionFigures,
    AnswerFigures,
    Evaluation,
    RetrievalFigures,
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
            f"splitting {facts.splitting}",
        )
    say(console, "In brackets: 95 % bootstrap intervals, by whole article")
    title = "Retrieval" if unsplit is None else "Retrieval, split as the product does"
    _show_retrieval(console, title, evaluation)
    if unsplit is not None:
        _show_retrieval(console, "Retrieval, paragraphs unsplit", unsplit)
    if evaluation.answers is not None:
        _show_answers(console, evaluation.answers)
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
        if not found:
            continue
        table = _table(name, "Measure", *(_about_mode(each) for each in found))
        for measure in found[0].measures:
            # The bounds on a line of their own leave room for four modes in eighty columns.
            cells = (_interval(each.measures[measure]) for each in found)
            table.add_row(measure, *(cell.replace(" ", "\n", 1) for cell in cells))
        console.print(table)


def _about_mode(figures: RetrievalFigures) -> str:
    lines = (figures.mode, _SCOPES[figures.scope], f"{figures.questions} questions")
    return "\n".join(line for line in lines if line)


def _show_answers(console: Console, answers: AnswerFigures) -> None:
    about = ("Answers", f"{answers.questions} questions", _SCOPES[answers.scope])
    table = _table(" · ".join(part for part in about if part), "Measure", "Value")
    for name, interval in answers.measures.items():
        table.add_row(name, _interval(interval))
    for name, best in answers.thresholds.items():
        table.add_row(f"best {name}", f"{best.value:.3f} from a confidence of {best.threshold:.3f}")
    console.print(table)


def _show_abstention(console: Console, abstention: Sequence[AbstentionFigures]) -> None:
    heads = [
        f"{each.setting}\n{each.answerable} answerable\n{each.unanswerable} not"
        for each in abstention
    ]
    scope = _SCOPES[abstention[0].scope]
    table = _table(" · ".join(part for part in ("Abstention", scope) if part), "Measure", *heads)
    for name in abstention[0].measures:
        table.add_row(name, *(_interval(each.measures[name]) for each in abstention))
    console.print(table)


def _show_comparisons(console: Console, comparisons: Sequence[MeasureComparison]) -> None:
    table = _table("Against the baseline", "What", "Questions", "Difference", "p")
    for each in comparisons:
        what = each.system if each.system == each.against else f"{each.system} – {each.against}"
        table.add_row(
            f"{what} {each.measure}",
            str(each.questions),
            _interval(each.comparison.difference, sign="+"),
            f"{each.comparison.p_value:.3f}",
        )
    console.print(table)


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left")
    return table


def _interval(interval: Interval, *, sign: str = "") -> str:
    return f"{interval.value:{sign}.3f} [{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"
