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
    device = output.null.device
    most = max(map(len, gold))
    padded = torch.tensor([[*spans, *[(0, 0)] * (most - len(spans))] for spans in gold])
    counts = torch.tensor([len(spans) for spans in gold])
    first, last = padded.reshape(len(gold), most, 2).long().to(device).unbind(2)
    is_padding = (torch.arange(most) >= counts.unsqueeze(1)).to(device)
    answers = (counts > 0).to(device)
    rows = torch.arange(len(gold), device=device).unsqueeze(1)
    spans = output.spans[rows, first, last].masked_fill(is_padding, -torch.inf)
    null = output.null.masked_fill(answers, -torch.inf).unsqueeze(1)
    losses = output.log_partition() - torch.logsumexp(torch.cat([spans, null], dim=1), dim=1)
    return torch.where(answers, 1.0, NO_ANSWER_WEIGHT) * losses


def span_disagreement(output: ReaderOutput) -> Tensor:
    """How much two readings of a batch, one after the other in `output`, differ, for each row.

    That is the mean of their two Kullback-Leibler divergences (Liang et al. 2021, "R-Drop").
    """
    scores = torch.cat([output.spans.flatten(1), output.null.unsqueeze(1)], dim=1)
    return _divergence(scores)


def relevance_disagreement(relevance: Tensor) -> Tensor:
    """`span_disagreement` for two readings' scores of passages, as `relevance_losses` takes."""
    return _divergence(torch.cat([relevance, relevance.new_zeros((len(relevance), 1))], dim=1))


def relevance_losses(relevance: Tensor, *, answers: Tensor) -> Tensor:
    """-ln P(the passage that answers) among a question's passages and "none of them".

    `relevance` holds their scores, (questions, passages), -inf where there are fewer; that of the
    passage that answers is the first of those questions that have one, `answers`, bool
    (questions,). "None of them" scores 0.
    """
    none = relevance.new_zeros((len(relevance), 1))
    right = torch.where(answers, relevance[:, 0], 0.0)
    missing = torch.logsumexp(torch.cat([relevance[:, 1:], none], dim=1), dim=1)
    losses = torch.logsumexp(torch.cat([relevance, none], dim=1), dim=1) - right
    return losses + MISSING_WEIGHT * answers * missing


def _divergence(scores: Tensor) -> Tensor:
    # What can't be is as good as impossible: the difference of two infinities is no number.
    one, other = torch.log_softmax(scores.clamp(min=-1e4), dim=1).chunk(2)
    return 0.5 * ((one.exp() - other.exp()) * (one - other)).sum(1)
