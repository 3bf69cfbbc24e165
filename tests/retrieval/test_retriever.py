"""From a question to hits and answers, on the articles that ship with the project."""

import copy
import itertools
import json
import multiprocessing
import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import faiss
import pytest
import torch

from embeddings import EncoderError
from retrieval import MODES, MismatchError, QueryError, Retriever, Status, StoreError
from retrieval.errors import OutdatedError
from retrieval.fusion import RRF_K
from retrieval.index.build import build_store
from retrieval.passages import Splitting
from retrieval.searching import normalized
from tests.retrieval.index.small import SmallEncoder, article

QUESTION = "Combien d'utilisateurs Telegram a-t-il gagnés en 72 heures ?"
QUESTIONS = [
    json.loads(line)["question"]
    for line in (Path(__file__).parents[1] / "data" / "seeds-questions.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
][::4]


def place(quotation):
    return quotation.reference.article_id, quotation.start, quotation.end


@pytest.fixture(scope="module")
def answers(retriever):
    return retriever.answer_many(QUESTIONS, k=3)


class TestSearch:
    @pytest.mark.parametrize("mode", MODES)
    def test_hits_by_rank_and_score(self, retriever, mode):
        hits = retriever.search(QUESTION, k=5, mode=mode)
        assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
        assert all(a.score >= b.score for a, b in itertools.pairwise(hits))
        assert "25 millions" in hits[0].passage.text
        assert len({hit.passage.id for hit in hits}) == 5
        assert all(hit.reference.article_id == hit.passage.article_id for hit in hits)

    def test_each_score_comes_from_its_ranking(self, retriever):
        found = retriever.search_many([QUESTION], k=8, modes=MODES)[0]
        for hit in found["dense"]:
            assert (hit.rank, hit.score) == (hit.dense_rank, hit.dense_score)
        for hit in found["lexical"]:
            assert (hit.rank, hit.score) == (hit.lexical_rank, hit.lexical_score)
        for hit in found["hybrid"]:
            assert (hit.rank, hit.score) == (hit.fused_rank, hit.fused_score)
        for hit in found["rrf"]:
            ranks = [rank for rank in (hit.dense_rank, hit.lexical_rank) if rank is not None]
            assert hit.score == pytest.approx(sum(1 / (RRF_K + rank) for rank in ranks))

    def test_a_passage_has_the_same_ranks_whatever_the_mode(self, retriever):
        found = retriever.search_many([QUESTION], k=8, modes=MODES)[0]
        ranks = {}
        for hit in itertools.chain.from_iterable(found.values()):
            own = hit.dense_rank, hit.lexical_rank, hit.fused_rank
            assert ranks.setdefault(hit.passage.id, own) == own

    def test_many_at_once_are_each_as_alone(self, retriever):
        questions = [QUESTION, "Qui a fondé Telegram ?", QUESTION]
        together = retriever.search_many(questions, k=3)
        for question, found in zip(questions, together, strict=True):
            alone = retriever.search(question, k=3)
            assert [h.passage.id for h in found["hybrid"]] == [h.passage.id for h in alone]

    def test_k_beyond_the_corpus_gives_what_there_is(self, retriever):
        passages = retriever.manifest.passages
        for mode in ("dense", "rrf", "hybrid"):
            hits = retriever.search(QUESTION, k=100_000, mode=mode)
            assert len({hit.passage.id for hit in hits}) == len(hits) == passages
        assert 0 < len(retriever.search(QUESTION, k=100_000, mode="lexical")) <= passages

    @pytest.mark.parametrize("mode", MODES)
    def test_k_beyond_what_a_library_can_count(self, retriever, mode):
        hits = retriever.search("Telegram", k=2**70, mode=mode)
        assert hits == retriever.search("Telegram", k=100_000, mode=mode) != []

    def test_words_that_no_passage_holds(self, retriever):
        assert retriever.search("xyzzy", mode="lexical") == []
        assert retriever.search("Quel est le leur ?", mode="lexical") == []
        assert len(retriever.search("xyzzy", k=2)) == 2

    def test_passages_are_slices_of_their_articles(self, retriever):
        for hit in retriever.search(QUESTION, k=100):
            passage = hit.passage
            text = retriever.article(passage.article_id).text
            assert text[passage.start : passage.end] == passage.text

    def test_white_space_does_not_matter(self, retriever):
        spread = "\n ".join(QUESTION.split(" "))
        assert retriever.search(spread) == retriever.search(QUESTION)

    @pytest.mark.parametrize("query", ["", " \n\t\u00a0"])
    def test_an_empty_query(self, retriever, query):
        with pytest.raises(QueryError, match="empty"):
            retriever.search(query)
        with pytest.raises(QueryError, match="empty"):
            retriever.answer(query)

    def test_a_query_of_too_many_characters(self, retriever):
        assert retriever.search("oui " * 250)
        with pytest.raises(QueryError, match=r"2001 characters.* at most 2000"):
            retriever.search("x" * 2001)

    def test_a_query_of_too_many_tokens(self, retriever):
        with pytest.raises(QueryError, match=r"too long.* tokens"):
            retriever.search("a b " * 400)

    @pytest.mark.parametrize("query", [None, 3, b"Qui ?", ["Qui ?"]])
    def test_what_is_no_text(self, retriever, query):
        with pytest.raises(QueryError, match="A question is a text, not "):
            retriever.search(query)
        with pytest.raises(QueryError, match="A question is a text, not "):
            retriever.answer(query)
        with pytest.raises(QueryError, match="A question is a text, not "):
            retriever.answer(QUESTION, previous=query or 3)

    def test_half_a_character(self, retriever):
        # What a terminal hands on of bytes that are no UTF-8.
        with pytest.raises(QueryError, match="not text"):
            retriever.search("Qui est \udcff ?")

    @pytest.mark.parametrize("k", [0, -1, 2.5, float("nan"), "3", None, True])
    def test_k_is_at_least_one(self, retriever, k):
        with pytest.raises(QueryError, match=f"at least 1, not {k!r}"):
            retriever.search(QUESTION, k=k)
        with pytest.raises(QueryError, match=f"at least 1, not {k!r}"):
            retriever.answer(QUESTION, k=k)

    def test_an_unknown_mode(self, retriever):
        with pytest.raises(QueryError, match=r"'bm25'.*dense, lexical, rrf, hybrid"):
            retriever.search(QUESTION, mode="bm25")
        with pytest.raises(QueryError, match=r"'bm25'.*dense, lexical, rrf, hybrid"):
            retriever.rank_many([QUESTION], k=5, modes=("bm25",))

    def test_no_mode_ranks_nothing(self, retriever):
        assert retriever.rank_many([QUESTION], k=5, modes=()) == [{}]
        assert retriever.search_many([QUESTION], k=5, modes=()) == [{}]


class TestAnswer:
    def test_every_quotation_is_verbatim_and_sourced(self, retriever, answers):
        texts = {r.article_id: retriever.article(r.article_id).text for r in retriever.articles()}
        shown = 0
        for answer in answers:
            for citation in answer.citations:
                for quotation in citation.quotations:
                    text = texts[quotation.reference.article_id]
                    assert text[quotation.start : quotation.end] == quotation.text
                    shown += 1
        assert shown > len(QUESTIONS)

    def test_no_quotation_spans_removed_text(self, retriever, answers):
        breaks = {
            r.article_id: retriever.article(r.article_id).breaks for r in retriever.articles()
        }
        assert any(breaks.values())
        for quotation in (q for a in answers for c in a.citations for q in c.quotations):
            assert not any(
                quotation.start < b < quotation.end for b in breaks[quotation.reference.article_id]
            )

    def test_citations_are_ranked_and_highlighted(self, answers):
        for answer in answers:
            assert [c.rank for c in answer.citations] == list(range(1, len(answer.citations) + 1))
            assert len(answer.citations) <= 3
            for citation in answer.citations:
                assert 1 <= len(citation.highlights) <= 2
                assert list(citation.highlights) == sorted(citation.highlights)
                for span in citation.highlights:
                    assert 0 <= span[0] < span[1] <= len(citation.text)
                    assert citation.text[slice(*span)].strip() == citation.text[slice(*span)]

    def test_sources_of_a_citation_are_different_articles(self, answers):
        for citation in (c for answer in answers for c in answer.citations):
            sources = [q.reference.article_id for q in citation.quotations]
            assert len(set(sources)) == len(sources)

    def test_nothing_is_shown_where_there_is_nothing(self, answers):
        for question, answer in zip(QUESTIONS, answers, strict=True):
            assert answer.question == question
            assert 0.0 <= answer.confidence <= 1.0
            assert bool(answer.citations) is (answer.status is not Status.NONE)

    def test_an_easy_question(self, retriever):
        answer = retriever.answer(QUESTION)
        assert answer.status is Status.ANSWERED
        assert "25 millions" in answer.citations[0].text

    @pytest.mark.parametrize("composed", [QUESTION, "Où l'été a-t-il gêné Brzgktal ?"])
    def test_how_a_letter_is_written_in_unicode_does_not_matter(self, retriever, composed):
        apart = unicodedata.normalize("NFD", composed)
        answer = retriever.answer(apart)
        assert answer == replace(retriever.answer(composed), question=apart)
        assert answer.understood is None
        assert retriever.search(apart) == retriever.search(composed)

    @pytest.mark.parametrize(
        "question",
        [
            "Que s'est-il passé lors de la panne de Facebook ?",
            "Pk les gens quittent Whatsapp",
        ],
    )
    def test_capitals_throughout_do_not_matter(self, retriever, question):
        shouted, said = retriever.answer(question.upper()), question.capitalize()
        assert replace(shouted, question=said) == retriever.answer(said)
        assert retriever.search(question.upper(), mode="dense") == retriever.search(
            said, mode="dense"
        )

    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("POURQUOI ?", "Pourquoi ?"),
            ("SNCF ?", "SNCF ?"),
            ("L'UE ?", "L'UE ?"),
            ("RER A", "RER A"),
            ("ISO 9001", "ISO 9001"),
            ("LE RER A", "Le rer a"),
            ("HORAIRES RER", "Horaires rer"),
            ("DE QUOI PARLE Signal ?", "DE QUOI PARLE Signal ?"),
            ("3 + 4", "3 + 4"),
        ],
    )
    def test_short_words_in_capitals_may_be_acronyms(self, typed, read):
        assert normalized(typed) == read

    def test_a_previous_question_may_be_written_otherwise_in_unicode(self, retriever):
        composed = "Qui a créé Telegram ?"
        apart = unicodedata.normalize("NFD", composed)
        following = retriever.answer("Et Signal ?", previous=composed)
        assert following.understood
        for previous in (apart, retriever.answer(apart)):
            assert retriever.answer("Et Signal ?", previous=previous) == following

    def test_what_would_be_too_long_spelt_out_is_read_as_typed(self, retriever):
        assert retriever.answer("qqch " * 150).understood is None

    def test_excluded_articles_are_never_cited(self, retriever):
        everything = {reference.article_id for reference in retriever.articles()}
        for left_out in everything:
            (answer,) = retriever.answer_many([QUESTION], excluding=[{left_out}], k=10)
            cited = {q.reference.article_id for c in answer.citations for q in c.quotations}
            assert left_out not in cited
        (answer,) = retriever.answer_many([QUESTION], excluding=[everything])
        assert answer.citations == ()
        assert (answer.status, answer.confidence) == (Status.NONE, 0)

    def test_what_would_be_read_letter_by_letter_is_refused(self, retriever):
        for ask in (retriever.answer_many, retriever.search_many, retriever.consult_many):
            with pytest.raises(QueryError, match="list of texts"):
                ask(QUESTION)
        with pytest.raises(QueryError, match="a set for each question"):
            retriever.answer_many([QUESTION], excluding=["a.txt"])

    def test_questions_may_come_one_by_one(self, retriever):
        assert retriever.answer_many(iter([QUESTION])) == retriever.answer_many([QUESTION])

    def test_exclusion_goes_question_by_question(self, retriever):
        everything = {reference.article_id for reference in retriever.articles()}
        with_all, without = retriever.answer_many([QUESTION, QUESTION], excluding=[(), everything])
        assert with_all == replace(retriever.answer(QUESTION), confidence=with_all.confidence)
        assert without.citations == ()

    def test_context_goes_on_where_the_quotation_stops(self, retriever):
        citation = retriever.answer(QUESTION).citations[0]
        for quotation in citation.quotations:
            context = retriever.context(quotation)
            text = retriever.article(quotation.reference.article_id).text
            assert text[: quotation.start].rstrip().endswith(context.before.rstrip())
            assert text[quotation.end :].lstrip().startswith(context.after.lstrip())
            assert context.quotation == quotation

    def test_a_quotation_that_is_not_the_articles_text_is_refused(self, retriever):
        answer = retriever.answer(QUESTION)
        first = answer.citations[0]
        changed = replace(first.quotations[0], text=first.text.replace("25", "26"))
        forged = replace(answer, citations=(replace(first, quotations=(changed,)),))
        with pytest.raises(StoreError, match="doctor --full"):
            retriever.verify(forged)

    def test_an_unknown_article(self, retriever):
        with pytest.raises(StoreError, match="no article 'inconnu'"):
            retriever.article("inconnu")
        with pytest.raises(StoreError, match="holds no article"):
            retriever.article("\ud800")


