"""Asks a retriever the questions of a set, block by block, and scores each answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from retrieval.errors import QueryError
from retrieval.evaluation.answers import contains_answer, matches_answer
from retrieval.evaluation.dataset import Question
from retrieval.evaluation.ranking import Ranking, best_by_article, score_rankings
from retrieval.evaluation.removal import Removal
from retrieval.evaluation.results import (
    IN_HIGHLIGHT,
    IN_TOP_CITATION,
    IN_TOP_THREE,
    Outcome,
    QuestionResult,
    Setting,
    Verdict,
)
from retrieval.evaluation.splits import is_test
from retrieval.modes import Mode
from retrieval.records import Answer, Citation, Quotation, ShortAnswer, Status
from retrieval.retriever import Retriever

DEPTH = 100
"""How many articles are ranked, so that R@100 is known."""

SHOWN = 3
"""How many citations an answer has."""

Found = TypeVar("Found")


class Asker:
    """Puts questions to one retriever; remembers those that cannot be asked."""

    def __init__(
        self, retriever: Retriever, removal: Removal, *, modes: Sequence[Mode], k: int
    ) -> None:
        self._retriever = retriever
        self._removal = removal
        self._modes = modes
        self._k = k
        self.refused: list[str] = []

    def ask(
        self,
        questions: Sequence[Question],
        *,
        modes: Sequence[Sequence[Mode]],
        answering: Sequence[bool],
    ) -> list[QuestionResult]:
        """Search for each question in its modes, and have those answered that `answering` marks."""
        rankings: dict[str, dict[Mode, Ranking]] = {}
        wanted = [tuple(each) for each in modes]
        for some in dict.fromkeys(wanted):
            alike = [each for each, its in zip(questions, wanted, strict=True) if its == some]
            rankings |= self._rank([each for each in alike if each.relevant], some)
        values: dict[str, dict[str, dict[str, float]]] = {each.id: {} for each in questions}
        for mode in self._modes:
            ranked = [each for each in questions if mode in rankings.get(each.id, ())]
            for question, measured in zip(ranked, _measure(rankings, ranked, mode), strict=True):
                values[question.id][mode] = measured
        answers = self._answer(
            [each for each, is_chosen in zip(questions, answering, strict=True) if is_chosen]
        )
        results = []
        for question in questions:
            given = answers.get(question.id)
            results.append(
                QuestionResult(
                    question=question,
                    is_test=is_test(question.group),
                    rankings={
                        mode: ranking[: self._k]
                        for mode, ranking in rankings.get(question.id, {}).items()
                    },
                    values=values[question.id],
                    answer_values=place_answer(question, given["as asked"]) if given else {},
                    outcome=judge_answer(question, given["as asked"]) if given else None,
                    removed={
                        setting: Verdict(answer.status, answer.confidence)
                        for setting, answer in (given or {}).items()
                        if setting != "as asked"
                    },
                )
            )
        return results

    def _rank(
        self, questions: Sequence[Question], modes: Sequence[Mode]
    ) -> dict[str, dict[Mode, Ranking]]:
        if not modes:
            return {}

        manifest = self._retriever.manifest
        # Deep enough for as many articles as are wanted, if they have as many passages each.
        per_article = -(-manifest.passages // max(manifest.articles, 1))

        def rank(some: Sequence[Question]) -> list[dict[Mode, Ranking]]:
            texts = [each.text for each in some]
            return self._rank_articles(texts, modes, max(DEPTH, self._k) * per_article)

        nothing: dict[Mode, Ranking] = dict.fromkeys(modes, ())
        found = self._tolerant(rank, questions)
        return {
            question.id: nothing if each is None else each
            for question, each in zip(questions, found, strict=True)
        }

    def _rank_articles(
        self, texts: Sequence[str], modes: Sequence[Mode], depth: int
    ) -> list[dict[Mode, Ranking]]:
        """Rank so many passages, and more where long articles leave too few others among them."""
        wanted = max(DEPTH, self._k)
        ranked = self._retriever.rank_many(texts, k=depth, modes=modes)
        found = [{mode: best_by_article(each) for mode, each in found.items()} for found in ranked]
        lacking = [
            number
            for number, passages in enumerate(ranked)
            if any(
                len(each) == depth and len(found[number][mode]) < wanted
                for mode, each in passages.items()
            )
        ]
        if lacking and depth < self._retriever.manifest.passages:
            again = self._rank_articles([texts[number] for number in lacking], modes, 2 * depth)
            for number, rankings in zip(lacking, again, strict=True):
                found[number] = rankings
        return [{mode: each[:wanted] for mode, each in rankings.items()} for rankings in found]

    def _answer(self, questions: Sequence[Question]) -> dict[str, dict[Setting, Answer]]:
        def answer(some: Sequence[Question]) -> list[dict[Setting, Answer]]:
            settings = [self._settings(question) for question in some]
            # Settings that remove the same share an answer.
            asked = list(
                dict.fromkeys(
                    (question.text, left_out)
                    for question, removed in zip(some, settings, strict=True)
                    for left_out in removed.values()
                )
            )
            answers = self._retriever.answer_many(
                [text for text, _ in asked],
                k=SHOWN,
                excluding=[left_out for _, left_out in asked],
            )
            given = dict(zip(asked, answers, strict=True))
            return [
                {setting: given[question.text, left_out] for setting, left_out in removed.items()}
                for question, removed in zip(some, settings, strict=True)
            ]

        found = self._tolerant(answer, questions)
        return {
            question.id: self._refusals(question) if answers is None else answers
            for question, answers in zip(questions, found, strict=True)
        }

    def _refusals(self, question: Question) -> dict[Setting, Answer]:
        refusal = Answer(question.text, Status.NONE, confidence=0.0, citations=())
        return dict.fromkeys(self._settings(question), refusal)

    def _settings(self, question: Question) -> dict[Setting, frozenset[str]]:
        """The articles to remove in each setting that makes sense for the question."""
        settings: dict[Setting, frozenset[str]] = {"as asked": frozenset()}
        if question.relevant:
            settings["off-corpus"] = self._removal.off_corpus(question)
            if self._removal.has_neighbours:
                settings["hard"] = self._removal.hard(question)
                if settings["hard"] < settings["off-corpus"]:
                    settings["hard, neighbours left"] = settings["hard"]
        return settings

    def _tolerant(
        self, call: Callable[[Sequence[Question]], list[Found]], questions: Sequence[Question]
    ) -> Sequence[Found | None]:
        """Call with all questions, or with fewer and fewer until the one at fault is alone."""
        if not questions:
            return []
        try:
            return call(questions)
        except QueryError:
            if len(questions) == 1:
                if questions[0].id not in self.refused:
                    self.refused.append(questions[0].id)
                return [None]
        half = len(questions) // 2
        return [*self._tolerant(call, questions[:half]), *self._tolerant(call, questions[half:])]


def judge_answer(question: Question, answer: Answer) -> Outcome:
    """Score what one answer puts first: its short answer, or its first citation."""
    golds = [gold.text for gold in question.answers]
    first = answer.citations[0] if answer.citations else None
    if not golds:
        is_right = first is not None and any(
            each.reference.article_id in question.relevant for each in first.quotations
        )
    elif answer.answers:
        is_right = _is_right(answer.answers[0], answer, question, golds)
    else:
        is_right = _holds(first, question, golds)
    return Outcome(
        status=answer.status,
        confidence=answer.confidence,
        is_right=is_right and not question.impossible,
        cited=first.text if first else "",
        cited_article=first.quotations[0].reference.article_id if first else None,
        short=answer.answers[0].text if answer.answers else None,
    )


def place_answer(question: Question, answer: Answer) -> dict[str, float]:
    """Where the set's answer stands among the citations; nothing where the set gives none."""
    golds = [gold.text for gold in question.answers]
    if not golds:
        return {}
    shown = answer.citations[:SHOWN]
    first = shown[0] if shown else None
    return {
        IN_TOP_THREE: float(any(_holds(each, question, golds) for each in shown)),
        IN_TOP_CITATION: float(_holds(first, question, golds)),
        IN_HIGHLIGHT: float(_highlighted(first, question, golds)),
    }


