"""A reader that knows its answers by heart, so that figures can be worked out by hand."""

from dataclasses import replace

from retrieval.confidence import LogisticRule, RankingWeights, ReaderRules, load_calibration
from retrieval.reader import Extract, ReaderJudgement

SURE = 4.0


class RoteReader:
    """Is sure where a passage holds what it would answer, and of the contrary elsewhere.

    It guesses the first word where it doesn't, if it is to read to the end.
    """

    digest = "fa4e" * 16

    def __init__(self, answers):
        self.answers = answers
        self.read_pairs = []

    def read(self, question, passages, *, whole=False):
        self.read_pairs += [(question, passage) for passage in passages]
        answer = self.answers.get(question, "?!")
        return [self._judge(answer, each.text, whole=whole) for each in passages]

    @staticmethod
    def _judge(answer, passage, *, whole):
        start = passage.find(answer)
        if start < 0:
            guess = (Extract(0, len(passage.split()[0]), 0.01),) if whole else ()
            return ReaderJudgement(-SURE, -SURE, guess)
        return ReaderJudgement(SURE, SURE, (Extract(start, start + len(answer), 0.9),))


def rote_calibration(**changes):
    """Rules for it: the confidence is 1 / (1 + exp(∓4)), and nothing is merely related."""
    calibration = load_calibration()
    rules = ReaderRules(
        highlight=replace(calibration.plain.highlight, share=0.0),
        answered=LogisticRule(0.0, {"presence": 1.0}, 0.5),
        related=LogisticRule(0.0, {}, 1.0),
        digest=RoteReader.digest,
        ranking=RankingWeights(relevance=1.0, presence=1.0, retrieved=0.01),
        settled=2 * SURE,
    )
    return replace(calibration, reader=rules, **changes)
