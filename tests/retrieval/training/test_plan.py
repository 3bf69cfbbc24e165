"""What is learnt from, in which order."""

from collections import Counter
from dataclasses import replace

import pytest

from retrieval.records import Headed
from retrieval.training.material import Example, Material, load_material, save_material
from retrieval.training.plan import (
    CONTRAST_SHARE,
    PIAF_PASSES,
    SQUAD_PASSES,
    UNTITLED_SHARE,
    WITHHOLDING_SHARE,
    XQUAD_PAIRS,
    plan,
)

TEXTS = tuple(Headed("Titre : ", f"texte {n}") for n in range(20))


@pytest.fixture(autouse=True)
def titled(monkeypatch):
    """Let a passage be looked up by what it is."""
    monkeypatch.setattr("retrieval.training.plan.UNTITLED_SHARE", 0)


def example(number, passage, *, answers=True, neighbours=(), others=()):
    return Example(
        id=str(number),
        group=f"g{passage}",
        question=f"Où est-ce, là-bas {number} ?",
        passage=passage,
        spans=((0, 5),) if answers else (),
        neighbours=neighbours,
        others=others,
    )


MATERIAL = Material(
    texts=TEXTS,
    piaf=tuple(example(n, n, neighbours=(10, 11), others=(12, 13)) for n in range(8)),
    squad=(example(20, 14, neighbours=(15,)), example(21, 14, answers=False, neighbours=(15,))),
    xquad=tuple(
        tuple(example(30 + n, 16 + v, neighbours=(19,)) for v in range(3)) for n in range(2)
    ),
    held_out=(example(40, 9),),
    digests={"piaf-v1.1.json": "abc"},
)


def test_every_set_has_its_share_and_the_held_out_articles_none():
    groups = plan(MATERIAL, seed=0)
    first = Counter(group.passages[0] for group in groups)
    assert all(first[TEXTS[n]] == PIAF_PASSES for n in range(8))
    assert first[TEXTS[14]] == 2 * SQUAD_PASSES
    assert sum(first[TEXTS[n]] for n in (16, 17, 18)) == 2 * XQUAD_PAIRS
    assert TEXTS[9] not in first
    assert sum(first.values()) == 8 * PIAF_PASSES + 2 * SQUAD_PASSES + 2 * XQUAD_PAIRS


def test_each_pass_has_all_of_piaf_and_the_last_ones_nothing_else():
    groups = plan(MATERIAL, seed=0)
    others = [2 * XQUAD_PAIRS + 2, 2, *[0] * (PIAF_PASSES - 2)]
    assert len(others) == PIAF_PASSES
    for besides in others:
        each, groups = groups[: 8 + besides], groups[8 + besides :]
        is_french = [group.passages[0] in TEXTS[:8] for group in each]
        assert sum(is_french) == 8
        assert {group.passages[0] for group in each} >= set(TEXTS[:8])
    assert not groups


def test_each_pass_is_shuffled():
    groups = [group.passages[0] for group in plan(MATERIAL, seed=0)]
    orders = {TEXTS[:8]}
    for length in (8 + 2 * XQUAD_PAIRS + 2, 10, *[8] * (PIAF_PASSES - 2)):
        each, groups = groups[:length], groups[length:]
        orders.add(tuple(text for text in each if text in TEXTS[:8]))
    assert len(orders) == PIAF_PASSES + 1
    mixed = [group.passages[0] in TEXTS[:8] for group in plan(MATERIAL, seed=0)]
    first = mixed[: 8 + 2 * XQUAD_PAIRS + 2]
    assert first not in (sorted(first), sorted(first, reverse=True))


def test_a_question_of_piaf_has_as_many_passages_to_tell_apart_as_there_are():
    sizes = Counter(
        (group.passages[0] in TEXTS[:8], bool(group.spans), len(group.passages))
        for group in plan(MATERIAL, seed=0)
    )
    # Two neighbours and two others; those of the other sets have one; an impossible question none.
    assert set(sizes) == {(True, True, 5), (False, True, 2), (False, False, 1)}


def test_passages_to_tell_apart_are_others_and_differ():
    for seed in range(30):
        for group in plan(MATERIAL, seed=seed):
            assert len(set(group.passages)) == len(group.passages)


def test_no_more_passages_than_planned_are_told_apart(monkeypatch):
    monkeypatch.setattr("retrieval.training.plan.OTHERS", 3)
    french = [g for g in plan(MATERIAL, seed=0) if g.passages[0] in TEXTS[:8]]
    assert {len(group.passages) for group in french} == {4}
    assert {text for group in french for text in group.passages[1:]} == set(TEXTS[10:14])


