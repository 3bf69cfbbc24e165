"""What is learnt from, in which order: deterministic by seed."""

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import chain

from retrieval.records import Headed, Span
from retrieval.training.material import Example, Material
from retrieval.training.swapping import swap_name

PIAF_PASSES = 4
SQUAD_PASSES = 2
XQUAD_PAIRS = 2
"""How many of the languages of a question and its passage are learnt from, of nine."""

NEIGHBOUR_SHARE = 0.5
"""How often a passage to tell apart is of the same article: those are the hardest."""

OTHERS = 4
"""How many passages a question of PIAF is told apart from; those of other sets from one."""

PLAIN_SHARE = 0.2
"""How often a question is put as people type it: lower case without a question mark, without
accents either, or with a letter missing, doubled or out of place."""


UNTITLED_SHARE = 0.25
"""How often the passages are read without their headings, which not all articles have."""


@dataclass(frozen=True, slots=True)
class Group:
    """One question with the passages to tell apart; `spans` are of the first, if any answers."""

    question: str
    passages: tuple[Headed, ...]
    spans: tuple[Span, ...]


def plan(material: Material, *, seed: int) -> list[Group]:
    """Return all that is learnt from, in order, drawn by the seed.

    The first pass over PIAF has all of the other sets mixed in, the second SQuAD's answered
    questions once more. The last ones are of PIAF alone, whose questions and passages are like
    those that the reader will meet.
    """
    drawer = _Drawer(material, random.Random(f"plan {seed}"))  # noqa: S311 - a sample, no secret
    rng = drawer.rng
    impossible = [each for each in material.squad if not each.spans]
    answered = [each for each in material.squad if each.spans]
    first = [drawer.group(each, 0) for each in impossible]
    for versions in material.xquad:
        some = rng.sample(versions, min(XQUAD_PAIRS, len(versions)))
        first.extend(drawer.group(each, 1) for each in some)
    stages = [first, *([] for _ in range(PIAF_PASSES - 1))]
    for number, stage in enumerate(stages):
        stage.extend(drawer.group(each, OTHERS) for each in material.piaf)
        if number < SQUAD_PASSES:
            stage.extend(drawer.group(each, 1) for each in answered)
        rng.shuffle(stage)
    return list(chain.from_iterable(stages))


def contrasts(material: Material, *, seed: int) -> list[Group]:
    """Return PIAF's questions that can be asked of another name, each as it is and so asked.

    The passage that answers the one speaks of what the other asks about, and doesn't say it. In an
    order drawn by the seed.
    """
    drawer = _Drawer(material, random.Random(f"contrasts {seed}"))  # noqa: S311 - a sample
    groups = []
    for example in material.piaf:
        text = material.texts[example.passage].text
        answers = [text[start:end] for start, end in example.spans]
        question = swap_name(example.question, text, answers, drawer.rng)
        if question is not None:
            groups.append(drawer.group(example, 1))
            groups.append(drawer.group(replace(example, question=question, spans=()), 0))
    drawer.rng.shuffle(groups)
    return groups


class _Drawer:
    def __init__(self, material: Material, rng: random.Random) -> None:
        self._texts = material.texts
        self.rng = rng

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
            question = rng.choice((_lower, _bare, self._mistyped))(question)
        texts = [self._texts[place] for place in passages]
        if rng.random() < UNTITLED_SHARE:
            texts = [Headed("", text) for _, text in texts]
        return Group(
            question=question,
            passages=tuple(texts),
            spans=example.spans,
        )

    def _mistyped(self, question: str) -> str:
        """Mistype the middle of one of the longer words."""
        rng = self.rng
        words = [match.span() for match in re.finditer(r"[^\W\d_]{5,}", question)]
        if not words:
            return question
        start, end = rng.choice(words)
        place = rng.randrange(start + 1, end - 2)
        this, following = question[place], question[place + 1]
        typed = rng.choice((following, this + this + following, following + this))
        return question[:place] + typed + question[place + 2 :]


def _lower(text: str) -> str:
    return re.sub(r"\s*\?\s*$", "", text).lower()


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", _lower(text))
    return "".join(each for each in decomposed if not unicodedata.combining(each))
