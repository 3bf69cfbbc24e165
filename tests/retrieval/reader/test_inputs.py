"""Question and passage to tokens."""

from retrieval.reader import inputs
from retrieval.reader.inputs import batches, collate, make_pairs
from retrieval.records import Headed
from retrieval.training.loss import token_spans
from tests.retrieval.reader.tiny import bare, tiny_tokenizer


def test_a_pair_is_the_question_then_the_passage():
    (pair,) = make_pairs(tiny_tokenizer(), "qui dort ?", bare(["la reine dort ."]))
    # <s> query : qui dort ? </s> </s> la reine dort . </s>
    assert pair.ids == (0, 4, 5, 6, 17, 9, 2, 2, 11, 16, 17, 10, 2)
    assert pair.first == 8
    assert pair.offsets.tolist() == [[0, 2], [3, 8], [9, 13], [14, 15]]


def test_an_empty_passage_has_no_token():
    (pair,) = make_pairs(tiny_tokenizer(), "qui ?", bare([""]))
    assert pair.ids[pair.first :] == (2,)
    assert pair.offsets.shape == (0, 2)


def test_a_heading_stands_before_the_passage_and_is_not_of_it():
    headed = [Headed("la reine : ", "dort hier"), Headed("la reine : ", "")]
    pair, empty = make_pairs(tiny_tokenizer(), "qui ?", headed)
    # <s> query : qui ? </s> </s> la reine : dort hier </s>
    assert pair.ids == (0, 4, 5, 6, 9, 2, 2, 11, 16, 5, 17, 29, 2)
    assert pair.first == 10
    assert pair.offsets.tolist() == [[0, 4], [5, 9]]
    assert empty.ids[empty.first :] == (2,)
    assert empty.offsets.shape == (0, 2)


def test_a_token_that_starts_with_the_headings_last_space_is_the_passages(encoder):
    tokenizer = encoder.model.tokenizer.backend_tokenizer
    ((alone,), (headed,)) = (
        make_pairs(tokenizer, "qui ?", [Headed(heading, "Il y fait chaud.")])
        for heading in ("", "Égypte : ")
    )
    assert headed.ids[headed.first :] == alone.ids[alone.first :]
    assert headed.offsets.tolist() == alone.offsets.tolist()


def test_a_heading_may_leave_no_room(monkeypatch):
    monkeypatch.setattr(inputs, "MAX_TOKENS", 10)
    (pair,) = make_pairs(tiny_tokenizer(), "qui ?", [Headed("la reine ", "dort hier")])
    # <s> query : qui ? </s> </s> la reine </s>: ten tokens.
    assert pair.ids[pair.first :] == (2,)
    assert pair.offsets.shape == (0, 2)


def test_what_is_too_long_loses_its_end(monkeypatch):
    monkeypatch.setattr(inputs, "MAX_QUESTION_TOKENS", 3)
    monkeypatch.setattr(inputs, "MAX_TOKENS", 10)
    (pair,) = make_pairs(tiny_tokenizer(), "qui dort hier ?", bare(["la reine dort et mange"]))
    # <s> query : qui </s> </s> la reine dort </s>: ten tokens.
    assert pair.ids == (0, 4, 5, 6, 2, 2, 11, 16, 17, 2)
    assert pair.offsets.tolist() == [[0, 2], [3, 8], [9, 13]]


def test_batches_hold_rows_of_like_length_within_the_budget():
    passages = ["la " * n for n in (20, 1, 2, 8, 9)]
    pairs = make_pairs(tiny_tokenizer(), "qui ?", bare(passages))
    assert [len(pair.ids) for pair in pairs] == [28, 9, 10, 16, 17]
    assert batches(pairs, tokens=30) == [[1, 2], [3], [4], [0]]
    assert batches([]) == []


def test_padding_is_masked_and_lengths_are_rounded():
    pairs = make_pairs(tiny_tokenizer(), "qui ?", bare(["la reine", "la reine dort ."]))
    ids, mask, first = collate(pairs)
    assert ids.shape == mask.shape == (2, 16)
    assert mask.sum(1).tolist() == [10, 12]
    assert ids[0, 10:].tolist() == [1] * 6
    assert first.tolist() == [7, 7]


class TestTokenSpans:
    (pair,) = make_pairs(tiny_tokenizer(), "combien ?", bare(["hier 25 millions dort 3 ans"]))

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
