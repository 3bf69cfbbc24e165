import inspect
import json
import os
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from retrieval.corpus import default_corpus, read_corpus
from retrieval.errors import CorpusError


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def by_id(corpus):
    return {article.reference.article_id: article for article in corpus.articles}


def only(corpus):
    (article,) = corpus.articles
    return article


def reasons(corpus):
    return [problem.reason for problem in corpus.problems]


class TestFiles:
    def test_a_folder_is_read_recursively_in_the_order_of_names(self, tmp_path):
        write(tmp_path / "b.txt", "Deux.")
        write(tmp_path / "a" / "z.md", "Un.")
        write(tmp_path / "c.jsonl", '{"text": "Trois."}\n\n{"text": "Quatre."}\n')
        corpus = read_corpus([tmp_path])
        texts = [article.text for article in corpus.articles]
        assert texts == ["Un.", "Deux.", "Trois.", "Quatre."]
        assert list(by_id(corpus)) == ["a/z.md", "b.txt", "c.jsonl#1", "c.jsonl#3"]
        assert corpus.problems == ()

    def test_hidden_files_and_other_kinds_are_passed_over(self, tmp_path):
        write(tmp_path / "A.TXT", "Un.")
        write(tmp_path / ".b.txt", "Caché.")
        write(tmp_path / ".git" / "c.txt", "Caché.")
        for name in ("d.pdf", "e/f.PDF", "g.docx", "LICENSE", "h.png", "i.mp3"):
            write(tmp_path / name, "%PDF")
        corpus = read_corpus([tmp_path])
        assert list(by_id(corpus)) == ["A.TXT"]
        (problem,) = corpus.problems
        assert problem.path == str(tmp_path)
        assert problem.reason == ("holds files of kinds that are not read: 2 .pdf, 1 .docx")

    def test_an_index_among_the_articles_is_passed_over(self, tmp_path):
        write(tmp_path / "a.txt", "Un.")
        write(tmp_path / "index" / "CURRENT", "gen-000001\n")
        write(tmp_path / "index" / "gen-000001" / "manifest.json", "{}")
        write(tmp_path / "gen-000001" / "b.txt", "Deux.")
        corpus = read_corpus([tmp_path])
        assert list(by_id(corpus)) == ["a.txt", "gen-000001/b.txt"]
        assert corpus.problems == ()

    def test_folders_may_be_deeper_than_calls(self, tmp_path):
        write(tmp_path / ("a/" * 150) / "b.txt", "Un.")
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(len(inspect.stack()) + 100)
        try:
            corpus = read_corpus([tmp_path])
        finally:
            sys.setrecursionlimit(limit)
        assert list(by_id(corpus)) == ["a/" * 150 + "b.txt"]

    def test_links_that_loop_or_repeat_are_read_once(self, tmp_path):
        write(tmp_path / "a" / "x.txt", "Un.")
        (tmp_path / "a" / "loop").symlink_to(tmp_path)
        (tmp_path / "b.txt").symlink_to(tmp_path / "a" / "x.txt")
        corpus = read_corpus([tmp_path, tmp_path / "a", tmp_path / "a" / "x.txt"])
        assert list(by_id(corpus)) == ["a/x.txt"]

    def test_a_broken_link_is_a_problem_by_name(self, tmp_path):
        write(tmp_path / "a.txt", "Un.")
        (tmp_path / "b.txt").symlink_to(tmp_path / "nowhere.txt")
        corpus = read_corpus([tmp_path])
        (problem,) = corpus.problems
        assert problem.path == str(tmp_path / "b.txt")
        assert problem.reason == "cannot be read: No such file or directory"
        assert only(corpus).text == "Un."

    def test_a_link_to_itself_is_a_problem_by_name(self, tmp_path):
        write(tmp_path / "a.txt", "Un.")
        (tmp_path / "b.txt").symlink_to("b.txt")
        (tmp_path / "c").symlink_to("c")
        corpus = read_corpus([tmp_path])
        (problem,) = corpus.problems
        assert problem.path == str(tmp_path / "b.txt")
        assert problem.reason.startswith("cannot be read: ")
        assert only(corpus).text == "Un."

    def test_a_name_that_is_not_utf_8_is_a_problem(self, tmp_path, monkeypatch):
        write(tmp_path / "a.txt", "Un.")
        folder, file = (tmp_path / os.fsdecode(name) for name in (b"caf\xe9", b"th\xe9.txt"))
        write(folder / "b.txt", "Deux.")
        write(file, "Trois.")
        write(tmp_path / os.fsdecode(b"th\xe9.pdf"), "%PDF")
        corpus = read_corpus([tmp_path])
        assert only(corpus).text == "Un."
        assert [problem.path for problem in corpus.problems] == [str(folder), str(file)]
        assert set(reasons(corpus)) == {"its name is not UTF-8; rename it"}
        for root in (folder, folder / "b.txt", file):
            with pytest.raises(CorpusError, match="has a name that is not UTF-8: rename it"):
                read_corpus([tmp_path, root])
        monkeypatch.chdir(folder)
        with pytest.raises(CorpusError, match=r"caf\S*/b.txt has a name that is not UTF-8"):
            read_corpus([Path("b.txt")])

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_forbidden_file_and_folder_are_problems(self, tmp_path):
        write(tmp_path / "a.txt", "Un.")
        write(tmp_path / "b.txt", "Deux.").chmod(0)
        (tmp_path / "c").mkdir(mode=0)
        corpus = read_corpus([tmp_path])
        assert [Path(problem.path).name for problem in corpus.problems] == ["c", "b.txt"]
        assert set(reasons(corpus)) == {"cannot be read: Permission denied"}

    def test_a_pipe_is_not_waited_for(self, tmp_path):
        write(tmp_path / "a.txt", "Un.")
        os.mkfifo(tmp_path / "b.txt")
        assert only(read_corpus([tmp_path])).text == "Un."

    def test_a_named_file_of_another_kind_is_a_problem(self, tmp_path):
        article, other = write(tmp_path / "a.txt", "Un."), write(tmp_path / "b.pdf", "%PDF")
        corpus = read_corpus([article, other])
        assert reasons(corpus) == ["is not of a kind that is read: .jsonl, .md, .txt"]
        assert corpus.problems[0].path == str(other)

    def test_an_upper_case_suffix_is_read(self, tmp_path):
        assert only(read_corpus([write(tmp_path / "A.TXT", "Un.")])).text == "Un."

    def test_a_missing_path_is_an_error_by_name(self, tmp_path):
        with pytest.raises(CorpusError, match=r"nowhere does not exist"):
            read_corpus([tmp_path / "nowhere"])

    def test_an_empty_folder_is_an_error(self, tmp_path):
        with pytest.raises(CorpusError, match="No article could be read"):
            read_corpus([tmp_path])

    def test_nothing_readable_is_an_error_that_says_why(self, tmp_path):
        with pytest.raises(CorpusError, match=r"a\.txt is empty"):
            read_corpus([write(tmp_path / "a.txt", "")])

    def test_no_path_is_an_error(self):
        with pytest.raises(CorpusError, match="name at least one"):
            read_corpus([])


