"""The training loop: deterministic by seed, resumable, watched."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.optim.lr_scheduler import LambdaLR
from tqdm import tqdm

from retrieval.errors import DatasetError
from retrieval.reader.inputs import (
    BATCH_TOKENS,
    Pair,
    Tokens,
    batches,
    collate,
    prepend_question,
    tokenize,
)
from retrieval.reader.network import ReaderNetwork
from retrieval.records import Headed
from retrieval.training.loss import (
    relevance_disagreement,
    relevance_losses,
    span_disagreement,
    span_losses,
    token_spans,
)
from retrieval.training.plan import Group
from retrieval.training.watching import Watched, watch

QUESTIONS = 12
"""How many questions a step learns from."""

CONSISTENCY = 1.0
"""What it counts that two readings of the same, in which other neurons are dropped, differ."""

LEARNING_RATE = 1.8e-4
HEAD_LEARNING_RATE = 1e-3
WARM_UP = 150
BETAS = (0.9, 0.98)
WEIGHT_DECAY = 0.01
CLIP = 1.0
WATCH_EVERY = 500
SAVE_EVERY = 150

GPU_BATCH_TOKENS = 8 * BATCH_TOKENS
"""The most tokens, padding included, that a GPU reads at a time; in training each of them twice."""


def batch_tokens(device: str | torch.device) -> int:
    """The most tokens, padding included, that a device reads at a time."""
    return GPU_BATCH_TOKENS if torch.device(device).type == "cuda" else BATCH_TOKENS


class Trainer:
    """Trains a network on groups, in order.

    In its folder it keeps what it needs to go on, as of the last save, and log.jsonl, one JSON
    object a line: losses, and now and then measures on held-out articles.

    The network computes in bfloat16 and learns in float32: the optimizer has its own copy of the
    weights, from which the network's are rounded after each step.
    """

    def __init__(  # noqa: PLR0913 - two are options with a name
        self,
        network: ReaderNetwork,
        tokenizer: Tokenizer,
        groups: Sequence[Group],
        folder: Path,
        *,
        seed: int,
        steps: int | None = None,
    ) -> None:
        """Train for so many `steps`, or as long as there are groups; dropout is by the `seed`."""
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        network.set_dtype(torch.bfloat16)
        network.to(self._device)
        self._network = network
        self._tokenizer = tokenizer
        self._groups = groups
        self._folder = folder
        self._checkpoint = folder / "checkpoint.pt"
        self._log = folder / "log.jsonl"
        self._seed = seed
        self._batch_tokens = batch_tokens(self._device)
        self._tokens: dict[Headed, Tokens] = {}
        whole = len(groups) // QUESTIONS
        self._steps = whole if steps is None else min(steps, whole)
        self._settings = {
            "--seed": seed,
            "--steps": self._steps,
            "material of sha256": _digest(groups)[:12],
        }
        network.requires_grad_(requires_grad=True)
        network.bert.embeddings.requires_grad_(requires_grad=False)
        network.early.requires_grad_(requires_grad=False)  # It is fitted to the others, afterwards.
        self._trained = {n: p for n, p in network.named_parameters() if p.requires_grad}
        self._exact = {name: p.detach().float().clone() for name, p in self._trained.items()}
        body = [p for name, p in self._exact.items() if name.startswith("bert.")]
        heads = [p for name, p in self._exact.items() if not name.startswith("bert.")]
        self._optimizer = torch.optim.AdamW(
            [
                {"params": body, "lr": LEARNING_RATE},
                {"params": heads, "lr": HEAD_LEARNING_RATE},
            ],
            betas=BETAS,
            weight_decay=WEIGHT_DECAY,
            fused=True,
        )
        self._schedule = LambdaLR(self._optimizer, self._rate)
        self._step = 0

    def train(self, watched: Sequence[Watched]) -> Mapping[str, Tensor]:
        """Train from the last checkpoint, if there is one, to the end.

        Returns the trained weights by name, float32, as `retrieval.reader.weights` writes them.

        Raises:
            DatasetError: The checkpoint is of another seed, number of steps or material.
        """
        self._resume()
        bar = tqdm(total=self._steps, initial=self._step, desc="steps")
        while self._step < self._steps:
            first = self._step * QUESTIONS
            losses = self._learn(self._groups[first : first + QUESTIONS])
            self._step += 1
            bar.update()
            bar.set_postfix(losses)
            is_last = self._step == self._steps
            entry: dict[str, float] = {"step": self._step, **losses}
            if watched and (is_last or self._step % WATCH_EVERY == 0):
                self._network.eval()
                entry |= asdict(watch(self._network, self._tokenizer, watched))
                tqdm.write(json.dumps(entry))
            with self._log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
            if is_last or self._step % SAVE_EVERY == 0:
                self._save()
        bar.close()
        return self._exact

    def _learn(self, groups: Sequence[Group]) -> dict[str, float]:
        spans, relevance = self._losses(groups)
        torch.autograd.backward(spans + relevance)
        for name, exact in self._exact.items():
            rounded = self._trained[name]
            exact.grad = None if rounded.grad is None else rounded.grad.float()
            rounded.grad = None
        torch.nn.utils.clip_grad_norm_(self._exact.values(), CLIP)
        self._optimizer.step()
        self._schedule.step()
        self._round()
        return {"span": round(spans.item(), 4), "relevance": round(relevance.item(), 4)}

    def _losses(self, groups: Sequence[Group]) -> tuple[Tensor, Tensor]:
        """The mean losses of a step's questions."""
        self._network.train()
        torch.manual_seed(self._steps * self._seed + self._step)
        pairs: list[Pair] = []
        gold: list[list[tuple[int, int]]] = []
        sizes = []
        for group in groups:
            made = prepend_question(
                self._tokenizer, group.question, self._tokenized(group.passages)
            )
            pairs.extend(made)
            gold.append(token_spans(made[0], group.spans))
            gold.extend([] for _ in made[1:])
            sizes.append(len(made))
        spans = torch.zeros((), device=self._device)
        relevance: list[Tensor] = []
        order: list[int] = []
        for rows in batches(pairs, tokens=self._batch_tokens):
            inputs = collate([pairs[row] for row in rows])
            twice = (torch.cat([each, each]).to(self._device) for each in inputs)
            output = self._network(*twice)
            spans = spans + span_losses(output, [gold[row] for row in rows] * 2).sum() / 2
            spans = spans + CONSISTENCY * span_disagreement(output).sum()
            relevance.append(torch.stack(output.relevance.chunk(2), dim=1))
            order.extend(rows)
        places = torch.tensor(order).argsort().to(self._device)
        padded = pad_sequence(
            list(torch.split(torch.cat(relevance)[places], sizes)),
            batch_first=True,
            padding_value=-torch.inf,
        )
        scores = torch.cat(padded.unbind(2))
        answers = torch.tensor([bool(group.spans) for group in groups] * 2, device=self._device)
        listwise = relevance_losses(scores, answers=answers).mean()
        return (
            spans / len(groups),
            listwise + CONSISTENCY * relevance_disagreement(scores).mean(),
        )

    def _tokenized(self, passages: Sequence[Headed]) -> list[Tokens]:
        """Tokenise what wasn't yet: a passage is learnt from a dozen times."""
        new = [text for text in passages if text not in self._tokens]
        self._tokens |= dict(zip(new, tokenize(self._tokenizer, new), strict=True))
        return [self._tokens[text] for text in passages]

    def _rate(self, step: int) -> float:
        """Warm up, then fall in a straight line to nothing."""
        if step < WARM_UP:
            return (step + 1) / WARM_UP
        return max(0.0, (self._steps - step) / max(1, self._steps - WARM_UP))

    def _round(self) -> None:
        with torch.no_grad():
            for name, exact in self._exact.items():
                self._trained[name].copy_(exact)

    def _save(self) -> None:
        state = {
            "step": self._step,
            "settings": self._settings,
            "exact": self._exact,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }
        partial = self._checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._checkpoint)

    def _resume(self) -> None:
        if not self._checkpoint.exists():
            self._log.unlink(missing_ok=True)
            return
        state = torch.load(self._checkpoint, weights_only=True, map_location=self._device)
        for name, begun in state["settings"].items():
            if begun != self._settings[name]:
                raise DatasetError(
                    f"{self._folder} was begun with {name} {begun}: give it, or another --out"
                )
        self._step = state["step"]
        # What was learnt after the save is learnt again.
        if self._log.exists():
            lines = self._log.read_text(encoding="utf-8").splitlines(keepends=True)
            self._log.write_text("".join(lines[: self._step]), encoding="utf-8")
        for name, exact in self._exact.items():
            exact.copy_(state["exact"][name])
        self._round()
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])


def _digest(groups: Sequence[Group]) -> str:
    digest = hashlib.sha256()
    for group in groups:
        digest.update(repr(group).encode())
    return digest.hexdigest()
