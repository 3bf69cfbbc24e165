"""What people see: terminal text, plain text, and lines of JSON."""

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

from bot import messages
from bot.json_output import answer_line, hits_line
from bot.terminal import show_answer, show_hits, show_sources, visible
from retrieval.records import (
    Answer,
    AnswerSpan,
    Citation,
    Hit,
    Passage,
    Quotation,
    Reference,
    ShortAnswer,
    Status,
)

FULL = Reference(
    article_id="a.txt",
    path="sub/a.txt",
    opening="Le chat",
    title="Le [bold]chat[/bold] :smile:",
    source="Le Journal",
    url="https://exemple.fr/a",
    date="2021-01-12",
    lang="fr",
)
BARE = Reference(article_id="b.txt", path="b.txt", opening="Il dort")
TEXT = "Il [red]va[/red]. Il dort beaucoup. Fin."
HIGHLIGHT = (18, 35)  # the second sentence


def an_answer(*quotations, status=Status.ANSWERED, highlight=HIGHLIGHT):
    quotations = quotations or (Quotation(FULL, TEXT, 100, 100 + len(TEXT)),)
    citation = Citation(rank=1, score=0.5, quotations=quotations, highlights=(highlight,))
    return Answer(question="Où ?", status=status, confidence=0.9, citations=(citation,))


def plain(show, *arguments):
    out = io.StringIO()
    show(Console(file=out, markup=False, highlight=False, emoji=False, width=20), *arguments)
    return out.getvalue()


def on_terminal(show, *arguments, width=80):
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=True,
        color_system="standard",
        width=width,
        markup=False,
        emoji=False,
        _environ={},
    )
    show(console, *arguments)
    return out.getvalue()


def test_plain_text_is_the_quotation_unwrapped_then_its_source():
    assert plain(show_answer, an_answer()) == (
        "Il [red]va[/red]. Il dort beaucoup. Fin.\n"
        "[1] Le [bold]chat[/bold] :smile:\n"
        "    Le Journal · 12 janvier 2021 · https://exemple.fr/a\n"
    )


def test_an_article_of_which_nothing_is_known_is_named_by_its_first_words():
    assert plain(show_answer, an_answer(Quotation(BARE, TEXT, 0, len(TEXT)))) == (
        f"{TEXT}\n[1] «\u00a0Il dort…\u00a0»\n"
    )


@pytest.mark.parametrize("status", list(Status))
def test_how_a_question_was_read_comes_first(status):
    answer = replace(an_answer(status=status), understood="Où est\x1b le chat ?")
    assert plain(show_answer, answer).startswith("J’ai compris\u00a0: Où est␛ le chat ?\n\n")


def test_the_answering_sentence_alone_is_bold_on_a_terminal():
    shown = on_terminal(show_answer, an_answer())
    assert "\x1b[1mIl dort beaucoup.\x1b[0m" in shown
    assert shown.count("\x1b[1m") == 1


def with_short_answers(*places, highlight=HIGHLIGHT):
    """Two citations of the same text; each short answer is given as `(rank, words), …`."""
    quotation = Quotation(BARE, TEXT, 0, len(TEXT))
    answers = []
    for each in places:
        starts = [(rank, TEXT.index(words), words) for rank, words in each]
        spans = [AnswerSpan(rank, start, start + len(words)) for rank, start, words in starts]
        answers.append(ShortAnswer(each[0][1], 0.5, tuple(spans)))
    return Answer(
        question="Que fait-il ?",
        status=Status.ANSWERED,
        confidence=0.9,
        citations=tuple(Citation(rank, 0.5, (quotation,), (highlight,)) for rank in (1, 2)),
        answers=tuple(answers),
    )


def test_short_answers_come_first_each_with_the_numbers_of_its_citations():
    answer = with_short_answers([(2, "beaucoup"), (1, "beaucoup")], [(2, "va")])
    assert plain(show_answer, answer) == (
        "«\u00a0beaucoup\u00a0»  [1][2]\n"
        "«\u00a0va\u00a0»  [2]\n\n"
        f"{TEXT}\n[1] «\u00a0Il dort…\u00a0»\n\n"
        f"{TEXT}\n[2] «\u00a0Il dort…\u00a0»\n"
    )


def test_a_short_answer_is_underlined_in_its_passage():
    shown = on_terminal(show_answer, with_short_answers([(1, "dort")], [(2, "va")]))
    assert shown.startswith(
        "\x1b[1m«\u00a0dort\u00a0»\x1b[0m  [1]\n\x1b[1m«\u00a0va\u00a0»\x1b[0m  [2]\n\n"
    )
    first, second = (line for line in shown.splitlines() if "red" in line)
    assert "\x1b[1mIl \x1b[0m\x1b[1;4mdort\x1b[0m\x1b[1m beaucoup.\x1b[0m" in first
    assert first.count("4m") == second.count("4m") == 1
    assert "\x1b[4mva\x1b[0m" in second


