"""The cross-encoder: question and passage read together, by the bundled encoder's layers."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BertModel

SPAN_DIM = 64
RELEVANCE_DIM = 128

MAX_SPAN = 64
"""The most tokens of a short answer: all but 0.5 % of PIAF's answers have fewer."""


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """What the network says of a batch of (question, passage).

    Attributes:
        relevance: float32 (batch,); 0 is where a passage is as likely to answer as not to.
        spans: float32 (batch, tokens, tokens), a score for each first and last token of an
            answer; -inf where they are no span of the passage of at most `MAX_SPAN` tokens.
        null: float32 (batch,), the score of there being no answer, on the scale of `spans`.
    """

    relevance: Tensor
    spans: Tensor
    null: Tensor

    def log_partition(self) -> Tensor:
        """The logarithm of the sum over all spans and no answer, (batch,)."""
        spans = torch.logsumexp(self.spans.flatten(1), dim=1)
        return torch.logaddexp(spans, self.null)


class ReaderNetwork(nn.Module):
    """The layers of a BERT encoder under heads for relevance, spans and "no answer".

    A span's score is that of its first token, plus that of its last, plus a product of the two
    (as the biaffine parsers of Dozat and Manning 2017 score an arc), so that first and last are
    chosen together.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        width = int(bert.config.hidden_size)
        self.bert = bert
        self.start = nn.Linear(width, SPAN_DIM + 1)
        self.end = nn.Linear(width, SPAN_DIM + 1)
        self.null = nn.Linear(width, 1)
        self.pool = nn.Linear(2 * width, RELEVANCE_DIM)
        self.relevance = nn.Linear(RELEVANCE_DIM, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, first: Tensor) -> ReaderOutput:
        """Read a padded batch.

        Args:
            input_ids: int64 (batch, tokens).
            attention_mask: int64 (batch, tokens), 1 for tokens and 0 for padding.
            first: int64 (batch,), the place of each passage's first token; the passage ends
                before the last token, `</s>`.
        """
        dtype = next(self.bert.encoder.parameters()).dtype
        embedded = self.bert.embeddings(input_ids=input_ids).to(dtype)
        bias = torch.zeros_like(attention_mask, dtype=dtype)
        bias = bias.masked_fill(attention_mask == 0, torch.finfo(dtype).min)[:, None, None]
        states = self.bert.encoder(embedded, attention_mask=bias).last_hidden_state.float()
        mask = attention_mask.float().unsqueeze(-1)
        mean = (states * mask).sum(1) / mask.sum(1)
        pooled = torch.tanh(self.pool(torch.cat([states[:, 0], mean], dim=-1)))
        start, end = self.start(states), self.end(states)
        product = start[..., 1:] @ end[..., 1:].transpose(1, 2)
        spans = product * SPAN_DIM**-0.5 + start[..., :1] + end[..., :1].transpose(1, 2)
        return ReaderOutput(
            relevance=self.relevance(pooled).squeeze(-1),
            spans=spans.masked_fill(~_is_span(attention_mask, first), -torch.inf),
            null=self.null(states[:, 0]).squeeze(-1),
        )

    def set_dtype(self, dtype: torch.dtype) -> None:
        """Let the layers compute in `dtype`.

        The embeddings are another model's too, which a change of precision would change. The
        heads stay in float32: in bfloat16 scores are rounded until passages tie.
        """
        self.bert.encoder.to(dtype)


def _is_span(attention_mask: Tensor, first: Tensor) -> Tensor:
    """Which (first token, last token) are a span of the passage, bool (batch, tokens, tokens)."""
    places = torch.arange(attention_mask.shape[1], device=attention_mask.device)
    last = attention_mask.sum(1, keepdim=True) - 1
    inside = (places >= first.unsqueeze(1)) & (places < last)
    length = places.unsqueeze(0) - places.unsqueeze(1)
    band = (length >= 0) & (length < MAX_SPAN)
    return inside.unsqueeze(2) & inside.unsqueeze(1) & band
