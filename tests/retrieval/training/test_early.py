"""What half of the layers foretell, fitted on a trained network."""

from dataclasses import replace

import pytest
import torch

from retrieval.reader.inputs import collate, make_pairs
from retrieval.training import early as module
from retrieval.training.early import HalfRead, fit_early
from tests.retrieval.reader.tiny import bare, tiny_network, tiny_tokenizer
from tests.retrieval.training.test_plan import MATERIAL

TEXTS = tuple(
    bare(
        f"{when}{who} {does} ."
        for when in ("", "hier ", "une ville . ")
        for who in ("Jean", "Marie", "la reine", "le roi")
        for does in ("dort", "mange", "chante")
    )
)
EXAMPLES = tuple(
    replace(
        MATERIAL.piaf[0],
        question=f"qui {does} ?",
        passage=place,
        neighbours=tuple(range(place + 1, place + 6)),
        others=tuple(range(place + 20, place + 25)),
    )
    for place, does in enumerate(("dort", "mange", "chante", "dort hier"))
)
HELD_OUT = tuple(replace(each, question=each.question.replace("qui", "quoi")) for each in EXAMPLES)
PASSAGES = replace(MATERIAL, texts=TEXTS, piaf=EXAMPLES, held_out=HELD_OUT)


def passages_of(example):
    return [TEXTS[n] for n in (example.passage, *example.neighbours, *example.others)]


def fitted():
    network = tiny_network()
    early, spared = fit_early(network, tiny_tokenizer(), PASSAGES)
    network.load_state_dict(early, strict=False)
    return network, spared


def foretold_and_said(network, example):
    inputs = collate(make_pairs(tiny_tokenizer(), example.question, passages_of(example)))
    with torch.inference_mode():
        foretold = network.foretell(network.begin(*inputs[:2]), inputs[1])
        return foretold, network(*inputs)


def test_it_foretells_what_the_whole_network_says(monkeypatch):
    monkeypatch.setattr(module, "PENALTY", 1e-3)
    network, _ = fitted()
    for example in EXAMPLES:
        foretold, output = foretold_and_said(network, example)
        presence = torch.logsumexp(output.spans.flatten(1), dim=1) - output.null
        said = torch.stack([output.relevance, presence], dim=1)
        assert ((foretold - said).abs() < 0.25 * said.std(dim=0)).all()


def test_all_else_of_the_network_stays_as_it_is():
    network = tiny_network()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    early, _ = fit_early(network, tiny_tokenizer(), PASSAGES)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert {name: tensor.shape for name, tensor in early.items()} == {
        name: tensor.shape for name, tensor in before.items() if name.startswith("early.")
    }


@pytest.mark.parametrize(("hopeless", "share"), [(torch.inf, 100), (-torch.inf, 0)])
def test_how_many_are_left_is_counted(monkeypatch, hopeless, share):
    monkeypatch.setattr(module, "HOPELESS", hopeless)
    assert fitted()[1] == HalfRead(share, share)


def test_those_that_answer_are_counted_apart_and_on_questions_that_are_held_out(monkeypatch):
    network, _ = fitted()
    foretold = torch.stack([foretold_and_said(network, each)[0][:, 0] for each in HELD_OUT])
    monkeypatch.setattr(module, "HOPELESS", float(foretold[:, 0].median()) + 1e-4)
    left = foretold < module.HOPELESS
    expected = HalfRead(
        100 * left[:, 0].float().mean().item(),
        pytest.approx(100 * left[:, 1:].float().mean().item(), abs=0.01),
    )
    assert 0 < expected.answering < 100
    assert fitted()[1] == expected
