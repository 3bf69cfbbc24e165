"""The shorthand of text messages, read as the words that it stands for."""

import re

from retrieval.french import STOP_WORDS, analyze
from retrieval.index.contract import Index

# Not all that people write: « ds », « tt », « ac », « pr », « pq », « kan » are names and things
# too often, and mostly stand for words that search passes over.
_SHORTHAND = {
    short: meant
    for meant, shorts in {
        "qui": "ki",
        "que": "ke",
        "quoi": "koi",
        "quel": "kel",
        "quelle": "kelle",
        "quels": "kels",
        "quelles": "kelles",
        "qu'est-ce": "kes",
        "qu'est-ce que": "keske",
        "c'est": "cest",
        "il y a": "ya",
        "beaucoup": "bcp",
        "toujours": "tjs tjrs",
        "maintenant": "mtn",
        "aujourd'hui": "ajd",
        "quelqu'un": "qqn",
        "quelque chose": "qqch",
        "nombre": "nb nbr nbre",
        "combien": "cb cbn cmb",
        "pourquoi": "pk pkoi pourkoi",
        "comment": "cmt cmnt koman",
        "quand": "qd",
    }.items()
    for short in shorts.split()
}
_INTERROGATIVES = frozenset({"combien", "pourquoi", "comment", "quand"})
_BEFORE_A_THING = frozenset(
    "le la les l un une du des de d par en au aux ce cet cette mon ma mes ton ta son sa".split()  # noqa: SIM905
)
"""« par cb » isn't « par combien »."""

USUAL = 1000
"""A word that one in so many passages holds is the corpus's own."""

_WORD = re.compile(r"(?<!\S)[^\W_]+(?=[,;:!?…)]*(?:\s|$)|\.+(?:\s|$))")
_COURTESY = re.compile(
    r"^\s*(?:slt|bjr|bsr)(?!\S*[\w@/])[\W_]*|[\s,;]+(?:stp|svp)(?=[\s,;:!?.…]*$)|"
    r"(?<!\S)(?:euh+|heu+)[\s,.…]+(?=\w)",
    re.IGNORECASE,
)
_IS_THERE = re.compile(r"\b(?:ya[ '’-]?t[ '’-]?|y a t)il\b", re.IGNORECASE)  # « ya til »
_ASKED = r"(?= (?:quoi|qui|quand|o[uù]|combien|comment|quel(?:le)?s?)\b)"
# « c est ou », « c quand », but not « la vitamine c est bonne ».
_IT_IS = re.compile(
    rf"(?<!\S)(?:c est{_ASKED}|c(?= quoi\b| (?:o[uù]|quand|combien)\W*$)|"
    rf"(?:^|(?<=^et )|(?<=^mais ))(?:[cC](?: est)?{_ASKED}|c est))(?![\w-])"
)
_MENTIONED = re.compile(r"\b(?:veut|veulent|voulait) dire\b|\bsignifi", re.IGNORECASE)


def expand(question: str, index: Index) -> str:
    """Return a question with its shorthand spelt out: « pk » is read as « pourquoi ».

    A greeting before it, a « stp » after it and « euh » are left out, and « c est » gets its
    apostrophe. What is usual in the corpus stays, such as « nb » where it speaks of niobium; so
    does what is in capitals, which may be a name, what is quoted, a question of what a word means,
    and one that would have nothing left.
    """
    if _MENTIONED.search(question):
        return question
    asked = _IS_THERE.sub("y a-t-il", _COURTESY.sub("", question))
    if not re.search(r"\w", asked):
        return question
    words = [word for word in _WORD.finditer(asked) if _lower(word) in _SHORTHAND]
    tokens = ["".join(analyze(word[0])) for word in words]
    usual = max(1, index.manifest.passages / USUAL)
    read, end = "", 0
    for word, frequency in zip(words, index.document_frequencies(tokens), strict=True):
        read += asked[end : word.start()]
        end = word.end()
        read += word[0] if frequency >= usual else _meant(word, read)
    return _IT_IS.sub(lambda it: f"{it[0][0]}'est", read + asked[end:])


def _meant(word: re.Match[str], before: str) -> str:
    """Return what a word stands for after these, itself where it is quoted or no question."""
    if before.rstrip().endswith("«"):
        return word[0]
    meant = _SHORTHAND[_lower(word)]
    last = re.findall(r"\w+|[^\w\s]", before.lower())[-1:]
    may_ask = all(each in STOP_WORDS - _BEFORE_A_THING or not each.isalnum() for each in last)
    return meant if may_ask or meant not in _INTERROGATIVES else word[0]


def _lower(word: re.Match[str]) -> str:
    """The word in small letters where its capital is but that of the first word."""
    is_capitalized = word.start() == 0 and word[0][1:].islower()
    return word[0].lower() if is_capitalized else word[0]
