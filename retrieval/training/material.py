"""Questions with a passage that answers and passages that don't, out of the training sets."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter
from tqdm import tqdm

from embeddings import Encoder
from retrieval.errors import DatasetError
from retrieval.evaluation import (
    Dataset,
    Question,
    RememberingEncoder,
    contains_answer,
    index_dataset,
    is_held_out,
    is_test,
    linked_groups,
    load_dataset,
    unsplit,
)
from retrieval.evaluation.parsing import digest
from retrieval.records import Article, Headed, Span
from retrieval.retriever import Retriever

PIAF = "piaf-v1.1.json"
SQUAD = "squad-v2.0-dev-a.json"
XQUAD = ("xquad.en.json", "xquad.es.json", "xquad.de.json")

DEPTH = 15
"""How deep the hybrid is read for passages that look like the answer and don't hold it."""

BLOCK = 256

MATERIAL_FILE = "material.json"
"""Where a training run keeps its material, in its folder."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question to learn from; passages are places in `Material.texts`.

    `passage` is the one that the question was asked about, `spans` where it answers: none where
    it doesn't. `neighbours` are passages of the same article that don't answer, `others` those
    of other articles that look as if they did.
    """

    id: str
    group: str
    question: str
    passage: int
    spans: tuple[Span, ...]
    neighbours: tuple[int, ...]
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, and what the learning is watched on.

    `xquad` holds, for each of its questions, one example for each language of the question and
    of the passage. `digests` are the SHA-256 of the sets, by file name.
    """

    texts: tuple[Headed, ...]
    piaf: tuple[Example, ...]
    squad: tuple[Example, ...]
    xquad: tuple[tuple[Example, ...], ...]
    held_out: tuple[Example, ...]
    digests: dict[str, str]


def set_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the sets in a folder, by file name.

    Raises:
        DatasetError: A file is missing.
    """
    return {path.name: digest([path]) for path in _paths(folder)}


def read_material(folder: Path, encoder: Encoder) -> Material:
    """Read PIAF, SQuAD's half and XQuAD, and look for passages that are hard to tell apart.

    PIAF's test articles are left out, its held-out articles are kept apart, and so is every
    article of another set that is linked to one of them. None of their passages is learnt from,
    not even as one that doesn't answer.

    Raises:
        DatasetError: A file is missing or malformed.
    """
    paths = _paths(folder)
    sets = [load_dataset(path) for path in paths]
    links = linked_groups(sets)
    kept_apart = {
        links[0][group] for group in sets[0].groups if is_test(group) or is_held_out(group)
    }
    unseen = frozenset(
        _headed(article)
        for each, link in zip(sets, links, strict=True)
        for article, group in zip(each.articles, each.groups, strict=True)
        if link[group] in kept_apart
    )
    encoder = RememberingEncoder(encoder)
    places: dict[Headed, int] = {}
    examples = [list(_Finder(each, encoder, places, unseen).examples()) for each in sets]
    piaf, squad, *xquad = (
        [each for each in some if link[each.group] not in kept_apart]
        for some, link in zip(examples, links, strict=True)
    )
    return Material(
        texts=tuple(places),
        piaf=tuple(piaf),
        squad=tuple(squad),
        xquad=tuple(_across_languages(xquad)),
        held_out=tuple(each for each in examples[0] if is_held_out(each.group)),
        digests={path.name: each.digest for path, each in zip(paths, sets, strict=True)},
    )


def save_material(material: Material, path: Path) -> None:
    """Keep the material as JSON, so that a run that goes on need not look for passages again."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(material)), encoding="utf-8")
    partial.replace(path)


def load_material(path: Path) -> Material:
    """Read what `save_material` wrote."""
    return TypeAdapter(Material).validate_json(path.read_bytes())


def choose(examples: Sequence[Example], n: int) -> Sequence[Example]:
    """Choose `n` of the examples that are answered, or fewer, evenly."""
    answered = [each for each in examples if each.spans]
    return answered[:: max(1, -(-len(answered) // n))]


def _paths(folder: Path) -> list[Path]:
    paths = [folder / name for name in (PIAF, SQUAD, *XQUAD)]
    if missing := [str(path) for path in paths if not path.is_file()]:
        raise DatasetError(f"Training needs {', '.join(missing)}: name their folder with --data.")
    return paths


class _Finder:
    """Finds, for the questions of one set, the passages to tell apart."""

    def __init__(
        self,
        dataset: Dataset,
        encoder: Encoder,
        places: dict[Headed, int],
        unseen: Collection[Headed],
    ) -> None:
        self._dataset = dataset
        self._encoder = encoder
        self._places = places
        self._unseen = unseen
        self._texts = {each.reference.article_id: _headed(each) for each in dataset.articles}
        self._by_group: dict[str, list[Headed]] = {}
        for text, group in zip(self._texts.values(), dataset.groups, strict=True):
            self._by_group.setdefault(group, []).append(text)

    def examples(self) -> Iterator[Example]:
        asked = list(_asked_about(self._dataset))
        path = index_dataset(self._dataset, self._encoder, splitting=unsplit(self._encoder)).path
        with Retriever.open(path, encoder=self._encoder, reader="none") as retriever:
            for start in tqdm(range(0, len(asked), BLOCK), desc=f"{self._dataset.name}: passages"):
                some = asked[start : start + BLOCK]
                found = retriever.rank_many(
                    [question.text for question, _ in some], k=DEPTH, modes=("hybrid",)
                )
                for (question, own), ranked in zip(some, found, strict=True):
                    texts = [self._texts[each] for each, _ in ranked["hybrid"]]
                    yield self._example(question, self._texts[own], texts)

    def _example(self, question: Question, passage: Headed, ranked: Sequence[Headed]) -> Example:
        beside = self._by_group[question.group]
        answers = [answer.text for answer in question.answers]

        def wrong(texts: Sequence[Headed]) -> tuple[int, ...]:
            return tuple(
                self._place(text)
                for text in texts
                if text != passage and not contains_answer(text.text, answers)
            )

        passed_over = {*beside, *self._unseen}
        return Example(
            id=question.id,
            group=question.group,
            question=question.text,
            passage=self._place(passage),
            spans=tuple(
                dict.fromkeys(
                    (answer.start, answer.start + len(answer.text))
                    for answer in question.answers
                    if answer.start is not None
                )
            ),
            neighbours=wrong(beside),
            others=wrong([text for text in dict.fromkeys(ranked) if text not in passed_over]),
        )

    def _place(self, text: Headed) -> int:
        return self._places.setdefault(text, len(self._places))


def _headed(article: Article) -> Headed:
    return article.reference.headed(article.text)


def _asked_about(dataset: Dataset) -> Iterator[tuple[Question, str]]:
    """Each question with the paragraph that it was asked about, impossible ones included."""
    paragraph = ""
    for question in dataset.questions:
        # SQuAD lists an impossible question among those of its paragraph.
        paragraph = next(iter(question.relevant), paragraph)
        is_usable = question.impossible or any(a.start is not None for a in question.answers)
        if paragraph and is_usable:
            yield question, paragraph


def _across_languages(languages: Sequence[Sequence[Example]]) -> Iterator[tuple[Example, ...]]:
    """Each question of XQuAD in each language, asked of its passage in each language."""
    by_id = [{each.id: each for each in examples} for examples in languages]
    for number in by_id[0]:
        versions = [examples[number] for examples in by_id if number in examples]
        yield tuple(
            replace(read, question=asked.question) for asked in versions for read in versions
        )
