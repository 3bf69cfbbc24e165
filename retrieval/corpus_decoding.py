"""Bytes of a file -> its text, whatever the encoding."""

import codecs
import re

from charset_normalizer import from_bytes

BAD_BYTE = re.compile(r"[\udc80-\udcff]")
"""A byte that isn't UTF-8, as `surrogateescape` decodes it."""

# Enough to recognise an encoding by; the whole file is then decoded with it.
_SAMPLE_BYTES = 100_000
# How often characters of UTF-8 must outnumber the bytes that aren't, to be damage to UTF-8.
_UTF8_SHARE = 2
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)

# What a French text has beyond ASCII, in Windows' Latin-1.
_FRENCH = "àâæçèéêëîïôœùûüÿÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸ«»‹›“”„‘’…–—•·°º²³€§\u00a0"
_ASCII_AND_FRENCH = bytes(range(128)) + _FRENCH.encode("cp1252")


def decode(data: bytes) -> str | None:
    """Decode UTF-8, damaged or not, and anything else by its looks; None for binary data.

    Bytes that aren't UTF-8 in a file that otherwise is are as `surrogateescape` has them.
    """
    if b"\0" in data and not data.startswith(_WIDE_BOMS):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8-sig", errors="surrogateescape")
    if not data.startswith(_WIDE_BOMS) and (_is_damaged_utf8(text) or _is_mixed(text)):
        return text
    encoding = _guess_encoding(data)
    if encoding is None:
        return None
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def as_windows(line: str) -> str | None:
    """Read a line that isn't UTF-8 as Windows' Latin-1, where it is then French.

    None for any other, and for one that holds a character of UTF-8 too.
    """
    data = line.encode(errors="surrogateescape")
    if data.translate(None, _ASCII_AND_FRENCH) or not BAD_BYTE.sub("", line).isascii():
        return None
    return data.decode("cp1252")


def _is_damaged_utf8(text: str) -> bool:
    # Other encodings make a character of UTF-8 by chance only.
    bad = len(BAD_BYTE.findall(text))
    characters = len(text) - len(text.encode("ascii", errors="ignore")) - bad
    return characters >= _UTF8_SHARE * bad


def _is_mixed(text: str) -> bool:
    """Whether some lines are UTF-8 and the others Latin-1, as where files were put together."""
    lines = text.split("\n")
    bad = "\n".join(line for line in lines if BAD_BYTE.search(line))
    return (
        any(not line.isascii() and not BAD_BYTE.search(line) for line in lines)
        and _guess_encoding(bad.encode(errors="surrogateescape")) == "cp1252"
    )


def _guess_encoding(data: bytes) -> str | None:
    # Of a short text in Latin-1 the library makes Polish or Chinese as gladly as French. Of 150
    # French samples of 60 characters this decodes 149; the library's first choice, 83.
    if not data.translate(None, _ASCII_AND_FRENCH):
        return "cp1252"
    matches = from_bytes(data[:_SAMPLE_BYTES])
    best = matches.best()
    if best is not None and any(
        "cp1252" in (match.encoding, *match.could_be_from_charset) for match in matches
    ):
        return "cp1252"
    return best.encoding if best is not None else None
