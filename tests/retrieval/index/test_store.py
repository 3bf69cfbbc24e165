"""What every index offers, checked against numpy and formulas worked out here."""

import itertools
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from small import DIM, SmallEncoder, article, corpus, vector

from embeddings import ModelIdentity
from retrieval.errors import CorpusError, StoreError
from retrieval.french import analyze
from retrieval.index import build as build_module
from retrieval.index.build import BLOCK_ARTICLES, Origin, build_store
from retrieval.index.dense import CANDIDATES
from retrieval.index.lexical import K1
from retrieval.index.store import open_store, verify
from retrieval.passages import Splitting, split_article

SPLITTING = Splitting(max_tokens=40)


def build(articles, out, **options):
    return build_store(articles, out, encoder=SmallEncoder(), **options)


@pytest.fixture(scope="module")
def articles():
    # More than a block, and more passages than candidates.
    return corpus(count=BLOCK_ARTICLES + 10)


@pytest.fixture(scope="module")
def expected(articles):
    """Every passage that the articles split into, in order."""
    return [
        passage
        for each in articles
        for passage in split_article(
            each, count_tokens=SmallEncoder().count_tokens, splitting=SPLITTING
        )
    ]


@pytest.fixture(scope="module")
def index(articles, tmp_path_factory):
    out = tmp_path_factory.mktemp("index")
    build(articles, out, origin=Origin(("corpus",), ("Qui ?",)))
    with open_store(out) as store:
        yield store


def score(query, passage):
    """A passage's dense score, with its sentences in half precision as they are kept."""
    sentences = [passage.words(sentence) for sentence in passage.sentences]
    best = max(np.float32(np.float16(vector(text))) @ query for text in sentences)
    return 0.5 * (vector(passage.text) @ query) + 0.5 * best


def test_the_manifest_tells_what_was_built(index, articles, expected):
    manifest = index.manifest
    assert manifest.articles == len(articles)
    assert manifest.passages == len(expected) > CANDIDATES
    assert manifest.sentences == sum(len(passage.sentences) for passage in expected)
    assert manifest.roots == ("corpus",)
    assert manifest.examples == ("Qui ?",)
    assert manifest.model == ModelIdentity("small", "0" * 64, "", "", "none", DIM, 40)
    assert manifest.splitting == SPLITTING.identity
    assert {entry.name for entry in manifest.files} >= {
        "texts.sqlite",
        "passages.faiss",
        "sentences.f16",
        "sentences.i64",
        "lexical/meta.json",
    }
    assert not any(entry.name.endswith((".lock", "held")) for entry in manifest.files)


def test_articles_come_back_in_order(index, articles):
    assert list(index.articles()) == [each.reference for each in articles]
    assert all(index.article(each.reference.article_id) == each for each in articles)
    assert index.article("inconnu") is None


def test_metadata_and_breaks_come_back(tmp_path):
    known = {"title": "Titre", "source": "Le Journal", "url": "https://e.fr", "date": "2021-01"}
    original = article("b.txt", "Un. Deux.", [4], lang="fr", **known)
    build([original], tmp_path)
    with open_store(tmp_path) as store:
        assert store.article("b.txt") == original
        assert [found.text for found, _ in store.passages(np.arange(2))] == ["Un.", "Deux."]


def test_passages_come_back_in_the_order_asked_for(index, expected, articles):
    numbers = np.array([5, 0, len(expected) - 1, 5])
    found = index.passages(numbers)
    assert [passage for passage, _ in found] == [expected[n] for n in numbers]
    references = {each.reference.article_id: each.reference for each in articles}
    assert all(reference == references[passage.article_id] for passage, reference in found)
    assert index.passages(np.array([], dtype=np.int64)) == []


