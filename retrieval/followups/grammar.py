"""What the three kinds of leaning questions share: openings, names, and what belongs to them."""

import re
from dataclasses import dataclass

from retrieval.french import analyze, fold

PREPOSITION = (
    r"(?:à|au|aux|de|du|des|d['’]|en|dans|par|pour|sur|sous|avec|sans|chez|contre|depuis|"
    r"jusqu['’](?:à|en|au)|vers|pendant|durant|entre|selon|avant|après)"
)
# What parts a word from the next one: nothing after « d' » or « l' ».
GAP = r"(?: |(?<=['’]) ?)"
DETERMINER = r"(?:le|la|les|l['’]|un|une|des|du|au|aux|ce|cet|cette|ces)"
# « Android », « iPhone ».
CAPITAL = r"(?<![^\W_])[a-z]?[A-ZÀ-ÖØ-ÞŒ][\w.&-]*"
NAME = re.compile(rf"{CAPITAL}(?:[ '’]{CAPITAL}|[ ]\d{{1,2}}(?!\d))*")
INVERSION = re.compile(
    r"\b(?:(?:ne|se|le|la|les|lui|leur|y|en) |[nsl]['’])*"
    r"[^\W\d_]+(?:-t)?-(?P<pronoun>ils?|elles?)\b",
    re.IGNORECASE,
)
AUXILIARY = (
    r"(?:ai|as|a|ont|avait|avaient|aura|auront|aurait|est|sont|était|étaient|sera|seront|fut|"
    r"furent|serait|va|vont|peut|peuvent|doit|doivent|fait|font|faut)"
)

INTERROGATIVE = (
    r"(?:pourquoi|quand|où|ou|comment|combien|qui|quoi|lequel|laquelle|lesquels|lesquelles|"
    r"quel(?:le)?s?)"
)

COPULA = r"(?:est|sont|était|étaient|fut|sera)"

# The interrogative phrase that opens a question, with the noun that it asks about.
HEAD = re.compile(
    rf"^(?:est-ce qu(?:e |['’])|(?P<what>qu['’]est-ce qu(?:i |e |['’])|que |qu['’])|"
    rf"(?P<preposition>{PREPOSITION} ?)?"
    r"(?:(?P<word>pourquoi|quand|où|comment|qui|quoi|combien)(?![\w'’])"
    r"(?P<counted> d(?:e |['’])(?:(?:nouve\w+|autres|grand\w*|petit\w*) )?[^\W\d_]+"
    r"(?: d(?:e |['’])(?-i:[a-zà-ÿ])[^\W\d_]+)?)?|"
    r"(?P<which>quel(?:le)?s?) "
    rf"(?!{COPULA}\b)(?P<noun>[^\W\d_]+)|(?P<copula>quel(?:le)?s?) {COPULA})"
    r"(?: est-ce qu(?:e |['’]))?)\s*",
    re.IGNORECASE,
)
POSSESSIVE = re.compile(r"\b(?P<word>son|sa|ses|leurs?) (?P<rest>[^\W\d_].*)$", re.IGNORECASE)

# « la capitale du » Pérou, « le lac » Baïkal: what belongs to the name that follows.
OWN_NOUN = (
    r"(?<![\w'’])(?:[Ll]e |[Ll]a |[Ll]['’])[^\W\d_A-ZÀ-Þ]{2,} "
    r"(?:d(?:e |u |es |['’]|e la |e l['’]))?"
)
# « d'identité » in « une carte d'identité »: no phrase of its own.
KIND_OF = re.compile(r" d(?:e |['’])(?!(?:une|cet|ces|cette|leurs?)\b)[a-zà-ÿœ]{3,}\b")
VOWELS = frozenset("aeiou")

# Where the phrase that a noun begins ends: before another complement than « de … », or a clause.
STOP = (
    r"(?:(?<!\bde)(?= (?!d(?:e|u|es)\b|d['’])"
    rf"(?:{PREPOSITION}|les?|la|l['’]|ce|qui|que|qu['’]|quand|si)(?:(?<=['’])|\b))|$)"
)
# « le zoo » in « les horaires du zoo », but not « affaires » in « le chiffre d'affaires ».
OWNER = re.compile(
    r"(?<![\w'’])(?P<of>d(?:u|es) |"
    rf"d(?:e |['’])(?=la |l['’]|une? |cet(?:te)? |ces? |(?-i:{CAPITAL})))"
    rf"(?P<thing>.+?){STOP}",
    re.IGNORECASE,
)
# « se trouve », « peut-on réserver », « y a-t-il », where nothing else stands before a noun.
_VERB = re.compile(
    r"(?P<asks>(?i:(?:y )?[\w-]+-(?:il|on|je|tu|vous) |il y a ))?"
    r"(?:(?!tou[ts]|même )(?:a |ont |se |s['’])?[a-zà-ÿœ]+ )?"
)
_BEST = re.compile(rf"(?:les?|la) (?:plus|moins|premi|derni|meilleur|seul).*?{STOP}", re.IGNORECASE)


def head_end(text: str) -> int:
    """Return where the interrogative phrase that opens a question ends, 0 where none does."""
    head = HEAD.match(text)
    return head.end() if head else 0


