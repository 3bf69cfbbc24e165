"""A question that leans on the one before it, read together with it. General French rules.

Three kinds lean: a bare interrogative (« Pourquoi ? », « En quelle année ? »), a part that stands
in for another (« Et Signal ? »), and a pronoun or the like that nothing before it explains
(« Où vit-il ? »). Where the rules are in doubt a question stands alone: bending a new question
towards an old one is worse than asking the person for a name.
"""

import re

from retrieval.followups.interrogatives import ask_otherwise
from retrieval.followups.parts import swap_part
from retrieval.followups.pronouns import name_antecedent, name_owner

MAX_PREVIOUS = 300
"""A previous question longer than this is a text: no rule rewrites it."""

_LEAD_IN = re.compile(
    r"^(?:(?:et|mais|ou|alors|donc|puis|ok|okay|d['’]accord|"
    r"merci(?! (?:pour |d(?:e |['’])))|ah|oui|non|bon|sinon|du coup)"
    r"(?:[ ,;:!.]+|$))+",
    re.IGNORECASE,
)
_ADDING = re.compile(r"^\W*(?:\w+\W+)*?(?:et|mais|ou|sinon)\b", re.IGNORECASE)
_COURTESY = re.compile(
    r"[ ,]*\b(?:s['’]il (?:vous|te) pla[iî]t|svp|stp|merci|dans tout (?:ça|cela)|alors|donc|"
    r"au fait)"
    r"\s*$",
    re.IGNORECASE,
)


def resolve(question: str, previous: str) -> str | None:
    """Return the whole question that a question stands for after the previous one.

    None where it stands alone. `previous` is itself a whole question.
    """
    asked = _tidy(question)
    before = _tidy(previous)
    if not asked or not before or len(before) > MAX_PREVIOUS:
        return None
    rest = _tidy(_COURTESY.sub("", _LEAD_IN.sub("", asked)))
    is_adding = rest != asked and _ADDING.match(asked) is not None
    if not rest:
        return None
    meaning = (
        ask_otherwise(rest, before)
        or (name_owner(rest, before) if is_adding else None)
        or swap_part(rest, before, is_adding=is_adding)
        or name_antecedent(rest, before)
    )
    return _as_question(meaning) if meaning else None


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ?!.…,;:«»\"'’")


def _as_question(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]} ?"
