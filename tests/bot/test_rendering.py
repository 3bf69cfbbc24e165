"""Whatever the articles hold, Telegram takes the messages and people read the passage unchanged."""

import itertools
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram_server import formatted, visible

from bot import messages
from bot.telegram.rendering import (
    MAX_LENGTH,
    clip,
    context_room,
    length,
    plain,
    render_answer,
    render_context,
    render_others,
    render_sources,
    split,
)
from retrieval.records import Answer, Citation, Context, Quotation, Reference, Status

PIECES = [
    "<b>&amp;",
    "</blockquote>",
    "&lt;",
    "&",
    "<a href='x'>",
    "👩‍👩‍👧‍👦",
    "🇫🇷",
    "😀",
    "é",
    "e\u0301",
    "\u0301\u0301",
    "שלום",
    "مرحبا",
    "\u202e",
    "\u200f",
    "\u200b",
    "\u00a0",
    "\u2028",
    "\t",
    "\n\n",
    " ",
    "mot ",
    "« guillemets » ",
    "\x00",
    "\r",
    "@someone ",
    "/commande ",
    "https://example.org/x ",
]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join),
    st.text(min_size=1, max_size=300),
    st.builds(
        lambda piece, count: piece * count,
        st.sampled_from([piece for piece in PIECES if piece.strip()]),
        st.integers(300, 1_500),
    ),
)
ordinary = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40)
references = st.builds(
    Reference,
    article_id=st.just("a"),
    path=st.just("a.txt"),
    opening=ordinary,
    title=st.one_of(st.none(), texts.filter(lambda text: text.strip())),
    source=st.one_of(st.none(), ordinary),
    url=st.one_of(
        st.none(), st.sampled_from(["https://example.org/a?b=\"<&'", "javascript:x", "x"])
    ),
    date=st.sampled_from([None, "2021", "2021-01", "2021-01-09", "naguère"]),
)


@st.composite
def citations(draw, text=texts):
    body = draw(text)
    start = draw(st.integers(0, max(0, len(body) - 1)))
    end = draw(st.integers(start + 1, max(start + 1, len(body))))
    count = draw(st.integers(1, 3))
    quotes = tuple(Quotation(draw(references), body, 0, len(body)) for _ in range(count))
    return Citation(1, 1.0, quotes, ((start, min(end, len(body))),))


@st.composite
def answers(draw):
    status = draw(st.sampled_from(Status))
    found = draw(st.lists(citations(), min_size=1, max_size=4))
    understood = draw(st.one_of(st.none(), ordinary))
    return Answer("q", status, 0.5, tuple(found), understood=understood)


def seen(source):
    """What Telegram shows of a message; fails where it refuses it."""
    text, _ = formatted(source, parse_mode="HTML")
    return text


def squeezed(text):
    """What there is to see of a text: messages are trimmed where a passage is cut."""
    return "".join(c for c in visible(text) if unicodedata.category(c)[0] not in "CZ")


many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@many
@given(answers())
def test_every_answer_is_accepted_and_holds_its_passages(answer):
    rendered = render_answer(answer)
    shown = [seen(message) for message in rendered.messages]
    assert all(length(text) <= MAX_LENGTH for text in shown)
    if answer.status is Status.NONE:
        assert rendered.shown == 0
        return
    text = squeezed("".join(shown))
    assert rendered.shown >= 1
    for citation in answer.citations[: rendered.shown]:
        assert squeezed(citation.text) in text
        if len(shown) == 1:
            assert visible(citation.text) in shown[0]


@pytest.mark.parametrize("piece", [piece for piece in PIECES if squeezed(piece)])
def test_fifty_thousand_characters_are_all_shown(piece):
    text = (piece * 50_000)[:50_000]
    quotation = Quotation(Reference("a", "a.txt", "mot"), text, 0, len(text))
    citation = Citation(1, 1.0, (quotation,), ((10, 49_000),))
    rendered = render_answer(Answer("q", Status.ANSWERED, 0.9, (citation,)))
    shown = "".join(seen(message) for message in rendered.messages)
    assert squeezed(text) in squeezed(shown)
    assert len(rendered.messages) > 10


@many
@given(answers())
def test_the_plain_text_says_the_same(answer):
    for message in render_answer(answer).messages:
        assert visible(plain(message)) == seen(message)


@many
@given(st.lists(citations(), min_size=1, max_size=5), st.integers(1, 20))
def test_other_passages_fit_one_message(found, first):
    text, count = render_others(found, first=first)
    assert length(seen(text)) <= MAX_LENGTH
    assert 1 <= count <= len(found)
    assert f"[{first}] " in seen(text)