def test_now_and_then_passages_are_read_without_their_headings(monkeypatch):
    monkeypatch.setattr("retrieval.training.plan.UNTITLED_SHARE", UNTITLED_SHARE)
    headings = Counter(
        tuple({text.heading for text in group.passages})
        for seed in range(20)
        for group in plan(MATERIAL, seed=seed)
    )
    assert set(headings) == {("Titre : ",), ("",)}
    assert headings[("",)] / headings.total() == pytest.approx(UNTITLED_SHARE, abs=0.05)


def test_some_questions_are_put_as_people_type():
    questions = {group.question for seed in range(40) for group in plan(MATERIAL, seed=seed)}
    assert {"Où est-ce, là-bas 1 ?", "où est-ce, là-bas 1", "ou est-ce, la-bas 1"} <= questions


def test_a_mistyped_question_has_one_letter_missing_doubled_or_out_of_place():
    word = "Combien"
    near = replace(MATERIAL.piaf[0], question=word)
    material = replace(MATERIAL, piaf=(near,), squad=(), xquad=())
    typed = {group.question for seed in range(900) for group in plan(material, seed=seed)}
    mistyped = typed - {word, "combien"}
    swapped = {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(1, 5)}
    missing = {word[:n] + word[n + 1 :] for n in range(1, 5)}
    doubled = {word[: n + 1] + word[n:] for n in range(1, 5)}
    assert mistyped == swapped | missing | doubled


def test_what_ranks_well_is_oftener_told_apart(monkeypatch):
    monkeypatch.setattr("retrieval.training.plan.OTHERS", 1)
    one = replace(MATERIAL.piaf[0], neighbours=(), others=(10, 11, 12, 13))
    material = replace(MATERIAL, piaf=(one,), squad=(), xquad=())
    groups = [group for seed in range(250) for group in plan(material, seed=seed)]
    told = Counter(group.passages[1] for group in groups)
    shares = [told[TEXTS[n]] / len(groups) for n in (10, 11, 12, 13)]
    # The square of a uniform number is below 1/4, 1/2 and 3/4 as often as that below the root.
    assert shares == pytest.approx([0.5, 0.207, 0.159, 0.134], abs=0.06)


SAID = Headed("Titre : ", "Jean dort. Marie mange. Luc chante.")


def test_a_passage_is_told_apart_from_itself_without_what_answers():
    first = replace(MATERIAL.piaf[0], passage=19, spans=((11, 16),))
    material = replace(MATERIAL, texts=(*TEXTS[:19], SAID), piaf=(first,), squad=(), xquad=())
    groups = [group for seed in range(100) for group in plan(material, seed=seed)]
    rest = Headed("Titre : ", "Jean dort. Luc chante.")
    withheld = [group for group in groups if rest in group.passages]
    assert {group.passages[:2] for group in withheld} == {(SAID, rest)}
    assert len(withheld) / len(groups) == pytest.approx(WITHHOLDING_SHARE, abs=0.08)
    assert {len(group.passages) for group in withheld} == {6}
    assert {group.spans for group in groups} == {((11, 16),)}


NAMED = replace(
    MATERIAL,
    texts=(*TEXTS[:19], Headed("Titre : ", "hier Jean voit Marie et salue Luc")),
    piaf=(
        replace(MATERIAL.piaf[0], passage=19, question="que voit Jean ?", spans=((15, 20),)),
        replace(MATERIAL.piaf[1], question="où dort Anne ?"),
    ),
    squad=(),
    xquad=(),
)


def contrasted(monkeypatch, *, stranger):
    """What the first question is also asked as, by 50 seeds, and how often in a pass."""
    monkeypatch.setattr("retrieval.training.plan.PLAIN_SHARE", 0)
    monkeypatch.setattr("retrieval.training.plan.STRANGER_SHARE", stranger)
    groups = [group for seed in range(50) for group in plan(NAMED, seed=seed)]
    others = [group for group in groups if not group.spans]
    assert {group.passages for group in others} == {(NAMED.texts[19],)}
    assert len(others) / (50 * PIAF_PASSES) == pytest.approx(CONTRAST_SHARE, abs=0.1)
    return {group.question for group in others}


def test_a_question_is_also_asked_of_another_name_of_its_passage(monkeypatch):
    assert contrasted(monkeypatch, stranger=0) == {"que voit Luc ?"}


def test_or_of_a_name_of_which_the_passage_does_not_speak(monkeypatch):
    assert contrasted(monkeypatch, stranger=1) == {"que voit Anne ?"}


def test_the_seed_decides_everything():
    assert plan(MATERIAL, seed=3) == plan(MATERIAL, seed=3)
    assert plan(MATERIAL, seed=3) != plan(MATERIAL, seed=4)


def test_material_is_kept_as_it_is(tmp_path):
    path = tmp_path / "material.json"
    save_material(MATERIAL, path)
    assert load_material(path) == MATERIAL