def _is_right(short: ShortAnswer, answer: Answer, question: Question, golds: Sequence[str]) -> bool:
    cited = {citation.rank: citation for citation in answer.citations}
    return matches_answer(short.text, golds) and any(
        cited[span.citation].text[span.start : span.end] in quotation.text
        for span in short.spans
        for quotation in _relevant(cited[span.citation], question)
    )


def _holds(citation: Citation | None, question: Question, golds: Sequence[str]) -> bool:
    return citation is not None and any(
        contains_answer(each.text, golds) for each in _relevant(citation, question)
    )


def _relevant(citation: Citation, question: Question) -> Iterator[Quotation]:
    """The quotations from a relevant article; all of them where nobody judged articles."""
    return (
        each
        for each in citation.quotations
        if not question.relevant or each.reference.article_id in question.relevant
    )


def _highlighted(first: Citation | None, question: Question, golds: Sequence[str]) -> bool:
    if first is None or not _holds(first, question, golds):
        return False
    return any(contains_answer(first.text[start:end], golds) for start, end in first.highlights)


def _measure(
    rankings: Mapping[str, Mapping[Mode, Ranking]], questions: Sequence[Question], mode: Mode
) -> Iterator[dict[str, float]]:
    """Every measure of each question, in the questions' order."""
    run = {each.id: rankings[each.id][mode] for each in questions}
    measures = score_rankings(questions, run)
    for row in range(len(questions)):
        yield {each.measure: float(each.values[row]) for each in measures}