class TestIds:
    def test_the_same_path_in_two_roots_takes_the_names_of_the_roots(self, tmp_path):
        write(tmp_path / "un" / "a.txt", "Un.")
        write(tmp_path / "un" / "b.txt", "Encore.")
        write(tmp_path / "deux" / "a.txt", "Deux.")
        articles = by_id(read_corpus([tmp_path / "un", tmp_path / "deux"]))
        assert {name: article.text for name, article in articles.items()} == {
            "un/a.txt": "Un.",
            "b.txt": "Encore.",
            "deux/a.txt": "Deux.",
        }

    def test_roots_of_the_same_name_are_numbered(self, tmp_path):
        write(tmp_path / "un" / "x" / "a.txt", "Un.")
        write(tmp_path / "deux" / "x" / "a.txt", "Deux.")
        articles = by_id(read_corpus([tmp_path / "un" / "x", tmp_path / "deux" / "x"]))
        assert list(articles) == ["x/a.txt", "x-2/a.txt"]

    def test_a_second_article_of_the_same_id_is_left_out(self, tmp_path):
        lines = ['{"_id": "n1", "text": "Un."}', '{"_id": "n1", "text": "Deux."}']
        write(tmp_path / "a.jsonl", "\n".join(lines))
        corpus = read_corpus([tmp_path])
        assert only(corpus).text == "Un."
        assert reasons(corpus) == ["the article 'n1' was left out: a.jsonl has one of that id"]

    def test_the_same_text_twice_is_two_articles(self, tmp_path):
        write(tmp_path / "a.txt", "Un.")
        write(tmp_path / "b.txt", "Un.")
        corpus = read_corpus([tmp_path])
        assert len(corpus.articles) == 2
        assert corpus.problems == ()


