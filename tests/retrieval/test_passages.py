"""Articles to passages. Most cases count words as tokens, so that budgets can be worked out."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus import read_corpus
from retrieval.passages import Splitting, split_article
from retrieval.records import Article, Reference

ONE, TWO, THREE = "Un deux trois quatre.", "Cinq six sept huit.", "Neuf dix onze douze."


def count_words(texts):
    return [len(text.split()) for text in texts]


def article(text, breaks=()):
    return Article(Reference("a", "a.txt", "…"), text, tuple(breaks))


def split(text, max_tokens, overlap=1, breaks=(), count=count_words):
    return split_article(
        article(text, breaks),
        count_tokens=count,
        splitting=Splitting(max_tokens=max_tokens, overlap=overlap),
    )


def texts(passages):
    return [passage.text for passage in passages]


def test_passages_fill_the_budget_and_overlap_by_a_sentence():
    found = split(f"{ONE} {TWO} {THREE}", 8)
    assert texts(found) == [f"{ONE} {TWO}", f"{TWO} {THREE}"]
    assert [(p.start, p.end) for p in found] == [(0, 41), (22, 62)]
    assert [p.sentences for p in found] == [((0, 21), (22, 41)), ((22, 41), (42, 62))]
    assert [p.article_id for p in found] == ["a", "a"]


def test_one_passage_where_all_fits():
    assert texts(split(f"{ONE} {TWO} {THREE}", 12)) == [f"{ONE} {TWO} {THREE}"]


def test_without_overlap():
    assert texts(split(f"{ONE} {TWO} {THREE}", 8, overlap=0)) == [f"{ONE} {TWO}", THREE]


def test_no_overlap_where_it_would_leave_no_room():
    assert texts(split(f"{ONE} {TWO} {THREE}", 7)) == [ONE, TWO, THREE]


def test_an_overlap_of_two_shrinks_to_what_leaves_room():
    short, long = "A b.", "Neuf dix onze douze treize quatorze."
    assert texts(split(f"{short} {ONE} {TWO} {long}", 10, overlap=2)) == [
        f"{short} {ONE} {TWO}",
        f"{TWO} {long}",
    ]


@pytest.mark.parametrize(
    ("text", "max_tokens", "cut"),
    [
        # Eight words fit, and the second paragraph has eight.
        (f"A b.\n{ONE} {TWO}", 8, ["A b.", f"{ONE} {TWO}"]),
        # It has half of what fits, and would follow an overlap.
        (f"{ONE} {TWO}\n{THREE}", 8, [f"{ONE} {TWO}", THREE]),
        # It has less.
        (f"{ONE} {TWO}\n{THREE}", 9, [f"{ONE} {TWO}", f"{TWO}\n{THREE}"]),
        (f"A b c d e.\n{ONE} F.", 9, ["A b c d e.", f"{ONE} F."]),
        (f"A b c d e.\n{ONE} F.", 10, [f"A b c d e.\n{ONE} F."]),
        (f"A b c d e f g h.\n{ONE} F.", 12, ["A b c d e f g h.\n" + ONE, f"{ONE} F."]),
        # It has more, and is cut anyway.
        (f"A b.\n{ONE} {TWO} {THREE}", 8, [f"A b.\n{ONE}", f"{ONE} {TWO}", f"{TWO} {THREE}"]),
        # A headline goes with it, and counts.
        (f"{ONE} A.\nUn titre\n{TWO}", 10, [f"{ONE} A.", f"Un titre\n{TWO}"]),
        (f"A b.\nUn titre\n{ONE} {TWO}", 10, ["A b.", f"Un titre\n{ONE} {TWO}"]),
    ],
)
def test_a_long_paragraph_starts_a_passage_rather_than_be_cut(text, max_tokens, cut):
    assert texts(split(text, max_tokens)) == cut


def test_a_wrapped_line_starts_no_paragraph():
    text = (
        "Anticonstitutionnellement, deux trois quatre\n"
        "cinq six. Sept huit neuf dix. Onze douze treize."
    )
    assert texts(split(text, 10)) == [
        "Anticonstitutionnellement, deux trois quatre\ncinq six. Sept huit neuf dix.",
        "Sept huit neuf dix. Onze douze treize.",
    ]


def test_a_sentence_that_just_fits_is_not_cut():
    assert texts(split(f"{ONE} {TWO}", 4)) == [ONE, TWO]


def test_a_sentence_that_does_not_fit_is_cut_between_words():
    text = "Un deux trois quatre cinq six sept huit neuf dix."
    found = split(text, 4)
    assert texts(found) == ["Un deux trois quatre", "cinq six sept huit", "neuf dix."]
    assert [p.sentences for p in found] == [((0, 20),), ((21, 39),), ((40, 49),)]


def test_the_rest_of_a_cut_sentence_is_joined_by_the_next():
    text = f"Un deux trois quatre cinq. {TWO}"
    assert texts(split(text, 4)) == ["Un deux trois quatre", "cinq.", TWO]
    assert texts(split(f"Un deux trois quatre cinq. {TWO}", 5, overlap=0)) == [
        "Un deux trois quatre cinq.",
        TWO,
    ]
    assert texts(split(f"Un deux trois quatre cinq six sept. {TWO}", 6, overlap=0)) == [
        "Un deux trois quatre cinq six",
        f"sept. {TWO}",
    ]


def test_a_word_without_end_is_cut_anywhere():
    # A token a character, and one for what stands before each text.
    found = split("x" * 100, 33, count=lambda texts: [1 + len(text) for text in texts])
    assert texts(found) == ["x" * 32, "x" * 32, "x" * 32, "x" * 4]


def test_no_passage_spans_removed_text():
    text = f"{ONE} {TWO} {THREE}"
    assert texts(split(text, 100, breaks=[22])) == [ONE, f"{TWO} {THREE}"]
    # A break within a sentence parts it.
    assert texts(split(text, 100, breaks=[7, 8])) == [
        "Un deux",
        f"trois quatre. {TWO} {THREE}",
    ]


def test_what_stands_between_sentences_counts():
    text = f"{ONE}\n\n* * *\n\n{TWO}"
    assert texts(split(text, 11)) == [text]
    assert texts(split(text, 10)) == [ONE, TWO]
    # What no passage has room for is cut as a sentence is.
    assert texts(split(text, 6, overlap=0)) == [f"{ONE}\n\n* *", f"*\n\n{TWO}"]


@pytest.mark.parametrize("text", ["", " \n\u00a0\n", "***"])
def test_white_space_has_no_passage(text):
    assert split(text, 10) == []
    assert split(text, 10, breaks=[0, len(text)]) == []


def test_identities_tell_settings_apart():
    names = {Splitting(m, o).identity for m in (100, 200) for o in (0, 1)}
    assert len(names) == 4


WORDS = st.sampled_from(
    [
        "M.",
        "Durov",
        "a",
        "72.000",
        "abonnés,",
        "«",
        "oui !",
        "»",
        "fin.",
        "etc.",
        "***",
        "x" * 70,
        "\n\n",
    ]
)


@given(
    st.lists(WORDS | st.text(max_size=4), max_size=60).map(" ".join),
    st.lists(st.integers(0, 300), max_size=4),
    st.integers(1, 20),
    st.integers(0, 3),
)
def test_any_article(text, breaks, max_tokens, overlap):
    breaks = sorted(b for b in breaks if b <= len(text))
    found = split(text, max_tokens, overlap, breaks)
    seen = [not character.isalnum() for character in text]
    for passage in found:
        assert passage.text == text[passage.start : passage.end]
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
        assert all(a < b for a, b in passage.sentences)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(passage.sentences))
        assert not any(passage.start < b < passage.end for b in breaks)
        assert count_words([passage.text])[0] <= max_tokens
        for a, b in passage.sentences:
            seen[a:b] = [True] * (b - a)
    assert all(seen)
    for before, after in itertools.pairwise(found):
        assert before.start < after.start
        assert before.end < after.end
        shared = [span for span in before.sentences if span in after.sentences]
        assert len(shared) <= overlap


@pytest.mark.parametrize("max_tokens", [40, 288])
def test_the_encoder_agrees_with_the_budget(encoder, seeds_articles, max_tokens):
    odd = article(" ".join(["Oui !", "Non.", "Hé\u202f?", "aïe" * 30, "L’été,", "😀" * 9] * 80))
    splitting = Splitting(max_tokens=max_tokens)
    for each in [*seeds_articles, odd]:
        found = split_article(each, count_tokens=encoder.count_tokens, splitting=splitting)
        counts = encoder.count_tokens([passage.text for passage in found])
        assert max(counts) <= max_tokens
    # Nor is it left half empty where sentences are short.
    assert max_tokens < 288 or min(counts[:-1]) > max_tokens / 2


def test_fifty_megabytes_are_read_and_split(tmp_path):
    paragraph = "mot " * 2500 + "fin.\n"
    path = tmp_path / "grand.txt"
    path.write_text(paragraph * (50_000_000 // len(paragraph) + 1), encoding="utf-8")
    assert path.stat().st_size >= 50_000_000
    (big,) = read_corpus([path]).articles
    found = split_article(
        big,
        count_tokens=lambda texts: [len(text) // 4 + 1 for text in texts],
        splitting=Splitting(max_tokens=20_000),
    )
    assert found[0].start == 0
    assert found[-1].end == len(big.text)
    assert len(re.findall("fin", found[0].text)) == len(found[0].sentences) == 7