def test_a_short_answer_that_crosses_the_bold_sentence_is_underlined_whole():
    shown = on_terminal(show_answer, with_short_answers([(1, "beaucoup. Fin")]))
    assert "\x1b[1;4mbeaucoup.\x1b[0m\x1b[4m Fin\x1b[0m." in shown


def test_an_answer_that_is_not_short_is_left_to_the_bold_sentence():
    text = "mot " * 40
    citation = Citation(1, 0.5, (Quotation(BARE, text, 0, len(text)),), ((0, len(text)),))
    short = ShortAnswer(text, 0.5, (AnswerSpan(1, 0, 151),))
    answer = Answer("?", Status.ANSWERED, 0.9, (citation,), answers=(short,))
    assert plain(show_answer, answer).startswith("mot mot")
    assert "\x1b[4m" not in on_terminal(show_answer, answer)


@pytest.mark.parametrize(("probability", "shown"), [(1 / 3, True), (0.33, False)])
def test_an_improbable_short_answer_is_left_to_the_bold_sentence(probability, shown):
    answer = with_short_answers([(1, "dort")])
    answer = replace(answer, answers=(replace(answer.answers[0], probability=probability),))
    assert plain(show_answer, answer).startswith("«\u00a0dort\u00a0»" if shown else TEXT)
    assert ("4m" in on_terminal(show_answer, answer)) is shown


def test_a_hostile_short_answer_is_made_visible():
    text = "a\x1b[2Jb"
    citation = Citation(1, 0.5, (Quotation(BARE, text, 0, len(text)),), ())
    short = ShortAnswer(text, 0.5, (AnswerSpan(1, 0, len(text)),))
    answer = Answer("?", Status.ANSWERED, 0.9, (citation,), answers=(short,))
    assert plain(show_answer, answer).startswith("«\u00a0a␛[2Jb\u00a0»  [1]\n")


def test_nothing_is_bold_where_nothing_answers():
    shown = on_terminal(show_answer, an_answer(status=Status.RELATED))
    assert "\x1b[1m" not in shown
    assert shown.startswith("Je n’ai pas trouvé de réponse sûre dans les articles.")
    assert TEXT in shown


@pytest.mark.parametrize("name", [name for name in vars(messages) if name.isupper()])
def test_what_is_said_is_set_as_french_is(name):
    said = str(getattr(messages, name))
    assert re.search(r"\w'\w| [:;?!»]|« |[^\u00a0 \d]:\s|[^\u202f …][?!]", said) is None


def test_none_is_said():
    answer = Answer(question="?", status=Status.NONE, confidence=0.1, citations=())
    expected = f"{messages.TERMINAL_NONE}\n"
    assert plain(show_answer, answer) == expected


@pytest.mark.parametrize(
    ("other", "heading"),
    [
        (TEXT, "Mot pour mot aussi dans\u00a0:"),
        (f"{TEXT}!", "Presque mot pour mot aussi dans\u00a0:"),
    ],
)
def test_every_article_of_a_citation_is_named(other, heading):
    shown = plain(
        show_answer,
        an_answer(
            Quotation(FULL, TEXT, 0, len(TEXT)),
            Quotation(BARE, other, 5, 5 + len(other)),
        ),
    )
    assert shown.endswith(f"\n    {heading}\n    - «\u00a0Il dort…\u00a0»\n")


def test_confidence_and_scores_are_not_shown_to_people():
    shown = plain(show_answer, an_answer())
    assert "0.9" not in shown
    assert "0.5" not in shown


