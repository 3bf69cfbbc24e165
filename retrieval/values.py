"""The figures and terms that a French text states, and the kind of thing a question asks for."""

import re
from enum import Enum

from text_to_num import alpha2digit

from retrieval.french import analyze, fold, words

_NUMBER = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?!\d)|\d+)(?:,(\d+))?"
    r"(?:\s+(1000(?:000){0,2})\b)?"
)


def figures(text: str) -> frozenset[float]:
    """Return the numbers of a text, in digits or words: « 1,5 million » and « trois » alike."""
    return frozenset(numbers(text))


def numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a text as `figures` does, in its order and with their repeats."""
    # Words to digits first: « 25 millions » becomes « 25 1000000 », « trois millions » 3000000.
    found = []
    for whole, decimals, scale in _NUMBER.findall(alpha2digit(text, "fr")):
        value = float(re.sub(r"\D", "", whole) + "." + (decimals or "0"))
        found.append(value * float(scale or 1))
    return tuple(found)


_NEGATIONS = frozenset("ne ni non pas plus jamais aucun aucune sans".split())  # noqa: SIM905


def negations(text: str) -> frozenset[str]:
    """Return the words of a text that deny."""
    return _NEGATIONS.intersection(words(text))


# « Bâtiment C », « ligne A »: no stop word, as « A quelle heure », « C'est » and « M. » hold.
LETTER = re.compile(r"(?<![\w.-])(?!(?:(?<!.)|(?<=[.!?…]\s))[AY]\s)[A-Z](?![\w'’-]|\.\s*[^\s.])")
"""A capital that stands alone and tells things apart."""


def said(text: str) -> frozenset[str]:
    """Return what a text says: its terms, its negations, and the letters that stand alone.

    « Pas noir » isn't « noir », 3 is « trois », and the building C isn't any building.
    """
    terms = analyze(alpha2digit(text, "fr"))
    return frozenset(terms) | negations(text) | frozenset(LETTER.findall(text))


class Kind(Enum):
    """What a question asks for, as far as its first words tell."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"


_KINDS = (
    (
        Kind.DATE,
        r"\b(?:quand|when|quelles? (?:annees?|dates?|epoques?|periodes?|jours?|mois|siecles?)"
        r"|quels? (?:jours?|mois|siecles?)|what year|which year)\b",
    ),
    (
        Kind.NUMBER,
        r"\b(?:combien|cb|cmb|how (?:many|much|long|old)"
        r"|quel(?:le)? (?:est |etait |fut )?(?:la |le |l )?(?:nombre|pourcentage|part|proportion|"
        r"taux|montant|prix|cout|budget|age|duree|taille|hauteur|longueur|largeur|superficie|"
        r"surface|distance|vitesse|poids|masse|population|temperature|somme|chiffre|quantite))\b",
    ),
    (Kind.PLACE, r"\b(?:ou|where|quels? pays|quelles? villes?|quelles? regions?)\b"),
    (Kind.REASON, r"\b(?:pourquoi|pk|pq|pkoi|why|quelles? raisons?|quelles? causes?)\b"),
    (Kind.NAME, r"\b(?:qui|ki|who|whom|whose|quels? (?:homme|femme|personne|auteur|president))\b"),
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_INTERROGATIVE = re.compile(
    r"\b(?:qui|que?|quoi|(?:au|aux|du|des|les?|la)?quel(?:le)?s?|ou|comment|combien|pourquoi|quand|"
    r"where|when|who|whom|whose|what|which|why|how)\b"
)
_NOT_ASKED = re.compile(r"\b(?:est ce|(?:plus|moins|aussi) \w+) que?\b|\bou (?:pas|non)\b")
"""« que » and « ou » that ask for nothing; in « qu'est-ce que », « qu » is left and asks."""

_DATE = re.compile(
    r"\b(?:1[0-9]{3}|20[0-9]{2})\b|\b(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|"
    r"octobre|novembre|decembre|siecle|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b"
)
_REASON = re.compile(
    r"\b(?:parce|car|cause|raison|raisons|grace|afin|puisque|suite|pour|permet|permettre|"
    r"craignant|craintes?|motif|explique|du a)\b"
)
_PLACE = re.compile(r"\b(?:[aA]ux?|[eE]n|à|À|[dD]ans|[vV]ers|[dD]e|[dD]u|d['’])\s*[A-ZÀ-ÖØ-ÞŒ]")
_CAPITALIZED = re.compile(r"(?<![.!?…«“\"\n] )(?<=[\s'’(-])[A-ZÀ-ÖØ-ÞŒ][\w.-]+")


def asked_kind(question: str) -> Kind:
    """Tell what a question asks for by its interrogative words; French, and a little English."""
    plain = _plain(question)
    # « où » loses its accent to « ou », which opens a question only as the former.
    return next(
        (
            kind
            for kind, pattern in _KIND_PATTERNS
            if (found := pattern.search(plain)) and (kind is not Kind.PLACE or _asks_where(found))
        ),
        Kind.OTHER,
    )


def _asks_where(found: re.Match[str]) -> bool:
    return found[0] != "ou" or found.start() < 12


def is_closed(question: str) -> bool:
    """Tell whether a question has no interrogative word: one of yes or no, or mere keywords.

    « … ou … ? » has one thing or the other for an answer, and isn't closed.
    """
    return not _INTERROGATIVE.search(_NOT_ASKED.sub(" ", _plain(question)))


def _plain(question: str) -> str:
    return re.sub(r"[^\w]+", " ", fold(question.lower()))


def offers(sentence: str, kind: Kind, question: str) -> bool:
    """Tell whether a sentence holds a thing of the kind that the question asks for.

    A name or a place that the question itself mentions doesn't count. True for `Kind.OTHER`.
    """
    if kind is Kind.NUMBER:
        return bool(figures(sentence) - figures(question))
    if kind is Kind.DATE:
        return bool(_DATE.search(fold(sentence.lower())))
    if kind is Kind.REASON:
        return bool(_REASON.search(fold(sentence.lower())))
    if kind in (Kind.NAME, Kind.PLACE):
        if kind is Kind.PLACE and not _PLACE.search(sentence):
            return False
        asked = set(words(question))
        return any(not asked.issuperset(words(name)) for name in _CAPITALIZED.findall(sentence))
    return True
