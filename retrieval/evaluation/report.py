"""An evaluation as one HTML page that needs nothing else: no network, no library."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from retrieval.evaluation.answers import NORMALISATION, RIGHT
from retrieval.evaluation.bootstrap import Interval
from retrieval.evaluation.charts import Bar, Line, curve_plot, interval_plot, thinned
from retrieval.evaluation.compare import MeasureComparison
from retrieval.evaluation.export import Provenance
from retrieval.evaluation.failures import worst_failures
from retrieval.evaluation.latency import Latency
from retrieval.evaluation.results import SCOPES, Evaluation, RetrievalFigures

TEMPLATE = "report.html"
PLOTTED = ("nDCG@10", "Success@1", "Success@3", "R@100")
SERIES = 5
"""How many colours the page's style sheet has."""


def render_report(
    evaluation: Evaluation,
    provenance: Provenance,
    *,
    unsplit: Evaluation | None = None,
    comparisons: Sequence[MeasureComparison] = (),
    latency: Sequence[Latency] = (),
) -> str:
    """The page: tables, plots, and the worst failures, which a reader can filter.

    `unsplit` is the evaluation on the set's paragraphs as they are, `comparisons` are with a
    baseline.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"interval": _interval, "isnan": math.isnan, "marked": _marked}
    template = resources.files("retrieval.evaluation").joinpath(TEMPLATE)
    failures = worst_failures(evaluation)
    return environment.from_string(template.read_text(encoding="utf-8")).render(
        evaluation=evaluation,
        provenance=provenance,
        retrieval=_tables(evaluation, unsplit),
        comparisons=comparisons,
        latency=latency,
        plots=_plots(evaluation, latency),
        failures=failures,
        kinds=list(dict.fromkeys(each.kind for each in failures)),
        scopes=SCOPES,
        normalisation=NORMALISATION,
        right=RIGHT,
        problems=dict.fromkeys((*evaluation.problems, *(unsplit.problems if unsplit else ()))),
        date=datetime.now(UTC).date().isoformat(),
    )


def _tables(
    evaluation: Evaluation, unsplit: Evaluation | None
) -> list[tuple[str, Sequence[RetrievalFigures]]]:
    """Every table of retrieval figures that has a row, with its caption."""
    split = "As the product splits the paragraphs" if unsplit else "Retrieval"
    tables = [
        (split, evaluation.retrieval),
        (f"{split}, test articles", evaluation.retrieval_test),
        ("Paragraphs unsplit", unsplit.retrieval if unsplit else ()),
        ("Paragraphs unsplit, test articles", unsplit.retrieval_test if unsplit else ()),
    ]
    return [(caption, figures) for caption, figures in tables if figures]


def _plots(evaluation: Evaluation, latency: Sequence[Latency]) -> list[tuple[str, Markup]]:
    """Captions and plots."""
    plots = []
    figures = evaluation.retrieval_test or evaluation.retrieval
    if figures:
        groups = [
            (
                measure,
                [_bar(each.mode, each.measures[measure], i) for i, each in enumerate(figures)],
            )
            for measure in PLOTTED
        ]
        caption = f"Measures by mode, {SCOPES[figures[0].scope]}"
        plots.append((caption, interval_plot(caption, groups, unit="value, 95 % interval")))
    if evaluation.abstention:
        curves = [
            Line(
                f"{each.setting}, area {each.measures['risk–coverage area'].value:.3f}",
                thinned(
                    list(zip(each.curve.coverage.tolist(), each.curve.risk.tolist(), strict=True))
                ),
                i % SERIES,
            )
            for i, each in enumerate(evaluation.abstention)
        ]
        caption = "Risk–coverage: the share of errors among the surest questions"
        plots.append((caption, curve_plot(caption, curves, x_label="coverage", y_label="risk")))
        diagrams = [
            Line(
                f"{each.setting}, expected error "
                f"{each.measures['expected calibration error'].value:.3f}",
                [(point.confidence, point.frequency) for point in each.diagram],
                i % SERIES,
                dotted=True,
            )
            for i, each in enumerate(evaluation.abstention)
        ]
        held = "first answer is right" if evaluation.has_reader else "corpus does answer"
        caption = f"Reliability: how often the {held}, by confidence"
        plots.append(
            (
                caption,
                curve_plot(
                    caption,
                    diagrams,
                    x_label="confidence",
                    y_label="share right" if evaluation.has_reader else "share answerable",
                    diagonal=True,
                ),
            )
        )
    if latency:
        rows = [
            Bar(each.what, each.quantile(0.05), each.quantile(0.5), each.quantile(0.95), i % SERIES)
            for i, each in enumerate(latency)
        ]
        caption = "Latency of one question, encoding included"
        plots.append(
            (
                caption,
                interval_plot(
                    caption, [("5 % to 95 %, dot at the median", rows)], unit="milliseconds"
                ),
            )
        )
    return plots


def _bar(label: str, interval: Interval, series: int) -> Bar:
    # One article alone has no interval: the dot stands alone.
    low, high = (
        interval.value if math.isnan(bound) else bound for bound in (interval.low, interval.high)
    )
    return Bar(label, low, interval.value, high, series % SERIES)


def _interval(interval: Interval, sign: str = "") -> Markup:
    value, low, high = (
        f"{each:{sign}.3f}" for each in (interval.value, interval.low, interval.high)
    )
    if math.isnan(interval.low):
        return escape(value)
    return Markup("{} <small>[{}, {}]</small>").format(value, low, high)


def _marked(text: str, answers: Sequence[str]) -> Markup:
    """The text with the answers marked, wherever they stand."""
    wanted = sorted((each for each in answers if each), key=len, reverse=True)
    if not wanted:
        return escape(text)
    parts = re.split(f"({'|'.join(re.escape(each) for each in wanted)})", text)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
