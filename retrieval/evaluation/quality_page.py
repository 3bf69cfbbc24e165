"""docs/quality.json as a page for people, with what was promised beside what was measured."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SHOWN = ("nDCG@10", "RR@10", "Success@1", "Success@3", "Success@5", "Success@10", "R@100")
_SETTINGS = {
    "off-corpus": "the question's whole article removed",
    "hard": "only the paragraphs that hold the answer removed",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """Something promised: where its figure is, and the least, or the most, that will do."""

    promise: str
    path: Sequence[str]
    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the promise is kept."""
        above = self.least is None or value >= self.least
        return above and (self.most is None or value <= self.most)

    @property
    def bound(self) -> str:
        """The promise's number, for a table."""
        return f"≥ {self.least:.3f}" if self.least is not None else f"≤ {self.most:.3f}"


_UNSPLIT = ("piaf", "unsplit")
_SEEDS = ("seeds",)
GATES = (
    Gate(
        "PIAF unsplit, all questions: lexical nDCG@10",
        (*_UNSPLIT, "retrieval", "lexical", "nDCG@10"),
        least=0.78,
    ),
    Gate(
        "PIAF unsplit, all questions: dense nDCG@10",
        (*_UNSPLIT, "retrieval", "dense", "nDCG@10"),
        least=0.76,
    ),
    Gate(
        "PIAF unsplit, test articles: hybrid nDCG@10",
        (*_UNSPLIT, "retrieval", "hybrid", "nDCG@10"),
        least=0.84,
    ),
    Gate(
        "PIAF split, test articles: hybrid nDCG@10",
        ("piaf", "split", "retrieval", "hybrid", "nDCG@10"),
        least=0.84,
    ),
    Gate(
        "PIAF off-corpus, test articles: AUROC",
        ("piaf", "split", "abstention", "off-corpus", "AUROC"),
        least=0.96,
    ),
    Gate(
        "PIAF off-corpus, test articles: false answers at 90 % coverage",
        ("piaf", "split", "abstention", "off-corpus", "false answers at 90% coverage"),
        most=0.10,
    ),
    Gate("Seeds: answer in top three", (*_SEEDS, "answers", "answer in top three"), least=0.95),
    Gate(
        "Seeds: answer in top citation", (*_SEEDS, "answers", "answer in top citation"), least=0.80
    ),
    Gate("Seeds: answer in highlight", (*_SEEDS, "answers", "answer in highlight"), least=0.75),
    Gate("Seeds: off-topic questions refused", (*_SEEDS, "refused", "off-topic"), least=0.95),
    Gate("Seeds: answerable questions refused", (*_SEEDS, "refused", "answerable"), most=0.08),
)


def render(quality: Mapping[str, Any]) -> str:
    """The whole page, in Markdown."""
    parts: list[Callable[[Mapping[str, Any]], str]] = [
        _head,
        _gates,
        _piaf,
        _fitted,
        _seeds,
        _again,
    ]
    return "\n\n".join(part(quality) for part in parts) + "\n"


def _head(quality: Mapping[str, Any]) -> str:
    identity = quality["identity"]
    rows = [
        ("Date", quality["date"]),
        ("Command", f"`{quality['command']}`"),
        ("Commit", f"`{quality['commit']}`" + (" (with changes)" * _is_changed(quality))),
        ("Model", f"{identity['model']}, sha256 `{identity['model_digest'][:12]}…`"),
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
        "What was tuned, it was tuned on PIAF's training articles: the hybrid mode, the answers "
        "and abstention are measured on its test articles alone (those whose title's SHA-256 "
        "starts with a byte below 26), the other modes on all its questions too."
    )


def _gates(quality: Mapping[str, Any]) -> str:
    rows = []
    for gate in GATES:
        interval = _at(quality, gate.path)
        verdict = "yes" if gate.holds(interval["value"]) else "**no**"
        rows.append((gate.promise, gate.bound, _interval(interval), verdict))
    return "## What it must reach\n\n" + _table(("Figure", "Promised", "Measured", "Kept"), rows)


