"""Encoding through any sentence-transformers model."""

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models

from embeddings import BUNDLED, EncoderError, TextTooLongError, load_encoder
from embeddings.encoder import COUNT_BATCH, PASSAGE_BATCH, Encoder, _digest, _prefixes
from embeddings.wheel import WEIGHTS_SHA256

FRENCH = ["Qui a fondé Telegram ?", "Le réseau compte 25 millions d’inscrits.", "Œuvre « à part »"]


@pytest.fixture(scope="module")
def saved(encoder, tmp_path_factory):
    """The bundled model in a folder of its own, as any other model comes."""
    folder = tmp_path_factory.mktemp("models") / "sauvé"
    encoder.model.save(str(folder))
    return folder


@pytest.fixture(scope="module")
def loaded(saved):
    # By a relative path: an index that names the model may be opened from elsewhere.
    with contextlib.chdir(saved.parent):
        return load_encoder(saved.name)


def test_identity_of_the_bundled_model(encoder):
    assert encoder.identity.model == BUNDLED
    assert encoder.identity.digest == WEIGHTS_SHA256
    assert encoder.identity.query_prefix == "query: "
    assert encoder.identity.passage_prefix == "passage: "
    assert encoder.identity.pooling == "mean"
    assert (encoder.dim, encoder.max_tokens) == (384, 512)


def test_vectors_are_unit_rows_in_order(encoder):
    # More than a batch, and shuffled lengths, since batches are made by length.
    texts = [" ".join(["mot"] * (n * 7 % 37 + 1)) + f" {n}" for n in range(PASSAGE_BATCH + 8)]
    together = encoder.encode_passages(texts)
    assert together.shape == (PASSAGE_BATCH + 8, 384)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for n in (0, 5, PASSAGE_BATCH + 7):
        alone = encoder.encode_passages([texts[n]])[0]
        assert together[n] @ alone > 0.99999
        assert np.argmax(together @ alone) == n


def test_queries_and_passages_have_their_own_prefixes(encoder):
    text = FRENCH[0]
    plain = encoder.model.encode(
        ["query: " + text, "passage: " + text], prompt="", convert_to_numpy=True
    )
    np.testing.assert_allclose(encoder.encode_queries([text])[0], plain[0], atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages([text])[0], plain[1], atol=1e-5)
    assert not np.allclose(plain[0], plain[1], atol=1e-2)


def test_no_text_gives_no_row(encoder):
    for vectors in (encoder.encode_queries([]), encoder.encode_passages([])):
        assert vectors.shape == (0, 384)
        assert vectors.dtype == np.float32
    assert encoder.count_tokens([]) == []


def test_counts_include_prefix_and_special_tokens(encoder):
    # <s> ▁passage : ▁Bon jour </s>, or so: the whole is what the tokenizer says of the whole.
    whole = encoder.model.tokenizer("passage: Bonjour")["input_ids"]
    assert encoder.count_tokens(["Bonjour"]) == [len(whole)] == [5]
    assert encoder.count_tokens(["Bonjour"], prefix="") == [3]


def test_counts_go_on_after_a_batch(encoder):
    texts = ["un"] * COUNT_BATCH + ["un deux", "un deux trois"]
    assert encoder.count_tokens(texts) == [5] * COUNT_BATCH + [6, 7]


def test_a_text_that_just_fits_and_one_that_does_not(encoder):
    # « passage », « : », the start and the end leave room for 508 words of one token.
    assert encoder.encode_passages(["mot" + " mot" * 507]).shape == (1, 384)
    with pytest.raises(TextTooLongError, match=r"Text 1 has 513 tokens.* at most 512") as error:
        encoder.encode_passages(["court", "mot" + " mot" * 508])
    assert "bundled" in str(error.value)
    with pytest.raises(TextTooLongError):
        encoder.encode_queries(["mot" + " mot" * 508])


def test_nothing_of_a_text_that_just_fits_is_cut(encoder):
    last_differs = encoder.encode_passages(["mot " * 507 + "chat", "mot " * 507 + "Telegram"])
    assert last_differs[0] @ last_differs[1] < 0.99999


def test_progress_adds_up(encoder):
    steps = []
    encoder.encode_passages([f"Phrase {n}." for n in range(70)], progress=steps.append)
    assert steps == [32, 32, 6]


def test_a_saved_model_loads_by_its_folder(loaded, encoder, saved):
    np.testing.assert_allclose(
        loaded.encode_passages(FRENCH), encoder.encode_passages(FRENCH), atol=1e-5
    )
    np.testing.assert_allclose(
        loaded.encode_queries(FRENCH), encoder.encode_queries(FRENCH), atol=1e-5
    )
    assert loaded.count_tokens(FRENCH) == encoder.count_tokens(FRENCH)
    assert loaded.identity.model == str(saved)
    assert loaded.identity.query_prefix == "query: "
    assert loaded.identity.passage_prefix == "passage: "
    assert loaded.identity.pooling == "mean"
    assert (loaded.dim, loaded.max_tokens) == (384, 512)
    assert loaded.identity.digest != encoder.identity.digest


