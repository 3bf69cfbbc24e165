"""What is learnt from, in which order."""

from collections import Counter

from retrieval.training.material import Example, Material, load_material, save_material
from retrieval.training.plan import (
    PIAF_MIXED,
    PIAF_PASSES,
    SQUAD_PASSES,
    WINDOW,
    XQUAD_PAIRS,
    plan,
)

TEXTS = tuple(f"texte {n}" for n in range(20))


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
    assert first[TEXTS[14]] == SQUAD_PASSES + 1  # what has no answer is learnt from once
    assert sum(first[TEXTS[n]] for n in (16, 17, 18)) == 2 * XQUAD_PAIRS
    assert TEXTS[9] not in first
    assert sum(first.values()) == 8 * PIAF_PASSES + SQUAD_PASSES + 1 + 2 * XQUAD_PAIRS


def test_what_is_not_french_comes_first():
    groups = plan(MATERIAL, seed=0)
    alone = 8 * (PIAF_PASSES - PIAF_MIXED)
    french = set(TEXTS[:8])
    assert {group.passages[0] for group in groups[-alone:]} == french
    mixed = [group.passages[0] in french for group in groups[:-alone]]
    assert sum(mixed) == 8 * PIAF_MIXED
    assert mixed != sorted(mixed)
    for number in range(1, PIAF_PASSES - PIAF_MIXED + 1):
        each = groups[len(groups) - 8 * number :][:8]
        assert {group.passages[0] for group in each} == french


def test_the_last_pass_is_whole_and_has_two_passages_to_tell_apart():
    groups = plan(MATERIAL, seed=0)
    assert all(len(group.passages) == 3 for group in groups[-8:])
    assert all(group.window == WINDOW for group in groups[:-8])
    assert all(group.window is None for group in groups[-8:])
    assert {group.passages[0] for group in groups[-8:]} == set(TEXTS[:8])


def test_passages_to_tell_apart_are_others_and_differ():
    sizes = Counter()
    for seed in range(30):
        for group in plan(MATERIAL, seed=seed):
            assert len(set(group.passages)) == len(group.passages)
            sizes[bool(group.spans), len(group.passages)] += 1
    assert set(sizes) == {(True, 2), (True, 3), (False, 1)}


def test_some_questions_are_put_as_people_type():
    questions = {group.question for seed in range(20) for group in plan(MATERIAL, seed=seed)}
    assert {"Où est-ce, là-bas 1 ?", "où est-ce, là-bas 1", "ou est-ce, la-bas 1"} <= questions


def test_the_seed_decides_everything():
    assert plan(MATERIAL, seed=3) == plan(MATERIAL, seed=3)
    assert plan(MATERIAL, seed=3) != plan(MATERIAL, seed=4)


def test_material_is_kept_as_it_is(tmp_path):
    path = tmp_path / "material.json"
    save_material(MATERIAL, path)
    assert load_material(path) == MATERIAL
