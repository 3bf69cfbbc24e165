"""Asks questions of corpora that hold their answer, that lack it, and that lack its article."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from embeddings import Encoder
from retrieval.calibration.rules import FOLDS, Judged
from retrieval.confidence import Calibration, LogisticRule
from retrieval.errors import DatasetError
from retrieval.evaluation import Dataset, Question
from retrieval.evaluation.asking import judge_answer
from retrieval.evaluation.removal import Removal
from retrieval.evaluation.sampling import restrict
from retrieval.index.build import build_store
from retrieval.index.store import open_store
from retrieval.reader import PassageReader
from retrieval.retriever import Retriever

ALWAYS = LogisticRule(intercept=0.0, weights={}, threshold=0.0)
"""Answers whatever the evidence, so that every answer can be judged."""


def draw(
    dataset: Dataset, questions: Sequence[Question], count: int, *, seed: int
) -> list[Question]:
    """Draw at most so many of the questions to fit on, by the seed.

    Raises:
        DatasetError: They are of fewer articles than the rules are told apart on.
    """
    drawn = random.Random(seed).sample(questions, min(count, len(questions)))  # noqa: S311
    sizes = Counter(dataset.groups)
    usable = {
        question.group
        for question in drawn
        if sizes[question.group] > 1 and any(a.start is not None for a in question.answers)
    }
    if len(usable) < FOLDS:
        raise DatasetError(
            f"Of the articles of {dataset.name} that may be fitted on, {len(usable)} have several "
            f"paragraphs and a question with an answer in one; {FOLDS} are needed. Take a larger "
            "set, such as PIAF, or more --questions."
        )
    return drawn


@dataclass(frozen=True, slots=True)
class Asking:
    """What questions are asked with, whatever the corpus."""

    dataset: Dataset
    questions: Sequence[Question]
    encoder: Encoder
    calibration: Calibration
    reader: PassageReader | None = None

    def judge(
        self,
        path: Path,
        own: Sequence[Question],
        *,
        others: Sequence[Question] | None = None,
        corpus: str = "all articles",
    ) -> Iterator[Judged]:
        """Ask an index the questions of its own articles, in each setting.

        `others` are questions of articles that it doesn't hold; where None, those of its own are
        asked again without their article.
        """
        removal = Removal(self.dataset)
        sizes = Counter(self.dataset.groups)
        left = [question for question in own if sizes[question.group] > 1]
        with self.open(path) as retriever:
            settings = [
                ("whole", own, None),
                ("hard", left, [removal.hard(each) for each in left]),
                ("gone", own, [removal.off_corpus(each) for each in own])
                if others is None
                else ("gone", others, None),
            ]
            for setting, questions, excluding in settings:
                texts = [question.text for question in questions]
                if not texts:
                    continue
                consulted = retriever.consult_many(texts, excluding=excluding)
                for question, each in zip(questions, consulted, strict=True):
                    is_right = (
                        setting == "whole"
                        and judge_answer(
                            question, retriever.answer_from(question.text, each)
                        ).is_right
                    )
                    yield Judged(setting, corpus, question.group, each.evidence, is_right)

    def judge_small(self, sizes: Sequence[tuple[int, int]], *, seed: int) -> Iterator[Judged]:
        """Do so with small corpora of the questions' articles, no two of a size sharing any.

        `sizes` says how many articles a corpus has, and how many corpora are made of that size.
        """
        rng = random.Random(seed)  # noqa: S311 - a sample, no secret
        groups = sorted({question.group for question in self.questions})
        rng.shuffle(groups)
        for size, count in sizes:
            for number in tqdm(range(min(count, len(groups) // size)), desc=f"{size} articles"):
                inside = set(groups[number * size : (number + 1) * size])
                own = [each for each in self.questions if each.group in inside]
                others = [each for each in self.questions if each.group not in inside]
                articles = restrict(self.dataset, inside).articles
                with tempfile.TemporaryDirectory() as folder:
                    build_store(articles, Path(folder), encoder=self.encoder)
                    yield from self.judge(
                        Path(folder),
                        own,
                        others=rng.sample(others, min(len(own), len(others))),
                        corpus=f"{size} articles",
                    )

    def open(self, path: Path) -> Retriever:
        """Open an index so that every question is answered."""
        plain, reader = self.calibration.plain, self.calibration.reader
        calibration = replace(
            self.calibration,
            plain=replace(plain, answered=ALWAYS, related=ALWAYS),
            reader=replace(reader, answered=ALWAYS, related=ALWAYS) if reader else None,
        )
        return Retriever(
            open_store(path), self.encoder, reader=self.reader, calibration=calibration
        )