class TestText:
    FRENCH = "L'été dernier, à Besançon, le maire a déclaré : « Ça suffit ! » Les élus s'étonnent."

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-32"])
    def test_any_encoding(self, tmp_path, encoding):
        article = only(read_corpus([write(tmp_path / "a.txt", self.FRENCH.encode(encoding))]))
        assert article.text == self.FRENCH

    def test_windows_quotes_and_euro(self, tmp_path):
        text = "Le “grand” cœur d’Émile coûte 12 € à peu près, dit-il à sa mère."
        assert only(read_corpus([write(tmp_path / "a.txt", text.encode("cp1252"))])).text == text

    @pytest.mark.parametrize(
        "text",
        [
            "Téléphone de la mairie : 02 41.",
            "« Noël », 5 €…",
            "请您在周一至周五上午九点到下午五点之间致电市政厅。",
        ],
    )
    def test_short_files(self, tmp_path, text):
        data = text.encode("gb18030" if text[0] == "请" else "cp1252")
        assert only(read_corpus([write(tmp_path / "a.txt", data)])).text == text

    def test_a_bad_byte_in_utf_8_is_a_problem_and_spares_the_rest(self, tmp_path):
        data = "L'été à Évreux.\r\nUn mot ".encode() + b"caf\xe9" + " mal codé.".encode()
        path = write(tmp_path / "a.txt", data)
        corpus = read_corpus([path])
        assert only(corpus).text == "L'été à Évreux.\nUn mot caf\ufffd mal codé."
        (problem,) = corpus.problems
        assert problem.path == f"{path}:2"
        assert "not UTF-8" in problem.reason
        assert problem.reason.endswith("save the file as UTF-8")

    def test_a_file_cut_inside_a_character(self, tmp_path):
        path = write(tmp_path / "a.md", "---\ntitle: L'été\n---\nDéjà vu\n".encode() + b"\xc3")
        corpus = read_corpus([path])
        assert only(corpus).reference.title == "L'été"
        assert only(corpus).text == "Déjà vu\n\ufffd"
        assert [problem.path for problem in corpus.problems] == [f"{path}:5"]

    def test_a_bad_byte_in_a_line_of_json_leaves_that_line_out(self, tmp_path):
        lines = [
            json.dumps({"text": f"L'été {n}."}, ensure_ascii=False).encode() for n in range(50)
        ]
        lines[20] = b'{"text": "Un \xc3t\xc3."}'
        path = write(tmp_path / "a.jsonl", b"\n".join(lines))
        corpus = read_corpus([path])
        assert [article.text for article in corpus.articles] == [
            f"L'été {n}." for n in range(50) if n != 20
        ]
        assert [problem.path for problem in corpus.problems] == [f"{path}:21"]
        assert reasons(corpus)[0].startswith("was left out: it holds a byte that is not UTF-8")

    @pytest.mark.parametrize("share", [1, 2, 9])
    @pytest.mark.parametrize("kind", ["jsonl", "txt", "md"])
    def test_lines_of_another_encoding_are_read_and_told(self, tmp_path, kind, share):
        texts = [f"L’été {n}, la mairie a été rénovée." for n in range(20)]
        lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
        path = write(
            tmp_path / f"a.{kind}",
            b"\n".join(
                line.encode("utf-8" if n % (share + 1) else "cp1252")
                for n, line in enumerate(lines if kind == "jsonl" else texts)
            ),
        )
        corpus = read_corpus([path])
        assert "\n".join(article.text for article in corpus.articles) == "\n".join(texts)
        bad = range(0, 20, share + 1)
        assert [problem.path for problem in corpus.problems] == [f"{path}:{n + 1}" for n in bad]
        reason = "is not UTF-8, and was read as Windows-1252: save the file as UTF-8"
        assert set(reasons(corpus)) == {reason}

    def test_line_ends_become_line_feeds_and_the_ends_are_trimmed(self, tmp_path):
        article = only(read_corpus([write(tmp_path / "a.txt", "\r\nUn.\r\nDeux.\rTrois.\r\n\r\n")]))
        assert article.text == "Un.\nDeux.\nTrois."
        assert article.breaks == ()

    def test_everything_else_stays_as_it_is(self, tmp_path):
        # A decomposed é, no-break spaces, several spaces, markup, an emoji.
        text = "Un e\u0301te\u0301\u00a0!  <b>&amp;</b>\t🙂\n\n\n\nFin."
        assert only(read_corpus([write(tmp_path / "a.txt", text)])).text == text

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is empty"),
            (b" \n\t\n", "is empty"),
            (b"\x7fELF\x02\x00\x00\x01", "is not text"),
            ("\u200b …\n".encode(), "is empty"),
        ],
    )
    def test_what_holds_no_text_is_a_problem(self, tmp_path, content, reason):
        write(tmp_path / "a.txt", "Un.")
        bad = write(tmp_path / "b.txt", content)
        corpus = read_corpus([tmp_path])
        assert only(corpus).text == "Un."
        assert corpus.problems[0].path == str(bad)
        assert corpus.problems[0].reason.startswith(reason)

    def test_fifty_megabytes(self, tmp_path):
        line = "Telegram a gagné 25 millions d'utilisateurs en 72 heures, dit-on.\n"
        count = 50_000_000 // len(line.encode())
        path = write(tmp_path / "a.txt", line * count)
        start = time.perf_counter()
        article = only(read_corpus([path]))
        assert len(article.text) == len(line) * count - 1
        assert time.perf_counter() - start < 30


