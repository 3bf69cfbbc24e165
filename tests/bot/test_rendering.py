"""Whatever the articles hold, Telegram takes the messages and people read the passage unchanged."""

import itertools
import re
import unicodedata
from dataclasses import replace

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
from retrieval.records import (
    Answer,
    AnswerSpan,
    Citation,
    Context,
    Quotation,
    Reference,
    ShortAnswer,
    Status,
)

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
    found = ranked(draw(st.lists(citations(), min_size=1, max_size=4)))
    understood = draw(st.one_of(st.none(), ordinary))
    short = tuple(
        ShortAnswer("", 0.5, tuple(draw(st.lists(spans_in(found), min_size=1, max_size=40))))
        for _ in range(draw(st.integers(0, 5)))
    )
    return Answer("q", status, 0.5, found, answers=short, understood=understood)


@st.composite
def spans_in(draw, found):
    """A span of some citation: short or long, from anywhere to anywhere."""
    citation = draw(st.sampled_from(found))
    size = len(citation.text)
    start = draw(st.integers(0, size - 1))
    end = draw(st.one_of(st.integers(start + 1, min(start + 5, size)), st.integers(start, size)))
    return AnswerSpan(citation.rank, start, end)


def ranked(found, *, first=1):
    return tuple(replace(citation, rank=rank) for rank, citation in enumerate(found, start=first))


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


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.RELATED])
def test_a_text_that_leaves_room_for_the_head_or_the_source_alone_is_split(status):
    for size in range(MAX_LENGTH - 250, MAX_LENGTH, 10):
        quotation = Quotation(Reference("a", "a.txt", "mot " * 40), "a" * size, 0, size)
        answer = Answer("q", status, 0.5, (Citation(1, 1.0, (quotation,), ()),))
        shown = [seen(message) for message in render_answer(answer).messages]
        assert sum(text.count("a") for text in shown) >= size
        assert all(length(text) <= MAX_LENGTH for text in shown)


@many
@given(answers())
def test_the_plain_text_says_the_same(answer):
    for message in render_answer(answer).messages:
        assert visible(plain(message)) == seen(message)


@many
@given(st.lists(citations(), min_size=1, max_size=5), st.integers(1, 20))
def test_other_passages_fit_one_message(found, first):
    text, count = render_others(ranked(found, first=first))
    assert length(seen(text)) <= MAX_LENGTH
    assert 1 <= count <= len(found)
    assert f"[{first}]" in seen(text)


@many
@given(references, texts, texts, texts)
def test_a_context_fits_one_message(reference, before, text, after):
    quotation = Quotation(reference, text, 0, len(text))
    room = context_room(quotation)
    if not room:
        return
    context = Context(before[-room:], quotation, after[:room], cut_before=True, cut_after=True)
    assert length(seen(render_context(context))) <= MAX_LENGTH


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Avant.\n\n", " \nAprès."),
        ("Avant. ", " Après."),
        ("Avant (", ") après."),
        ("", " Après."),
        ("Avant. ", ""),
        ("", ""),
    ],
)
def test_a_context_has_the_white_space_of_its_article(before, after):
    context = Context(before, quoted("Oui."), after)
    (quote,) = re.findall(r"<blockquote>(.*?)</blockquote>", render_context(context), re.DOTALL)
    assert quote == f"{before}<b>Oui.</b>{after}"


def test_a_context_has_in_bold_what_the_answer_has():
    context = Context("<Avant>. ", quoted("Non. Oui & non. Si."), " Après.")
    assert "<blockquote>&lt;Avant&gt;. Non. <b>Oui &amp; non.</b> Si. Après.</blockquote>" in (
        render_context(context, [(5, 15)])
    )


def test_a_context_that_cuts_a_sentence_says_so():
    context = Context("avant. ", quoted("Oui."), " Et", cut_before=True, cut_after=True)
    assert "[…] avant. <b>Oui.</b> Et […]</blockquote>" in render_context(context)


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
    short = ShortAnswer("Oui & non", 0.8, (AnswerSpan(1, 7, 16),))
    rendered = render_answer(
        Answer(
            "q", Status.ANSWERED, 0.9, (first, second), answers=(short,), understood="Et alors ?"
        )
    )
    assert rendered.messages == (
        "<i>J’ai compris\u00a0: Et alors ?</i>\n\n"
        "<b>«\u00a0Oui &amp; non\u00a0»</b> [1]\n\n"
        "<blockquote>Avant. <b><u>Oui &amp; non</u>.</b> Après.</blockquote>\n"
        "[1] Un &lt;titre&gt; — Le Monde, 1er janvier 2021\n"
        "Presque mot pour mot aussi dans\u00a0: «\u00a0Premiers mots…\u00a0» — 2021\n\n"
        "<blockquote expandable><b>Trois.</b></blockquote>\n"
        '[2] <a href="https://example.org/?a=1&amp;b=2">«\u00a0Premiers mots…\u00a0»</a>',
    )
    assert rendered.shown == 2


