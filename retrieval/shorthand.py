"""The shorthand of text messages, read as the words that it stands for."""

import re

from retrieval.french import APOSTROPHES, analyze
from retrieval.index.contract import Index

_SHORTHAND = {
    short: meant
    for meant, shorts in {
        "combien": "cb cbn cmb combi1",
        "pourquoi": "pk pq pkoi prkoi pourkoi",
        "comment": "cmt cmnt commen komen koman",
        "quand": "qd kan kand",
        "qui": "ki",
        "que": "ke",
        "quoi": "koi",
        "qu'est-ce": "kes keske",
        "quel": "kel",
        "quelle": "kelle",
        "quels": "kels",
        "quelles": "kelles",
        "il y a": "ya",
        "dans": "ds",
        "avec": "ac avk",
        "pour": "pr",
        "beaucoup": "bcp bcq",
        "tout": "tt",
        "tous": "ts",
        "toujours": "tjs tjrs tjr",
        "maintenant": "mtn mnt",
        "aujourd'hui": "ajd auj ojd",
        "quelqu'un": "qqn qq1",
        "quelque chose": "qqch qqc",
        "nombre": "nb nbr nbre",
        "message": "msg",
        "": "stp svp slt bjr bsr",  # s'il te plaît, salut: nothing is asked with them
    }.items()
    for short in shorts.split()
}

USUAL = 1000
"""A word that one of so many passages holds is the corpus's own."""

_WORD = re.compile(rf"(?<![\w{APOSTROPHES}'-])[^\W_]+(?![\w{APOSTROPHES}'-])")


def expand(question: str, index: Index) -> str:
    """Return a question with its shorthand spelt out: « pk » is read as « pourquoi ».

    What is usual in the corpus stays, such as « cb » where it speaks of bank cards; so does what is
    written in capitals, which may be a name, and a question of shorthand that asks nothing.
    """
    found = [word for word in _WORD.finditer(question) if _meant(word) is not None]
    if not found:
        return question
    tokens = ["".join(analyze(word[0])) for word in found]
    held = index.document_frequencies(tokens)
    usual = 1 + index.manifest.passages // USUAL
    text = question
    for word, frequency in zip(reversed(found), reversed(held), strict=True):
        if frequency < usual:
            text = text[: word.start()] + (_meant(word) or "") + text[word.end() :]
    text = " ".join(text.split()).lstrip(",;:! ")
    return text if re.search(r"\w", text) else question


def _meant(word: re.Match[str]) -> str | None:
    """What a word stands for; the first may have a capital, which many telephones give it."""
    short = word[0]
    if word.start() == 0 and short[1:].islower():
        short = short.lower()
    return _SHORTHAND.get(short)