class TestMetadata:
    def test_front_matter(self, tmp_path):
        text = (
            "---\ntitle: La panne\nsource: Le Journal\nurl: https://example.org/p\n"
            "date: 2021-01-12\nlang: fr\ntags: [a, b]\n---\n\nUn texte.\n"
        )
        article = only(read_corpus([write(tmp_path / "a.md", text)]))
        reference = article.reference
        assert article.text == "Un texte."
        assert (reference.title, reference.source) == ("La panne", "Le Journal")
        assert (reference.url, reference.date) == ("https://example.org/p", "2021-01-12")
        assert (reference.lang, reference.path) == ("fr", "a.md")

    @pytest.mark.parametrize(
        "text",
        [
            "\n \n---\nTitle: La panne\nDATE: 2021-01-12\n---\nUn texte.",
            '+++\ntitle = "La panne"\ndate = 2021-01-12T10:00:00Z\n+++\n\nUn texte.',
        ],
    )
    def test_front_matter_as_people_write_it(self, tmp_path, text):
        corpus = read_corpus([write(tmp_path / "a.md", text)])
        reference = only(corpus).reference
        assert (reference.title, reference.date) == ("La panne", "2021-01-12")
        assert (only(corpus).text, corpus.problems) == ("Un texte.", ())

    def test_a_rule_without_an_end_is_no_front_matter(self, tmp_path):
        text = "---\nUn texte : sans fin."
        assert only(read_corpus([write(tmp_path / "a.md", text)])).text == "Un texte : sans fin."

    def test_bad_front_matter_is_a_problem_and_the_article_stays(self, tmp_path):
        corpus = read_corpus([write(tmp_path / "a.md", "---\ntitle: [a\n---\nUn texte.")])
        assert only(corpus).text == "Un texte."
        assert only(corpus).reference.title is None
        assert reasons(corpus)[0].startswith("the front matter is not YAML")

    @pytest.mark.parametrize(
        ("line", "title"),
        [
            ("title: Mairie de Vaubrun : horaires", "Mairie de Vaubrun : horaires"),
            ("title: Le maire: l'entretien : 1/2", "Le maire: l'entretien : 1/2"),
            ("title : Horaires :", "Horaires :"),
            ('title: "Mairie : horaires"', "Mairie : horaires"),
            ("title: Mairie", "Mairie"),
        ],
    )
    def test_a_title_with_a_colon_needs_no_quotes(self, tmp_path, line, title):
        text = f"---\n{line}\ntags: [a, b]\nsource: 'La : Ville'\ndate: 2021\n---\nUn texte."
        corpus = read_corpus([write(tmp_path / "a.md", text)])
        reference = only(corpus).reference
        assert corpus.problems == ()
        assert (reference.title, reference.source, reference.date) == (title, "La : Ville", "2021")

    @pytest.mark.parametrize(
        "line",
        [
            'title: "Mairie" : horaires',
            "title: *Mairie : horaires",
            "title: [a]: b: c",
            "title: [a",
        ],
    )
    def test_other_front_matter_that_is_not_yaml_is_told_by_its_line(self, tmp_path, line):
        path = write(tmp_path / "a.md", f"---\nsource: La Ville\n{line}\n---\nUn texte.")
        (problem,) = read_corpus([path]).problems
        assert problem.path == f"{path}:3"
        assert problem.reason.endswith(": put the value in quotes")

    def test_front_matter_that_is_not_toml_is_told_by_its_line(self, tmp_path):
        corpus = read_corpus([write(tmp_path / "a.md", "\n+++\ntitle = La panne\n+++\nUn texte.")])
        assert only(corpus).text == "Un texte."
        assert reasons(corpus)[0].startswith("the front matter is not TOML and was left out: ")
        assert "at line 3," in reasons(corpus)[0]

    def test_a_character_that_yaml_refuses_is_not_mended_by_quotes(self, tmp_path):
        path = write(tmp_path / "a.md", "---\ntitle: a\x01 : b\n---\nUn texte.")
        (problem,) = read_corpus([path]).problems
        assert problem.path == str(path)
        assert problem.reason.startswith("the front matter is not YAML")
        assert "quotes" not in problem.reason

    def test_front_matter_nested_too_deep(self, tmp_path):
        nested = "---\ntitle: " + "[" * 5000 + "]" * 5000 + "\n---\nUn texte."
        corpus = read_corpus([write(tmp_path / "a.md", nested)])
        assert only(corpus).text == "Un texte."
        assert reasons(corpus)[0].startswith("the front matter is not YAML")

    def test_json_lines(self, tmp_path):
        row = {
            "_id": "n1",
            "title": "La panne",
            "text": "Un texte.\r\nDeux.",
            "source": "Le Journal",
            "url": "https://example.org/p",
            "date": "2021",
            "lang": "fr",
            "metadata": {},
        }
        article = only(read_corpus([write(tmp_path / "a.jsonl", json.dumps(row))]))
        reference = article.reference
        assert (reference.article_id, reference.path) == ("n1", "a.jsonl")
        assert (reference.title, reference.source) == ("La panne", "Le Journal")
        assert (reference.url, reference.date) == ("https://example.org/p", "2021")
        assert reference.lang == "fr"
        assert article.text == "Un texte.\nDeux."

    def test_a_bad_line_is_a_problem_with_its_number(self, tmp_path):
        lines = ["{", '{"title": "x"}', '["text"]', '{"text": "\\ud800"}', '{"text": "Un."}']
        path = write(tmp_path / "a.jsonl", "\n".join(lines))
        corpus = read_corpus([path])
        assert only(corpus).reference.article_id == "a.jsonl#5"
        assert [problem.path for problem in corpus.problems] == [
            f"{path}:{n}" for n in (1, 2, 3, 4)
        ]
        assert reasons(corpus)[0].startswith("is not JSON")
        assert reasons(corpus)[1].startswith('has no "text"')
        assert "surrogate" in reasons(corpus)[3]

    @pytest.mark.parametrize("value", ["1" * 5000, "[" * 50_000 + "]" * 50_000])
    def test_a_line_that_is_too_much_for_the_parser_is_a_problem(self, tmp_path, value):
        lines = f'{{"text": "Un.", "n": {value}}}\n{{"text": "Deux."}}'
        corpus = read_corpus([write(tmp_path / "a.jsonl", lines)])
        assert only(corpus).text == "Deux."
        assert reasons(corpus)[0].startswith("is not JSON")

    @pytest.mark.parametrize(
        ("date", "expected"),
        [
            ("2021", "2021"),
            ("2021-01", "2021-01"),
            ("2021-01-12", "2021-01-12"),
            ("2021-01-12T10:00:00Z", "2021-01-12"),
            ("2020-02-29", "2020-02-29"),
            ("2021-02-29", None),
            ("2021-13", None),
            ("12/01/2021", None),
            ("janvier 2021", None),
            ("21", None),
        ],
    )
    def test_dates(self, tmp_path, date, expected):
        row = json.dumps({"text": "Un.", "date": date})
        corpus = read_corpus([write(tmp_path / "a.jsonl", row)])
        assert only(corpus).reference.date == expected
        assert len(corpus.problems) == (expected is None)
        assert all(date in reason for reason in reasons(corpus))

    def test_an_empty_value_is_unknown_and_a_wrong_one_a_problem(self, tmp_path):
        row = json.dumps({"text": "Un.", "title": "", "source": ["x"], "_id": ["y"]})
        corpus = read_corpus([write(tmp_path / "a.jsonl", row)])
        reference = only(corpus).reference
        assert (reference.title, reference.source) == (None, None)
        assert reference.article_id == "a.jsonl#1"
        assert [reason.split(" ")[0] for reason in reasons(corpus)] == ["source", "_id"]

    @pytest.mark.parametrize(
        ("written", "title"),
        [("null", None), ("~", None), ("Null", None), ('"null"', "null"), ("nullité", "nullité")],
    )
    def test_a_null_in_front_matter_is_unknown(self, tmp_path, written, title):
        text = f"---\ntitle: {written}\ndate: {written}\n---\nUn."
        corpus = read_corpus([write(tmp_path / "a.md", text)])
        assert only(corpus).reference.title == title
        assert only(corpus).reference.date is None
        assert len(corpus.problems) == (title is not None)

    def test_a_bad_value_is_quoted_in_brief(self, tmp_path):
        folded = [["x" * 1000] * 10] * 10
        row = json.dumps({"text": "Un.", "title": folded, "date": "x" * 1000, "_id": folded})
        corpus = read_corpus([write(tmp_path / "a.jsonl", row)])
        assert [reason.split(" ")[0] for reason in reasons(corpus)] == ["date", "title", "_id"]
        assert all(len(reason) < 250 for reason in reasons(corpus))

    def test_nothing_is_invented(self, tmp_path):
        article = only(
            read_corpus([write(tmp_path / "a.txt", "Titre\n\nParis, le 3 mai 2020. Un.")])
        )
        reference = article.reference
        assert (reference.title, reference.source, reference.url) == (None, None, None)
        assert (reference.date, reference.lang) == (None, None)
        assert reference.label == "«\u00a0Titre…\u00a0»"

    @pytest.mark.parametrize(
        ("text", "label"),
        [
            ("# La mairie\n\nElle ouvre.", "«\u00a0La mairie…\u00a0»"),
            ("### La mairie", "«\u00a0La mairie…\u00a0»"),
            ("#mairie ouverte", "«\u00a0#mairie ouverte…\u00a0»"),
            ("La mairie # 2", "«\u00a0La mairie # 2…\u00a0»"),
        ],
    )
    def test_the_label_has_no_heading_mark_and_the_text_keeps_it(self, tmp_path, text, label):
        article = only(read_corpus([write(tmp_path / "a.txt", text)]))
        assert article.reference.label == label
        assert article.text == text

    def test_a_heading_mark_does_not_hide_that_an_article_opens_with_its_title(self, tmp_path):
        write(tmp_path / "corpus.toml", '[articles."a.txt"]\ntitle = "La mairie"')
        write(tmp_path / "a.txt", "# La mairie\n\nElle ouvre.")
        assert not only(read_corpus([tmp_path])).reference.heading

    @pytest.mark.parametrize(
        ("front", "title"), [("", "La mairie"), ("---\ntitle: Mairie\n---\n", "Mairie")]
    )
    def test_a_markdown_article_is_rendered_and_its_first_heading_its_title(
        self, tmp_path, front, title
    ):
        article = only(read_corpus([write(tmp_path / "a.md", f"{front}# La *mairie*\n\nUn <br>.")]))
        assert (article.reference.title, article.text) == (title, "La mairie\n\nUn\n.")
        assert bool(article.reference.heading) == bool(front)

    def test_the_opening_stops_at_a_word(self, tmp_path):
        text = "2021 a commencé avec des scandales partout. L’un d’eux est lié à WhatsApp."
        # The next word, « lié », would end at the 61st character.
        opening = "2021 a commencé avec des scandales partout. L’un d’eux est"
        assert only(read_corpus([write(tmp_path / "a.txt", text)])).reference.opening == opening


