"""The trained weights in a file of a quarter of their size."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor

from retrieval.errors import ReaderError
from retrieval.reader.network import ReaderNetwork

LEVELS = 127
_SCALE = ".scale"
_TRAINED_ON = "trained_on"


def trained_state(network: ReaderNetwork) -> dict[str, Tensor]:
    """The weights that training changes: everything but the embeddings, float32."""
    return {
        name: tensor.detach().float()
        for name, tensor in network.state_dict().items()
        if not name.startswith("bert.embeddings.")
    }


def quantize(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Turn the layers' matrices into int8, each row with a scale, and the rest into float16.

    A row's scale maps its greatest absolute value to 127.
    """
    packed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if name.startswith("bert.") and tensor.dim() == 2:
            scale = tensor.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / LEVELS
            packed[name] = torch.round(tensor / scale).to(torch.int8)
            packed[name + _SCALE] = scale.float()
        else:
            packed[name] = tensor.to(torch.float16)
    return packed


def dequantize(packed: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Undo `quantize`, up to its rounding; float32."""
    return {
        name: tensor.float() * packed[name + _SCALE] if name + _SCALE in packed else tensor.float()
        for name, tensor in packed.items()
        if not name.endswith(_SCALE)
    }


def write_weights(state: Mapping[str, Tensor], path: Path, *, trained_on: Mapping[str, str]) -> str:
    """Write what `trained_state` or training returns; return the SHA-256 of the file.

    `trained_on` holds the SHA-256 of the sets that were learnt from, by file name, and goes with
    the weights.
    """
    data = save(quantize(state), metadata={_TRAINED_ON: json.dumps(trained_on, sort_keys=True)})
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def read_trained_on(path: Path) -> dict[str, str]:
    """Return what `write_weights` was told of the sets that were learnt from."""
    with safe_open(path, framework="pt") as file:
        found: dict[str, str] = json.loads((file.metadata() or {}).get(_TRAINED_ON, "{}"))
    return found


def read_weights(path: Path, network: ReaderNetwork) -> str:
    """Put the weights of a file into a network; return the SHA-256 of the file.

    Raises:
        ReaderError: The file is missing, damaged, or another network's.
    """
    try:
        data = path.read_bytes()
        state = dequantize(load(data))
    except (OSError, SafetensorError) as error:
        raise ReaderError(
            f"The reader's weights cannot be read: {path}: {error}. Reinstall jecite, or do "
            "without them: --reader none"
        ) from error
    expected = trained_state(network)
    if {n: t.shape for n, t in state.items()} != {n: t.shape for n, t in expected.items()}:
        raise ReaderError(
            f"The reader's weights are another network's: {path}. Reinstall jecite, or train them "
            "again: python -m retrieval.training"
        )
    network.load_state_dict(state, strict=False, assign=True)
    return hashlib.sha256(data).hexdigest()
