import gzip
import json

import pytest

from retrieval.errors import DatasetError
from retrieval.evaluation import GoldAnswer, load_dataset
from retrieval.evaluation.dataset import Problem
from retrieval.evaluation.qrels import unknown_articles

CORPUS = [
    {"_id": "d1", "title": "Signal", "text": "Signal est libre.", "metadata": {"lang": "fr"}},
    {"_id": "d2", "title": "", "text": "Telegram a des canaux."},
]
QUERIES = [{"_id": "q1", "text": "Signal est-il libre ?"}, {"_id": "q2", "text": "Des canaux ?"}]


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "messageries"
    (folder / "qrels").mkdir(parents=True)
    lines(folder / "corpus.jsonl", CORPUS)
    lines(folder / "queries.jsonl", QUERIES)
    header = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "test.tsv").write_text(f"{header}q1\td2\t1\nq1\td1\t2\n")
    (folder / "qrels" / "train.tsv").write_text(f"{header}q2\td2\t1\n")
    return folder


class TestBeir:
    def test_the_test_split_is_read(self, beir):
        dataset = load_dataset(beir)

        assert dataset.name == "messageries"
        assert [(a.reference.article_id, a.reference.title) for a in dataset.articles] == [
            ("d1", "Signal"),
            ("d2", None),
        ]
        assert dataset.articles[1].text == "Telegram a des canaux."
        assert dataset.groups == ("d1", "d2")
        (question,) = dataset.questions
        assert (question.id, question.text) == ("q1", "Signal est-il libre ?")
        assert question.relevant == {"d2": 1, "d1": 2}
        assert question.group == "d1"

    def test_another_split_is_read_on_demand(self, beir):
        assert [question.id for question in load_dataset(beir, split="train").questions] == ["q2"]

    def test_a_missing_split_is_refused_with_those_there_are(self, beir):
        with pytest.raises(DatasetError, match=r"dev\.tsv is missing: .* are test, train"):
            load_dataset(beir, split="dev")

    def test_the_digest_follows_each_file(self, beir):
        before = load_dataset(beir).digest
        lines(beir / "corpus.jsonl", [*CORPUS, {"_id": "d3", "text": "Autre."}])

        assert load_dataset(beir).digest != before

    def test_without_a_corpus_the_articles_are_an_indexs(self, beir):
        before = load_dataset(beir)
        (beir / "corpus.jsonl").unlink()

        dataset = load_dataset(beir)

        assert (dataset.articles, dataset.groups, dataset.problems) == ((), (), ())
        assert dataset.questions == before.questions
        assert dataset.digest != before.digest

    def test_unknown_documents_are_reported_and_kept_as_not_found(self, beir):
        (beir / "qrels" / "test.tsv").write_text("q1\td1\t1\nq1\tgone\t1\nstray\td1\t1\n")

        dataset = load_dataset(beir)

        assert dataset.questions[0].relevant == {"d1": 1, "gone": 1}
        strays, unknown = dataset.problems
        assert (strays.count, strays.examples) == (1, ("stray",))
        assert (unknown.count, unknown.examples) == (1, ("question q1: gone",))

    def test_grades_of_zero_or_less_are_not_relevant(self, beir):
        (beir / "qrels" / "test.tsv").write_text("q1\td1\t0\nq1\td2\t-1\nq2\td2\t1\n")

        dataset = load_dataset(beir)

        assert [dict(question.relevant) for question in dataset.questions] == [{}, {"d2": 1}]
        assert [question.group for question in dataset.questions] == ["q1", "d2"]
        assert [question.id for question in dataset.judged] == ["q2"]
        (problem,) = dataset.problems
        assert problem.what.startswith("questions of which no article is judged relevant")
        assert (problem.count, problem.examples) == (1, ("q1",))

    def test_a_relevant_document_without_text_is_reported(self, beir):
        lines(beir / "corpus.jsonl", [CORPUS[0], {"_id": "d2", "title": "Vide", "text": " \n"}])

        (problem,) = load_dataset(beir).problems

        assert problem.what.startswith("relevant articles that the corpus doesn't hold, or has no")
        assert problem.examples == ("question q1: d2",)

    @pytest.mark.parametrize("judgements", ["", "autre\td1\t1\n"])
    def test_judgements_of_another_set_are_told(self, beir, judgements):
        (beir / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judgements}")

        with pytest.raises(DatasetError, match=r"None of the 2 questions .* in .*test\.tsv: are"):
            load_dataset(beir)

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ("q1\td1", r"test\.tsv, line 2: 2 columns"),
            ("q1\td1\tbeaucoup", r"test\.tsv, line 2: the grade 'beaucoup' is not a whole number"),
            ("q1\td1\t2147483648", r"test\.tsv, line 2: the grade 2147483648 is beyond"),
            ("q1\td1\t-" + "9" * 23, r"test\.tsv, line 2: the grade -9+ is beyond 2147483647"),
            ("q1\td2\t1", r"test\.tsv, line 2: 'd2' is judged twice for question 'q1'"),
        ],
    )
    def test_a_bad_judgement_is_refused_with_its_line(self, beir, row, message):
        (beir / "qrels" / "test.tsv").write_text(f"q1\td2\t1\n{row}\n")

        with pytest.raises(DatasetError, match=message):
            load_dataset(beir)

    def test_a_malformed_document_is_refused_with_its_line(self, beir):
        with (beir / "corpus.jsonl").open("a") as file:
            file.write('\n{"_id": "d3", "title": "sans texte"}\n')

        with pytest.raises(DatasetError, match=r"corpus\.jsonl, line 4: text: Field required"):
            load_dataset(beir)

    def test_repeated_ids_are_refused(self, beir):
        lines(beir / "corpus.jsonl", [CORPUS[0], CORPUS[0]])
        with pytest.raises(DatasetError, match="two articles have the id 'd1'"):
            load_dataset(beir)
        lines(beir / "queries.jsonl", [QUERIES[0], QUERIES[0]])
        with pytest.raises(DatasetError, match=r"queries\.jsonl, line 2: the id 'q1' stands twice"):
            load_dataset(beir)