class TestCorpusToml:
    def test_metadata_from_the_general_to_the_particular(self, tmp_path):
        write(tmp_path / "corpus.toml", '[defaults]\nsource = "A"\nlang = "fr"\ndate = 2020-01-01')
        write(
            tmp_path / "b" / "corpus.toml",
            '[defaults]\nsource = "B"\n'
            '[articles."y.md"]\nurl = "https://example.org/y"\ndate = "2021"',
        )
        write(tmp_path / "x.txt", "Un.")
        write(tmp_path / "b" / "y.md", "---\nlang: en\nurl: https://example.org/old\n---\nDeux.")
        articles = by_id(read_corpus([tmp_path]))
        first, second = articles["x.txt"].reference, articles["b/y.md"].reference
        assert (first.source, first.lang, first.date, first.url) == ("A", "fr", "2020-01-01", None)
        assert (second.source, second.lang, second.date) == ("B", "en", "2021")
        assert second.url == "https://example.org/y"

    def test_a_byte_order_mark_is_no_part_of_it(self, tmp_path):
        write(tmp_path / "corpus.toml", '\ufeffexamples = ["Qui ?"]')
        write(tmp_path / "x.txt", "Un.")
        assert read_corpus([tmp_path]).examples == ("Qui ?",)

    def test_examples_are_gathered_once(self, tmp_path):
        write(tmp_path / "corpus.toml", 'examples = ["Qui ?", "Quand ?"]')
        write(tmp_path / "b" / "corpus.toml", 'examples = ["Qui ?", "Où ?"]')
        write(tmp_path / "b" / "x.txt", "Un.")
        assert read_corpus([tmp_path]).examples == ("Qui ?", "Quand ?", "Où ?")

    def test_it_holds_for_a_file_named_alone(self, tmp_path):
        write(
            tmp_path / "corpus.toml",
            'examples = ["?"]\nfurniture = ["^Lire$"]\n'
            '[articles."x.txt"]\ntitle = "T"\nfurniture = ["z"]',
        )
        write(tmp_path / "y.txt", "Lire")
        corpus = read_corpus([write(tmp_path / "x.txt", "Un.")])
        assert only(corpus).reference.title == "T"
        # Whether the folder needs its furniture can't be told from one file.
        assert reasons(corpus) == ["furniture 'z' matches nothing in 'x.txt'"]
        assert corpus.examples == ()

    def test_the_title_line_stays_in_the_text(self, tmp_path):
        write(
            tmp_path / "corpus.toml",
            '[articles."x.txt"]\ntitle_line = true\nfurniture = ["^Menu$"]',
        )
        write(tmp_path / "x.txt", "Menu\nLa panne\n\nUn texte.")
        article = only(read_corpus([tmp_path]))
        assert article.reference.title == "La panne"
        assert article.text == "La panne\n\nUn texte."

    def test_furniture_goes_and_leaves_tidy_breaks(self, tmp_path):
        write(tmp_path / "corpus.toml", "furniture = ['^Lire aussi.*$', ' ?\\(Photo : .*\\)']")
        write(
            tmp_path / "x.txt",
            "Lire aussi A\nUn.\nLire aussi B\n\nLire aussi C\nDeux (Photo : X) et trois.\n"
            "Quatre. (Photo : Y)\nCinq.\nLire aussi D\n",
        )
        article = only(read_corpus([tmp_path]))
        assert article.text == "Un.\nDeux et trois.\nQuatre.\nCinq."
        # At « Deux », « et trois » and « Cinq »; nothing went on after the last removal.
        assert article.breaks == (4, 9, 27)

    def test_a_blank_line_stays_a_blank_line(self, tmp_path):
        write(tmp_path / "corpus.toml", "furniture = ['^Pub$']")
        write(tmp_path / "x.txt", "Un.\n\nPub\nDeux.")
        article = only(read_corpus([tmp_path]))
        assert (article.text, article.breaks) == ("Un.\n\nDeux.", (5,))

    def test_it_speaks_of_markdown_as_it_is_rendered(self, tmp_path):
        write(
            tmp_path / "corpus.toml",
            "furniture = ['^Lire aussi .*$']\n"
            '[articles."x.md"]\nrepairs = [{ find = "1O h", replace = "10 h" }]',
        )
        write(tmp_path / "x.md", "Le **1O** h.\n\n> *Lire* aussi [la suite](y.md)\n\nFin.")
        corpus = read_corpus([tmp_path])
        assert (only(corpus).text, corpus.problems) == ("Le 10 h.\n\nFin.", ())

    def test_furniture_over_two_lines(self, tmp_path):
        write(tmp_path / "corpus.toml", "furniture = ['^Un\\sgrand\\npas$']")
        write(tmp_path / "x.txt", "Début.\nUn\u00a0grand\npas\nFin.")
        assert only(read_corpus([tmp_path])).text == "Début.\nFin."

    def test_nothing_but_furniture_is_a_problem(self, tmp_path):
        write(tmp_path / "corpus.toml", "furniture = ['^Pub$']")
        write(tmp_path / "x.txt", "Pub\nPub")
        write(tmp_path / "y.txt", "Un.")
        corpus = read_corpus([tmp_path])
        assert reasons(corpus) == ["is empty, or holds nothing but furniture"]

    def test_a_repair_mends_without_a_break(self, tmp_path):
        write(
            tmp_path / "corpus.toml",
            '[articles."x.txt"]\nrepairs = [{ find = "u00e9", replace = "é" }]',
        )
        write(tmp_path / "x.txt", "Un u00e9clat.")
        article = only(read_corpus([tmp_path]))
        assert (article.text, article.breaks) == ("Un éclat.", ())

    @pytest.mark.parametrize(("text", "count"), [("Rien.", 0), ("abc abc", 2)])
    def test_a_repair_that_is_not_unique_is_a_problem(self, tmp_path, text, count):
        write(
            tmp_path / "corpus.toml",
            '[articles."x.txt"]\nrepairs = [{ find = "abc", replace = "d" }]',
        )
        write(tmp_path / "x.txt", text)
        corpus = read_corpus([tmp_path])
        assert only(corpus).text == text
        assert reasons(corpus) == [
            f"the repair of 'abc' in 'x.txt' matches {count} times, not once"
        ]

    @pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
    def test_a_file_is_named_in_either_form_of_its_accents(self, tmp_path, forms):
        said, there = (unicodedata.normalize(form, "été/à Étampes.txt") for form in forms)
        write(tmp_path / "corpus.toml", f'[articles."{said}"]\ntitle = "T"\nfurniture = ["^Pub$"]')
        write(tmp_path / there, "Un.\nPub")
        corpus = read_corpus([tmp_path])
        assert corpus.problems == ()
        assert (only(corpus).text, only(corpus).reference.title) == ("Un.", "T")

    def test_what_is_said_in_vain_is_a_problem(self, tmp_path):
        toml = write(
            tmp_path / "corpus.toml",
            'furniture = ["^A$"]\n[articles."x.txt"]\nfurniture = ["^B$"]\ndate = "hier"\n'
            '[articles."gone.txt"]\ntitle = "T"',
        )
        write(tmp_path / "x.txt", "Un.")
        corpus = read_corpus([tmp_path])
        assert {problem.path for problem in corpus.problems} == {str(toml)}
        assert sorted(reasons(corpus)) == [
            "'x.txt': date is 'hier', not an ISO date such as 2021, 2021-01 or 2021-01-12: "
            "it was left out",
            "[articles.'gone.txt'] names a file that is not there",
            "furniture '^A$' matches nothing in the folder",
            "furniture '^B$' matches nothing in 'x.txt'",
        ]

    def test_an_article_that_is_not_read_under_its_name_is_a_problem(self, tmp_path):
        names = ["./x.txt", "b//y.txt", str(tmp_path / "x.txt"), "z.pdf"]
        toml = write(
            tmp_path / "corpus.toml",
            "".join(f'[articles."{name}"]\ntitle = "T"\n' for name in [*names, "b/y.txt", "v.txt"]),
        )
        write(tmp_path / "x.txt", "Un.")
        write(tmp_path / "b" / "y.txt", "Deux.")
        write(tmp_path / "z.pdf", "%PDF")
        vacant = write(tmp_path / "v.txt", "")
        corpus = read_corpus([tmp_path])
        assert [(problem.path, problem.reason) for problem in corpus.problems] == [
            (str(tmp_path), "holds files of kinds that are not read: 1 .pdf"),
            (str(vacant), "is empty"),
            *(
                (
                    str(toml),
                    f"[articles.{name!r}] names no file that is read; "
                    "write it as its path from here",
                )
                for name in names
            ),
        ]

    def test_a_broken_link_is_an_error(self, tmp_path):
        write(tmp_path / "a.txt", "Un.")
        (tmp_path / "corpus.toml").symlink_to("nowhere.toml")
        with pytest.raises(CorpusError, match="toml cannot be read: No such file"):
            read_corpus([tmp_path])

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ('exemples = ["?"]', "unknown key 'exemples' at its top"),
            ('[defaults]\nlangue = "fr"', r"unknown key 'langue' in \[defaults\]"),
            ('[articles."x.txt"]\ntitel = "T"', r"unknown key 'titel' in \[articles.'x.txt'\]"),
            ('examples = "?"', "examples must be a list of strings"),
            ('examples = [""]', "one of the strings of examples is blank"),
            ('furniture = ["("]', "is not a regular expression"),
            ("defaults = 3", "defaults must be a table"),
            ('[articles."x.txt"]\ntitle = "T"\ntitle_line = true', "both title and title_line"),
            ('[articles."x.txt"]\ntitle_line = "oui"', "must be true or false"),
            ('[articles."x.txt"]\nrepairs = [{ find = "a" }]', "must be { find ="),
            ("examples = [", "is not TOML"),
            (b"\xff", "is not TOML"),
            ("examples = " + "[" * 5000, "is not TOML"),
            ("examples = " + "1" * 5000, "is not TOML"),
            ("furniture = ['a{99999999999}']", "is not a regular expression"),
            ("furniture = ['" + "(" * 3000 + ")" * 3000 + "']", "is not a regular expression"),
        ],
    )
    def test_what_means_nothing_is_an_error_that_names_it(self, tmp_path, content, message):
        toml = write(tmp_path / "corpus.toml", content)
        write(tmp_path / "x.txt", "Un.")
        with pytest.raises(CorpusError, match=message) as error:
            read_corpus([tmp_path])
        assert str(toml) in str(error.value)


