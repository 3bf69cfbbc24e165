"""`evaluate` on a small set of our own, with the real model, and on others' results."""

import math
from dataclasses import replace

import pytest
from fake_reader import RoteReader, rote_calibration
from small_set import ARTICLES, write_small_set

from retrieval import MODES, DatasetError, QueryError, Retriever
from retrieval.confidence import load_calibration
from retrieval.evaluation import (
    Question,
    RememberingEncoder,
    RememberingReader,
    asking,
    evaluate,
    index_dataset,
    is_test,
    load_dataset,
    unsplit,
)
from retrieval.evaluation.dataset import GoldAnswer
from retrieval.evaluation.export import per_question
from retrieval.evaluation.reading import reading_figures
from retrieval.evaluation.removal import Removal
from retrieval.evaluation.runner import evaluate_predictions, evaluate_run
from retrieval.evaluation.sampling import only_test_articles, sample_articles, sample_questions
from retrieval.evaluation.tuning import trained_on, tuning_digests
from retrieval.index.store import open_store
from retrieval.passages import Splitting
from retrieval.records import Article, Headed, Reference

PLAIN_MODES = tuple(mode for mode in MODES if mode != "reranked")
BY_HEART = {
    "Quel ingénieur a bâti le pont de Brenval ?": "Achille Morvan",
    "En quelle année le pont de Brenval fut-il bâti ?": "Achille Morvan",  # Wrong.
    "Où descendent les barques de la fête des lanternes ?": "moulin de Sarlande",
    "Quand la pomme de Quintal mûrit-elle ?": "octobre",  # Of two content words, one.
    "Combien d'arbres compte le verger conservatoire ?": "312",
    "Quelle est la hauteur du phare de Kermor ?": "quarante mètres",
    "Quelle gardienne a ouvert une librairie ?": "Yvonne Le Bihan",
}
SURE = 1 / (1 + math.exp(-4))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return load_dataset(write_small_set(tmp_path_factory.mktemp("set") / "small.json"))


