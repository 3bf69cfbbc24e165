import hashlib
import json

import pytest

from retrieval.errors import DatasetError
from retrieval.evaluation import GoldAnswer, is_test, load_dataset

SIGNAL = "Signal est une messagerie 🙂. Elle est gratuite."
TELEGRAM = "Telegram a été fondée en 2013."


def ask(each, answers=(), **more):
    said = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": each, "question": f"Question {each} ?", "answers": said, **more}


def test_each_paragraph_is_an_article_of_its_titles_group(write_squad):
    path = write_squad(
        ("Messageries libres", [(SIGNAL, [ask("q1", [("gratuite", 38)])]), (TELEGRAM, [])]),
        ("Autre", [("Un texte.", [])]),
    )

    dataset = load_dataset(path)

    assert dataset.name == "set"
    assert dataset.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [article.reference.article_id for article in dataset.articles] == [
        "Messageries_libres#0",
        "Messageries_libres#1",
        "Autre#0",
    ]
    assert dataset.articles[1].text == TELEGRAM
    assert dataset.articles[1].reference.title == "Messageries libres"
    assert dataset.articles[1].reference.opening == "Telegram a été fondée en 2013."
    assert dataset.groups == ("Messageries libres", "Messageries libres", "Autre")
    (question,) = dataset.questions
    assert question.text == "Question q1 ?"
    assert question.group == "Messageries libres"
    assert question.relevant == {"Messageries_libres#0": 1}
    # The emoji is one code point: offsets after it are Python's.
    assert question.answers == (GoldAnswer("gratuite", 38),)
    assert dataset.problems == ()


def test_articles_of_the_same_title_are_numbered_on(write_squad):
    path = write_squad(("A B", [("Un.", [ask("1")])]), ("A_B", [("Deux.", [])]))

    dataset = load_dataset(path)

    assert [a.reference.article_id for a in dataset.articles] == ["A_B#0", "A_B#1"]


def test_an_article_without_title_is_a_group_of_its_own(tmp_path):
    path = tmp_path / "set.json"
    paragraph = {"context": TELEGRAM, "qas": [ask("q")]}
    path.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")

    dataset = load_dataset(path)

    assert dataset.groups == ("article 0",)
    assert dataset.articles[0].reference.title is None


def test_a_title_is_read_without_its_markup(write_squad):
    title = '<i><span lang="en">Scream &amp; Shout</span></i> (chanson)'

    dataset = load_dataset(write_squad((title, [(TELEGRAM, [ask("q")])])))

    assert dataset.articles[0].reference.title == "Scream & Shout (chanson)"
    assert dataset.groups == (title,)  # by which the split goes


def test_an_answer_that_is_not_where_it_is_said_is_counted(write_squad):
    questions = [
        ask("moved", [("2013", 24)]),
        ask("right", [("2013", 25)]),
        ask("missing", [("2014", 25), ("Telegram", 0)]),
        ask("negative", [("en", -1)]),
    ]
    dataset = load_dataset(write_squad(("T", [(TELEGRAM, questions)])))

    answers = {question.id: question.answers for question in dataset.questions}
    assert answers == {
        "moved": (GoldAnswer("2013"),),
        "right": (GoldAnswer("2013", 25),),
        "missing": (GoldAnswer("Telegram", 0),),
        "negative": (GoldAnswer("en"),),
    }
    moved, missing = dataset.problems
    assert (moved.count, moved.examples) == (2, ("question moved", "question negative"))
    assert "offset skipped" in moved.what
    assert (missing.count, missing.examples) == (1, ("question missing",))


def test_an_answer_without_a_word_is_counted_and_skipped(write_squad):
    questions = [ask("none", [("", 0), (".", 29)]), ask("one", [(".", 29), ("2013", 25)])]

    dataset = load_dataset(write_squad(("T", [(TELEGRAM, questions)])))

    assert [each.answers for each in dataset.questions] == [(), (GoldAnswer("2013", 25),)]
    (problem,) = dataset.problems
    assert problem.what == "answers without a word to look for: skipped"
    assert (problem.count, problem.examples) == (3, ("question none",) * 2 + ("question one",))


def test_an_impossible_question_has_no_relevant_article(write_squad):
    questions = [
        ask("no", [("Signal", 0)], is_impossible=True, plausible_answers=[]),
        ask("yes", [("Signal", 0)], is_impossible=False),
        ask("unannotated"),
    ]
    dataset = load_dataset(write_squad(("T", [(SIGNAL, questions)])))

    no, yes, unannotated = dataset.questions
    assert (no.impossible, no.answers, no.relevant) == (True, (), {})
    assert (yes.impossible, yes.relevant) == (False, {"T#0": 1})
    assert (unannotated.impossible, unannotated.answers) == (False, ())
    assert dataset.judged == (yes, unannotated)


def test_malformed_json_is_refused_with_its_line(tmp_path):
    path = tmp_path / "set.json"
    path.write_text('{"data": [\n {"title": "A",\n oops}]}', encoding="utf-8")

    with pytest.raises(DatasetError, match=r"set\.json: Invalid JSON: .* at line 3 column 2"):
        load_dataset(path)


def test_a_missing_field_is_refused_with_its_place(write_squad):
    path = write_squad(("T", [(SIGNAL, [ask("q"), {"id": "r"}])]))

    with pytest.raises(DatasetError, match=r"data\.0\.paragraphs\.0\.qas\.1\.question: Field req"):
        load_dataset(path)


def test_a_set_without_question_is_refused(write_squad):
    with pytest.raises(DatasetError, match="holds no question"):
        load_dataset(write_squad(("T", [(SIGNAL, [])])))


def test_a_repeated_question_id_is_refused(write_squad):
    with pytest.raises(DatasetError, match="two questions have the id 'q'"):
        load_dataset(write_squad(("T", [(SIGNAL, [ask("q"), ask("q")])])))


def test_piaf_is_read_whole(shared_data):
    piaf = load_dataset(shared_data / "piaf-v1.1.json")

    assert (len(piaf.questions), len(piaf.articles), len(set(piaf.groups))) == (7569, 1518, 480)
    assert all(question.answers for question in piaf.questions)
    # The file's only wrong offset: "sa voiture…" stands one character before.
    assert [(problem.count, problem.examples) for problem in piaf.problems] == [
        (1, ("question p140295202893328",))
    ]
    assert len({group for group in piaf.groups if is_test(group)}) == 45
    assert sum(is_test(group) for group in piaf.groups) == 129
    assert sum(is_test(question.group) for question in piaf.questions) == 645


@pytest.mark.parametrize(
    ("name", "questions", "impossible"),
    [("squad-v2.0-dev-a", 6078, 3168), ("xquad.en", 1190, 0), ("xquad.es", 1190, 0)],
)
def test_squad_and_xquad_are_read_whole(shared_data, name, questions, impossible):
    dataset = load_dataset(shared_data / f"{name}.json")

    assert len(dataset.questions) == questions
    assert sum(question.impossible for question in dataset.questions) == impossible
    texts = {article.reference.article_id: article.text for article in dataset.articles}
    for question in dataset.judged:
        (article,) = question.relevant
        for answer in question.answers:
            assert texts[article].startswith(answer.text, answer.start)
