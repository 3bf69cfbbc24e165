"""What the network is trained to make small."""

from collections.abc import Sequence

import torch
from torch import Tensor

from retrieval.reader.inputs import Pair
from retrieval.reader.network import MAX_SPAN, ReaderOutput
from retrieval.records import Span

NO_ANSWER_WEIGHT = 0.5
"""What saying "no answer" of a passage without one counts, against finding one where it is."""

MISSING_WEIGHT = 1.0
"""What knowing that none answers, once the passage that does is left out, counts."""


def token_spans(pair: Pair, spans: Sequence[Span]) -> list[Span]:
    """Spans of characters as first and last token; none for what the tokens don't hold.

    A span of more than `MAX_SPAN` tokens ends early.
    """
    found = []
    starts, ends = pair.offsets[:, 0], pair.offsets[:, 1]
    for start, end in spans:
        inside = ((ends > start) & (starts < end)).nonzero()[0]
        if len(inside) and starts[inside[0]] <= start and ends[inside[-1]] >= end:
            first = int(inside[0])
            last = min(int(inside[-1]), first + MAX_SPAN - 1)
            found.append((pair.first + first, pair.first + last))
    return list(dict.fromkeys(found))


def span_losses(output: ReaderOutput, gold: Sequence[Sequence[Span]]) -> Tensor:
    """-ln P(one of the right spans), or of no answer where there is none, for each row."""
    right = []
    for row, spans in enumerate(gold):
        if spans:
            first, last = zip(*spans, strict=True)
            right.append(torch.logsumexp(output.spans[row, list(first), list(last)], dim=0))
        else:
            right.append(NO_ANSWER_WEIGHT * output.null[row])
    weights = output.null.new_tensor([1.0 if spans else NO_ANSWER_WEIGHT for spans in gold])
    return weights * output.log_partition() - torch.stack(right)


def relevance_loss(relevance: Tensor, *, answers: bool) -> Tensor:
    """-ln P(the passage that answers) among a question's passages and "none of them".

    `relevance` holds their scores, (passages,), that of the one that answers first if one
    `answers`; "none of them" scores 0.
    """
    none = relevance.new_zeros(1)
    if not answers:
        return torch.logsumexp(torch.cat([relevance, none]), dim=0)
    loss = torch.logsumexp(torch.cat([relevance, none]), dim=0) - relevance[0]
    if len(relevance) > 1:
        missing = torch.logsumexp(torch.cat([relevance[1:], none]), dim=0)
        loss = loss + MISSING_WEIGHT * missing
    return loss