def test_a_related_passage_is_shown_alone_and_nothing_in_bold():
    citation = Citation(1, 1.0, (quoted("Un. Deux."),), ((0, 3),))
    rendered = render_answer(Answer("q", Status.RELATED, 0.3, ranked([citation, citation])))
    assert rendered.shown == 1
    assert rendered.messages[0].startswith(messages.RELATED)
    assert "<b>" not in rendered.messages[0]


# Short answers


def answered(found, *short):
    """An answer from texts, whose short answers are given as `(rank, words), …`."""
    found = [
        text if isinstance(text, Citation) else Citation(1, 1.0, (quoted(text),), ((0, len(text)),))
        for text in found
    ]
    answers = []
    for places in short:
        starts = [(rank, found[rank - 1].text.index(words), words) for rank, words in places]
        spans = [AnswerSpan(rank, start, start + len(words)) for rank, start, words in starts]
        answers.append(ShortAnswer(places[0][1], 0.5, tuple(spans)))
    return Answer("q", Status.ANSWERED, 0.9, ranked(found), answers=tuple(answers))


def top(answer):
    """The lines above the first quotation."""
    (message,) = render_answer(answer).messages
    return message.split("<blockquote>")[0].splitlines()


def quotes(answer):
    """The HTML inside the quotations."""
    (message,) = render_answer(answer).messages
    return re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", message, re.DOTALL)


def test_values_that_differ_stand_apart_each_with_its_articles():
    answer = answered(
        ["Trois millions en un jour.", "Sur 25 millions.", "Ils sont 25\u00a0millions."],
        [(2, "25 millions"), (3, "25\u00a0millions"), (2, "25 millions")],
        [(1, "Trois millions")],
    )
    assert top(answer) == [
        "<b>«\u00a025 millions\u00a0»</b> [2][3]",
        "<b>«\u00a0Trois millions\u00a0»</b> [1]",
        "",
    ]
    assert quotes(answer) == [
        "<b><u>Trois millions</u> en un jour.</b>",
        "<b>Sur <u>25 millions</u>.</b>",
        "<b>Ils sont <u>25\u00a0millions</u>.</b>",
    ]


def test_the_best_words_stand_on_top_whichever_passage_has_them():
    texts = ["En 25 millions.", "Sur 25 millions de gens.", "Trois.", "Presque 25 000 000."]
    answer = answered(texts, [(1, "25 millions"), (2, "25 millions de gens"), (2, "25 millions")])
    (short,) = answer.answers
    assert top(answer)[0] == "<b>«\u00a025 millions\u00a0»</b> [1][2]"
    best = replace(short, text="25 millions de gens")
    assert top(replace(answer, answers=(best,)))[0].startswith("<b>«\u00a025 millions de gens")
    # Words of the fourth passage, which is not in view, give way to those of the first.
    fourth = replace(short, text="25 000 000", spans=(*short.spans, AnswerSpan(4, 8, 18)))
    assert top(replace(answer, answers=(fourth,))) == top(answer)


def test_a_hundred_places_are_too_many_to_underline():
    text = "un mot, " * 100
    short = ShortAnswer("mot", 0.5, tuple(AnswerSpan(1, n + 3, n + 6) for n in range(0, 800, 8)))
    citation = Citation(1, 1.0, (quoted(text),), ((0, 100),))
    answer = Answer("q", Status.ANSWERED, 0.9, (citation,), answers=(short,))
    (message,) = render_answer(answer).messages
    assert message.count("<u>") == 6
    assert seen(message)


def test_three_values_are_listed_at_most():
    answer = answered(["Un, deux, trois, quatre."], *([(1, w)] for w in ("deux", "Un", "trois")))
    more = answered(["Un, deux, trois, quatre."], *([(1, w)] for w in ("deux", "Un", "trois", "q")))
    assert len(top(answer)) == 4
    assert render_answer(more) == render_answer(answer)


