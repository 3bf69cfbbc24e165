"""The cross-encoder's heads, and what is read off them, worked out by hand."""

import math

import numpy as np
import pytest
import torch

from retrieval.reader.inputs import Pair, collate, make_pairs
from retrieval.reader.network import MAX_SPAN, ReaderOutput
from retrieval.reader.reader import judge
from retrieval.training.loss import (
    MISSING_WEIGHT,
    NO_ANSWER_WEIGHT,
    relevance_disagreement,
    relevance_losses,
    span_disagreement,
    span_losses,
)
from tests.retrieval.reader.tiny import bare, tiny_network, tiny_tokenizer


def output_of(spans, null=0.0, relevance=0.0):
    """An output of one row, -inf but for the spans given as {(first, last): score}."""
    scores = torch.full((1, 8, 8), -torch.inf)
    for (first, last), score in spans.items():
        scores[0, first, last] = score
    return ReaderOutput(torch.tensor([relevance]), scores, torch.tensor([null]))


def stacked(outputs):
    return ReaderOutput(
        torch.cat([each.relevance for each in outputs]),
        torch.cat([each.spans for each in outputs]),
        torch.cat([each.null for each in outputs]),
    )


class TestNetwork:
    def test_only_spans_of_the_passage_have_a_score(self):
        pairs = make_pairs(tiny_tokenizer(), "qui ?", bare(["la reine dort", "le roi"]))
        output = tiny_network()(*collate(pairs))
        first = pairs[0].first
        finite = torch.isfinite(output.spans)
        assert finite[0].sum() == 6  # three tokens: three spans of one, two of two, one of three
        assert finite[1].sum() == 3
        assert finite[0, first : first + 3, first : first + 3].triu().sum() == 6

    def test_a_span_has_no_more_than_so_many_tokens(self):
        (pair,) = make_pairs(tiny_tokenizer(), "?", bare(["la " * 50]))
        network = tiny_network()
        finite = torch.isfinite(network(*collate([pair])).spans)[0]
        first, last = finite.nonzero().T
        assert (last - first).max() == min(49, MAX_SPAN - 1)

    def test_padding_changes_nothing(self):
        tokenizer, network = tiny_tokenizer(), tiny_network()
        alone = network(*collate(make_pairs(tokenizer, "qui ?", bare(["la reine dort"]))))
        both = network(
            *collate(make_pairs(tokenizer, "qui ?", bare(["la reine dort", "la " * 30])))
        )
        size = alone.spans.shape[1]
        assert both.relevance[0].item() == pytest.approx(alone.relevance[0].item(), abs=1e-5)
        assert both.null[0].item() == pytest.approx(alone.null[0].item(), abs=1e-5)
        assert torch.allclose(both.spans[0, :size, :size], alone.spans[0], atol=1e-5)

    def test_what_half_of_the_layers_foretell_is_of_them_alone_and_not_of_padding(self):
        tokenizer, network = tiny_tokenizer(), tiny_network()
        texts = bare(["la reine dort", "le roi", "la " * 30])

        def foretold(texts):
            ids, mask, _ = collate(make_pairs(tokenizer, "qui ?", texts))
            return network.foretell(network.begin(ids, mask), mask)

        together = foretold(texts)
        assert together.shape == (3, 2)
        assert torch.allclose(together, torch.cat([foretold([each]) for each in texts]), atol=1e-5)
        for layer in network.bert.encoder.layer[1:]:
            torch.nn.init.zeros_(layer.output.dense.weight)
        assert torch.equal(foretold(texts), together)

    def test_in_bfloat16_no_score_is_rounded_to_it(self):
        network = tiny_network()
        network.set_dtype(torch.bfloat16)
        texts = bare(["la reine dort", "le roi", "Paris", "une ville mange 25 pomme ."])
        with torch.inference_mode():
            output = network(*collate(make_pairs(tiny_tokenizer(), "qui ?", texts)))
        spans = output.spans[torch.isfinite(output.spans)]
        for scores in (output.relevance, output.null, spans):
            assert (scores.bfloat16().float() != scores).any()
        assert network.bert.embeddings.word_embeddings.weight.dtype == torch.float32

    def test_no_answer_counts_among_the_spans(self):
        output = output_of({(3, 3): math.log(2), (3, 4): math.log(3)}, null=math.log(5))
        assert output.log_partition().item() == pytest.approx(math.log(10))


