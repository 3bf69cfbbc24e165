"""The rows of tables, lists and timetables: which of them, and of their cells, a question asks for.

A row is a line with a label: « Adulte : 10 € », « Galerne 3 – Prix : 389 € ; Poids : 15,2 kg ».
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from retrieval.french import analyze, fold
from retrieval.records import Passage, Span
from retrieval.sentences import LIST_MARKER
from retrieval.values import figures
from retrieval.weekdays import DAY, NAMED_DAY, WEEKDAYS, weekdays

_LABEL = re.compile(rf"[^:]{{1,60}}?(?= ?:| [–—-] (?!{DAY})| ?\||\t| {{3}})", re.I)
# « Lundi et mardi 9h-12h », « Mercredi fermé ».
_UNMARKED = re.compile(
    rf"\W*+(?:(?:{NAMED_DAY}|(?:du|le|les|au|a|et|matin|soir|apres-midi)\b)[\s,/–-]*+)++"
    r"(?=(?:de )?\d\d? ?(?:h|:\d)|ferme)"
)
_BUT = re.compile(r"\b(?:sauf|hors|excepte)\b")
_COMPLEMENT = re.compile(r"\b(?:(?:de|du|des|à|aux?|pour|en|par|chez)\b|d['’])|\(", re.I)
# Of a row as Markdown's tables are rendered, what stands before its cells, and each of them.
_OPENING = re.compile(r"(?:(?! : ).){1,120} – (?=[^:;]{1,60} : )")
_CELL = re.compile(r"([^:;]{1,60}) : (.*?)(?: ; (?=[^:;]{1,60} : )|\Z)", re.S)
_BETWEEN = re.compile(" – | ; ")
_DAYS = frozenset(analyze(" ".join(WEEKDAYS)))
_UNITS = frozenset(analyze("jour heure"))
# « Quand a lieu la fête ? » asks for no « Lieu ».
_HAPPENS = re.compile(
    r"\b(?:a|ont|eut?|avait|avaient|aura|auront|aurait|avoir)(?:-(?:t-)?(?:ils?|elles?))? lieu\b",
    re.I,
)
# « À quelle date faut-il s'inscrire ? » asks for « Inscription : avant le 3 mai ».
_WHEN = re.compile(r"\bquel(?:le)?s? (?:date|jour|heure)s?\b", re.I)
_DAY_ASKED = re.compile(r"\bquels? (?:autres? )?jours?\b", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question says of rows: its terms, those that may be of a label, figures and days."""

    terms: frozenset[str]
    of_labels: frozenset[str]
    figures: frozenset[float]
    days: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell after its column's name, in offsets into its row."""

    column: str
    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, and which of a question's terms are in its label, and in it but for columns' names.

    `is_named` where the question speaks of what the label does.
    """

    number: int
    label: frozenset[str]
    terms: frozenset[str]
    is_named: bool
    has_figure: bool
    cells: tuple[Cell, ...]


def cells(row: str) -> tuple[Cell, ...]:
    """Return the cells of a rendered table's row, none where it is none."""
    opening = _OPENING.match(row)
    found = _CELL.finditer(row, opening.end()) if opening else ()
    return tuple(Cell(cell[1], cell.start(), cell.start(2), cell.end(2)) for cell in found)


def read_question(question: str) -> Asked:
    """Read what a question says of rows; of no day where it asks for another than it names.

    « À quel jour le marché du samedi est-il déplacé ? » is not of a Saturday.
    """
    said = _HAPPENS.sub("", question)
    named = weekdays(question.rstrip(" ."))  # « … de la mer. » ends a question.
    return Asked(
        terms=frozenset(analyze(said)),
        of_labels=frozenset(analyze(_WHEN.sub("", said))),
        figures=figures(question),
        days=frozenset() if _DAY_ASKED.search(question) else named,
    )


def passed_over(passage: Passage, asked: Asked) -> tuple[set[int], list[Span]]:
    """Number the sentences, and find the cells, that hold nothing of what a question names.

    The names of columns never answer; where a row's label is named, other rows don't, where a row
    is of the day asked about, neither do those and sentences of others, and where one column is
    named, neither do the cells of others.
    """
    sentences = [passage.words(each) for each in passage.sentences]
    tables = list(_tables(passage, sentences, asked))
    named = {row.number for table in tables for row in table if row.label}
    rows = {row.number for table in tables for row in table if row.cells or len(table) > 1}
    numbers = _of_other_days(sentences, asked.days, rows=rows, named=named)
    spans = []
    for table in tables:
        numbers |= _header(sentences, table) | _of_other_labels(table)
        if column := _named_column(sentences, table, asked):
            for row in table:
                start, _ = passage.sentences[row.number]
                others = (cell for cell in row.cells if cell.column != column)
                spans += [(start + cell.start, start + cell.end) for cell in others]
    return numbers, spans


