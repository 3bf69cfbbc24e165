import pytest

from retrieval.errors import DatasetError
from retrieval.evaluation import folds, is_test, linked_groups, load_dataset


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        # First bytes as the sha256sum command prints them: 09, 91, 19 and 1a.
        ("Jakob Böhme", True),
        ("Égypte", False),
        ("Article 135", True),
        ("Article 180", False),
    ],
)
def test_the_title_alone_decides_on_the_test_split(title, expected):
    assert is_test(title) is expected


def test_a_group_is_never_divided_between_folds():
    groups = [f"article {number % 10}" for number in range(95)]

    assigned = folds(groups, 5, seed=3)

    of_group = {}
    for group, fold in zip(groups, assigned.tolist(), strict=True):
        of_group.setdefault(group, set()).add(fold)
    assert all(len(found) == 1 for found in of_group.values())
    assert sorted(fold for (fold,) in of_group.values()) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_folds_follow_the_seed_and_not_the_order():
    groups = [f"article {number}" for number in range(40)]

    assigned = folds(groups, 4, seed=1)

    assert folds(groups, 4, seed=1).tolist() == assigned.tolist()
    assert folds(groups[::-1], 4, seed=1).tolist() == assigned[::-1].tolist()
    assert folds(groups, 4, seed=2).tolist() != assigned.tolist()


@pytest.mark.parametrize("n", [1, 3])
def test_folds_that_the_articles_do_not_allow_are_refused(n):
    with pytest.raises(DatasetError, match=f"2 articles cannot be divided into {n} folds"):
        folds(["a", "b", "a"], n)


def test_groups_that_share_a_title_or_a_text_are_linked(write_squad):
    question = {"id": "q", "question": "Quoi ?"}
    french = write_squad(
        ("Varsovie", [("Un texte  commun.", [question])]),
        ("Lyon", [("Rhône.", [])]),
        ("Vide", [("", [])]),
        name="fr.json",
    )
    english = write_squad(
        ("Warsaw_(city)", [("un texte commun.", [question])]),
        ("Empty", [("", [])]),
        name="en.json",
    )
    german = write_squad(("warsaw (City)", [("Ein Text.", [question])]), name="de.json")

    fr, en, de = linked_groups([load_dataset(path) for path in (french, english, german)])

    assert fr["Varsovie"] == en["Warsaw_(city)"] == de["warsaw (City)"]
    assert len({fr["Varsovie"], fr["Lyon"], fr["Vide"], en["Empty"]}) == 4


def test_xquad_stays_in_the_folds_of_squad(shared_data):
    names = ("squad-v2.0-dev-a", "xquad.en", "xquad.de", "xquad.es")
    squad, *xquad = (load_dataset(shared_data / f"{name}.json") for name in names)

    of_squad, *of_xquad = linked_groups([squad, *xquad])

    assert len(set(of_squad.values())) == 16
    for links in of_xquad:
        assert len(links) == 48
        assert links == of_xquad[0]
        # All sixteen of SQuAD's articles are among XQuAD's.
        assert set(of_squad.values()) <= set(links.values())
