"""docs/quality.json as a page for people, with what was promised beside what was measured."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from retrieval.evaluation.answers import RIGHT
from retrieval.evaluation.larger_models import LARGER_MODELS
from retrieval.evaluation.quality_gates import READER_GATES, SEARCH_GATES, Gate

_SHOWN = ("nDCG@10", "RR@10", "Success@1", "Success@3", "Success@5", "Success@10", "R@100")
_WITH, _WITHOUT = "with the reader", "without it"
_SETTINGS = ("off-corpus", "hard", "hard, neighbours left")
_CARD_MARKS = ("<!-- measures -->\n", "<!-- /measures -->")


def render(quality: Mapping[str, Any]) -> str:
    """The whole page, in Markdown."""
    parts = (_head, _gates, _piaf, _thresholds, _larger, _fitted, _seeds, _again)
    return "\n\n".join(part(quality) for part in parts) + "\n"


def render_card(card: str, quality: Mapping[str, Any]) -> str:
    """The reader's model card with the measures of its last measurement.

    Raises:
        ValueError: The card lacks the marks between which they stand.
    """
    start, end = _CARD_MARKS
    if start not in card or end not in card:
        raise ValueError(f"the model card has no place for measures: {start.strip()} … {end}")
    before, _, rest = card.partition(start)
    return (
        f"{before}{start}Written by `make quality` on {quality['date']}; the weights' sha256 is "
        f"`{quality['identity']['reader']}`. Brackets hold 95 % intervals by whole article; "
        "docs/QUALITY.md tells the rest.\n\n"
        f"{_promises(quality, READER_GATES)}\n{end}{rest.partition(end)[2]}"
    )


def _head(quality: Mapping[str, Any]) -> str:
    identity = quality["identity"]
    rows = [
        ("Date", quality["date"]),
        ("Command", f"`{quality['command']}`"),
        (
            "Commit",
            f"`{quality['commit']}`" + (" (with changes)" * quality["commit"].endswith("+")),
        ),
        ("Model", f"{identity['model']}, sha256 `{identity['model_digest'][:12]}…`"),
        ("Reader", f"sha256 `{identity['reader'][:12]}…`"),
        ("Splitting", f"`{identity['splitting']}`"),
        ("Text analysis", f"`{identity['analysis']}`"),
        ("Calibration", f"sha256 `{identity['calibration'][:12]}…`"),
        ("Threads", f"{quality['threads']}, {quality['seconds']} s in all"),
    ]
    return (
        "# Measured quality\n\n"
        "Written by `make quality` from [quality.json](quality.json), never by hand; the tests "
        "check that the code is still the one measured here, and on a sample that its figures "
        "are.\n\n" + _table(("What", "Which"), rows) + "\n\n"
        "Brackets hold 95 % bootstrap intervals that resample whole articles, not questions. "
        "What was trained and tuned was so on PIAF's training articles: the hybrid and the "
        "reranked mode, the answers and abstention are measured on its test articles alone "
        "(those whose title's SHA-256 starts with a byte below 26), the other modes on all its "
        f"questions too. Exact match and F1 are those of the first short answer; {RIGHT}. A "
        "question that is refused has no answer, and counts as a miss."
    )


def _gates(quality: Mapping[str, Any]) -> str:
    return (
        "## What it must reach\n\n"
        "Measured as the product ships, with the reader.\n\n"
        f"### Search and cited answers\n\n{_promises(quality, SEARCH_GATES)}\n\n"
        f"### The reader\n\n{_promises(quality, READER_GATES)}"
    )


def _promises(quality: Mapping[str, Any], gates: Sequence[Gate]) -> str:
    rows = []
    for gate in gates:
        interval = _at(quality, gate.path)
        verdict = "yes" if gate.holds(interval["value"]) else "**no**"
        rows.append((gate.promise, gate.bound, _interval(interval), verdict))
    return _table(("Figure", "Promised", "Measured", "Kept"), rows)


def _piaf(quality: Mapping[str, Any]) -> str:
    piaf = quality["piaf"]
    found, plain = piaf["split"], piaf["without"]
    text = (
        "## PIAF v1.1\n\n"
        f"{piaf['questions']} questions on {piaf['paragraphs']} paragraphs of "
        f"{piaf['articles']} articles (sha256 `{piaf['sha256'][:12]}…`). The relevant document is "
        "the paragraph that a question was asked about; a paragraph that is split scores by its "
        f"best passage ({piaf['passages']} passages as the product splits them). Each passage is "
        "found and read under its article's title, as every article's passages are; figures on "
        "PIAF that leave the titles out are of a harder task."
    )
    for name, title in (
        ("unsplit", "Paragraphs as they are"),
        ("split", "As the product splits them"),
    ):
        text += f"\n\n### {title}\n\n{_retrieval(piaf[name])}"
    answers = {
        f"end to end, {_WITH}": found["answers"],
        f"end to end, {_WITHOUT}": plain["answers"],
        "the right paragraph read": found["reading"],
    }
    abstention = {
        f"{setting}, {who}": figures["abstention"][setting]
        for setting in _SETTINGS
        for who, figures in ((_WITH, found), (_WITHOUT, plain))
    }
    hard, left = (found["questions"][f"abstention {setting}"] for setting in _SETTINGS[1:])
    return (
        f"{text}\n\n### Answers\n\n{_about_answers(found)} On the right paragraph, the reader must "
        f"give an answer, as in SQuAD v1.\n\n{_side_by_side(answers)}\n\n### Abstention\n\n"
        "Each question of the test articles is asked twice: with the whole corpus, and with what "
        "would answer it removed, the question's whole article (off-corpus) or only its "
        f"paragraphs that hold the answer (hard). Of {left['unanswerable']} of the "
        f"{hard['unanswerable']} questions this leaves something of the article (neighbours "
        "left). Confidence, and with it the calibration error, "
        "is about the first short answer being right, or where there is none, about the first "
        "citation holding an answer; without the reader, about the corpus answering at all."
        f"\n\n{_side_by_side(abstention)}"
    )


def _thresholds(quality: Mapping[str, Any]) -> str:
    """The thresholds of status, and the points of the risk–coverage curves where they lie."""
    rows = []
    for key, who, figures in (
        ("with", _WITH, quality["piaf"]["split"]),
        ("without", _WITHOUT, quality["piaf"]["without"]),
    ):
        off_corpus, hard, _ = (figures["abstention"][setting] for setting in _SETTINGS)
        rows.append(
            (
                who,
                *(f"{quality['thresholds'][key][rule]:.3f}" for rule in ("answered", "related")),
                *map(
                    _interval,
                    (off_corpus["coverage"], off_corpus["false answers"], hard["false answers"]),
                ),
            )
        )
    heads = ("Answers", "`answered` from", "`related` from", "Answered", "Off-corpus", "Hard")
    return (
        "## The thresholds of `status`\n\n"
        "A question is `answered` from a confidence of the first threshold on; below it `related` "
        "from the second on, which is of another rule, else `none`. They were read off the curves "
        "of the articles that the rules were fitted on, by cross-validation (see below). On "
        "PIAF's test articles they let through these shares of the answerable questions, and of "
        f"those whose answer was removed:\n\n{_table(heads, rows)}"
    )


def _larger(_: Mapping[str, Any]) -> str:
    heads = ("Model", "Figure", "Source", "What differs")
    return "## Beside larger models\n\n" + _table(heads, map(astuple, LARGER_MODELS))


def _fitted(quality: Mapping[str, Any]) -> str:
    """What was measured while fitting, on the training articles, by the size of the corpus."""
    fitted = quality["fitted"]
    text = (
        "## The rules as they were fitted\n\n"
        f"On training articles of {fitted['dataset']} (sha256 `{fitted['dataset_digest'][:12]}…`), "
        "by grouped cross-validation: how many questions pass the rule's threshold in each "
        "setting and size of corpus, how well the setting is told from the one that should pass "
        "(AUROC), and the calibration error. Whole: the article is there; hard: its paragraphs "
        "that hold the answer are removed; gone: all of it."
    )
    for part, who in (("reader", _WITH), ("plain", _WITHOUT)):
        account = fitted[part]
        for rule, title in (
            ("answered", "answered: whole should pass"),
            ("related", "related: hard should pass"),
        ):
            rows = [
                (
                    setting,
                    *(_number(cell.get(name)) for name in ("passed", "auroc", "calibration error")),
                )
                for setting, cell in account[rule].items()
            ]
            heads = ("Setting and corpus", "Pass", "AUROC", "Calibration error")
            text += (
                f"\n\n### {who.capitalize()}, {title} ({account['questions']} questions)\n\n"
                + _table(heads, rows)
            )
    return text


def _seeds(quality: Mapping[str, Any]) -> str:
    seeds = quality["seeds"]
    found, plain = seeds["with"], seeds["without"]
    rows = [
        (
            kind,
            str(found["questions"][f"refused {kind}"]["questions"]),
            _interval(interval),
            _interval(plain["refused"][kind]),
        )
        for kind, interval in found["refused"].items()
    ]
    return (
        "## The project's questions on the five seed articles\n\n"
        "Written before any rule was fitted, and never trained or fitted on "
        f"(tests/data/seeds-questions.jsonl, sha256 `{seeds['sha256'][:12]}…`). An answer counts "
        "only in a citation from an article in which it answers the question. Five articles are "
        "too few to resample: the intervals of answerable questions are too narrow. "
        f"{_about_answers(found)}\n\n"
        + _side_by_side({_WITH: found["answers"], _WITHOUT: plain["answers"]})
        + "\n\nRefused (any status but `answered`), by kind. Unsaid: the corpus mentions the "
        "subject but doesn't say what is asked.\n\n"
        + _table(("Kind", "Questions", f"Refused {_WITH}", _WITHOUT), rows)
        + "\n\nRanking of the five articles:\n\n"
        + _retrieval(found)
    )


def _again(quality: Mapping[str, Any]) -> str:
    sample = quality["sample"]
    return (
        "## To measure again\n\n"
        "`make quality` measures everything and writes this page; it needs PIAF v1.1 "
        "(piaf-v1.1.json) in the folder that `JECITE_SHARED_DATA` names. "
        f"`python -m retrieval.evaluation.quality --sample {sample['questions']} "
        f"--seed {sample['seed']}` measures {sample['questions']} questions of each set, on those "
        "articles of PIAF alone that they are about, and prints what quality.json holds under "
        "`sample`. Any set in SQuAD's, BEIR's or TREC's format is measured in the same way by "
        "`jecite eval`: see [EVALUATING.md](EVALUATING.md)."
    )


def _retrieval(found: Mapping[str, Any]) -> str:
    questions = found["questions"]
    rows = [
        _retrieval_row(mode, measures, questions[f"retrieval {mode}"])
        for mode, measures in found["retrieval"].items()
    ]
    if found["retrieval_test_articles"]:
        about = questions["retrieval_test_articles"]
        rows += [
            _retrieval_row(mode, measures, about)
            for mode, measures in found["retrieval_test_articles"].items()
            if mode not in found["retrieval"]
            or questions[f"retrieval {mode}"]["scope"] != about["scope"]
        ]
    return _table(("Mode", "Questions", *_SHOWN), rows)


def _retrieval_row(
    mode: str, measures: Mapping[str, Any], about: Mapping[str, Any]
) -> tuple[str, ...]:
    first, *rest = _SHOWN
    scope = f"{about['questions']} ({about['scope']})"
    others = (f"{measures[name]['value']:.3f}" for name in rest)
    return mode, scope, _interval(measures[first]), *others


def _about_answers(found: Mapping[str, Any]) -> str:
    about = found["questions"]["answers"]
    impossible = about["questions"] - about["answerable"]
    without = f" and {impossible} without, which count in exact match and F1 only" * bool(
        impossible
    )
    return f"{about['answerable']} questions ({about['scope']}) with an answer{without}."


def _side_by_side(columns: Mapping[str, Mapping[str, Any]]) -> str:
    """A table with a row for each measure that one of the columns has."""
    names = dict.fromkeys(name for measures in columns.values() for name in measures)
    rows = [
        (name, *(_interval(each[name]) if name in each else "" for each in columns.values()))
        for name in names
    ]
    return _table(("Measure", *columns), rows)


def _at(quality: Mapping[str, Any], path: Iterable[str]) -> Mapping[str, float]:
    found: Any = quality
    for key in path:
        found = found[key]
    interval: Mapping[str, float] = found
    return interval


def _interval(interval: Mapping[str, float | None]) -> str:
    value, low, high = interval["value"], interval["low"], interval["high"]
    if value is None or low is None or high is None:
        return _number(value)
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