def _tables(passage: Passage, sentences: Sequence[str], asked: Asked) -> Iterator[list[_Row]]:
    """Yield the rows that follow each other, alike and equally indented."""
    lines = []
    for number, (sentence, (start, _)) in enumerate(zip(sentences, passage.sentences, strict=True)):
        # What follows within a line is further from its start, and so no row of the same table.
        before = passage.text[: start - passage.start].rpartition("\n")[2]
        row = _row(number, sentence, asked)
        lines.append((row and (len(before), bool(row.cells)), row))
    for kind, group in groupby(lines, key=lambda line: line[0]):
        if kind:
            yield [row for _, row in group if row]


def _row(number: int, sentence: str, asked: Asked) -> _Row | None:
    found, own = _LABEL.match(sentence), cells(sentence)
    end = own[0].start if own else found.end() if found else len(sentence)
    values = [sentence[each.value : each.end] for each in own] or [sentence[end:]]
    if not any(map(str.isalnum, "".join(values))):
        return None
    label = LIST_MARKER.sub("", sentence[:end], count=1)
    own_terms = frozenset(analyze(label))
    # « Les jours d'ouverture » are in « Jours : lundi », and not in « Jours fériés ».
    own_terms = own_terms - _UNITS or own_terms
    # A question about a « séance » doesn't speak of the « Secrétaire de séance ».
    head = own_terms.intersection(analyze(_COMPLEMENT.split(label)[0])) or own_terms
    of_label, of_values = asked.of_labels & own_terms, asked.of_labels - _DAYS
    return _Row(
        number,
        label=of_label,
        terms=of_label | of_values.intersection(analyze("\n".join(values))),
        is_named=bool(of_values & head) and (not asked.figures or figures(label) <= asked.figures),
        has_figure=any(map(str.isdigit, "".join(values))),
        cells=own,
    )


def _header(sentences: Sequence[str], table: Sequence[_Row]) -> set[int]:
    """Number the line above a table that names its columns, where there is one."""
    above = table[0].number - 1
    columns = {cell.column for cell in table[0].cells}
    is_header = columns and above >= 0 and columns.issubset(_BETWEEN.split(sentences[above]))
    return {above} if is_header else set()


def _of_other_labels(table: Sequence[_Row]) -> set[int]:
    """Number the rows that hold no more of a question than one whose label holds more.

    The first line may name the columns, unless that is known to be another or it holds a figure.
    """
    first, *others = table
    if not first.cells and not first.has_figure:
        first = replace(first, terms=first.label, is_named=False)
    rows = [first, *others]
    named = [row for row in rows if row.is_named]
    return {
        row.number
        for row in rows
        if any(row.terms <= other.terms and not other.label <= row.label for other in named)
    }


def _named_column(sentences: Sequence[str], table: Sequence[_Row], asked: Asked) -> str | None:
    """Return the column whose name's words all stand in a question, where it is one alone.

    « Prix » is not meant where « Prix adhérent » is, nor in « le vélo à 389 € », which tells it.
    """
    terms = {cell.column: frozenset(analyze(cell.column)) for row in table for cell in row.cells}
    told = {
        cell.column
        for row in table
        for cell in row.cells
        if asked.figures and figures(sentences[row.number][cell.value : cell.end]) & asked.figures
    }
    named = {
        column: words
        for column, words in terms.items()
        if words and words <= asked.terms and column not in told
    }
    longest = [
        column
        for column, words in named.items()
        if not any(words < others for others in named.values())
    ]
    return longest[0] if len(longest) == 1 else None


def _of_other_days(
    sentences: Sequence[str], days: frozenset[str], *, rows: set[int], named: set[int]
) -> set[int]:
    """Number the sentences of other days than those asked about, where a row is of one of these.

    A row's days are its label's, else all that it names. « Tous les jours sauf le mardi » is of
    none; a row with a label that is `named` is left, whatever days it names beside.
    """
    others, has_row = set(), False
    for number, sentence in enumerate(sentences) if days else ():
        plain = fold(sentence.lower())
        label = _UNMARKED.match(plain) or _LABEL.match(plain)
        is_labelled = label is not None and bool(weekdays(label[0]))
        text = label[0] if label and is_labelled else plain.rstrip(" .")
        own = weekdays(text)
        if not own or _BUT.search(text):
            continue
        if not own.isdisjoint(days):
            has_row |= is_labelled or number in rows
        elif is_labelled or number not in named:
            others.add(number)
    return others if has_row else set()