def asks_who(head: re.Match[str]) -> bool:
    """Tell whether a question's opening asks who does something."""
    return (head["word"] or "").lower() == "qui" and not head["preposition"]


def preposition_of(phrase: re.Match[str]) -> str:
    """Return a phrase's preposition without its article, « de » for « du »; nothing for none."""
    preposition = re.sub(r"^d(?:u|es|['’])$", "de", (phrase["preposition"] or "").lower())
    return re.sub(r"^aux?$", "à", preposition)


def is_after_verb(text: str, start: int) -> bool:
    """Tell whether what follows a noun there is no verb, as it is in « Quand le musée ferme ? »."""
    head = HEAD.match(text)
    verb = _VERB.fullmatch(text, head.end() if head else 0, start)
    return bool(head and head["copula"]) or bool(verb and verb[0] and (head or verb["asks"]))


def owner_in(text: str) -> str | None:
    """Return whose attribute « quel est … » asks: « le zoo » for « le prix du zoo ».

    « le plus grand zoo de France » is an attribute of none: it is returned whole.
    """
    head = HEAD.match(text)
    if head is None or not head["copula"]:
        return None
    best = _BEST.match(text, head.end())
    if best:
        return best[0]
    found = OWNER.search(text, head.end())
    if found is None:
        return None
    return {"du ": "le ", "des ": "les "}.get(found["of"].lower(), "") + found["thing"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a question: where it stands, and what stands in front of it."""

    start: int
    end: int
    text: str
    has_preposition: bool
    has_determiner: bool


def names(text: str) -> list[Name]:
    """Find the names of a question: capitals, or the word before an inverted verb."""
    start = head_end(text)
    named = [
        _name(text, *found.span())
        for found in NAME.finditer(text, start)
        if found.start() or starts_with_name(text)
    ]
    inversion = INVERSION.search(text)
    if not named and inversion:
        word = re.search(r"([^\W\d_][\w-]*)\s*$", text[start : inversion.start()])
        if word:
            named = [_name(text, start + word.start(1), start + word.end(1))]
    return named


_OPENERS = frozenset("depuis dis dites donne donnez parle parlez peut selon".split())  # noqa: SIM905


def starts_with_name(text: str) -> bool:
    """Tell whether a text's first word, whose capital says nothing, is used as a name."""
    opening = re.match(
        rf"(?P<first>{CAPITAL})(?: {CAPITAL})* "
        rf"(?:(?:ne |n['’]|se |s['’])?(?:[^\W\d_]+(?:-t)?-(?:il|elle)s?\b|{AUXILIARY}\b))",
        text,
    )
    first = opening["first"].lower() if opening else ""
    return first not in _OPENERS and bool(analyze(first))


def _name(text: str, start: int, end: int) -> Name:
    before = text[:start]
    return Name(
        start,
        end,
        text[start:end],
        has_preposition=re.search(rf"(?<![\w'’]){PREPOSITION} ?$", before, re.IGNORECASE)
        is not None,
        has_determiner=re.search(
            r"(?<![\w'’])(?:le|la|les|l['’]|du|au|aux) ?$", before, re.IGNORECASE
        )
        is not None,
    )


def main_name(found: list[Name]) -> Name:
    """Return the name that a question is about: the first one, before those of complements."""
    return min(found, key=lambda name: (name.has_preposition, name.start))


def whole_name(text: str, name: Name) -> str:
    """Return a name with what belongs to it: « le lac Baïkal », « la capitale du Pérou »."""
    before = text[: name.start]
    found = re.search(rf"{OWN_NOUN}$", before) or re.search(
        r"(?<![\w'’])(?:le |la |les |l['’])$", before, re.IGNORECASE
    )
    return lower_first(found[0]) + name.text if found else name.text


def of_name(name: str) -> str:
    """Put « de » before a name, contracted as it has to be."""
    if re.match(r"les? ", name):
        return re.sub(r"^les ", "des ", re.sub(r"^le ", "du ", name))
    return f"d'{name}" if fold(name[:1].lower()) in VOWELS else f"de {name}"


def lower_first(text: str) -> str:
    """Begin a text within a question: small, unless its first word is a name."""
    return text if starts_with_name(text) else text[:1].lower() + text[1:]


def joined(before: str, phrase: str) -> str:
    """Put a phrase in another's place: articles that belonged to that one go, others contract."""
    before = re.sub(r"(?<![\w'’])(?:le |la |les |l['’])$", "", before, flags=re.IGNORECASE)
    if re.match("une? ", phrase):
        before = re.sub(r"(?<!\w)une? $", "", before)
    before = re.sub(r"(?<![\w'’])d(?:u |['’])$", "de ", before)
    before = re.sub(r"(?<![\w'’])au $", "à ", before)
    if re.search(r"(?<![\w'’])de $", before):
        return before[:-3] + of_name(phrase)
    if before.endswith("à ") and (article := re.match("le(s?) ", phrase, re.IGNORECASE)):
        return f"{before[:-2]}au{article[1] and 'x'} {phrase[article.end() :]}"
    return before + phrase
