"""The HTML report, read as text and opened in a headless browser."""

import json
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from small_set import write_small_set

from retrieval.evaluation import Evaluation, Question, load_dataset
from retrieval.evaluation.answers import BestThreshold
from retrieval.evaluation.bootstrap import Comparison, Interval
from retrieval.evaluation.charts import Bar, Line, curve_plot, interval_plot, thinned
from retrieval.evaluation.compare import MeasureComparison
from retrieval.evaluation.export import Provenance
from retrieval.evaluation.failures import worst_failures
from retrieval.evaluation.figures import (
    abstention_figures,
    answer_figures,
    kind_figures,
    retrieval_figures,
)
from retrieval.evaluation.latency import Latency
from retrieval.evaluation.report import render_report
from retrieval.evaluation.results import (
    IndexFacts,
    Outcome,
    QuestionResult,
    ReadingFigures,
    Verdict,
)
from retrieval.records import Status

MEASURES = ("nDCG@10", "RR@10", "Success@1", "Success@3", "Success@5", "Success@10", "R@100")
PROVENANCE = Provenance("jecite eval small.json", "abc123", 2, 61.0)
EVIL = "Qui a écrit <script>document.title='evil'</script> & « l'Ourne » ?"


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory):
    """Made by hand: one false answer, one wrong, one refused, one not found, four right."""
    dataset = load_dataset(write_small_set(tmp_path_factory.mktemp("set") / "small.json"))
    results = [made(each, number) for number, each in enumerate(dataset.questions)]
    impossible = Question("n1", EVIL, "Le phare de Kermor", (), {}, impossible=True, kind="unsaid")
    results.append(
        QuestionResult(
            impossible,
            is_test=False,
            outcome=Outcome(
                Status.ANSWERED, 0.8, False, "Sa lampe.", "Le_phare_de_Kermor#0", "Sa <lampe>"
            ),
        )
    )
    return Evaluation(
        dataset=dataset,
        index=IndexFacts(6, 6, "bundled", "1" * 64, "s", "a", "2" * 64, "3" * 64),
        retrieval=retrieval_figures(results, ["dense", "hybrid"], "all"),
        answers=answer_figures(results, "all"),
        reading=ReadingFigures("all", 7, {"exact match": Interval(0.714, 0.5, 1.0)}),
        abstention=tuple(
            abstention_figures(results, setting, "all", has_reader=True)
            for setting in ("as asked", "off-corpus")
        ),
        kinds=kind_figures(results),
        questions=tuple(results),
        problems=(),
    )


def made(question, number):
    rank = {3: 0}.get(number, 1)
    values = dict.fromkeys(MEASURES, float(rank))
    status = Status.RELATED if number == 2 else Status.ANSWERED
    return QuestionResult(
        question=question,
        is_test=False,
        rankings={"dense": [], "hybrid": [("Le_pont_de_Brenval#1", 0.5)]},
        values={"dense": values, "hybrid": values},
        answer_values={"answer in highlight": float(number != 1)},
        outcome=Outcome(
            status, 0.9 - number / 10, number != 1, "Un autre passage.", "La_pomme_de_Quintal#1"
        ),
        removed={"off-corpus": Verdict(Status.NONE, 0.1 + number / 100)},
    )


@pytest.fixture(scope="module")
def page(evaluation):
    comparison = MeasureComparison(
        "hybrid", "hybrid", "nDCG@10", 7, Comparison(Interval(0.02, -0.01, 0.05), 0.125)
    )
    return render_report(
        evaluation,
        PROVENANCE,
        comparisons=[comparison],
        latency=[Latency("answer", tuple(float(each) for each in range(10, 50)))],
    )


def test_failures_are_the_worst_first(evaluation):
    found = worst_failures(evaluation)

    assert [(each.kind, each.question) for each in found] == [
        ("answered, though the corpus doesn't", EVIL),
        ("answered wrongly", "En quelle année le pont de Brenval fut-il bâti ?"),
        (
            "refused, though the corpus answers",
            "Où descendent les barques de la fête des lanternes ?",
        ),
        ("not among the ten best", "Quand la pomme de Quintal mûrit-elle ?"),
    ]
    assert (found[0].short, found[1].short) == ("Sa <lampe>", None)
    wrong, lost = found[1], found[3]
    assert wrong.expected[0].article_id == "Le_pont_de_Brenval#0"
    assert wrong.expected[0].text.startswith("Le pont de Brenval enjambe")
    assert (wrong.instead.article_id, wrong.instead.text) == (
        "La_pomme_de_Quintal#1",
        "Un autre passage.",
    )
    assert wrong.confidence == pytest.approx(0.8)
    assert lost.ranks == {"dense": None, "hybrid": None}
    assert [each.question for each in worst_failures(evaluation, per_kind=0)] == []


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.NONE])
def test_a_question_of_which_nothing_is_known_is_no_failure(evaluation, status):
    unjudged = QuestionResult(
        Question("g", "Qui ?", "g", (), {}), is_test=False, outcome=Outcome(status, 0.5, False)
    )

    assert worst_failures(replace(evaluation, questions=(unjudged,))) == ()