def test_threads_get_the_answers_of_one(retriever):
    # 1,000 questions, 250 of them different, one in 25 answered and the others searched for.
    names = ["Telegram", "Signal", "WhatsApp", "Facebook", "Durov", "Musk", "Twitter", "Moscou"]
    verbs = ["gagne", "perd", "dit", "veut", "craint", "vend"]
    things = ["utilisateurs", "données", "messages", "amis", "argent", "temps"]
    questions = [" ".join(words) for words in itertools.product(names, verbs, things)][:250]
    answered = questions[::25]

    def ask(number):
        question = questions[number * 7 % 250]
        if question in answered:
            return question, retriever.answer(question)
        return question, retriever.search(question, k=3)

    hits = dict(zip(questions, retriever.search_many(questions, k=3), strict=True))
    answers = dict(zip(answered, retriever.answer_many(answered), strict=True))
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(ask, range(1000)))
    # A batch's padding moves the last digits of a vector, and with them a score.
    for question, result in found:
        if question in answered:
            assert_same_answer(result, answers[question])
        else:
            expected = hits[question]["hybrid"]
            assert [hit.passage for hit in result] == [hit.passage for hit in expected]
            scores = [hit.score for hit in expected]
            assert [hit.score for hit in result] == pytest.approx(scores, abs=1e-4)


