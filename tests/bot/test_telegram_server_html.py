"""What the Bot API test server makes of texts, against Telegram's documented behaviour."""

import html

import pytest
from hypothesis import given, strategies
from telegram_server import Entity, FormattingError, formatted, parse_html, visible


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("simple", "simple", []),
        ("a <b>gras</b>", "a gras", [("bold", 2, 6)]),
        (
            "<b>a</b><i>b</i><u>c</u>",
            "abc",
            [("bold", 0, 1), ("italic", 1, 2), ("underline", 2, 3)],
        ),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;", '1 < 2 && 3 > 2 "', []),
        ("l&#x27;été", "l'été", []),
        # Other named references, and a bare ampersand, are shown as they stand.
        ("a&nbsp;b & c &eacute;", "a&nbsp;b & c &eacute;", []),
        ("&lt;b&gt; &amp;lt;", "<b> &lt;", []),
        ("&amp sans point-virgule", "& sans point-virgule", []),
        (
            "<blockquote>un <b>deux</b></blockquote>",
            "un deux",
            [("blockquote", 0, 7), ("bold", 3, 7)],
        ),
        (
            "<blockquote expandable>x</blockquote>",
            "x",
            [("expandable_blockquote", 0, 1)],
        ),
        ("<blockquote><i>x</i></blockquote>", "x", [("blockquote", 0, 1), ("italic", 0, 1)]),
        ("<b></b>vide", "vide", []),
        ("😀<b>x</b>", "😀x", [("bold", 1, 2)]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
    ],
)
def test_html_is_parsed(source, text, entities):
    shown, found = parse_html(source)
    assert shown == text
    assert [(e.kind, e.start, e.end) for e in found] == entities


def test_links_keep_their_target():
    text, (link,) = parse_html('<a href="https://exemple.fr/a?b=1&amp;c=&quot;2">ici</a>')
    assert (text, link) == (
        "ici",
        Entity("text_link", 0, 3, url='https://exemple.fr/a?b=1&c="2'),
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", "Can't find end tag </b>"),
        ("é<b", 'Unsupported start tag "<b"'),
        ("a < b", 'Unsupported start tag "< b"'),
        ("ligne<br>", 'Unsupported start tag "<br>"'),
        ("<b>x</i>", 'Unmatched end tag, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag, expected "</i>", found "</b>"'),
        ("x</b>", "Unmatched end tag"),
        ("<b>x</b", "Unmatched end tag"),
        ('<a href="x>y</a>', "Unsupported start tag"),
        ("<a href=http://x.fr>y</a>", "Unsupported start tag"),
        ("<a>sans cible</a>", "Unsupported start tag"),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            "blockquote can't be nested in blockquote",
        ),
        (
            "<blockquote expandable>a<i><blockquote>b</blockquote></i></blockquote>",
            "blockquote can't be nested in expandable_blockquote",
        ),
        (
            '<a href="https://x.fr">a<a href="https://y.fr">b</a></a>',
            "text_link can't be nested in text_link",
        ),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source, reason):
    with pytest.raises(FormattingError) as error:
        parse_html(source)
    assert str(error.value).startswith("can't parse entities: ")
    assert reason in str(error.value)


def test_texts_are_cleaned_as_telegram_does():
    assert visible("  a\tb\r\n\n ") == "a b"
    assert visible("a\u202eb\u2028c") == "abc"
    assert visible("A\u030a e\u0301") == "A e\u0301"
    assert visible("25\u202fmillions\u00a0d’euros") == "25\u202fmillions\u00a0d’euros"
    assert visible("\u200f\u200f\u200fx") == "\u200c\u200c\u200fx"


def test_entities_follow_the_cleaning():
    text, entities = formatted(" \n<i> a\rb </i>c", parse_mode="HTML")
    assert text == "ab c"
    assert entities == (Entity("italic", 0, 3),)
    text, entities = formatted("<b>a b</b> <i> </i>c", parse_mode="HTML")
    assert (text, entities) == ("a b  c", (Entity("bold", 0, 3),))


def test_lengths_count_after_parsing():
    escaped = "&lt;" * 4096
    assert formatted(f"<b>{escaped}</b>", parse_mode="HTML")[0] == "<" * 4096
    with pytest.raises(FormattingError, match="message is too long"):
        formatted(escaped + "x", parse_mode="HTML")
    # Code points, not UTF-16 units, count for the length.
    assert len(formatted("😀" * 4096, parse_mode=None)[0]) == 4096
    with pytest.raises(FormattingError, match="message is too long"):
        formatted("😀" * 4097, parse_mode=None)


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("", "HTML", "message text is empty"),
        ("<b></b>", "HTML", "text must be non-empty"),
        (" \u200b\u00a0\n", None, "text must be non-empty"),
        ("a" * 4097, None, "message is too long"),
        ("<i>a</i> " * 101, "HTML", "101 entities, 100 at most"),
        ("*a*", "MarkdownV2", "unsupported parse_mode"),
    ],
)
def test_refused_texts(text, mode, reason):
    with pytest.raises(FormattingError, match=reason):
        formatted(text, parse_mode=mode)


def test_a_hundred_entities_pass():
    assert len(formatted("<i>a</i> " * 100, parse_mode="HTML")[1]) == 100


@given(strategies.text(alphabet=strategies.characters(exclude_categories=["Cs"]), max_size=60))
def test_escaped_text_is_shown_as_plain_text_is(text):
    if not set(visible(text)) - set(" \n"):
        return
    try:
        plain = formatted(text, parse_mode=None)
    except FormattingError as error:
        with pytest.raises(FormattingError, match=str(error)):
            formatted(html.escape(text), parse_mode="HTML")
    else:
        assert formatted(html.escape(text), parse_mode="HTML") == plain == (visible(text), ())


@given(
    strategies.lists(
        strategies.sampled_from(
            ["<", ">", "</", "b", "a", "&#", "x27;", "&amp", "=", '"', " ", "blockquote", "é", "😀"]
        ),
        max_size=12,
    ).map("".join)
)
def test_no_html_breaks_the_parser(source):
    try:
        text, entities = parse_html(source)
    except FormattingError:
        return
    assert all(0 <= e.start < e.end <= len(text) for e in entities)
