"""One way to write what French writes in several: figures, units, times, dates and currencies."""

import re
from unicodedata import normalize

from text_to_num import alpha2digit

from retrieval.weekdays import WEEKDAYS

MONTHS = tuple(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)
_DOTTED = re.compile(r"\b(?!\d{1,3}(?:\.\d{3})+\b)\d+(?:\.\d{1,3}){2,}\b")  # 01.23.45.67.89
_SHORT_MONTHS = tuple(
    zip(
        ("janv", "f[ée]vr?", "avr", "juill?", "sept", "oct", "nov", "d[ée]c"),
        ("janvier", "février", "avril", "juillet", "septembre", "octobre", "novembre", "décembre"),
        strict=True,
    )
)
_UNITS = (
    ("[kK]m", "kilomètres"),
    ("m", "mètres"),
    ("cm", "centimètres"),
    ("mm", "millimètres"),
    ("m[2²]", "mètres carrés"),
    ("m[3³]", "mètres cubes"),
    ("[kK]m[2²]", "kilomètres carrés"),
    ("ha", "hectares"),
    ("t", "tonnes"),
    ("[kK]g", "kilogrammes"),
    ("g", "grammes"),
    ("mg", "milligrammes"),
    ("[lL]", "litres"),
    ("c[lL]", "centilitres"),
    ("m[lL]", "millilitres"),
    ("min|mn", "minutes"),
    ("s", "secondes"),
    ("j", "jours"),
)
_DAY = rf"\b(?:{'|'.join(WEEKDAYS)})s?\b"
_ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI".split()  # noqa: SIM905
_SPELLED_OUT = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        ("[’‘ʼ´`]", "'"),
        (r"\b(\d{4})-(\d\d)-(\d\d)\b", r"\3/\2/\1"),
        (rf"(?i)({_DAY})\s?[-–]\s?(?={_DAY})", r"\1 à "),
        (r"(?i)\bdès\b", "depuis"),  # Without its accent it's an article.
        (r"\b(0\d)(\d\d)(\d\d)(\d\d)(\d\d)\b", r"\1 \2 \3 \4 \5"),
        (r"(?i)\bzéro\b", "0"),
        (r"(?i)\bpour[ -]?cents?\b", "%"),
        (r"(?<=\d)\.(?=\d\d?(?![\d.]))", ","),  # 1.5
        (r"\b1(?:er|re|ère)\b", "premier"),
        *(
            (rf"(?i)\b(\d\d?|premier)\s{short}\b\.?", rf"\1 {month}")
            for short, month in _SHORT_MONTHS
        ),
        *((rf"(?i)\b{short}\.\s?(?=\d{{4}}\b)", f"{month} ") for short, month in _SHORT_MONTHS),
        *((rf"\b{roman}(?=(?:e|ème)\b)", str(n)) for n, roman in enumerate(_ROMAN, start=1)),
        (r"(?<=\d)\s?M(?=\s?[€$])", " millions "),
        (r"(?<=\d)\s?Mds?(?=\s?[€$])", " milliards "),
        (r"€|\bEUR\b", " euros "),
        (r"\$", " dollars "),
        (r"(?<![\d:.,])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])", r"\1h\2"),
        (r"(?<=\d)\s?h(?![^\W\d])", " heures "),
        (r"(?<=heures)\s+00\b", ""),
        (r"(?<=heures)\s+[-–]\s?(?=\d)", " à "),
        (r"(?i)\bkilos?\b(?!-)", "kilogrammes"),
        *((rf"(?<=\d)\s?(?:{short})(?![\w'/-])", f" {unit} ") for short, unit in _UNITS),
    )
)
_DATE_IN_DIGITS = re.compile(
    r"\b(?P<day>\d\d?)(?P<mark>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<year>\d{4})\b"
)
# « un » counts before what is measured, or beside another number; else it is an article.
_ONE = re.compile(
    r"(?i)\bune?(?=\s(?:(?:an|année|jour|semaine|mois|heure|minute|seconde|fois|degré|euro|dollar|"
    r"(?:kilo|centi|milli)?(?:mètre|gramme|litre)|tonne)s?\b|%|(?:à|et|ou|des|(?:\w+\s)?sur)\s\d))"
)
_BELOW_ZERO = re.compile(r"(?i)(?<!\bau )\bmoins (?=\d)")


def in_digits(text: str) -> str:
    """Return a text with its numbers and dates in digits, and its units in full."""
    text = _DOTTED.sub(lambda found: found[0].replace(".", " "), normalize("NFC", text))
    for pattern, words in _SPELLED_OUT:
        text = pattern.sub(words, text)
    text = _DATE_IN_DIGITS.sub(
        lambda d: f"{d['day']} {MONTHS[int(d['month']) - 1]} {d['year']}", text
    )
    text = _ONE.sub("1", alpha2digit(text, "fr", threshold=2))
    return " ".join(_BELOW_ZERO.sub("-", text).split())
