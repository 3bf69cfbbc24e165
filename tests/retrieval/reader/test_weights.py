"""The trained weights as a file."""

import pytest
import torch

from retrieval.errors import ReaderError
from retrieval.reader.weights import (
    dequantize,
    quantize,
    read_trained_on,
    read_weights,
    trained_state,
    write_weights,
)
from tests.retrieval.reader.tiny import tiny_network


def test_a_row_keeps_its_greatest_value_and_rounds_the_rest_by_half_a_level():
    weights = torch.tensor([[127.0, 63.4, -1.2], [0.0, 0.0, 0.0]])
    packed = quantize({"bert.encoder.x.weight": weights})
    assert packed["bert.encoder.x.weight"].tolist() == [[127, 63, -1], [0, 0, 0]]
    assert packed["bert.encoder.x.weight"].dtype == torch.int8
    assert dequantize(packed)["bert.encoder.x.weight"].tolist() == [[127.0, 63.0, -1.0], [0.0] * 3]


def test_written_and_read_the_network_says_nearly_the_same(tmp_path):
    path = tmp_path / "reader.safetensors"
    network, other = tiny_network(seed=0), tiny_network(seed=1)
    other.bert.embeddings.load_state_dict(network.bert.embeddings.state_dict())
    digest = write_weights(trained_state(network), path, trained_on={"a.json": "1", "b.json": "2"})
    assert read_weights(path, other) == digest
    assert read_trained_on(path) == {"a.json": "1", "b.json": "2"}
    inputs = torch.arange(12).view(1, 12), torch.ones(1, 12, dtype=torch.long), torch.tensor([5])
    ours, theirs = network(*inputs), other(*inputs)
    assert theirs.relevance.item() == pytest.approx(ours.relevance.item(), abs=0.02)
    finite = torch.isfinite(ours.spans)
    assert torch.allclose(ours.spans[finite], theirs.spans[finite], atol=0.05)


def test_embeddings_are_not_in_the_file(tmp_path):
    assert not any(name.startswith("bert.embeddings") for name in trained_state(tiny_network()))


@pytest.mark.parametrize("content", [None, b"", b"not safetensors at all"])
def test_a_missing_or_damaged_file_is_named_with_the_remedy(tmp_path, content):
    path = tmp_path / "reader.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReaderError, match=r"reader\.safetensors.*--reader none"):
        read_weights(path, tiny_network())


def test_another_networks_weights_are_refused(tmp_path):
    path = tmp_path / "reader.safetensors"
    state = trained_state(tiny_network())
    state.pop("null.bias")
    write_weights(state, path, trained_on={})
    with pytest.raises(ReaderError, match="another network's"):
        read_weights(path, tiny_network())
