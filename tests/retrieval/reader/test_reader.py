"""How the reader reads: in which precision, and how many of its layers."""

import pytest
import torch

from retrieval.reader import reader as module
from retrieval.reader.inputs import BATCH_TOKENS, collate, make_pairs
from retrieval.reader.reader import LEAST_PRESENCE, Reader, fastest_dtype, judge, load_reader
from tests.retrieval.reader.tiny import bare, tiny_network, tiny_tokenizer


@pytest.mark.parametrize(
    ("capabilities", "dtype"),
    [
        ({"amx_bf16": True, "avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": False, "avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": False, "avx512_bf16": False, "avx2": True}, torch.float32),
        ({"architecture": "aarch64"}, torch.float32),
    ],
)
def test_a_processor_that_has_bfloat16_computes_in_it(monkeypatch, capabilities, dtype):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert fastest_dtype() is dtype


class TestHalfReading:
    question = "qui dort ?"
    # Enough for several batches, of unlike lengths.
    passages = bare(
        f"{'hier ' * (n % 37)}{who} {does} . {'la pomme ' * (n % 5)}"
        for n in range(60)
        for who, does in [(("Jean", "Marie", "le roi")[n % 3], ("dort", "mange")[n % 2])]
    )

    @pytest.fixture
    def network(self, monkeypatch):
        monkeypatch.setattr(module, "fastest_dtype", lambda: torch.float32)
        network = tiny_network()
        torch.nn.init.normal_(network.early.weight, std=1.0)
        return network

    def whole(self, network):
        """What the whole network says of each passage, read alone."""
        pairs = make_pairs(tiny_tokenizer(), self.question, self.passages)
        with torch.inference_mode():
            return [
                judge(network(*collate([pair])), 0, pair, passage.text)
                for pair, passage in zip(pairs, self.passages, strict=True)
            ]

    def foretold(self, network):
        ids, mask, _ = collate(make_pairs(tiny_tokenizer(), self.question, self.passages))
        assert ids.numel() > 2 * BATCH_TOKENS
        with torch.inference_mode():
            return network.foretell(network.begin(ids, mask), mask).tolist()

    def read(self, network, **options):
        reader = Reader(network, tiny_tokenizer(), digest="")
        return reader.read(self.question, self.passages, **options)

    def same(self, one, other):
        return (
            one.relevance == pytest.approx(other.relevance, abs=1e-4)
            and one.presence == pytest.approx(other.presence, abs=1e-4)
            and [(each.start, each.end) for each in one.extracts]
            == [(each.start, each.end) for each in other.extracts]
        )

    def test_a_passage_with_hope_is_read_as_if_alone_and_whole(self, network, monkeypatch):
        monkeypatch.setattr(module, "HOPELESS", -torch.inf)
        assert all(map(self.same, self.read(network), self.whole(network)))
        monkeypatch.setattr(module, "HOPELESS", torch.inf)
        assert all(map(self.same, self.read(network, whole=True), self.whole(network)))

    def test_a_hopeless_one_is_judged_by_half_of_the_layers(self, network, monkeypatch):
        foretold = self.foretold(network)
        middle = sorted(relevance for relevance, _ in foretold)[len(foretold) // 2]
        monkeypatch.setattr(module, "HOPELESS", middle - 1e-3)
        found, whole = self.read(network), self.whole(network)
        for judgement, entire, (relevance, presence) in zip(found, whole, foretold, strict=True):
            if relevance < middle - 1e-2:
                assert judgement.extracts == ()
                assert judgement.relevance == pytest.approx(relevance, abs=1e-4)
                assert judgement.presence == pytest.approx(presence, abs=1e-4)
            elif relevance >= middle:
                assert self.same(judgement, entire)
        assert 20 < sum(not judgement.extracts for judgement in found) <= 30

    def test_all_may_be_hopeless_and_there_may_be_none(self, network, monkeypatch):
        monkeypatch.setattr(module, "HOPELESS", torch.inf)
        assert all(judgement.extracts == () for judgement in self.read(network))
        torch.nn.init.constant_(network.early.bias, -1000.0)
        assert all(judgement.presence == LEAST_PRESENCE for judgement in self.read(network))
        assert Reader(network, tiny_tokenizer(), digest="").read(self.question, []) == []


def test_as_it_ships_it_reads_on_where_there_is_hope(encoder):
    reader = load_reader(encoder=encoder)
    question = "Qui a fondé Telegram ?"
    answering, foreign = bare(
        [
            "Telegram a été fondé en 2013 par le Russe Pavel Dourov, qui vit à Dubaï.",
            "Le climat de la Bretagne est océanique : les hivers y sont doux et les étés frais. "
            "Il y pleut souvent, mais peu à la fois. Les vents d'ouest y dominent, et les tempêtes "
            "d'automne marquent le littoral.",
        ]
    )
    read, left = reader.read(question, [answering, foreign])
    assert "Dourov" in answering.text[read.extracts[0].start : read.extracts[0].end]
    assert left.extracts == ()
    assert left.relevance < read.relevance
    (entire,) = reader.read(question, [foreign], whole=True)
    assert entire.extracts
    # What half of the layers foretold is near to what the whole says.
    assert left.relevance == pytest.approx(entire.relevance, abs=2)
