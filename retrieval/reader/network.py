"""The cross-encoder: question and passage read together, by the bundled encoder's layers."""

from collections.abc import Iterable
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

    Half of the layers are enough to see that a passage has nothing to do with a question: a head
    on top of those, `early`, foretells relevance and presence, so that the others can be spared
    (Xin et al. 2020, "Early Exiting BERT for Efficient Document Ranking").
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
        self.early = nn.Linear(2 * width, 2)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, first: Tensor) -> ReaderOutput:
        """Read a padded batch.

        Args:
            input_ids: int64 (batch, tokens).
            attention_mask: int64 (batch, tokens), 1 for tokens and 0 for padding.
            first: int64 (batch,), the place of each passage's first token; the passage ends
                before the last token, `</s>`.
        """
        states = self.begin(input_ids, attention_mask)
        return self.finish(states, attention_mask, first)

    def begin(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Compute the lower half of the layers: their states, (batch, tokens, width)."""
        layers = self.bert.encoder.layer
        embedded = self.bert.embeddings(input_ids=input_ids).to(self._dtype)
        return self._through(layers[: len(layers) // 2], embedded, attention_mask)

    def foretell(self, states: Tensor, attention_mask: Tensor) -> Tensor:
        """Foretell relevance and presence from what `begin` returns, float32 (batch, 2)."""
        foretold: Tensor = self.early(first_and_mean(states, attention_mask))
        return foretold

    def finish(self, states: Tensor, attention_mask: Tensor, first: Tensor) -> ReaderOutput:
        """Compute the upper half of the layers, and the heads, from what `begin` returns."""
        layers = self.bert.encoder.layer
        states = self._through(layers[len(layers) // 2 :], states, attention_mask).float()
        pooled = torch.tanh(self.pool(first_and_mean(states, attention_mask)))
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

    @property
    def _dtype(self) -> torch.dtype:
        return next(self.bert.encoder.parameters()).dtype

    def _through(
        self, layers: Iterable[nn.Module], states: Tensor, attention_mask: Tensor
    ) -> Tensor:
        bias = torch.zeros_like(attention_mask, dtype=self._dtype)
        bias = bias.masked_fill(attention_mask == 0, torch.finfo(self._dtype).min)[:, None, None]
        for layer in layers:
            states = layer(states, bias)
        return states


def first_and_mean(states: Tensor, attention_mask: Tensor) -> Tensor:
    """The state of a row's first token beside the mean of all, float32 (batch, 2 · width)."""
    states, mask = states.float(), attention_mask.float().unsqueeze(-1)
    return torch.cat([states[:, 0], (states * mask).sum(1) / mask.sum(1)], dim=-1)


def _is_span(attention_mask: Tensor, first: Tensor) -> Tensor:
    """Which (first token, last token) are a span of the passage, bool (batch, tokens, tokens)."""
    places = torch.arange(attention_mask.shape[1], device=attention_mask.device)
    last = attention_mask.sum(1, keepdim=True) - 1
    inside = (places >= first.unsqueeze(1)) & (places < last)
    length = places.unsqueeze(0) - places.unsqueeze(1)
    band = (length >= 0) & (length < MAX_SPAN)
    return inside.unsqueeze(2) & inside.unsqueeze(1) & band