def test_control_characters_become_visible_ones():
    # ESC, BEL, carriage return, DEL, the C1 form of ESC [, and a noncharacter.
    hostile = "a\x1b]0;titre\x07\r\x7f\x9b\ufdd0\tb\nc"
    assert visible(hostile) == "a␛]0;titre␇␍␡��\tb\nc"
    reference = Reference(article_id="x", path="x", opening="x", title="t\x1b[2J", source="\x07")
    answer = an_answer(Quotation(reference, hostile, 0, len(hostile)), highlight=(0, 1))
    for shown in (plain(show_answer, answer), plain(show_sources, [reference])):
        assert not any((ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160 for c in shown)


def test_highlights_stay_in_place_after_control_characters():
    text = "\x07\x08\x0b\x0c\rAvant. Voici."
    start = text.index("Voici.")
    answer = an_answer(
        Quotation(BARE, text, 0, len(text)), highlight=(start, start + len("Voici."))
    )
    assert "\x1b[1mVoici.\x1b[0m" in on_terminal(show_answer, answer)


def test_a_narrow_terminal_wraps_between_words_and_keeps_every_one():
    text = (
        "Selon Pavel Durov, «\xa025\u202f000 personnes\xa0» sont venues en soixante-douze heures."
    )
    answer = an_answer(Quotation(FULL, text, 0, len(text)), highlight=(0, 18))
    shown = on_terminal(show_answer, answer, width=40)
    lines = shown.replace("\x1b[0m", "").splitlines()
    bare = [line.replace("\x1b[1m", "").replace("\x1b[36m", "") for line in lines]
    quoted = [line.removeprefix("│ ") for line in bare if line.startswith("│ ")]
    assert len(quoted) > 1
    assert max(map(len, quoted)) <= 38
    # French puts « and its word, and the parts of a number, on one line.
    assert " ".join(line.rstrip(" ") for line in quoted) == text


def test_no_colour_where_none_is_wanted():
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="standard", _environ={"NO_COLOR": "1"}
    )
    show_answer(console, an_answer())
    assert "\x1b[36m" not in out.getvalue()
    assert "\x1b[1m" in out.getvalue()


def a_hit():
    return Hit(
        rank=1,
        score=0.75,
        passage=Passage("a.txt", 10, 14, "Oui.", ((10, 14),)),
        reference=FULL,
        dense_rank=2,
        dense_score=0.5,
        fused_rank=1,
        fused_score=0.75,
    )


def test_hits_show_their_ranks():
    assert plain(show_hits, [a_hit()]) == (
        "Oui.\n"
        "[1] Le [bold]chat[/bold] :smile:\n"
        "    Le Journal · 12 janvier 2021 · https://exemple.fr/a · score 0.750 (dense 2)\n"
    )
    assert plain(show_hits, []) == "Aucun passage ne correspond à cette recherche.\n"


def test_sources_are_numbered_with_what_is_known_of_each():
    assert plain(show_sources, [FULL, BARE]) == (
        "2 articles\n\n"
        "1. Le [bold]chat[/bold] :smile:\n"
        "   Le Journal · 12 janvier 2021 · https://exemple.fr/a · sub/a.txt\n\n"
        "2. «\u00a0Il dort…\u00a0»\n"
        "   b.txt\n"
    )


FULL_IN_JSON = {
    "article_id": "a.txt",
    "path": "sub/a.txt",
    "title": "Le [bold]chat[/bold] :smile:",
    "source": "Le Journal",
    "url": "https://exemple.fr/a",
    "date": "2021-01-12",
}


def test_an_answer_in_json():
    short = ShortAnswer("dort", 0.5, (AnswerSpan(1, 21, 25),))
    answer = replace(an_answer(), answers=(short,), understood="Où est le chat ?")
    assert json.loads(answer_line(answer)) == {
        "schema": 1,
        "question": "Où ?",
        "understood": "Où est le chat ?",
        "status": "answered",
        "confidence": 0.9,
        "answers": [
            {
                "text": "dort",
                "probability": 0.5,
                "spans": [{"citation": 1, "start": 21, "end": 25}],
            }
        ],
        "citations": [
            {
                "rank": 1,
                "score": 0.5,
                "text": TEXT,
                "highlights": [[18, 35]],
                "sources": [
                    {
                        **FULL_IN_JSON,
                        "text": TEXT,
                        "start": 100,
                        "end": 140,
                    }
                ],
            }
        ],
    }


def test_json_stays_one_safe_line_whatever_the_article_holds():
    text = "a\nb\u2028c\x85d\x9b2Je\x1bf\x7fé"
    line = answer_line(an_answer(Quotation(BARE, text, 0, len(text)), highlight=(0, 1)))
    assert line.splitlines() == [line]
    assert line.isprintable()
    assert "é" in line
    assert json.loads(line)["citations"][0]["text"] == text


def test_hits_in_json():
    assert json.loads(hits_line("Où ?", "dense", [a_hit()])) == {
        "schema": 1,
        "question": "Où ?",
        "mode": "dense",
        "hits": [
            {
                "rank": 1,
                "score": 0.75,
                "dense": {"rank": 2, "score": 0.5},
                "lexical": None,
                "fused": {"rank": 1, "score": 0.75},
                **FULL_IN_JSON,
                "text": "Oui.",
                "start": 10,
                "end": 14,
            }
        ],
    }
