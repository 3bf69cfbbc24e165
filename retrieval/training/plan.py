"""What is learnt from, in which order: deterministic by seed."""

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import chain

from retrieval.records import Span
from retrieval.training.material import Example, Material

PIAF_PASSES = 5

PIAF_MIXED = 2
"""How many of the passes over PIAF are mixed with the other sets; the others follow alone."""

SQUAD_PASSES = 2
XQUAD_PAIRS = 2
"""How many of the languages of a question and its passage are learnt from, of nine."""

NEIGHBOUR_SHARE = 0.5
"""How often a passage to tell apart is of the same article: those are the hardest."""

WINDOW = 128
"""Tokens read of a passage in all but the last pass: a third less to compute, hence more passes."""

SECOND_SHARE = 0.35
"""How often a question of PIAF has two passages to tell apart from its own rather than one; in
the last pass each has two."""

PLAIN_SHARE = 0.15
"""How often a question is put as people type it: lower case, no question mark, or no accents."""


@dataclass(frozen=True, slots=True)
class Group:
    """One question with the passages to tell apart; `spans` are of the first, if any answers.

    Of each passage a `window` of so many tokens is read, or all of it where None.
    """

    question: str
    passages: tuple[str, ...]
    spans: tuple[Span, ...]
    window: int | None


def plan(material: Material, *, seed: int) -> list[Group]:
    """Return all that is learnt from, in order, drawn by the seed.

    PIAF comes last, alone, and whole in the last pass: its questions and passages are like those
    that the reader will meet.
    """
    drawer = _Drawer(material, random.Random(f"plan {seed}"))  # noqa: S311 - a sample, no secret
    rng = drawer.rng
    mixed: list[Group] = []
    for number in range(SQUAD_PASSES):
        for each in material.squad:
            if each.spans:
                mixed.append(drawer.group(each, 1))
            elif number == 0:
                mixed.append(drawer.group(each, 0))
    for versions in material.xquad:
        some = rng.sample(versions, min(XQUAD_PAIRS, len(versions)))
        mixed.extend(drawer.group(each, 1) for each in some)
    french = [
        [drawer.group(each, drawer.few()) for each in material.piaf] for _ in range(PIAF_PASSES - 1)
    ]
    mixed.extend(chain.from_iterable(french[:PIAF_MIXED]))
    last = [replace(drawer.group(each, 2), window=None) for each in material.piaf]
    stages = (mixed, *french[PIAF_MIXED:], last)
    for stage in stages:
        rng.shuffle(stage)
    return list(chain.from_iterable(stages))


class _Drawer:
    def __init__(self, material: Material, rng: random.Random) -> None:
        self._texts = material.texts
        self.rng = rng

    def few(self) -> int:
        return 2 if self.rng.random() < SECOND_SHARE else 1

    def group(self, example: Example, others: int) -> Group:
        rng = self.rng
        passages = [example.passage]
        near, far = list(example.neighbours), list(example.others)
        for _ in range(others):
            pool = near if near and (rng.random() < NEIGHBOUR_SHARE or not far) else far
            if pool:
                passages.append(pool.pop(rng.randrange(len(pool))))
        question = example.question
        if rng.random() < PLAIN_SHARE:
            question = rng.choice((_lower, _bare))(question)
        return Group(
            question, tuple(self._texts[place] for place in passages), example.spans, WINDOW
        )


def _lower(text: str) -> str:
    return re.sub(r"\s*\?\s*$", "", text).lower()


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", _lower(text))
    return "".join(each for each in decomposed if not unicodedata.combining(each))
