"""Mistyped words of a question, and names in small letters, read as the corpus writes them."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from spellchecker import SpellChecker

from retrieval.french import APOSTROPHES, STOP_WORDS, analyze, fold
from retrieval.index.contract import Index

LEAST_LETTERS = 6
"""Shorter words have too many neighbours: « Lucène » must not be read as « Lucien »."""

MOST_LETTERS = 25
MOST_UNKNOWN = 4
MOST_WORDS = 40

TRIED = 3
"""How many of the stems that a word may have meant are looked up, the most frequent first."""

SEEN = 10
"""In how many passages a word is looked up as it is written there."""

SURE = 3
"""How often a French word is written as a name in these that is taken for one."""

_WORD = re.compile(rf"[^\W\d_]+(?![\w'{APOSTROPHES}])")  # No elided « lorsqu' » either.
_INSIDE_SENTENCE = re.compile(rf"(?<=[\w,;][^\S\n])|(?<=['{APOSTROPHES}-])")
_ELIDED = re.compile(r"([djlmnst]|c(?=[eéê]))([aeiouyhàâéèêëîïôû]\w{2,})", re.IGNORECASE)


def mend(question: str, index: Index) -> str:
    """Return a question with its mistyped words as the corpus writes them.

    Mistyped is a word that is neither French nor, in any inflection, in a passage. It becomes a
    word of the corpus that is a single slip of the finger away, first letter aside: a letter
    missing, too many, wrong, or swapped with the next; else a French word that near, of which the
    corpus has an inflection or which is a stop word; else it stays. A missing apostrophe is put
    back where the corpus has the rest, or nothing nearer. A capital may stand for a name, which is
    only mended where a letter is missing, doubled or swapped: another name may differ by one
    letter.

    Words of fewer than `LEAST_LETTERS` letters or more than `MOST_LETTERS` stay as they are, and
    so does a question of more than `MOST_UNKNOWN` unknown words: it is hardly French.
    """
    text = unicodedata.normalize("NFC", question)
    unknown = [
        word
        for word, token, frequency in _counted(text, index)
        if token
        and not frequency
        and LEAST_LETTERS <= len(word[0]) <= MOST_LETTERS
        and not _is_french(word[0])
    ]
    if not unknown or len(unknown) > MOST_UNKNOWN:
        return question
    for word in reversed(unknown):
        may_be_name = word.start() > 0 and word[0][0].isupper()
        meant = _meant(word[0], index, may_be_name=may_be_name)
        text = text[: word.start()] + (meant or word[0]) + text[word.end() :]
    return text


def recase(question: str, index: Index) -> str:
    """Return a question that was typed without capitals with its names as the corpus writes them.

    A name is a word that passages write with a capital within their sentences, and never in small
    letters; a French word, several times: « Signal », but not the « Honneur » of a legion. A
    capital beyond the first letter tells that they were typed: the question stays, and so does one
    of more than `MOST_WORDS` words.
    """
    if question[1:] != question[1:].lower() or len(_WORD.findall(question)) > MOST_WORDS:
        return question
    for word, token, frequency in reversed(_counted(question, index)):
        name = _name(word[0].lower(), token, index) if token and frequency else None
        if name:
            question = question[: word.start()] + name + question[word.end() :]
    return question


def _counted(text: str, index: Index) -> list[tuple[re.Match[str], str, int]]:
    """Find the words of a text, each with its token and how many passages hold that."""
    words = list(_WORD.finditer(text))
    tokens = ["".join(analyze(word[0])) for word in words]
    return list(zip(words, tokens, index.document_frequencies(tokens), strict=True))


def _name(small: str, token: str, index: Index) -> str | None:
    found = [word for word in _seen(token, index) if word[0].lower() == small]
    if any(word[0] == small for word in found):
        return None
    names = [word[0] for word in found if _INSIDE_SENTENCE.match(word.string, word.start())]
    return names[0] if len(names) >= (SURE if _is_french(small) else 1) else None


def _meant(typed: str, index: Index, *, may_be_name: bool) -> str | None:
    parts = _ELIDED.fullmatch(typed)
    # « lautre » is no « loutre », but « damende » is « demande » where there is no « amende ».
    if parts and (not analyze(parts[2]) or _frequencies([parts[2]], index)):
        return f"{parts[1]}'{parts[2]}"
    if nearest := _nearest(typed, index, may_be_name=may_be_name):
        return nearest
    return f"{parts[1]}'{parts[2]}" if parts and _is_french(parts[2]) else None


def _nearest(typed: str, index: Index, *, may_be_name: bool) -> str | None:
    speller = _speller()
    word = typed.lower()
    near = {
        each
        for each in speller.edit_distance_1(word)
        if each[0] == word[0] and _WORD.fullmatch(each)
    }
    if may_be_name:
        near = {each for each in near if _could_be_same_name(word, each)}
    frequencies = _frequencies(near, index)
    if written := _written(frequencies, typed, {fold(each) for each in near}, index):
        return written
    usual = [
        each
        for each in sorted(speller.known(near))
        if each in STOP_WORDS or not frequencies.keys().isdisjoint(analyze(each))
    ]
    if may_be_name or not usual:
        return None
    return max(usual, key=speller.word_usage_frequency)


def _could_be_same_name(typed: str, name: str) -> bool:
    if len(name) == len(typed):
        return sorted(name) == sorted(typed)
    doubled = any(
        name == typed[:place] + typed[place + 1 :]
        for place in range(1, len(typed))
        if typed[place] == typed[place - 1]
    )
    return len(name) > len(typed) or doubled


def _frequencies(words: Collection[str], index: Index) -> dict[str, int]:
    """Return how many passages hold each of the words' tokens, where some does."""
    tokens = sorted({token for word in words for token in analyze(word)})
    counted = zip(tokens, index.document_frequencies(tokens), strict=True)
    return {token: frequency for token, frequency in counted if frequency}


def _written(
    frequencies: dict[str, int], typed: str, meant: Collection[str], index: Index
) -> str | None:
    """Find a word that is meant in passages, in small letters where `typed` is and some are."""
    for token in sorted(frequencies, key=lambda token: -frequencies[token])[:TRIED]:
        found = [word for word in _seen(token, index) if fold(word[0].lower()) in meant]
        if found:
            return _in_case_of(typed, found)
    return None


def _seen(token: str, index: Index) -> Iterator[re.Match[str]]:
    """Find the words of a few passages that hold a token."""
    for passage, _ in index.passages(index.lexical([token], SEEN).numbers):
        yield from _WORD.finditer(passage.text)


def _in_case_of(typed: str, found: Sequence[re.Match[str]]) -> str:
    """Choose one way of writing a word; the capital of a heading or a sentence isn't its own."""
    for word in found:
        if word[0].islower() == typed.islower():
            return word[0]
    for word in found:
        if _INSIDE_SENTENCE.match(word.string, word.start()):
            return word[0]
    first = found[0][0]
    return first.lower() if first.istitle() or first.isupper() else first


def _is_french(word: str) -> bool:
    return fold(word.lower()) in _french_words()


@cache
def _speller() -> SpellChecker:
    return SpellChecker(language="fr", distance=1)


@cache
def _french_words() -> frozenset[str]:
    """Return French words without their accents, which many leave out."""
    return frozenset(map(fold, _speller().word_frequency.words()))
