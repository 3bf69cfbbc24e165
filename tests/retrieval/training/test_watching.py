"""What is measured on held-out articles while the reader is trained."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from retrieval.reader.network import ReaderOutput
from retrieval.records import Headed
from retrieval.training.watching import Watched, choose_watched, watch
from tests.retrieval.reader.tiny import bare, tiny_tokenizer
from tests.retrieval.training.test_plan import MATERIAL, NAMED

PASSAGES = tuple(bare(["Jean voit la reine .", "le roi dort ."]))


class CountingNetwork(nn.Module):
    """Finds a pair as relevant as it has a word often; the passage's first token answers."""

    def __init__(self, word):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
        (self.wanted,) = tiny_tokenizer().encode(word).ids[1:-1]

    def forward(self, input_ids, attention_mask, first):
        spans = torch.full((*input_ids.shape, input_ids.shape[1]), -torch.inf)
        spans[torch.arange(len(first)), first, first] = 0.0
        relevance = (input_ids == self.wanted).sum(1).float() * self.weight
        return ReaderOutput(relevance, spans, torch.zeros(len(first)))


def measured(word, *watched):
    return watch(CountingNetwork(word), tiny_tokenizer(), watched)


def test_the_first_span_is_compared_and_the_right_passage_should_be_first():
    one = Watched("qui dort ?", PASSAGES, ("Jean",))
    other = Watched("qui dort ?", PASSAGES, ("la reine",))
    found = measured("Jean", one, other)
    assert (found.exact, found.f1, found.first, found.told) == (50, 50, 100, None)
    assert measured("roi", one).first == 0


def test_a_question_of_another_name_should_be_less_at_home_in_the_passage():
    one = Watched("que voit Jean ?", PASSAGES, ("la reine",), "que voit Marie ?")
    assert measured("Jean", one).told == 100
    assert measured("Marie", one).told == 0
    assert measured("dort", one).told == 0  # no difference is none
    without = replace(one, renamed=None)
    assert measured("Jean", one, without).told == 100
    assert measured("Jean", one).first == measured("Jean", without).first == 100


def test_a_passage_should_miss_the_sentences_that_answer():
    rest = bare(["le roi dort ."])[0]
    one = Watched("qui voit ?", PASSAGES, ("Jean",), "qui voit Jean ?", rest)
    assert measured("Jean", one).noticed == 100
    assert measured("roi", one).noticed == 0
    assert measured("la", one, replace(one, rest=None)).noticed == 100
    assert measured("Jean", one).told == 0
    assert measured("Jean", replace(one, rest=None)).noticed is None


def test_what_answers_is_withheld_where_it_can_be():
    said = Headed("Titre : ", "Jean dort. Marie mange.")
    first = replace(MATERIAL.piaf[0], passage=0, spans=((11, 16),))
    material = replace(MATERIAL, texts=(said, *MATERIAL.texts[1:]), held_out=(first,))
    (one,) = choose_watched(material, 5)
    assert one.rest == Headed("Titre : ", "Jean dort.")
    (other,) = choose_watched(MATERIAL, 5)
    assert other.rest is None


@pytest.mark.parametrize(("material", "renamed"), [(NAMED, "que voit Luc ?"), (MATERIAL, None)])
def test_a_question_is_renamed_where_it_can_be_and_the_same_every_time(material, renamed):
    material = replace(material, held_out=material.piaf[:1])
    for _ in range(3):
        (one,) = choose_watched(material, 5)
        assert one.renamed == renamed
