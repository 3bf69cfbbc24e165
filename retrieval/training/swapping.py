"""Questions beside passages that speak of the matter, but don't answer."""

import random
import re
from collections.abc import Collection, Iterable, Sequence

from retrieval.cleaning import remove
from retrieval.evaluation import contains_answer
from retrieval.records import Span
from retrieval.sentences import split_sentences

_WORD = r"(?![IVXLC]+e?\b)[A-ZÀÂÇÉÈÊÎÏÔÙÛ][\w’'-]*\w"
_NAME = re.compile(
    # After a word in small letters: what begins a sentence needn't be a name.
    rf"(?:(?<=[a-zà-ÿ,] )|(?<=[a-zà-ÿ][’'])){_WORD}(?: (?:(?:de|du|des|la|le) )?{_WORD})*"
)
_VOWELS = "aeiouyhâàéèêëîïôûü"
_ELIDABLE = re.compile(r"(?i)\b(?:de|la|le|que) $")


def swap_name(
    question: str,
    passage: str,
    answers: Collection[str],
    rng: random.Random,
    *,
    others: Sequence[str] | None = None,
) -> str | None:
    """Return the question with a name of it, which the passage has too, replaced by another name.

    The other name is of the passage as well, or one of `others`. « Qui a fondé Telegram ? » becomes
    « Qui a fondé Signal ? » where the passage speaks of both: it says who founded the one alone.
    The names have no word in common with each other or with the answers. None where there are no
    two such names.
    """
    answered = _words(answers)
    asked = [
        match
        for match in _NAME.finditer(question)
        if match.group() in passage and not _words([match.group()]) & answered
    ]
    if not asked:
        return None
    name = rng.choice(asked)
    before, after = question[: name.start()], question[name.end() :]
    taken = answered | _words([question])
    fitting = [
        other
        for other in (names(passage) if others is None else others)
        if not _words([other]) & taken and _fits(before, other)
    ]
    # A name of as many words is more often of the same kind: « Marie Curie » and « Pavel Durov ».
    alike = [each for each in fitting if len(each.split()) == len(name.group().split())]
    return f"{before}{rng.choice(alike or fitting)}{after}" if fitting else None


def withhold(passage: str, spans: Sequence[Span]) -> str | None:
    """Return the passage without the sentences that answer, which stand at `spans`.

    None where it says the answer elsewhere too, or nothing else.
    """
    answering = [
        (start, end)
        for start, end in split_sentences(passage)
        if any(first < end and start < last for first, last in spans)
    ]
    rest = remove(passage, answering).text
    says_it = contains_answer(rest, [passage[start:end] for start, end in spans])
    return None if says_it or not rest else rest


def names(text: str) -> list[str]:
    """Return the names in a text, each once, without those that are common words in it too."""
    common = set(re.findall(r"\b[^\W\d_]+\b", text))
    found = dict.fromkeys(match.group() for match in _NAME.finditer(text))
    return [name for name in found if name.lower() not in common]


def _fits(before: str, name: str) -> bool:
    """Whether a name can follow: « l'Italie » and « la Suède », not the other way round."""
    starts_with_vowel = name[0].lower() in _VOWELS
    if before.endswith(("'", "’")):
        return starts_with_vowel
    return not (starts_with_vowel and _ELIDABLE.search(before))


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w{2,}", text.lower())}
