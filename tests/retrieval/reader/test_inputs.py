"""Question and passage to tokens."""

import random

import numpy as np

from retrieval.reader import inputs
from retrieval.reader.inputs import batches, collate, make_pairs
from retrieval.training.loss import MASK, SPECIAL, crop, hide, token_spans
from tests.retrieval.reader.tiny import tiny_tokenizer


def test_a_pair_is_the_question_then_the_passage():
    (pair,) = make_pairs(tiny_tokenizer(), "qui dort ?", ["la reine dort ."])
    # <s> query : qui dort ? </s> </s> la reine dort . </s>
    assert pair.ids == (0, 4, 5, 6, 17, 9, 2, 2, 11, 16, 17, 10, 2)
    assert pair.first == 8
    assert pair.offsets.tolist() == [[0, 2], [3, 8], [9, 13], [14, 15]]


def test_an_empty_passage_has_no_token():
    (pair,) = make_pairs(tiny_tokenizer(), "qui ?", [""])
    assert pair.ids[pair.first :] == (2,)
    assert pair.offsets.shape == (0, 2)


def test_what_is_too_long_loses_its_end(monkeypatch):
    monkeypatch.setattr(inputs, "MAX_QUESTION_TOKENS", 3)
    monkeypatch.setattr(inputs, "MAX_TOKENS", 10)
    (pair,) = make_pairs(tiny_tokenizer(), "qui dort hier ?", ["la reine dort et mange"])
    # <s> query : qui </s> </s> la reine dort </s>: ten tokens.
    assert pair.ids == (0, 4, 5, 6, 2, 2, 11, 16, 17, 2)
    assert pair.offsets.tolist() == [[0, 2], [3, 8], [9, 13]]


def test_batches_hold_rows_of_like_length_within_the_budget(monkeypatch):
    monkeypatch.setattr(inputs, "BATCH_TOKENS", 30)
    passages = ["la " * n for n in (20, 1, 2, 8, 9)]
    pairs = make_pairs(tiny_tokenizer(), "qui ?", passages)
    assert [len(pair.ids) for pair in pairs] == [28, 9, 10, 16, 17]
    assert batches(pairs) == [[1, 2], [3], [4], [0]]
    assert batches([]) == []


def test_padding_is_masked_and_lengths_are_rounded():
    pairs = make_pairs(tiny_tokenizer(), "qui ?", ["la reine", "la reine dort ."])
    ids, mask, first = collate(pairs)
    assert ids.shape == mask.shape == (2, 16)
    assert mask.sum(1).tolist() == [10, 12]
    assert ids[0, 10:].tolist() == [1] * 6
    assert first.tolist() == [7, 7]


class TestTokenSpans:
    (pair,) = make_pairs(tiny_tokenizer(), "combien ?", ["hier 25 millions dort 3 ans"])

    def test_words_become_their_tokens(self):
        first = self.pair.first
        assert token_spans(self.pair, [(5, 16)]) == [(first + 1, first + 2)]
        assert token_spans(self.pair, [(5, 16), (22, 23), (5, 16)]) == [
            (first + 1, first + 2),
            (first + 4, first + 4),
        ]

    def test_a_part_of_a_word_is_its_token(self):
        first = self.pair.first
        assert token_spans(self.pair, [(8, 12)]) == [(first + 2, first + 2)]

    def test_what_the_tokens_lack_is_no_span(self):
        assert token_spans(self.pair, [(24, 40)]) == []
        assert token_spans(self.pair, []) == []


def test_a_window_holds_the_answer_and_nothing_else_decides_where_it_is():
    text = " ".join(["la"] * 20 + ["25", "millions"] + ["le"] * 20)
    (pair,) = make_pairs(tiny_tokenizer(), "combien ?", [text])
    span = (text.index("25"), text.index("millions") + len("millions"))
    starts = set()
    for seed in range(200):
        window = crop(pair, 6, random.Random(seed), spans=[span])
        assert len(window.offsets) == 6
        assert len(window.ids) == pair.first + 6 + 1
        ((first, last),) = token_spans(window, [span])
        assert window.ids[first : last + 1] == (25, 27)
        starts.add(int(window.offsets[0, 0]))
    # Any of the five windows of six tokens that hold two.
    assert len(starts) == 5


def test_a_window_wider_than_the_passage_is_the_passage():
    (pair,) = make_pairs(tiny_tokenizer(), "qui ?", ["la reine dort"])
    assert crop(pair, 3, random.Random(0), spans=[]) is pair
    cut = crop(pair, 2, random.Random(0), spans=[])
    assert cut.ids[: cut.first] == pair.ids[: pair.first]
    assert cut.ids[-1] == pair.ids[-1]
    assert np.array_equal(np.diff(cut.offsets[:, 0]) > 0, [True])


def test_hidden_tokens_are_masked_and_nothing_else_changes():
    (pair,) = make_pairs(tiny_tokenizer(), "qui dort ?", ["la reine dort " * 100])
    assert hide(pair, 0.0, random.Random(0)) is pair
    hidden = hide(pair, 0.3, random.Random(0))
    assert hidden.first == pair.first
    assert np.array_equal(hidden.offsets, pair.offsets)
    changed = [(was, now) for was, now in zip(pair.ids, hidden.ids, strict=True) if was != now]
    assert 0.2 * len(pair.ids) < len(changed) < 0.4 * len(pair.ids)
    assert {now for _, now in changed} == {MASK}
    assert not {was for was, _ in changed} & SPECIAL
    everything = hide(pair, 1.0, random.Random(0)).ids
    assert everything == tuple(id_ if id_ in SPECIAL else MASK for id_ in pair.ids)


def test_the_special_tokens_are_those_of_the_bundled_model(encoder):
    tokenizer = encoder.model.tokenizer.backend_tokenizer
    assert tokenizer.token_to_id("<mask>") == MASK
    assert sorted(SPECIAL) == [
        tokenizer.token_to_id(token) for token in ("<s>", "<pad>", "</s>", "<unk>")
    ]