TAGGED = """
<top>
<num> Number: 301
<title> Crime organisé
 international
<desc> Description:
Des organisations qui agissent dans plusieurs pays.
</top>

<top>
<num> C041 </num>
<FR-title> Pesticides </FR-title>
<FR-desc> Quels aliments ? </FR-desc>
</top>
<TOP><NUM>Number: 303</NUM><desc> Description: Sans titre ? </TOP>
"""


@pytest.fixture
def trec(tmp_path):
    def write(topics, qrels="301 0 d1 1\nC041 0 d2 2\n303 0 d3 1\n"):
        (tmp_path / "topics.txt").write_text(topics, encoding="utf-8")
        (tmp_path / "qrels.txt").write_text(qrels, encoding="utf-8")
        return tmp_path

    return write


class TestTrec:
    def test_tagged_topics_are_read(self, trec):
        dataset = load_dataset(trec(TAGGED))

        assert [(question.id, question.text) for question in dataset.questions] == [
            ("301", "Crime organisé international"),
            ("C041", "Pesticides"),
            ("303", "Sans titre ?"),
        ]
        assert [dict(question.relevant) for question in dataset.questions] == [
            {"d1": 1},
            {"d2": 2},
            {"d3": 1},
        ]
        assert dataset.articles == ()

    def test_entities_are_read_as_what_they_stand_for(self, trec):
        topics = "<top><num>1</num><title>R&amp;D &lt;&#233;t&eacute;&gt;</title></top>"

        (question,) = load_dataset(trec(topics, "1 0 d1 1\n")).questions

        assert question.text == "R&D <été>"

    def test_topics_between_tabs_are_read_and_unjudged_ones_passed_over(self, trec):
        folder = trec("301\tQui ?\r\nautre\tQuoi ?\n", "301 0 d1 1\n999 0 d1 1\n")

        dataset = load_dataset(folder / "topics.txt")

        assert [(question.id, question.text) for question in dataset.questions] == [
            ("301", "Qui ?")
        ]
        assert [(each.count, each.examples) for each in dataset.problems] == [(1, ("999",))]
        assert dataset.name == "topics"

    @pytest.mark.parametrize(
        ("topics", "message"),
        [
            (
                "\n<top>\n<num> 1\n</top>",
                r"topics\.txt, line 2: this topic lacks <title> or <desc>",
            ),
            ("<top>\n<title> Un\n</top>", r"topics\.txt, line 1: this topic lacks <num>"),
            ("301\tQui ?\nsans tabulation\n", r"topics\.txt, line 2: expected an id, a tab"),
            ("autre\tQuoi ?\n", r"None of the 1 questions of .*topics\.txt is judged in .*qrels"),
            ("\n", "holds no question"),
        ],
    )
    def test_bad_topics_are_refused_with_their_line(self, trec, topics, message):
        with pytest.raises(DatasetError, match=message):
            load_dataset(trec(topics))

    def test_bad_qrels_are_refused_with_their_line(self, trec):
        with pytest.raises(DatasetError, match=r"qrels\.txt, line 2: 3 columns"):
            load_dataset(trec(TAGGED, "301 0 d1 1\n301 d2 1\n"))

    def test_missing_or_doubtful_qrels_are_refused(self, trec):
        folder = trec(TAGGED)
        (folder / "qrels2.txt").write_text("301 0 d1 1\n")
        with pytest.raises(DatasetError, match=r"but qrels\.txt, qrels2\.txt"):
            load_dataset(folder)
        (folder / "qrels.txt").unlink()
        (folder / "qrels2.txt").unlink()
        with pytest.raises(DatasetError, match="but none"):
            load_dataset(folder)

    def test_articles_that_an_index_lacks_are_reported(self, trec):
        dataset = load_dataset(trec(TAGGED))

        (problem,) = unknown_articles(dataset.questions, {"d1", "d3"})

        assert (problem.count, problem.examples) == (1, ("question C041: d2",))
        assert unknown_articles(dataset.questions, {"d1", "d2", "d3"}) == ()