@pytest.mark.parametrize(
    ("bold", "spans", "quote"),
    [
        ([], [(2, 4)], "ab<u>cd</u>efgh"),
        ([(2, 6)], [(3, 5)], "ab<b>c<u>de</u>f</b>gh"),
        ([(2, 6)], [(2, 6)], "ab<b><u>cdef</u></b>gh"),
        ([(2, 6)], [(0, 2)], "<u>ab</u><b>cdef</b>gh"),
        ([(2, 6)], [(6, 8)], "ab<b>cdef</b><u>gh</u>"),
        ([(2, 6)], [(4, 8)], "ab<b>cd<u>ef</u></b><u>gh</u>"),
        ([(2, 6)], [(0, 8)], "<u>ab</u><b><u>cdef</u></b><u>gh</u>"),
        ([(0, 2), (2, 4)], [(1, 3)], "<b>a<u>b</u></b><b><u>c</u>d</b>efgh"),
        ([(0, 4), (2, 6)], [], "<b>abcd</b><b>ef</b>gh"),
        ([], [(1, 4), (3, 6), (2, 3)], "a<u>bcd</u><u>ef</u>gh"),
        ([], [(0, 2), (2, 4)], "<u>ab</u><u>cd</u>efgh"),
        ([(0, 8)], [(6, 12)], "<b>abcdef<u>gh</u></b>"),
        ([(3, 3)], [(4, 6), (2, 2)], "abcd<u>ef</u>gh"),
    ],
)
def test_spans_are_nested_however_they_lie(bold, spans, quote):
    citation = Citation(1, 1.0, (quoted("abcdefgh"),), tuple(bold))
    short = tuple(ShortAnswer("", 0.5, (AnswerSpan(1, *span),)) for span in spans)
    answer = Answer("q", Status.ANSWERED, 0.9, (citation,), answers=short)
    assert quotes(answer) == [quote]
    assert "abcdefgh" in seen(render_answer(answer).messages[0])


@pytest.mark.parametrize("words", ["<b>&amp;</b>", "👩‍👩‍👧 & 😀", "שלום עולם", "e\u0301", "« 3 »"])
def test_any_characters_can_be_an_answer(words):
    answer = answered([f"😀 Avant {words} après <i>."], [(1, words)])
    text, entities = formatted(render_answer(answer).messages[0], parse_mode="HTML")
    assert text.startswith(f"«\u00a0{words}\u00a0» [1]")
    (under,) = (each for each in entities if each.kind == "underline")
    assert text[under.start : under.end] == words


def test_only_passages_in_view_are_referred_to():
    texts = ["Un.", "Deux.", "Trois.", "Quatre, un."]
    assert top(answered(texts, [(1, "Un"), (4, "un")]))[0] == "<b>«\u00a0Un\u00a0»</b> [1]"
    # The second best must not pass for the best, which only the fourth passage gives.
    assert top(answered(texts, [(4, "Quatre")], [(1, "Un")])) == []
    assert top(answered(texts, [(1, "Un")], [(4, "Quatre")]))[1:] == [""]


def test_a_passage_that_does_not_fit_is_not_referred_to():
    long = "mot " * 450 + "fin."
    rendered = render_answer(answered([long] * 3, [(1, "fin"), (2, "fin"), (3, "fin")]))
    assert rendered.shown == 2
    (message,) = rendered.messages
    assert message.startswith("<b>«\u00a0fin\u00a0»</b> [1][2]\n")
    assert message.count("<u>") == 2


def test_a_long_answer_is_left_to_the_bold_sentence():
    long = "mot " * 38
    assert top(answered([f"{long}. Oui."], [(1, long)], [(1, "Oui")])) == []
    assert quotes(answered([f"{long}."], [(1, long)])) == [f"<b>{long}.</b>"]
    assert len(top(answered([f"{long}."], [(1, long[:150])]))) == 2


def test_an_answer_across_two_messages_is_underlined_in_both():
    text = ("mot " * 1700).strip()
    citation = Citation(1, 1.0, (quoted(text),), ((3900, 4200),))
    short = ShortAnswer("", 0.5, (AnswerSpan(1, 3950, 4050),))
    rendered = render_answer(Answer("q", Status.ANSWERED, 0.9, (citation,), answers=(short,)))
    found = [formatted(message, parse_mode="HTML") for message in rendered.messages]
    underlined = [
        shown[each.start : each.end]
        for shown, entities in found
        for each in entities
        if each.kind == "underline"
    ]
    assert [len(text) <= MAX_LENGTH for text, _ in found] == [True, True]
    assert len(underlined) == 2
    assert squeezed("".join(underlined)) == squeezed(text[3950:4050])


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


def test_no_sentence_breaks_before_its_punctuation():
    constants = [text for name, text in vars(messages).items() if name.isupper()]
    said = [
        *(text for text in constants if isinstance(text, str)),
        messages.start(5),
        messages.also_in(["A", "B"]),
        messages.understood("Où"),
        *(messages.sources_title(1, last, total) for last, total in ((1, 1), (5, 5), (8, 9))),
    ]
    assert not [text for text in said if re.search(r" [:;!?»]|« ", text)]