def test_any_number_of_passages_can_be_asked_for(index, expected):
    # SQLite bounds the parameters of a statement.
    numbers = np.tile(np.arange(len(expected)), 40_000 // len(expected) + 1)
    assert len(index.passages(numbers)) == len(numbers) > 32_766


@pytest.mark.parametrize("k", [1, 7, 60, 10_000])
def test_dense_is_exact(index, expected, k):
    queries = np.array([vector(f"question {n}") for n in range(3)])
    rankings = index.dense(queries, k)
    assert len(rankings) == 3
    own = np.array([vector(passage.text) for passage in expected])
    for query, ranking in zip(queries, rankings, strict=True):
        nearest = np.argsort(-(own @ query), kind="stable")[: max(2 * k, CANDIDATES)]
        scores = {int(n): float(score(query, expected[n])) for n in nearest}
        best = sorted(scores, key=lambda n: (-scores[n], n))[:k]
        assert ranking.numbers.tolist() == best
        np.testing.assert_allclose(ranking.scores, [scores[n] for n in best], atol=1e-6)
        assert len(ranking.numbers) == min(k, len(expected))


def test_similarity_is_the_score_of_any_passage(index, expected):
    query = vector("question")
    numbers = np.array([7, 2, 90])
    np.testing.assert_allclose(
        index.similarity(query, numbers), [score(query, expected[n]) for n in numbers], atol=1e-6
    )
    assert len(index.similarity(query, np.array([], dtype=np.int64))) == 0


def test_scores_of_sentences(index, expected):
    query = vector("question")
    numbers = np.array([3, 50])
    found = index.sentence_scores(query, numbers)
    for cosines, number in zip(found, numbers, strict=True):
        passage = expected[number]
        texts = [passage.words(sentence) for sentence in passage.sentences]
        np.testing.assert_allclose(cosines, [vector(text) @ query for text in texts], atol=2e-3)


def test_no_query_and_no_result(index):
    assert index.dense(np.empty((0, DIM), np.float32), 5) == []
    assert index.lexical([], 5).numbers.tolist() == []
    assert index.lexical(["inconnu"], 5).numbers.tolist() == []


def quantized(length):
    """Tantivy keeps a length in a byte: exactly below 40, then its four highest bits."""
    if length < 40:
        return length
    shift = (length - 24).bit_length() - 4  # As Lucene's SmallFloat does.
    return 24 + ((length - 24) >> shift << shift)


def bm25(tokens, documents):
    """Robertson and Zaragoza 2009 with k1 = 1.2 and b = 0.75."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        total = 0.0
        for token in tokens:
            frequency = document.count(token)
            holding = sum(token in other for other in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            norm = 1.2 * (1 - 0.75 + 0.75 * quantized(len(document)) / mean)
            total += idf * frequency * 2.2 / (frequency + norm)
        scores.append(total)
    return scores


def test_one_score_of_bm25_by_hand(tmp_path):
    # Three passages of 2, 4 and 3 tokens; « chat » is in two of them, twice in the second.
    texts = ["Chat noir.", "Chat blanc, chat gris.", "Chien noir dort."]
    build([article(f"{n}.txt", text) for n, text in enumerate(texts)], tmp_path)
    with open_store(tmp_path) as store:
        assert store.document_frequencies(["chat", "noir", "gris", "rien"]) == [2, 2, 1, 0]
        ranking = store.lexical(["chat"], 5)
    # idf = ln(1 + 1.5 / 2.5) = 0.47000; the mean length is 3.
    # Second: 2 × 2.2 / (2 + 1.2 × (0.25 + 0.75 × 4/3)) = 4.4 / 3.5 = 1.25714; × idf = 0.59086.
    # First: 2.2 / (1 + 1.2 × (0.25 + 0.75 × 2/3)) = 2.2 / 1.9 = 1.15789; × idf = 0.54421.
    assert ranking.numbers.tolist() == [1, 0]
    np.testing.assert_allclose(ranking.scores, [0.59086, 0.54421], atol=1e-4)
    assert K1 == 1.2


def test_lexical_is_bm25(index, expected):
    documents = [analyze(passage.text) for passage in expected]
    for query in ("Le sujet 12 de l'article 7", "phrase 3", "66"):
        tokens = list(dict.fromkeys(analyze(query)))
        scores = bm25(tokens, documents)
        ranking = index.lexical(tokens, 20)
        by_score = sorted((n for n in range(len(scores)) if scores[n]), key=lambda n: -scores[n])
        np.testing.assert_allclose(
            ranking.scores, [scores[n] for n in by_score[:20]], rtol=1e-4, err_msg=query
        )
        np.testing.assert_allclose(
            ranking.scores, [scores[n] for n in ranking.numbers], rtol=1e-4, err_msg=query
        )


def test_lexical_among_some_passages_scores_them_as_among_all(index, expected):
    tokens = analyze("Le sujet 12 de l'article 7")
    everywhere = index.lexical(tokens, len(expected))
    some = np.random.default_rng(0).permutation(len(expected))[:90]
    ranking = index.lexical(tokens, len(some), among=some)
    kept = np.isin(everywhere.numbers, some)
    assert 0 < kept.sum() < len(kept)
    assert ranking.numbers.tolist() == everywhere.numbers[kept].tolist()
    assert ranking.scores.tolist() == everywhere.scores[kept].tolist()
    assert len(index.lexical(tokens, 3, among=some).numbers) == 3
    for nobody in (index.lexical(tokens, 5, among=some[:0]), index.lexical([], 5, among=some)):
        assert nobody.numbers.tolist() == []


def test_lengths_beyond_forty_tokens_are_rounded_as_tantivy_does(tmp_path):
    # They count as 38, 40, 46, 56 and 96.
    assert [quantized(length) for length in (38, 41, 47, 59, 100)] == [38, 40, 46, 56, 96]
    lengths = [38, 41, 47, 59, 100]
    texts = [" ".join(["chat", *(f"mot{n}x{i}" for i in range(n - 1))]) for n in lengths]
    encoder = SmallEncoder()
    articles = [article(f"{n}.txt", text) for n, text in enumerate(texts)]
    build_store(articles, tmp_path, encoder=encoder, splitting=Splitting(max_tokens=200))
    documents = [analyze(text) for text in texts]
    with open_store(tmp_path) as store:
        ranking = store.lexical(["chat"], 5)
    scores = bm25(["chat"], documents)
    np.testing.assert_allclose(ranking.scores, [scores[n] for n in ranking.numbers], rtol=1e-4)


def test_ties_go_to_the_lower_number(tmp_path):
    build([article(f"{n}.txt", "Le même texte.") for n in range(30)], tmp_path)
    with open_store(tmp_path) as store:
        assert store.lexical(["text"], 10).numbers.tolist() == list(range(10))
        assert store.dense(vector("x")[None, :], 10)[0].numbers.tolist() == list(range(10))


def test_a_sound_index_has_no_fault(index):
    assert verify(index) == []


def test_threads_get_the_same_answers(index, expected):
    def look(n):
        query = vector(f"question {n}")
        (dense,) = index.dense(query[None, :], 5)
        lexical = index.lexical(analyze(f"phrase {n % 12} article {n % 50}"), 5)
        texts = [passage.text for passage, _ in index.passages(lexical.numbers)]
        return dense.numbers.tolist(), lexical.numbers.tolist(), texts

    alone = [look(n) for n in range(200)]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(look, range(200))) == alone


def test_threads_that_end_leave_nothing_open(index):
    # A thousand threads, one after the other, need one connection.
    for n in range(40):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(index.article, f"{n}.txt").result()
    assert len(index._texts._idle) <= 16


def test_a_closed_index_says_so(tmp_path):
    build(corpus(), tmp_path)
    store = open_store(tmp_path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.article("0.txt")


def test_a_corpus_without_text_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="no text"):
        build([], tmp_path)
    with pytest.raises(CorpusError, match="no text"):
        build([article("vide.txt", " \n ")], tmp_path)
    assert not any(path.name.startswith("gen-") for path in tmp_path.iterdir())


def test_identical_articles_are_two_sources(tmp_path):
    same = "Telegram compte 25 millions d'inscrits."
    build([article("a.txt", same), article("b.txt", same)], tmp_path)
    with open_store(tmp_path) as store:
        ranking = store.lexical(analyze("Telegram"), 5)
        found = [passage.article_id for passage, _ in store.passages(ranking.numbers)]
    assert found == ["a.txt", "b.txt"]


def test_progress_tells_articles_done_and_in_all(tmp_path, monkeypatch):
    steps = []
    count = BLOCK_ARTICLES + 1
    build(corpus(count, 1), tmp_path / "short", progress=lambda *step: steps.append(step))
    assert steps == [(0, count), (BLOCK_ARTICLES, count), (count, count)]
    steps.clear()
    monkeypatch.setattr(build_module, "BLOCK_CHARACTERS", 1000)
    build(corpus(3, 20), tmp_path / "long", progress=lambda *step: steps.append(step))
    assert steps == [(0, 3), (2, 3), (3, 3)]


def test_a_model_that_reads_less_gets_shorter_passages(tmp_path):
    encoder = SmallEncoder()
    encoder.max_tokens = 10
    build_store(corpus(1), tmp_path, encoder=encoder)
    with open_store(tmp_path) as store:
        passages = [p for p, _ in store.passages(np.arange(store.manifest.passages))]
    assert max(encoder.count_tokens([p.text for p in passages])) <= 10
    assert all(a.end <= b.start for a, b in itertools.pairwise(passages))