class TestJsonLines:
    @pytest.fixture
    def write(self, tmp_path):
        def write(*rows):
            path = tmp_path / "questions.jsonl"
            path.write_text("\n".join(rows), encoding="utf-8")
            return path

        return write

    def test_a_line_is_a_question(self, write):
        path = write(
            '{"id": "a", "question": "Qui ?", "answers": ["Zuckerberg", "Mark"], '
            '"articles": ["000.txt", "001.txt"], "kind": "answerable", "form": "sms"}',
            "",
            '{"question": "Quel âge ?", "impossible": true, "articles": ["001.txt"]}',
            '{"id": 7, "question": "Hors sujet ?", "impossible": true}',
        )

        answerable, unsaid, off_topic = load_dataset(path).questions

        assert answerable.answers == (GoldAnswer("Zuckerberg"), GoldAnswer("Mark"))
        assert answerable.relevant == {"000.txt": 1, "001.txt": 1}
        assert (answerable.group, answerable.kind) == ("000.txt", "answerable")
        assert (unsaid.id, unsaid.impossible, unsaid.relevant) == ("line 3", True, {})
        assert unsaid.group == "001.txt"
        assert (off_topic.id, off_topic.group) == ("7", "7")

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ('{"question": "Qui ?"', r"questions\.jsonl, line 2: Invalid JSON: .* at column"),
            ('{"answers": ["x"]}', "line 2: question: Field required"),
            ('{"question": "Qui ?", "answers": "x"}', "line 2: answers: "),
            ('{"question": "Qui ?"}', "line 2: neither answers nor articles"),
            (
                '{"question": "Qui ?", "impossible": true, "answers": ["x"]}',
                "line 2: an impossible question has no answers",
            ),
            (
                '{"question": "Qui ?", "answers": ["x", " !"]}',
                "line 2: the answer ' !' has no word",
            ),
        ],
    )
    def test_a_bad_line_is_refused_with_its_number(self, write, row, message):
        with pytest.raises(DatasetError, match=message):
            load_dataset(write('{"question": "Oui ?", "answers": ["oui"]}', row))

    @pytest.mark.parametrize("repeated", ["a", "line 1"])
    def test_a_repeated_id_is_refused_with_its_line(self, write, repeated):
        path = write(
            '{"question": "Oui ?", "answers": ["oui"]}',
            '{"id": "a", "question": "Non ?", "answers": ["non"]}',
            "",
            json.dumps({"id": repeated, "question": "Si ?", "answers": ["si"]}),
        )

        with pytest.raises(DatasetError, match=f"line 4: the id '{repeated}' stands twice"):
            load_dataset(path)

    def test_line_separators_inside_a_text_do_not_end_the_line(self, write):
        path = write('{"question": "Un\u2028deux ?", "answers": ["x"]}')

        assert load_dataset(path).questions[0].text == "Un\u2028deux ?"

    def test_a_byte_order_mark_is_passed_over(self, tmp_path):
        path = tmp_path / "questions.jsonl"
        path.write_bytes(b"\xef\xbb\xbf" + b'{"question": "Qui ?", "answers": ["x"]}')

        assert load_dataset(path).questions[0].text == "Qui ?"

    def test_an_empty_file_is_refused(self, write):
        with pytest.raises(DatasetError, match="holds no question"):
            load_dataset(write(""))

    def test_a_file_that_is_not_utf8_is_refused_with_its_line(self, tmp_path):
        path = tmp_path / "latin.jsonl"
        path.write_bytes('{"question": "Où ?"}\n{"question": "Quel âge ?"}'.encode("latin-1"))

        with pytest.raises(DatasetError, match=r"latin\.jsonl, line 1: not UTF-8"):
            load_dataset(path)

    def test_the_questions_on_the_seeds_are_read(self, pytestconfig):
        dataset = load_dataset(pytestconfig.rootpath / "tests" / "data" / "seeds-questions.jsonl")

        assert sum(not question.impossible for question in dataset.questions) >= 80
        assert sum(question.impossible for question in dataset.questions) >= 30


def test_a_missing_path_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"gone\.json does not exist"):
        load_dataset(tmp_path / "gone.json")


@pytest.mark.parametrize("name", ["set.json", "set.jsonl", "set.json.gz"])
def test_a_compressed_set_is_told(tmp_path, name):
    (tmp_path / name).write_bytes(gzip.compress(b"{}"))

    with pytest.raises(DatasetError, match=f"{name} is compressed: decompress it first"):
        load_dataset(tmp_path / name)


def test_a_problem_shows_a_few_places_of_many():
    places = [f"question {number}" for number in range(12)]

    (problem,) = Problem.of("broken", places)

    assert (problem.count, problem.examples) == (12, tuple(places[:5]))
