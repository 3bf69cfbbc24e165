"""What is learnt from, in which order: deterministic by seed."""

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import chain

from retrieval.records import Headed, Span
from retrieval.training.material import Example, Material
from retrieval.training.swapping import names, swap_name, withhold

PIAF_PASSES = 4
SQUAD_PASSES = 2
XQUAD_PAIRS = 2
"""How many of the languages of a question and its passage are learnt from, of nine."""

NEIGHBOUR_SHARE = 0.5
"""How often a passage to tell apart is of the same article: those are the hardest."""

OTHERS = 5
"""How many passages a question of PIAF is told apart from; those of other sets from one."""

WITHHOLDING_SHARE = 0.5
"""How often a question of PIAF is told apart from its own passage without what answers it, too."""

CONTRAST_SHARE = 0.5
STRANGER_SHARE = 0.25
"""How often a question of PIAF that has a name is asked of another name as well, which its passage
doesn't answer; and how often that is a name that the passage doesn't have."""

STRANGERS = 50
"""How many names, drawn from all of PIAF's questions, are tried for one that a passage lacks."""

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

    The first pass over PIAF has XQuAD mixed in, and the first two SQuAD. The last ones are of PIAF
    alone, whose questions and passages are like those that the reader will meet.
    """
    drawer = _Drawer(material, random.Random(f"plan {seed}"))  # noqa: S311 - a sample, no secret
    rng = drawer.rng
    stages: list[list[Group]] = [[] for _ in range(PIAF_PASSES)]
    for versions in material.xquad:
        some = rng.sample(versions, min(XQUAD_PAIRS, len(versions)))
        stages[0].extend(drawer.group(each, 1) for each in some)
    for number, stage in enumerate(stages):
        for each in material.piaf:
            stage.append(drawer.group(each, OTHERS, withholding=rng.random() < WITHHOLDING_SHARE))
            if rng.random() < CONTRAST_SHARE and (contrast := drawer.contrast(each)):
                stage.append(drawer.group(contrast, 0))
        if number < SQUAD_PASSES:
            stage.extend(drawer.group(each, 1 if each.spans else 0) for each in material.squad)
        rng.shuffle(stage)
    return list(chain.from_iterable(stages))


class _Drawer:
    def __init__(self, material: Material, rng: random.Random) -> None:
        self._texts = material.texts
        self._names = [name for each in material.piaf for name in names(each.question)]
        self.rng = rng

    def group(self, example: Example, others: int, *, withholding: bool = False) -> Group:
        rng = self.rng
        passages = [example.passage]
        near, far = list(example.neighbours), list(example.others)
        for _ in range(others):
            if near and (rng.random() < NEIGHBOUR_SHARE or not far):
                passages.append(near.pop(rng.randrange(len(near))))
            elif far:
                # The better ranked, the oftener: those are harder.
                passages.append(far.pop(int(len(far) * rng.random() ** 2)))
        question = example.question
        if rng.random() < PLAIN_SHARE:
            question = rng.choice((_lower, _bare, self._mistyped))(question)
        texts = [self._texts[place] for place in passages]
        if withholding and (rest := withhold(texts[0].text, example.spans)):
            texts.insert(1, Headed(texts[0].heading, rest))
        if rng.random() < UNTITLED_SHARE:
            texts = [Headed("", text) for _, text in texts]
        return Group(
            question=question,
            passages=tuple(texts),
            spans=example.spans,
        )

    def contrast(self, example: Example) -> Example | None:
        """Return the example asked of another name, which its passage doesn't answer."""
        rng = self.rng
        text = self._texts[example.passage].text
        answers = [text[start:end] for start, end in example.spans]
        others = None
        if rng.random() < STRANGER_SHARE:
            some = rng.sample(self._names, min(STRANGERS, len(self._names)))
            others = [each for each in some if each not in text]
        question = swap_name(example.question, text, answers, rng, others=others)
        return replace(example, question=question, spans=()) if question else None

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
