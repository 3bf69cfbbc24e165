"""The one French text analysis: text to tokens, for every index and every query.

Lower case, plain apostrophes, elisions and stop words dropped, Snowball stems, accents folded
last (the stemmer needs them).
"""

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

ANALYSIS = f"french-2 snowball-{Stemmer.version()}"
"""What an index is told apart by: change the number with any change of what `analyze` returns."""

APOSTROPHES = "’‘ʼ´`"
_NUMBER_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?![\d])")
_HYPHENATED = re.compile(r"(?<![^\W\d_])([^\W\d_]++)-\n([a-zà-öø-ÿœ][^\W\d_]*)")
_WORD = re.compile(r"\d+(?:,\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*")
_ELISION = re.compile(r"^(?:[ldjmtscn]|(?:jus|lors|puis|quoi)?qu)'")

STOP_WORDS = frozenset(
    """
    a à ai aie aient aies ait as au aura aurai auraient aurais aurait auras aurez auriez aurions
    aurons auront aussi autre aux avaient avais avait avec avez aviez avions avons ayant ayez ayons
    c ça car ce ceci cela celle celles celui ces cet cette ceux chez comme d dans de des donc dont
    du elle elles en entre es est et étaient étais était étant êtes étiez étions être eu eue eues
    eurent eus eut eux fût fûmes furent fus fut il ils j je l la là le les leur leurs lorsque lui
    m ma mais me même mêmes mes moi mon n ne ni nos notre nous on ont ou où par pas plus pour
    puisque qu que quoique s sa sans se sera serai seraient serais serait seras serez seriez serions
    serons seront ses si soi soient sois soit sommes son sont soyez soyons suis sur t ta te tes toi
    ton tous tout toute toutes très tu un une vos votre vous y
    combien comment lequel laquelle lesquels lesquelles pourquoi quand quel quelle quelles quels qui
    quoi
    """.split()  # noqa: SIM905
)

_local = threading.local()


def fold(text: str) -> str:
    """Drop the accents and other marks of a text, and part its ligatures (œ, æ)."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_FOLDED_STOP_WORDS = frozenset(map(fold, STOP_WORDS))


def words(text: str) -> list[str]:
    """Split a text into lower-case words and numbers, elisions dropped; "72.000" is "72000".

    A word that is hyphenated at a line's end follows its halves: these may be « porte-parole ».
    """
    text = _HYPHENATED.sub(r"\g<0> \1\2", unicodedata.normalize("NFC", text)).lower()
    for mark in APOSTROPHES:
        text = text.replace(mark, "'")
    text = _NUMBER_GROUPS.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    found: list[str] = []
    for word in _WORD.findall(text):
        if "'" in word:
            found.extend(part for part in _ELISION.sub("", word).split("'") if part)
        else:
            found.append(word)
    return found


def analyze(text: str) -> list[str]:
    """Return the tokens of a text, in order, repeats kept; a text of stop words has none."""
    return [token for token in map(_token, words(text)) if token]


@lru_cache(maxsize=1 << 16)  # A few thousand words make up most of any text.
def _token(word: str) -> str:
    """Return a word's folded stem, or nothing for a stop word."""
    if word in STOP_WORDS or fold(word) in _FOLDED_STOP_WORDS:
        return ""
    # A stemmer keeps a buffer: threads may not share one.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("french")
    # A letter may stand for several words: its token is one all the same.
    return fold(_local.stemmer.stemWord(word)).replace(" ", "")
