import pytest

from retrieval.evaluation import is_test, linked_groups, load_dataset


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


def test_xquad_is_linked_to_squad(shared_data):
    names = ("squad-v2.0-dev-a", "xquad.en", "xquad.de", "xquad.es")
    squad, *xquad = (load_dataset(shared_data / f"{name}.json") for name in names)

    of_squad, *of_xquad = linked_groups([squad, *xquad])

    assert len(set(of_squad.values())) == 16
    for links in of_xquad:
        assert len(links) == 48
        assert links == of_xquad[0]
        # All sixteen of SQuAD's articles are among XQuAD's.
        assert set(of_squad.values()) <= set(links.values())