@pytest.fixture(scope="module")
def seeds():
    corpus = read_corpus([Path(__file__).parents[2] / "seeds"])
    assert corpus.problems == ()
    assert len(corpus.examples) == 6
    return [corpus.articles[number] for number in range(5)]


class TestSeeds:
    def test_the_default_corpus_is_the_seeds(self):
        names = sorted(path.name[:3] for path in default_corpus().glob("*.txt"))
        assert names == ["000", "001", "002", "003", "004"]

    def test_all_are_french_and_none_has_an_invented_source(self, seeds):
        assert [article.reference.lang for article in seeds] == ["fr"] * 5
        assert [article.reference.source for article in seeds] == [None] * 5
        assert [article.reference.url for article in seeds] == [None] * 5
        assert [article.reference.date for article in seeds] == ["2021-01"] * 4 + [None]

    def test_titles(self, seeds):
        assert [article.reference.title for article in seeds] == [
            "Réseaux sociaux. Avis de tempête sur facebook",
            None,
            "Le logiciel de communication Signal victime de son succès",
            None,
            "Telegram a gagné trois millions de nouveaux utilisateurs lors de la panne de Facebook",
        ]

    def test_000_is_mended(self, seeds):
        text = seeds[0].text
        assert "le patron de facebook. Le monopole risque d'éclater\n" in text
        assert "u00e9" not in text
        assert seeds[0].breaks == ()

    def test_001_is_whole(self, seeds):
        assert seeds[1].text.startswith("2021 a commencé avec des scandales partout.")
        assert seeds[1].text.endswith("ses utilisateurs les ont ignorés.")

    def test_002_has_its_captions_once_and_no_furniture(self, seeds):
        text = seeds[2].text
        assert text.startswith(
            "Le logiciel de communication Signal victime de son succès\n\n"
            "Un pic dans le trafic des utilisateurs a provoqué la panne des serveurs\n\n"
            "La réaction des médias sociaux"
        )
        assert text.endswith("a précisé l’application sur le réseau social.")
        assert text.count("Un porte-parole de Signal a déclaré") == 1
        assert text.count("a appelé à abandonner") == 1
        assert text.count("au profit du logiciel de messagerie cryptée Signal.") == 1
        for furniture in ("Entrée", "ACTUALITÉ", "Image", "Rédacteur", "Soutenez", "Paypal"):
            assert furniture not in text
        assert [text[offset:].split()[0] for offset in seeds[2].breaks] == ["Un", "La", "Signal"]

    def test_003_keeps_its_figures_and_loses_its_credit(self, seeds):
        text = seeds[3].text
        assert text.startswith("Telegram a fait savoir")
        assert text.endswith("les messageries turques BiP et Dedi.")
        for kept in ("indiqué M.Dourov sur", "545.000 fois", "72.000 abonnés", "M.Erdogan"):
            assert kept in text
        assert "Kallinikov" not in text
        assert "Commentaire" not in text

    def test_004_loses_its_empty_byline(self, seeds):
        text = seeds[4].text
        assert text.startswith(
            "Telegram a gagné trois millions de nouveaux utilisateurs lors de la panne de Facebook"
            "\n\nLa plateforme de messagerie Telegram affirme"
        )
        assert text.endswith("n’ait duré que quelques heures.")
        assert [text[offset:][:13] for offset in seeds[4].breaks] == ["La plateforme"]
