"""A question that leans on the one before it, read together with it. General French rules.

Three kinds lean: a bare interrogative (« Pourquoi ? », « En quelle année ? »), a part that stands
in for another (« Et Signal ? »), and a pronoun or the like that nothing before it explains
(« Où vit-il ? »). Where the rules are in doubt a question stands alone: bending a new question
towards an old one is worse than asking the person for a name.
"""

import re

from retrieval.followups.grammar import INTERROGATIVE, PREPOSITION
from retrieval.followups.interrogatives import ask_otherwise
from retrieval.followups.parts import swap_part
from retrieval.followups.pronouns import name_antecedent, name_owner

MAX_PREVIOUS = 300
"""A previous question longer than this is a text: no rule rewrites it."""

_THANKS = r"merci(?: (?:beaucoup|bien|d['’]avance))?+"
_PLEASE = r"s['’]il (?:vous|te) pla[iî]t"
# « Ou est la mairie », « Ou vit-il », « Ou voir la mer » and « Ou ça » are typed for « Où … ».
_OR = (
    r"ou(?!$| (?:[çc]a|est|sont|se|a|va|peut|[^\W\d_]+[- ](?:t[- ])?(?:ils?|elles?|on)|"
    r"[^\W\d_]+(?:[ei]r|re) (?:les?|la|une?|des|du|mon|ma|mes))(?![^\W\d_]))"
)
_LINK = (
    rf"(?:et|mais|{_OR}|alors|donc|puis|ok|okay|d['’]accord|"
    rf"{_THANKS}(?! (?:pour |d(?:e |['’])))|ah|oui|non|bon|sinon|du coup)(?:[ ,;:!.]+|$)"
)
_ASKED = rf"(?:{PREPOSITION} ?)?{INTERROGATIVE}\b"
# « Bonjour, », but not « Bonjour tristesse ».
_GREETING = (
    r"(?:bonjour|bonsoir|salut|coucou|hello)(?: madame| monsieur)?"
    rf"(?: ?[,;:!.]+ ?| (?={_ASKED}|et |est-ce |peu|pou[rv]|tu |vous |je |j['’])|$)"
)
# « Pouvez-vous me dire » before « si … », « à quelle heure … ».
_INDIRECT = (
    r"(?:(?:est-ce que )?(?:(?:tu|vous) p[^\W\d_]+|p[^\W\d_]+-(?:tu|vous)) (?:me |m['’])"
    r"(?:dire|indiquer|expliquer)|j(?:e |['’])(?:[^\W\d_]+ ){1,3}savoir|dis-moi|dites-moi|"
    r"(?:tu )?sais(?:-tu)?|(?:vous )?savez(?:-vous)?)"
    rf"(?:,? {_PLEASE},?)? (?:si |s['’](?=il)|(?={_ASKED}))"
)
_LEAD_IN = re.compile(rf"(?:{_LINK}|{_GREETING}|{_INDIRECT})+", re.IGNORECASE)
_COURTESY = re.compile(
    rf"(?:[ ,.?!]*\b(?:{_PLEASE}|svp|stp|{_THANKS}|dans tout (?:ça|cela)|alors|donc|au fait))+\s*$",
    re.IGNORECASE,
)

# « Quel est le budget » with « la dette » in its place.
_QUEL = re.compile(
    r"^quel(?:le)?(?= (?:est|était|fut|sera) (?:(?P<feminine>la|une)|le|un) )", re.IGNORECASE
)


def resolve(question: str, previous: str) -> str | None:
    """Return the whole question that a question stands for after the previous one.

    None where it stands alone. `previous` is itself a whole question.
    """
    lead_in, rest = _parted(question)
    _, before = _parted(previous)
    if not rest or not before or len(before) > MAX_PREVIOUS:
        return None
    is_adding = re.search(r"\b(?:et|mais|ou|sinon)\b", lead_in, re.IGNORECASE) is not None
    meaning = (
        ask_otherwise(rest, before)
        or (name_owner(rest, before) if is_adding else None)
        or swap_part(rest, before, is_adding=is_adding)
        or name_antecedent(rest, before)
    )
    return _as_question(meaning) if meaning else None


def _parted(question: str) -> tuple[str, str]:
    """Part what leads in to a question from the question, without the courtesy after it."""
    asked = _tidy(question)
    lead_in = _LEAD_IN.match(asked)
    start = lead_in.end() if lead_in else 0
    rest = _tidy(_COURTESY.sub("", asked[start:]))
    return asked[:start], re.sub(r"^((?:c['’]est )?)ou\b", r"\1où", rest, flags=re.IGNORECASE)


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ?!.…,;:«»\"'’")


def _as_question(text: str) -> str:
    text = _QUEL.sub(lambda quel: "quelle" if quel["feminine"] else "quel", " ".join(text.split()))
    return f"{text[:1].upper()}{text[1:]} ?"