class TestLosses:
    def test_any_right_span_will_do(self):
        output = output_of({(3, 3): math.log(2), (3, 4): math.log(3)}, null=math.log(5))
        assert span_losses(output, [[(3, 3)]]).item() == pytest.approx(math.log(10 / 2))
        assert span_losses(output, [[(3, 3), (3, 4)]]).item() == pytest.approx(math.log(10 / 5))

    def test_a_passage_without_an_answer_should_say_so(self):
        output = output_of({(3, 3): math.log(2), (3, 4): math.log(3)}, null=math.log(5))
        expected = NO_ANSWER_WEIGHT * math.log(10 / 5)
        assert span_losses(output, [[]]).item() == pytest.approx(expected)

    def test_relevance_is_listwise_with_none_of_them_at_zero(self):
        three, two = math.log(3), math.log(2)
        scores = torch.tensor([[three, two], [three, two], [three, -torch.inf]])
        losses = relevance_losses(scores, answers=torch.tensor([True, False, True]))
        # 3 against 2 against 1; and once the first is gone, 1 against 2.
        expected = math.log(6 / 3) + MISSING_WEIGHT * math.log(3 / 1)
        assert losses.tolist() == pytest.approx([expected, math.log(6), math.log(4 / 3)])

    def test_each_row_has_its_own_right_spans(self):
        rows = [
            output_of({(3, 3): math.log(2), (3, 4): math.log(3)}, null=math.log(5)),
            output_of({(2, 2): math.log(7)}, null=math.log(3)),
            output_of({(2, 2): math.log(4)}, null=math.log(4)),
        ]
        output = stacked(rows)
        losses = span_losses(output, [[(3, 3), (3, 4)], [], [(2, 2)]])
        expected = [math.log(10 / 5), NO_ANSWER_WEIGHT * math.log(10 / 3), math.log(8 / 4)]
        assert losses.tolist() == pytest.approx(expected)

    def test_what_cannot_be_a_span_is_learnt_nothing_from(self):
        network = tiny_network()
        pairs = make_pairs(tiny_tokenizer(), "qui ?", bare(["la reine dort", "le roi"] * 2))
        output = network(*collate(pairs))
        first = pairs[0].first
        loss = span_losses(output, [[(first, first)], [], [], [(first, first + 1)]]).sum()
        (loss + span_disagreement(output).sum()).backward()
        assert all(
            torch.isfinite(each.grad).all()
            for each in network.parameters()
            if each.grad is not None
        )

    def test_two_readings_disagree_by_the_mean_of_their_divergences(self):
        # (1/2, 1/2) and (3/4, 1/4): half of 1/4 ln (3/2) - 1/4 ln (1/2).
        expected = math.log(3) / 8
        three = output_of({(3, 3): math.log(3)})
        one = output_of({(3, 3): 0.0})
        assert span_disagreement(stacked([one, three])).tolist() == pytest.approx([expected])
        assert span_disagreement(stacked([one, one])).tolist() == [0]
        scores = torch.tensor([[0.0, -torch.inf], [math.log(3), -torch.inf]])
        assert relevance_disagreement(scores).tolist() == pytest.approx([expected])


class TestJudge:
    text = "Il a 25 millions d'abonnés."
    # Tokens as the bundled tokenizer cuts them: a token has the space before its word.
    pair = Pair(
        tuple(range(9)),
        1,
        np.array([[0, 2], [2, 4], [4, 7], [7, 11], [11, 16], [16, 18], [18, 19], [19, 27]]),
    )

    def extracts(self, spans, null=0.0):
        scores = torch.full((1, 9, 9), -torch.inf)
        for (first, last), score in spans.items():
            scores[0, first, last] = score
        output = ReaderOutput(torch.tensor([1.5]), scores, torch.tensor([null]))
        return judge(output, 0, self.pair, self.text)

    def test_the_best_span_is_a_slice_of_the_passage_without_its_space(self):
        judgement = self.extracts({(3, 5): math.log(3)})
        (extract,) = judgement.extracts
        assert self.text[extract.start : extract.end] == "25 millions"
        assert extract.probability == pytest.approx(0.75)
        assert judgement.presence == pytest.approx(math.log(3))
        assert judgement.relevance == 1.5

    def test_a_word_is_never_cut(self):
        for span in ((3, 4), (5, 5)):
            (extract,) = self.extracts({span: 0.0}).extracts
            assert self.text[extract.start : extract.end].split()[-1] == "millions"

    def test_extracts_do_not_overlap(self):
        spans = {(3, 5): 3.0, (3, 4): 2.9, (5, 8): 2.8, (1, 3): 2.7, (7, 8): 1.0, (1, 1): 0.0}
        found = [self.text[e.start : e.end] for e in self.extracts(spans).extracts]
        assert found[0] == "25 millions"
        assert "Il" in found
        assert len(found) == 3

    def test_an_answer_begins_where_any_span_does_with_the_share_of_all_from_there(self):
        spans = {(3, 5): math.log(4), (3, 4): math.log(2), (5, 8): 0.0, (7, 8): math.log(1e-5)}
        (there, all_from_there), (later, rest) = self.extracts(spans).begins
        # Within « 25 », whose token starts with the space before it, and within « millions ».
        assert (self.text[there], self.text[later]) == ("5", "s")
        assert (all_from_there, rest) == pytest.approx((6 / 8, 1 / 8), rel=1e-4)

    def test_a_passage_without_a_word_holds_no_answer(self):
        judgement = self.extracts({})
        assert judgement.extracts == judgement.begins == ()
        assert judgement.presence == -20.0