def test_the_digest_is_of_the_weights_by_name(tmp_path):
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    before = _digest(model)
    torch.save(model.state_dict(), tmp_path / "weights")
    model[1].num_batches_tracked += 1  # A scalar counts too.
    assert _digest(model) != before
    model.load_state_dict(torch.load(tmp_path / "weights"))
    assert _digest(model) == before
    with torch.no_grad():
        model[0].weight[0, 0] += 1.0
    assert _digest(model) != before


def test_prefixes_of_the_e5_family_go_by_the_models_name(loaded):
    model = loaded.model
    assert _prefixes("intfloat/multilingual-e5-base", model) == ("query: ", "passage: ")
    assert _prefixes("/models/e5-large-v2", model) == ("query: ", "passage: ")
    cached = "/hub/models--intfloat--multilingual-e5-small/snapshots/abc123"
    assert _prefixes(cached, model) == ("query: ", "passage: ")


@pytest.mark.parametrize(
    ("prompts", "expected"),
    [
        ({}, ("", "")),
        ({"query": "Q: ", "document": "D: "}, ("Q: ", "D: ")),
        ({"query": "Q: ", "passage": "P: ", "document": None}, ("Q: ", "P: ")),
    ],
)
def test_other_models_bring_their_own_prefixes(prompts, expected, loaded, monkeypatch):
    monkeypatch.setattr(loaded.model, "prompts", prompts)
    assert _prefixes("autre/modèle", loaded.model) == expected


def test_a_model_without_prefixes_gets_none(loaded):
    bare = Encoder(loaded.model, name="nu", digest="0", query_prefix="", passage_prefix="")
    plain = loaded.model.encode(["Bonjour"], prompt="", convert_to_numpy=True)
    np.testing.assert_allclose(bare.encode_queries(["Bonjour"]), plain, atol=1e-6)
    assert bare.count_tokens(["Bonjour"]) == [3]


@pytest.mark.parametrize("name", ["/nulle/part", "./rien", "~/rien", "a/b/c"])
def test_a_missing_folder_is_told_without_asking_the_hub(name):
    with pytest.raises(EncoderError, match=f"no model folder {name}.*--model"):
        load_encoder(name)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(EncoderError, match=r"cannot be loaded: .*safetensors") as error:
        load_encoder(str(tmp_path))
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_hub_model_is_refused_in_one_line():
    with pytest.raises(EncoderError, match="nul/inconnu cannot be loaded") as error:
        load_encoder("nul/inconnu")
    assert "\n" not in str(error.value)


@pytest.fixture
def copied(saved, tmp_path):
    """A copy of the saved model, its big files linked, to change at will."""
    folder = tmp_path / "copie"
    for path in saved.rglob("*"):
        target = folder / path.relative_to(saved)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".json" and path.stat().st_size < 100_000:
                target.write_bytes(path.read_bytes())
            else:
                target.symlink_to(path)
    return folder


def test_pickled_weights_are_refused(copied, tmp_path):
    weights = copied / "model.safetensors"
    weights.unlink()
    booby_trap = tmp_path / "exploded"
    torch.save({"trap": _Trap(booby_trap)}, copied / "pytorch_model.bin")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(copied))
    assert not booby_trap.exists()


@pytest.mark.parametrize("size", [0, 100, 100_000, None])
def test_damaged_weights_are_refused(copied, saved, size):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 470641600\n"
    weights = (saved / "model.safetensors").read_bytes()[:size] if size is not None else pointer
    (copied / "model.safetensors").unlink()
    (copied / "model.safetensors").write_bytes(weights)
    with pytest.raises(EncoderError, match=r"cannot be loaded: .*safetensors weights") as error:
        load_encoder(str(copied))
    assert "\n" not in str(error.value)


def test_a_static_model_is_refused(tmp_path):
    tokenizer = Tokenizer(models.WordLevel({"<unk>": 0, "mot": 1}, unk_token="<unk>"))
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=4)]).save(str(tmp_path))
    with pytest.raises(EncoderError, match="cannot be loaded: it is no transformer"):
        load_encoder(str(tmp_path))


def test_code_that_comes_with_a_model_is_never_run(copied, tmp_path):
    booby_trap = tmp_path / "exploded"
    code = f"open({str(booby_trap)!r}, 'w').close()\nclass Trap: pass\n"
    (copied / "trap.py").write_text(code)
    modules = json.loads((copied / "modules.json").read_text())
    modules[0]["type"] = "trap.Trap"
    (copied / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(copied))
    assert not booby_trap.exists()


def test_code_that_a_configuration_names_is_never_run(copied, tmp_path):
    booby_trap = tmp_path / "exploded"
    (copied / "trap.py").write_text(f"open({str(booby_trap)!r}, 'w').close()\n")
    config = json.loads((copied / "config.json").read_text())
    config["auto_map"] = {"AutoConfig": "trap.Trap", "AutoModel": "trap.Trap"}
    config["model_type"] = "trap"
    (copied / "config.json").write_text(json.dumps(config))
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(copied))
    assert not booby_trap.exists()


class _Trap:
    """Touches a file when unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)