def _piaf(quality: Mapping[str, Any]) -> str:
    piaf = quality["piaf"]
    text = (
        "## PIAF v1.1\n\n"
        f"{piaf['questions']} questions on {piaf['paragraphs']} paragraphs of "
        f"{piaf['articles']} articles (sha256 `{piaf['sha256'][:12]}…`). The relevant document is "
        "the paragraph that a question was asked about; a paragraph that is split scores by its "
        f"best passage ({piaf['passages']} passages as the product splits them)."
    )
    for name, title in (
        ("unsplit", "Paragraphs as they are"),
        ("split", "As the product splits them"),
    ):
        text += f"\n\n### {title}\n\n{_retrieval(piaf[name])}"
    found = piaf["split"]
    text += "\n\n### Answers\n\n" + _answers(found)
    text += (
        "\n\n### Abstention\n\nEach question of the test articles is asked twice: with the whole "
        "corpus, and with what would answer it removed.\n\n"
    )
    names = list(next(iter(found["abstention"].values())))
    rows = [
        (name, *(_interval(found["abstention"][each][name]) for each in found["abstention"]))
        for name in names
    ]
    heads = [f"{each} ({_SETTINGS[each]})" for each in found["abstention"]]
    return text + _table(("Measure", *heads), rows)


def _fitted(quality: Mapping[str, Any]) -> str:
    """What was measured while fitting, on the training articles, by the size of the corpus."""
    fitted = quality["fitted"]
    text = "## The rules as they were fitted\n\n"
    if not fitted:
        return text + "The calibration doesn't say how it was fitted."
    text += (
        f"On {fitted['questions']} questions on training articles of {fitted['dataset']} (sha256 "
        f"`{fitted['dataset_digest'][:12]}…`), by grouped cross-validation: how many questions "
        "pass the rule's threshold in each setting and size of corpus, and how well the setting is "
        "told from the one that should pass (AUROC). One threshold serves every size. Whole: the "
        "article is there; hard: its paragraphs that hold the answer are removed; gone: all of it."
    )
    for rule, title in (
        ("answered", "Answered: whole should pass"),
        ("related", "Related: hard should pass"),
    ):
        rows = [
            (
                setting,
                f"{account['passed']:.3f}",
                "" if account["auroc"] is None else f"{account['auroc']:.3f}",
            )
            for setting, account in fitted[rule].items()
        ]
        heads = ("Setting and corpus", "Pass", "AUROC")
        text += f"\n\n### {title}\n\n{_table(heads, rows)}"
    return text


def _seeds(quality: Mapping[str, Any]) -> str:
    seeds = quality["seeds"]
    questions = seeds["questions"]
    rows = [
        (kind, str(questions[f"refused {kind}"]["questions"]), _interval(interval))
        for kind, interval in seeds["refused"].items()
    ]
    return (
        "## The project's questions on the five seed articles\n\n"
        "Written before any rule was fitted, and never fitted on "
        f"(tests/data/seeds-questions.jsonl, sha256 `{seeds['sha256'][:12]}…`). An answer counts "
        "only in a citation from an article in which it answers the question; a question that is "
        "refused shows no citation, and counts as a miss.\n\n"
        + _answers(seeds)
        + "\n\nRefused (any status but `answered`), by kind. Unsaid: the corpus mentions the "
        "subject but doesn't say what is asked.\n\n"
        + _table(("Kind", "Questions", "Refused"), rows)
        + "\n\nRanking of the five articles:\n\n"
        + _retrieval(seeds)
    )


def _again(quality: Mapping[str, Any]) -> str:
    sample = quality["sample"]
    return (
        "## To measure again\n\n"
        "`make quality` measures everything and writes this page; it needs PIAF v1.1 "
        "(piaf-v1.1.json) in the folder that `JECITE_SHARED_DATA` names. "
        f"`python -m retrieval.evaluation.quality --sample {sample['questions']} "
        f"--seed {sample['seed']}` measures {sample['questions']} questions of each set, on as "
        "many articles of PIAF as they are about, and prints what quality.json holds under "
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


def _answers(found: Mapping[str, Any]) -> str:
    about = found["questions"]["answers"]
    rows = [(name, _interval(interval)) for name, interval in found["answers"].items()]
    return _table((f"{about['questions']} questions ({about['scope']})", "Share"), rows)


def _is_changed(quality: Mapping[str, Any]) -> bool:
    return str(quality["commit"]).endswith("+")


def _at(quality: Mapping[str, Any], path: Iterable[str]) -> Mapping[str, float]:
    found: Any = quality
    for key in path:
        found = found[key]
    interval: Mapping[str, float] = found
    return interval


def _interval(interval: Mapping[str, float | None]) -> str:
    value, low, high = interval["value"], interval["low"], interval["high"]
    if value is None or low is None or high is None:
        return "–" if value is None else f"{value:.3f}"
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