@pytest.fixture
def two_threads():
    """However few the machine has, so that torch and faiss start some."""
    before = torch.get_num_threads(), faiss.omp_get_max_threads()
    torch.set_num_threads(2)
    faiss.omp_set_num_threads(2)
    yield
    torch.set_num_threads(before[0])
    faiss.omp_set_num_threads(before[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_answers_as_the_one_before_it(retriever, two_threads):
    questions = QUESTIONS[:3]
    here = retriever.answer_many(questions)
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=lambda: theirs.send(retriever.answer_many(questions)))
    child.start()
    try:
        assert ours.poll(60)
        for one, other in zip(here, ours.recv(), strict=True):
            assert_same_answer(one, other)
    finally:
        child.kill()
        child.join()


def assert_same_answer(one, other):
    assert one.question == other.question
    assert one.status is other.status
    assert one.confidence == pytest.approx(other.confidence, abs=1e-4)
    for left, right in zip(one.citations, other.citations, strict=True):
        assert left.score == pytest.approx(right.score, abs=1e-4)
        assert list(map(place, left.quotations)) == list(map(place, right.quotations))
        assert left.highlights == right.highlights


def test_an_error_of_an_outdated_index_can_be_copied():
    error = copy.copy(OutdatedError("vieux", roots=("a", "b")))
    assert (type(error), str(error), error.roots) == (OutdatedError, "vieux", ("a", "b"))


class TestOpen:
    def test_another_model_is_told_with_both_names(self, seeds_index, encoder):
        other = replace(encoder.identity, model="autre", digest="f" * 64)

        class Other:
            identity = other

        with pytest.raises(
            MismatchError, match=r"the model bundled .*not with autre .*--model autre"
        ):
            Retriever.open(seeds_index, encoder=Other())

    @pytest.mark.parametrize(
        "change",
        [{"digest": "f" * 64}, {"query_prefix": "Q: "}, {"pooling": "cls"}, {"max_tokens": 128}],
        ids=lambda change: next(iter(change)),
    )
    def test_whatever_changes_the_vectors_is_a_mismatch(self, seeds_index, encoder, change):
        class Other:
            identity = replace(encoder.identity, **change)

        with pytest.raises(MismatchError):
            Retriever.open(seeds_index, encoder=Other())

    def test_no_index(self, tmp_path, encoder):
        with pytest.raises(StoreError, match="no index at"):
            Retriever.open(tmp_path, encoder=encoder)
        with pytest.raises(StoreError, match="folder is empty: name one"):
            Retriever.open("", encoder=encoder)

    def test_closed(self, seeds_index, encoder):
        with Retriever.open(seeds_index, encoder=encoder) as opened:
            assert opened.search(QUESTION, k=1)
        opened.close()
        with pytest.raises(EncoderError, match="closed"):
            opened.search(QUESTION)


def test_what_a_passage_scores_does_not_depend_on_how_many_are_asked_for(tmp_path):
    # More passages than either ranking is deep, all of which share a word with the question.
    articles = [
        article(f"{n}.txt", f"Le chat {n} dort {'très ' * (n % 7)}bien sous le sujet {n % 12}.")
        for n in range(250)
    ]
    encoder = SmallEncoder()
    build_store(articles, tmp_path, encoder=encoder, splitting=Splitting(max_tokens=30))
    questions = [f"Quel chat dort sous le sujet {n} ?" for n in range(12)]
    with Retriever.open(tmp_path, encoder=encoder, reader="none") as retriever:
        few = retriever.search_many(questions, k=100, modes=MODES[:4])
        all_ = retriever.search_many(questions, k=250, modes=MODES[:4])
    for some, every in zip(few, all_, strict=True):
        scores = {hit.passage.article_id: hit for hit in every["hybrid"]}
        assert len(scores) == 250
        for hit in some["hybrid"]:
            whole = scores[hit.passage.article_id]
            assert hit.score == pytest.approx(whole.score, abs=1e-6)
            assert hit.lexical_score == whole.lexical_score


def test_what_an_excluded_article_hid_is_read(tmp_path):
    # Random vectors and words that all share: a hundred candidates are of the long article.
    sentences = [f"Le chat {n} dort bien sous le chat du sujet." for n in range(900)]
    short = [article(f"{n}.txt", f"Un chat {n} passe et dort sur ce tapis.") for n in range(4)]
    encoder = SmallEncoder()
    long = article("long.txt", " ".join(sentences))
    build_store([long, *short], tmp_path, encoder=encoder, splitting=Splitting(max_tokens=30))
    with Retriever.open(tmp_path, encoder=encoder, reader="none") as retriever:
        (found,) = retriever.consult_many(["Quel chat dort ?"], excluding=[{"long.txt"}])
        (nothing,) = retriever.consult_many(
            ["Quel chat dort ?"], excluding=[{each.reference.article_id for each in [long, *short]}]
        )
    assert {each.passage.article_id for each in found.readings} == {f"{n}.txt" for n in range(4)}
    assert not nothing.readings