def test_the_page_is_whole_and_needs_nothing_else(page):
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import|https?://", page)
    for heading in ("Retrieval", "Answers", "Abstention", "Plots", "Latency", "Worst failures"):
        assert f"<h2>{heading}</h2>" in page
    # Dense and hybrid find six of seven.
    assert "0.857 <small>" in page
    assert "+0.020 <small>[-0.010, +0.050]</small>" in page
    assert "jecite eval small.json" in page
    assert "The reader on the right paragraph, 7 questions" in page
    assert "0.714 <small>[0.500, 1.000]</small>" in page
    assert "how often the first answer is right" in page
    assert page.count("<svg") == 4


def test_one_article_has_no_interval_and_nothing_may_be_best(evaluation):
    alone = Comparison(Interval(0.02, float("nan"), float("nan")), float("nan"))
    answers = replace(evaluation.answers, thresholds={"F1": BestThreshold(0.5, float("inf"))})
    page = render_report(
        replace(evaluation, answers=answers),
        PROVENANCE,
        comparisons=[MeasureComparison("hybrid", "hybrid", "nDCG@10", 7, alone)],
    )

    assert "<td>+0.020</td><td>–</td>" in page
    assert "0.500, by answering nothing." in page


def test_texts_are_escaped_and_answers_marked(page):
    assert "<script>document" not in page
    assert "&lt;script&gt;" in page
    assert "<mark>1874</mark>" in page
    assert 'Short answer given: <span lang="fr">Sa &lt;lampe&gt;</span>' in page


def test_intervals_are_drawn_to_scale():
    plot = interval_plot("t", [("g", [Bar("b", 0.25, 0.5, 1.0, 2)])], unit="u")

    # The scale runs from 150 for 0 to 424 for 1.
    assert 'x1="218.5"' in plot
    assert 'cx="287.0"' in plot
    assert 'x2="424.0"' in plot
    assert "var(--series-2)" in plot


def test_where_nothing_was_found_the_scale_ends_at_1():
    plot = interval_plot("t", [("g", [Bar("b", 0.0, 0.0, 0.0, 0)])], unit="u")

    assert ">1</text>" in plot
    assert 'cx="150.0"' in plot


def test_curves_are_drawn_to_scale():
    plot = curve_plot("t", [Line("l <", [(0.0, 0.0), (1.0, 0.5)], 1)], x_label="x", y_label="y")

    # Across from 52 to 424, up from 258 to 12.
    assert 'points="52.0,258.0 424.0,135.0"' in plot
    assert "l &lt;" in plot


def test_long_curves_are_thinned():
    points = [(float(each), 0.0) for each in range(1000)]

    thin = thinned(points, most=100)

    assert thin[0] == points[0]
    assert thin[-1] == points[-1]
    assert len(thin) == 101
    assert thinned([]) == []
    assert thinned(points[:3]) == points[:3]


def test_latency_quantiles():
    latency = Latency("x", tuple(np.arange(1.0, 11.0).tolist()))

    assert latency.quantile(0.5) == 6.0
    assert latency.quantile(0.95) == 10.0


PROBE = """
<script>
const words = document.forms.filter.words, kind = document.forms.filter.kind;
const shown = () => document.querySelectorAll(".failure:not([hidden])").length;
const found = [shown()];
const set = (field, value) => {
  field.value = value; field.dispatchEvent(new Event("input", { bubbles: true }));
  found.push(shown());
};
set(words, "ANNEE brenval"); set(words, ""); set(kind, "answered wrongly"); set(words, "phare");
document.title = JSON.stringify({
  found, evil: document.title === "evil",
  wide: document.documentElement.scrollWidth <= innerWidth, width: innerWidth,
  background: getComputedStyle(document.body).backgroundColor,
  text: getComputedStyle(document.body).color,
  columns:
    getComputedStyle(document.querySelector(".plots")).gridTemplateColumns.split(" ").length,
  plots: [...document.querySelectorAll("svg")].every((svg) => svg.clientHeight > 50),
});
</script>
</body>
"""


SCHEMES = {
    "light": ("rgb(252, 252, 251)", "rgb(28, 29, 31)"),
    "dark": ("rgb(22, 24, 27)", "rgb(232, 233, 235)"),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("width", "columns"), [(500, 1), (1280, 2)])
def test_in_a_browser(page, tmp_path, scheme, width, columns):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    file = tmp_path / "report.html"
    file.write_text(page.replace("</body>", PROBE), encoding="utf-8")
    done = subprocess.run(
        [
            chromium,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--blink-settings=preferredColorScheme={int(scheme == 'light')}",
            f"--window-size={width},900",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    (title,) = re.findall(r"<title>(\{.*?\})</title>", done.stdout)
    seen = json.loads(title)

    # All four; one with both words; all again; one of its kind; none with both conditions.
    assert seen["found"] == [4, 1, 4, 1, 0]
    assert seen["width"] == width
    assert seen["wide"], "the page is wider than the window"
    assert (seen["background"], seen["text"]) == SCHEMES[scheme]
    assert seen["columns"] == columns
    assert seen["plots"]