@many
@given(references, texts, texts, texts)
def test_a_context_fits_one_message(reference, before, text, after):
    quotation = Quotation(reference, text, 0, len(text))
    room = context_room(quotation)
    if not room:
        return
    context = Context(before[-room:], quotation, after[:room])
    assert length(seen(render_context(context))) <= MAX_LENGTH


@many
@given(st.lists(references, max_size=20), st.integers(0, 2))
def test_sources_fit_one_message(found, page):
    if len(found) > page * 8 or not found:
        assert length(seen(render_sources(found, page))) <= MAX_LENGTH


@many
@given(texts, st.integers(2, 200))
def test_parts_are_the_text_cut_between_words(text, limit):
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(0 < length(part) <= limit for part in parts)
    for left, right in itertools.pairwise(parts):
        # No cut inside a word that would have fitted in one part.
        word = re.search(r"\S*$", left)[0] + re.match(r"\S*", right)[0]
        if left[-1:].strip() and right[:1].strip():
            assert length(word) >= limit / 2 or length(left) > limit - 2


def test_a_cut_spares_accents_and_families():
    text = "e\u0301" * 10
    assert all(not part.startswith("\u0301") for part in split(text, 5))
    assert all(not part.startswith("\u200d") for part in split("👩‍👩‍👧" * 8, 20))


def test_a_long_first_passage_spans_messages_with_its_bold_part():
    words = "mot " * 3000
    text = words.strip()
    reference = Reference("a", "a.txt", "mot", title="Titre", url="https://example.org/")
    citation = Citation(1, 1.0, (Quotation(reference, text, 0, len(text)),), ((4000, 4400),))
    rendered = render_answer(Answer("q", Status.ANSWERED, 0.9, (citation,)))
    assert len(rendered.messages) == 3
    assert [message.count("<b>") for message in rendered.messages] == [1, 1, 0]
    assert rendered.messages[-1].endswith('[1] <a href="https://example.org/">Titre</a>')


def quoted(text, **known):
    return Quotation(Reference("a", "a.txt", "Premiers mots", **known), text, 0, len(text))


def test_the_whole_layout_of_an_answer():
    first = Citation(
        1,
        1.0,
        (
            quoted(
                "Avant. Oui & non. Après.", title="Un <titre>", source="Le Monde", date="2021-01-01"
            ),
            quoted("Avant. Oui & non. Après !", date="2021"),
        ),
        ((7, 17),),
    )
    second = Citation(2, 0.5, (quoted("Trois.", url="https://example.org/?a=1&b=2"),), ((0, 6),))
    rendered = render_answer(
        Answer("q", Status.ANSWERED, 0.9, (first, second), understood="Et alors ?")
    )
    assert rendered.messages == (
        "<i>J’ai compris : Et alors ?</i>\n\n"
        "<blockquote>Avant. <b>Oui &amp; non.</b> Après.</blockquote>\n"
        "[1] Un &lt;titre&gt; — Le Monde, 1er janvier 2021\n"
        "Presque mot pour mot aussi dans : « Premiers mots… » — 2021\n\n"
        "<blockquote expandable><b>Trois.</b></blockquote>\n"
        '[2] <a href="https://example.org/?a=1&amp;b=2">« Premiers mots… »</a>',
    )
    assert rendered.shown == 2


def test_a_related_passage_is_shown_alone_and_nothing_in_bold():
    citation = Citation(1, 1.0, (quoted("Un. Deux."),), ((0, 3),))
    rendered = render_answer(Answer("q", Status.RELATED, 0.3, (citation, citation)))
    assert rendered.shown == 1
    assert rendered.messages[0].startswith(messages.RELATED)
    assert "<b>" not in rendered.messages[0]


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2021", "2021"),
        ("2021-01", "janvier 2021"),
        ("2021-08-01", "1er août 2021"),
        ("2021-12-31", "31 décembre 2021"),
        ("2021-13", "2021-13"),
    ],
)
def test_dates_are_written_in_french(date, written):
    assert messages.french_date(date) == written


def test_a_label_is_clipped_at_a_word():
    assert clip("un deux  trois", 20) == "un deux trois"
    assert clip("un deux trois", 9) == "un deux…"


def test_every_fixed_sentence_is_acceptable_html():
    sentences = [
        value for name, value in vars(messages).items() if name.isupper() and isinstance(value, str)
    ]
    assert len(sentences) > 25
    for sentence in sentences:
        assert seen(sentence) == visible(sentence)