@pytest.fixture(scope="module")
def index(dataset, encoder, tmp_path_factory):
    return index_dataset(dataset, encoder, cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def small(index, encoder):
    with Retriever.open(index.path, encoder=encoder, reader="none") as retriever:
        yield retriever


@pytest.fixture
def reading(index, encoder):
    """A retriever with a reader, and that reader."""
    reader = RoteReader(BY_HEART)
    store = open_store(index.path)
    with Retriever(store, encoder, reader=reader, calibration=rote_calibration()) as retriever:
        yield retriever, reader


@pytest.fixture(scope="module")
def evaluation(small, dataset):
    return evaluate(small, dataset)


def value(evaluation, mode, measure):
    return next(each for each in evaluation.retrieval if each.mode == mode).measures[measure].value


def test_every_mode_is_measured_over_every_question(evaluation):
    assert [each.mode for each in evaluation.retrieval] == list(PLAIN_MODES)
    for mode in PLAIN_MODES:
        # Six paragraphs and at most six hits: all that share a word are found.
        assert value(evaluation, mode, "R@100") == 1.0
        assert value(evaluation, mode, "Success@3") == 1.0
    assert {each.scope for each in evaluation.retrieval} == {"all"}
    assert evaluation.retrieval_test == ()
    assert evaluation.index.articles == 6
    assert evaluation.index.passages == 6


def test_values_follow_from_the_ranks(evaluation):
    for each in evaluation.questions:
        (gold,) = each.question.relevant
        for mode, ranking in each.rankings.items():
            rank = [article for article, _ in ranking].index(gold) + 1
            assert each.values[mode]["RR@10"] == pytest.approx(1 / rank)
            assert each.values[mode]["nDCG@10"] == pytest.approx(1 / math.log2(1 + rank))


def test_removing_the_article_lowers_the_confidence(evaluation):
    for each in evaluation.questions:
        assert set(each.removed) == {"off-corpus", "hard", "hard, neighbours left"}
        assert each.removed["off-corpus"].confidence < each.outcome.confidence
    assert [
        (each.setting, each.answerable, each.unanswerable) for each in evaluation.abstention
    ] == [
        ("off-corpus", 7, 7),
        ("hard", 7, 7),
        ("hard, neighbours left", 7, 7),
    ]


def test_questions_whose_whole_article_goes_are_told_from_those_with_neighbours_left(
    small, dataset
):
    first, *others = dataset.questions
    both = replace(first, answers=(*first.answers, GoldAnswer("Sarlande")))
    found = evaluate(small, replace(dataset, questions=(both, *others)), modes=())

    assert {each.setting: each.unanswerable for each in found.abstention} == {
        "off-corpus": 7,
        "hard": 7,
        "hard, neighbours left": 6,
    }
    removed = found.questions[0].removed
    assert removed == {"off-corpus": removed["hard"], "hard": removed["hard"]}
    hard, left = (each.measures["AUROC"].value for each in found.abstention[1:])
    assert hard == left == 1


def test_two_runs_give_the_same_numbers(small, dataset, evaluation):
    again = evaluate(small, dataset)

    assert again.retrieval == evaluation.retrieval
    assert again.answers == evaluation.answers
    assert again.questions == evaluation.questions
    assert [each.measures for each in again.abstention] == [
        each.measures for each in evaluation.abstention
    ]


def test_only_the_modes_asked_for_and_no_answers(small, dataset):
    found = evaluate(small, dataset, modes=("lexical",), k=2, answering=False)

    assert [each.mode for each in found.retrieval] == ["lexical"]
    assert found.answers is None
    assert found.abstention == ()
    assert all(len(each.rankings["lexical"]) <= 2 for each in found.questions)
    # The measures reach deeper than what is kept.
    assert value(found, "lexical", "R@100") == 1.0


def test_a_question_that_cannot_be_asked_counts_as_not_found_and_is_said(small, dataset):
    long = replace(dataset.questions[0], text="pont " * 600)
    found = evaluate(small, replace(dataset, questions=(long, *dataset.questions[1:])))

    assert [(each.what, each.examples) for each in found.problems[:-1]] == [
        ("questions that cannot be asked: count as not found", ("b1",))
    ]
    assert found.questions[0].values["hybrid"]["nDCG@10"] == 0
    assert found.questions[0].outcome.confidence == 0
    assert value(found, "hybrid", "Success@10") == pytest.approx(6 / 7)


def test_what_was_tuned_on_the_set_is_measured_on_its_test_articles(index, encoder, dataset):
    # The SHA-256 of this title starts with byte 17, those of the two others with 83 and 138.
    assert [each for each in ARTICLES if is_test(each)] == ["La pomme de Quintal"]
    calibration = replace(load_calibration(), fitted={"dataset_digest": dataset.digest})
    with Retriever(open_store(index.path), encoder, calibration=calibration) as tuned:
        found = evaluate(tuned, dataset)

    figures = {each.mode: (each.scope, each.questions) for each in found.retrieval}
    assert figures == {
        "dense": ("all", 7),
        "lexical": ("all", 7),
        "rrf": ("all", 7),
        "hybrid": ("test", 2),
    }
    assert [(each.mode, each.questions) for each in found.retrieval_test] == [
        (mode, 2) for mode in PLAIN_MODES
    ]
    assert (found.answers.scope, found.answers.questions) == ("test", 2)
    assert {each.answerable for each in found.abstention} == {2}
    assert [each.question.id for each in found.questions if each.outcome] == ["q1", "q2"]


def test_short_answers_are_measured_where_there_is_a_reader(reading, dataset):
    retriever, reader = reading
    found = evaluate(retriever, dataset)

    assert found.index.reader == reader.digest
    assert [each.mode for each in found.retrieval] == list(MODES)
    # The passage that it is sure of comes first, also where it answers wrongly.
    assert value(found, "reranked", "Success@1") == 1
    measures = {name: each.value for name, each in found.answers.measures.items()}
    assert measures == pytest.approx(
        {
            "answer in top three": 1,
            "answer in top citation": 1,
            "answer in highlight": measures["answer in highlight"],
            "short answer right": 6 / 7,
            "exact match": 5 / 7,
            "F1": (5 + 2 / 3 + 0) / 7,
        }
    )
    assert (found.reading.scope, found.reading.questions) == ("all", 7)
    assert found.reading.measures["exact match"] == found.answers.measures["exact match"]
    assert found.reading.measures["F1"] == found.answers.measures["F1"]


def test_with_a_reader_confidence_is_about_the_answer_being_right(reading, small, dataset):
    found = evaluate(reading[0], dataset, modes=())
    off_corpus = found.abstention[0]
    values = {name: each.value for name, each in off_corpus.measures.items()}

    # Seven questions whole, six of them right; seven without their article, none right.
    assert [(each.count, each.frequency) for each in off_corpus.diagram] == [(7, 0), (7, 6 / 7)]
    assert values["expected calibration error"] == pytest.approx((1 - SURE + SURE - 6 / 7) / 2)
    assert (values["AUROC"], values["false answers"]) == (1, 0)
    plain = evaluate(small, dataset, modes=()).abstention[0]
    assert [each.frequency for each in plain.diagram][-1] == 1
    assert found.retrieval == ()


def test_reranking_is_for_the_test_articles_of_a_tuned_set(index, encoder, dataset):
    reader = RoteReader(BY_HEART)
    calibration = rote_calibration(fitted={"dataset_digest": dataset.digest})
    store = open_store(index.path)
    with Retriever(store, encoder, reader=reader, calibration=calibration) as tuned:
        found = evaluate(tuned, dataset)

    figures = {each.mode: (each.scope, each.questions) for each in found.retrieval}
    assert figures["rrf"] == ("all", 7)
    assert figures["hybrid"] == figures["reranked"] == ("test", 2)
    assert [each.mode for each in found.retrieval_test] == list(MODES)
    asked = {question for question, _ in reader.read_pairs}
    assert asked == {each.text for each in dataset.questions if each.id in ("q1", "q2")}
    assert (found.reading.scope, found.reading.questions) == ("test", 2)
    columns = per_question(found.questions)["retrieval"]
    assert columns["reranked"]["RR@10"] == [None, None, None, 1, 1, None, None]
    assert None not in columns["hybrid"]["RR@10"]


def test_the_mode_that_needs_a_reader(small, dataset):
    with pytest.raises(QueryError, match="needs the reader"):
        evaluate(small, dataset, modes=("hybrid", "reranked"))


def test_a_mode_that_there_is_not(small, dataset):
    with pytest.raises(QueryError, match="no mode 'bm25'"):
        evaluate(small, dataset, modes=("bm25",))


def test_a_calibration_for_another_model_is_said(index, encoder, dataset):
    calibration = replace(load_calibration(), model="autre")
    with Retriever(open_store(index.path), encoder, calibration=calibration) as other:
        found = evaluate(other, dataset, modes=("lexical",), answering=False)

    problem, few = found.problems
    assert few.what.endswith("intervals too narrow")
    assert (few.count, few.examples) == (3, tuple(ARTICLES))
    assert problem.what.startswith("model other than autre, which the calibration is for")
    assert problem.examples == ("bundled",)


def test_a_set_that_the_reader_was_trained_on_is_said(small, index, encoder, dataset):
    def problems(fitted, reader):
        store, calibration = open_store(index.path), rote_calibration(fitted=fitted)
        with Retriever(store, encoder, reader=reader, calibration=calibration) as opened:
            return trained_on(opened, dataset)

    reader = RoteReader({})
    trained = {"reader": {"trained_on": {"xquad.en.json": "0", "small.json": dataset.digest}}}
    (problem,) = problems(trained, reader)
    assert (problem.count, problem.examples) == (3, tuple(ARTICLES))
    assert "the reader was trained on" in problem.what
    assert problems(trained, None) == ()
    # Divided into training and test articles, the latter are measured, as of PIAF.
    assert problems({**trained, "dataset_digest": dataset.digest}, reader) == ()
    assert problems({}, reader) == ()


def test_reading_is_for_questions_with_one_paragraph_and_an_answer(dataset):
    b1, b2, *others = dataset.questions
    two = replace(b1, relevant={**b1.relevant, "Le_phare_de_Kermor#0": 1})
    impossible = replace(b2, answers=(), relevant={}, impossible=True)
    reader = RoteReader(BY_HEART)

    figures = reading_figures(reader, replace(dataset, questions=(two, impossible, *others)), "all")

    assert figures.questions == 5
    assert figures.measures["exact match"].value == 4 / 5
    assert reading_figures(reader, replace(dataset, articles=(), groups=()), "all") is None


def test_reading_takes_the_best_extract_even_of_a_passage_without_an_answer(dataset):
    # Knowing nothing by heart, it would rather give none, and must give the first word.
    first = {each.reference.article_id: each.text.split()[0] for each in dataset.articles}
    asked = tuple(
        replace(each, answers=(GoldAnswer(first[next(iter(each.relevant))], 0),))
        for each in dataset.questions
        if len(each.relevant) == 1
    )
    figures = reading_figures(RoteReader({}), replace(dataset, questions=asked), "all")

    assert figures.questions == len(asked) > 2
    assert figures.measures["exact match"].value == 1


def test_piaf_is_known_to_be_tuned_on(small):
    piaf = "7f5b670ba07fed1ae093d7ff6b3be5529dce189d65e14cf81535ebbc4fcce54c"

    assert piaf in tuning_digests(small.calibration)


def test_an_index_of_other_articles_is_an_error(retriever, dataset):
    with pytest.raises(DatasetError, match="none of the 6 articles that small says"):
        evaluate(retriever, dataset)


def test_an_index_that_lacks_some_articles_is_said(small, dataset):
    stray = replace(dataset.questions[0], relevant={"Le_pont_de_Brenval#9": 1})
    found = evaluate(
        small, replace(dataset, articles=(), groups=(), questions=(stray, *dataset.questions[1:]))
    )

    problem, _ = found.problems
    assert (problem.count, problem.examples) == (1, ("question b1: Le_pont_de_Brenval#9",))
    assert found.questions[0].values["dense"]["R@100"] == 0


def test_the_index_is_made_once_wherever_the_set_lies(dataset, index, encoder, tmp_path):
    elsewhere = load_dataset(write_small_set(tmp_path / "copy.json"))
    moved = replace(
        elsewhere,
        articles=tuple(
            replace(each, reference=replace(each.reference, path="/other/small.json"))
            for each in elsewhere.articles
        ),
    )
    again = index_dataset(moved, encoder, cache=index.path.parent)
    split = index_dataset(
        dataset, encoder, splitting=Splitting(max_tokens=40), cache=index.path.parent
    )

    assert again.path == index.path
    assert len(list(index.path.glob("gen-*"))) == 1
    assert split.path != index.path


def test_articles_beyond_the_models_limit_are_split_and_said(dataset, encoder, tmp_path):
    first = dataset.articles[0]
    long = replace(first, text=" ".join([first.text] * 15))
    found = index_dataset(
        replace(dataset, articles=(long, *dataset.articles[1:])),
        encoder,
        splitting=unsplit(encoder),
        cache=tmp_path,
    )

    (problem,) = found.problems
    assert problem.what == "articles of more than the 512 tokens that the model reads: split"
    assert problem.examples == ("Le_pont_de_Brenval#0",)
    with open_store(found.path) as store:
        assert store.manifest.passages > 6


def test_articles_are_split_for_a_model_that_reads_little(dataset, encoder, tmp_path, monkeypatch):
    identity = replace(encoder.identity, model="autre", max_tokens=45)
    monkeypatch.setattr(encoder, "identity", identity)
    found = index_dataset(dataset, encoder, cache=tmp_path)

    with open_store(found.path) as store:
        assert store.manifest.splitting == Splitting(max_tokens=45).identity


def test_a_paragraph_scores_by_its_best_passage(dataset, encoder, tmp_path):
    found = index_dataset(
        dataset, encoder, splitting=Splitting(max_tokens=45, overlap=0), cache=tmp_path
    )
    with Retriever.open(found.path, encoder=encoder, reader="none") as opened:
        assert opened.manifest.passages > 6
        split = evaluate(opened, dataset, modes=("dense",), answering=False)

    for each in split.questions:
        articles = [article for article, _ in each.rankings["dense"]]
        assert sorted(articles) == sorted(set(articles))
        assert len(articles) == 6


def test_an_article_behind_all_passages_of_a_long_one_has_its_rank(
    dataset, encoder, tmp_path, monkeypatch
):
    monkeypatch.setattr(asking, "DEPTH", 2)
    modes = ("lexical", "dense", "hybrid")
    rooms = "\n\n".join(f"Le chat noir dort dans la pièce numéro {n} et rêve." for n in range(20))
    texts = {"livre": rooms, "juste": "Un chat habite à Vaubrun avec sa famille."}
    texts |= {f"budget {n}": f"La commission numéro {n} a voté le budget." for n in range(10)}
    articles = tuple(
        Article(Reference(article_id=each, path="p", opening=each), text)
        for each, text in texts.items()
    )
    question = Question("q", "Où est le chat noir ?", "juste", (), {"juste": 1})
    cats = replace(dataset, articles=articles, groups=tuple(texts), questions=(question,))
    found = index_dataset(
        cats, encoder, splitting=Splitting(max_tokens=24, overlap=0), cache=tmp_path
    )
    with Retriever.open(found.path, encoder=encoder, reader="none") as opened:
        evaluation = evaluate(opened, cats, modes=modes, k=2, answering=False)

    (result,) = evaluation.questions
    for mode in modes:
        assert [article for article, _ in result.rankings[mode]] == ["livre", "juste"]
        assert result.values[mode]["RR@10"] == 1 / 2


def test_a_set_without_articles_needs_an_index(dataset, encoder, tmp_path):
    with pytest.raises(DatasetError, match="--index"):
        index_dataset(replace(dataset, articles=(), groups=()), encoder, cache=tmp_path)


def test_somebody_elses_run(dataset):
    run = {
        "b1": [("Le_pont_de_Brenval#1", 2.0), ("Le_pont_de_Brenval#0", 1.0)],
        "b2": [("Le_pont_de_Brenval#0", 1.0)],
    }
    found = evaluate_run(dataset, run)

    # Ranks 2 and 1, and five questions that the run leaves out.
    assert value(found, "predictions", "RR@10") == pytest.approx(1.5 / 7)
    problem, few = found.problems
    assert (problem.count, few.count) == (5, 3)
    with pytest.raises(DatasetError, match="ranks none of the questions"):
        evaluate_run(dataset, {"other": [("a", 1.0)]})


def test_somebody_elses_answers(dataset):
    found = evaluate_predictions(dataset, {"b1": "l'ingénieur Achille Morvan", "b2": "1874"})

    # Three words against two of them: F1 4/5.
    assert found.answers.measures["exact match"].value == pytest.approx(1 / 7)
    assert found.answers.measures["F1"].value == pytest.approx((0.8 + 1) / 7)
    with pytest.raises(DatasetError, match="none of the questions"):
        evaluate_predictions(dataset, {"other": "1874"})


def test_what_is_removed(dataset):
    removal = Removal(dataset)
    b1, b2, *_ = dataset.questions
    neighbour = replace(b2, answers=(*b2.answers, replace(b2.answers[0], text="Sarlande")))

    assert removal.off_corpus(b1) == {"Le_pont_de_Brenval#0", "Le_pont_de_Brenval#1"}
    assert removal.hard(b1) == {"Le_pont_de_Brenval#0"}
    # The neighbour holds this answer too.
    assert removal.hard(neighbour) == {"Le_pont_de_Brenval#0", "Le_pont_de_Brenval#1"}
    assert removal.has_neighbours
    assert not Removal(replace(dataset, articles=(), groups=())).has_neighbours


def test_samples(dataset):
    drawn = sample_questions(dataset, 3, seed=1)

    assert len(drawn.questions) == 3
    assert drawn.articles == dataset.articles
    assert drawn == sample_questions(dataset, 3, seed=1)
    order = [each.id for each in dataset.questions]
    ids = [each.id for each in drawn.questions]
    assert ids == sorted(ids, key=order.index)
    assert (
        len({tuple(q.id for q in sample_questions(dataset, 3, seed=s).questions) for s in range(9)})
        > 1
    )
    assert sample_questions(dataset, 99) == dataset
    with pytest.raises(DatasetError, match="at least one question"):
        sample_questions(dataset, 0)
    with pytest.raises(DatasetError, match="seed is at least 0, not -1"):
        sample_questions(dataset, 3, seed=-1)


def test_samples_of_whole_articles(dataset):
    drawn = sample_articles(dataset, 2, seed=0)

    kept = set(drawn.groups)
    # Each article has two or three questions: one article is enough.
    assert len(kept) == 1
    assert [each for each in dataset.questions if each.group in kept] == list(drawn.questions)
    assert len(drawn.articles) == 2
    assert len(set(sample_articles(dataset, 4, seed=0).groups)) == 2
    tested = only_test_articles(dataset)
    assert tested.groups == ("La pomme de Quintal",) * 2
    assert [each.id for each in tested.questions] == ["q1", "q2"]


def test_a_remembering_encoder_gives_what_its_encoder_gives_once(encoder):
    class Counting(RememberingEncoder):
        asked = 0

        def encode_passages(self, texts):
            Counting.asked += len(texts)
            return super().encode_passages(texts)

    counting = Counting(encoder)
    remembering = RememberingEncoder(counting)
    texts = ["Le pont.", "Le phare.", "Le pont."]

    first = remembering.encode_passages(texts)
    second = remembering.encode_passages(texts[1:])

    assert Counting.asked == 2
    assert (first[1:] == second).all()
    assert (first[0] == first[2]).all()
    assert first == pytest.approx(encoder.encode_passages(texts), abs=1e-6)
    assert remembering.identity == encoder.identity
    assert remembering.encode_queries([]).shape == (0, encoder.dim)


def test_a_remembering_reader_reads_nothing_twice():
    reader = RoteReader({"Quoi ?": "pont"})
    remembering = RememberingReader(reader, most=3)
    pont, phare, pomme = (Headed("", text) for text in ("Le pont.", "Le phare.", "La pomme."))

    first = remembering.read("Quoi ?", [pont, phare, pont])
    again = remembering.read("Quoi ?", [phare, pomme, pont])

    assert reader.read_pairs == [("Quoi ?", each) for each in (pont, phare, pomme)]
    assert first == [again[2], again[0], again[2]]
    assert again == RoteReader(reader.answers).read("Quoi ?", [phare, pomme, pont])
    assert remembering.read("Quoi ?", []) == []
    assert remembering.digest == reader.digest
    # A fourth pair takes the place of the one that was asked for the longest time ago.
    remembering.read("Quoi ?", [phare])
    remembering.read("Qui ?", [pont])
    reader.read_pairs.clear()
    remembering.read("Quoi ?", [phare, pont])
    assert reader.read_pairs == []
    remembering.read("Quoi ?", [pomme])
    assert reader.read_pairs == [("Quoi ?", pomme)]


def test_a_remembering_reader_knows_what_it_read_to_the_end():
    remembering = RememberingReader(RoteReader({}))
    phare = [Headed("", "Le phare.")]
    (half,) = remembering.read("Quoi ?", phare)
    (whole,) = remembering.read("Quoi ?", phare, whole=True)
    assert not half.extracts
    assert whole.extracts
    assert remembering.read("Quoi ?", phare) == [half]
