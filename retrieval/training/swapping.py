"""A question asked of another: what its passage speaks of, but doesn't answer."""

import random
import re
from collections.abc import Collection, Iterable

_WORD = r"(?![IVXLC]+e?\b)[A-ZÀÂÇÉÈÊÎÏÔÙÛ][\w’'-]*\w"
_NAME = re.compile(
    # After a word in small letters: what begins a sentence needn't be a name.
    rf"(?:(?<=[a-zà-ÿ,] )|(?<=[a-zà-ÿ][’'])){_WORD}(?: (?:(?:de|du|des|la|le) )?{_WORD})*"
)
_VOWELS = "aeiouyhâàéèêëîïôûü"


def swap_name(
    question: str, passage: str, answers: Collection[str], rng: random.Random
) -> str | None:
    """Return the question with a name of it replaced by another name of the passage.

    « Qui a fondé Telegram ? » becomes « Qui a fondé Signal ? » where the passage speaks of both: it
    says who founded the one alone. The names have no word in common with each other or with the
    answers. None where there are no two such names.
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
    common = set(re.findall(r"\b[^\W\d_]+\b", passage))
    others = [
        other
        for other in dict.fromkeys(match.group() for match in _NAME.finditer(passage))
        if not _words([other]) & taken
        and other.lower() not in common
        and (not before.endswith(("'", "’")) or other[0].lower() in _VOWELS)
    ]
    return f"{before}{rng.choice(others)}{after}" if others else None


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w{2,}", text.lower())}
