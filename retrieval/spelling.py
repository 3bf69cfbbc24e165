"""Mistyped words of a question, read as the nearest words of the corpus."""

import re
from collections.abc import Collection
from functools import cache

from spellchecker import SpellChecker

from retrieval.french import STOP_WORDS, analyze, fold
from retrieval.index.contract import Index

LEAST_LETTERS = 6
"""Shorter words have too many neighbours: « Lucène » must not be read as « Lucien »."""

MOST_LETTERS = 30
MOST_UNKNOWN = 4

SEEN = 10
"""In how many passages a word is looked up as it is written there."""

_WORD = re.compile(r"[^\W\d_]+(?![\w'’])")  # No elided « lorsqu' » either.


def mend(question: str, index: Index) -> str:
    """Return a question with its mistyped words as the corpus writes them.

    A word that is neither French nor in any passage, whatever its inflection, becomes one of the
    corpus that is a single slip of the finger away, first letter aside: a letter missing, too
    many, wrong, or swapped with the next. Where there is none, it becomes the usual French word
    that near, unless it has a capital and may be a name. Words of fewer than `LEAST_LETTERS`
    letters or more than `MOST_LETTERS` stay as they are, and so do what has no such neighbour and
    a question of more than `MOST_UNKNOWN` unknown words: it is hardly French.
    """
    typed = list(_WORD.finditer(question))
    tokens = ["".join(analyze(word[0])) for word in typed]
    unknown = [
        word
        for word, token, frequency in zip(
            typed, tokens, index.document_frequencies(tokens), strict=True
        )
        if token
        and not frequency
        and LEAST_LETTERS <= len(word[0]) <= MOST_LETTERS
        and fold(word[0].lower()) not in _french_words()
    ]
    if len(unknown) > MOST_UNKNOWN:
        return question
    for word in reversed(unknown):
        nearest = _nearest(word[0], index) or word[0]
        question = question[: word.start()] + nearest + question[word.end() :]
    return question


def _nearest(typed: str, index: Index) -> str | None:
    speller = _speller()
    near = {
        word
        for word in speller.edit_distance_1(typed.lower())
        if word[0] == typed[0].lower() and _WORD.fullmatch(word)
    }
    if stop_words := sorted(near & STOP_WORDS):
        return stop_words[0]
    held = _held(near, index)
    if written := _written(held, {fold(word) for word in near}, index):
        return written
    usual = sorted(speller.known(near)) if typed.islower() else []
    return max(
        usual,
        key=lambda word: (not held.isdisjoint(analyze(word)), speller.word_usage_frequency(word)),
        default=None,
    )


def _held(words: Collection[str], index: Index) -> frozenset[str]:
    """Return those of the words' tokens that some passage holds."""
    tokens = sorted({token for word in words for token in analyze(word)})
    held = zip(tokens, index.document_frequencies(tokens), strict=True)
    return frozenset(token for token, frequency in held if frequency)


def _written(tokens: Collection[str], meant: Collection[str], index: Index) -> str | None:
    """Find the first word that is meant in the passages that hold the tokens."""
    if not tokens:
        return None
    passages = index.passages(index.lexical(sorted(tokens), SEEN).numbers)
    written = (word for passage, _ in passages for word in _WORD.findall(passage.text))
    return next((word for word in written if fold(word.lower()) in meant), None)


@cache
def _speller() -> SpellChecker:
    return SpellChecker(language="fr", distance=1)


@cache
def _french_words() -> frozenset[str]:
    """Return French words without their accents, which many leave out."""
    return frozenset(map(fold, _speller().word_frequency.words()))
