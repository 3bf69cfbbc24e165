import numpy as np
import pytest

from retrieval.evaluation import GoldAnswer, Question, contains_answer, exact_match, f1
from retrieval.evaluation.answers import (
    best_threshold,
    content_words,
    matches_answer,
    score_answers,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le Ministre", "ministre"),
        ("l’eau et l'air", "eau et air"),
        ("de l’eau, de la terre, du feu et des airs", "eau terre feu et airs"),
        ("d'une part, de Paris", "d part de paris"),
        ("aujourd’hui", "aujourd hui"),
        ("« Saint-Denis » (93)", "saint denis 93"),
        # « là » and « leur » are not articles.
        ("là, leur", "là leur"),
        ("E\u0301tat", "état"),
        ("72.000, 72 000, 72\u00a0000 et 72\u202f000", "72000 72000 72000 et 72000"),
        ("1.234.567,5", "1234567,5"),
        ("1,5 million", "1,5 million"),
        ("en 2020 300 personnes", "en 2020 300 personnes"),
        ("3 1415 et 12.05.2020", "3 1415 et 12.05.2020"),
        ("50 %", "50"),
        ("Le", "le"),
        ("…", ""),
    ],
)
def test_normalisation(text, expected):
    assert " ".join(content_words(text)) == expected


@pytest.mark.parametrize(
    ("prediction", "answers", "expected"),
    [
        ("L’État français.", ["état français"], 1),
        ("15 millions", ["1,5 millions", "1.5 millions"], 0),
        ("545.000", ["545 000"], 1),
        ("Pavel Durov", ["Nikolaï Durov", "pavel durov"], 1),
        ("Pavel", ["Pavel Durov"], 0),
        ("une", ["une"], 1),
        ("une", ["le"], 0),
        ("", [], 1),
        ("Pavel", [], 0),
        ("", ["Pavel"], 0),
    ],
)
def test_exact_match(prediction, answers, expected):
    assert exact_match(prediction, answers) == expected


@pytest.mark.parametrize(
    ("prediction", "answers", "expected"),
    [
        # 2 words of 3 against 2: precision 2/3, recall 1.
        ("le grand chat noir", ["chat noir"], 4 / 5),
        ("oui oui", ["oui"], 2 / 3),
        ("chat", ["chien", "un chat blanc"], 2 / 3),
        ("chat", ["chien"], 0),
        ("", [], 1),
        ("chat", [], 0),
        ("", ["chat"], 0),
    ],
)
def test_f1(prediction, answers, expected):
    assert f1(prediction, answers) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("Telegram a gagné 25 millions d’utilisateurs en 72 heures.", "25 millions", True),
        ("Telegram a gagné 25 millions.", "5 millions", False),
        ("Le chiffre est de 545.000 abonnés.", "545 000", True),
        ("Le chiffre est de 545.000 abonnés.", "545", False),
        ("Environ 1,5 million.", "5 million", False),
        ("Le président de la République, M. Macron", "Président République", True),
        ("La règle, puis le jeu.", "règle jeu", False),
        ("Il y en a une.", "une", True),
        ("Il y en a deux.", "une", False),
        ("Un été chaud", "ete", False),
        ("Une question ?", "?", False),
        ("", "chat", False),
    ],
)
def test_contains_answer(text, answer, expected):
    assert contains_answer(text, [answer]) is expected
    assert contains_answer(text, ["introuvable", answer]) is expected


def test_no_answer_is_contained_in_nothing():
    assert not contains_answer("Un texte.", [])


def question(each, *answers, impossible=False):
    gold = tuple(GoldAnswer(answer) for answer in answers)
    return Question(id=each, text="?", group=each, answers=gold, relevant={}, impossible=impossible)


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("25 millions", ["25 millions de nouveaux utilisateurs"], True),  # F1 4/7
        ("l'ingénieur Achille Morvan", ["Achille Morvan"], True),  # 4/5
        ("octobre", ["en octobre"], True),  # 2/3
        ("Telegram", ["BiP et Telegram"], True),  # 1/2
        ("Telegram", ["les messageries BiP et Telegram"], False),  # 2/5
        ("granit", ["calcaire", "le granit"], True),
        ("granit", [], False),
        # Half of the words are common, and the figures are others.
        ("25 millions", ["3 millions"], False),
        ("25 millions", ["trois millions", "25 millions"], True),
        ("13 janvier 2021", ["12 janvier 2021"], False),
        # One gives fewer figures than the other, and none instead.
        ("janvier 2021", ["12 janvier 2021"], True),
        ("trois millions", ["3 millions"], True),
        ("38 % et 27 %", ["38 %"], True),
    ],
)
def test_matches_answer(text, answers, expected):
    assert matches_answer(text, answers) is expected


def test_squad_2_scores_by_kind_of_question():
    questions = [
        question("right", "chat noir"),
        question("half", "chien"),
        question("absent", "loup"),
        question("refused", impossible=True),
        question("invented", impossible=True),
    ]
    predictions = {"right": "Le chat noir", "half": "chien blanc", "refused": "", "invented": "x"}

    scores = score_answers(questions, predictions)

    assert scores.exact.tolist() == [1, 0, 0, 1, 0]
    assert scores.f1.tolist() == pytest.approx([1, 2 / 3, 0, 1, 0])


def test_a_question_without_gold_answer_is_refused():
    with pytest.raises(ValueError, match="'q' has no gold answer"):
        score_answers([question("q")], {})


class TestBestThreshold:
    def test_against_a_table_worked_out_by_hand(self):
        # Answered down to: nothing 2, 0.9 → 3, 0.8 → 2, 0.7 → 3, 0.6 → 2, of 4.
        best = best_threshold(
            np.array([1.0, 0, 1, 0]),
            np.array([0.9, 0.8, 0.7, 0.6]),
            np.array([True, False, True, False]),
        )

        assert (best.value, best.threshold) == (0.75, 0.9)

    def test_equal_confidences_are_answered_together(self):
        # Nothing 1, both at 0.9 → 1 (one won, one lost), 0.5 → 2, of 3.
        arrays = (
            np.array([1.0, 0, 1]),
            np.array([0.9, 0.9, 0.5]),
            np.array([True, False, True]),
        )
        expected = (pytest.approx(2 / 3), 0.5)
        for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0]):
            best = best_threshold(*(array[order] for array in arrays))
            assert (best.value, best.threshold) == expected

    def test_answering_nothing_may_be_best(self):
        best = best_threshold(np.array([0.0]), np.array([0.3]), np.array([False]))

        assert (best.value, best.threshold) == (1, np.inf)

    def test_arrays_of_different_length_are_refused(self):
        with pytest.raises(ValueError, match="of one length"):
            best_threshold(np.array([0.0]), np.array([0.3, 0.4]), np.array([False]))
