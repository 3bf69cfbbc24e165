"""A complement in another's place, the noun being the same: « Et en cas de vol ? »."""

import re

from retrieval.followups.grammar import (
    AUXILIARY,
    CAPITAL,
    DETERMINER,
    GAP,
    KIND_OF,
    PREPOSITION,
    STOP,
)

# « de vol »; « Eiffel », « 5 »; « paternité ».
OF = r"(?:d(?:e|u|es) (?:la )?|d['’](?:une? )?)(?:l['’])?[\w.-]+"
_NAMED = rf"(?:{CAPITAL}|(?=\S*\d)[\w.-]+)"
PLAIN = (
    rf"(?!(?:{AUXILIARY}|d(?:e|u|es)|et|ou|pas)\b|\S+-(?:t-)?(?:ils?|elles?|on)\b)[a-zà-ÿœ][\w.]*"
)
_UNIT = re.compile(rf"(?!{STOP}) (?:{OF}|{_NAMED}|(?P<plain>{PLAIN}))")
_LOCUTION = re.compile(
    rf"(?:{DETERMINER}{GAP})?(?P<shared>(?:{PREPOSITION}{GAP}(?:{DETERMINER}{GAP})?)?"
    rf"(?!(?:{DETERMINER}|{PREPOSITION})\b)[a-zà-ÿœ]{{3,}})(?P<tail> .+)"
)

# What a word alone stands in for where its noun is left out: « Et la verte ? », « Et la B12 ? ».
_SERIES = (
    r"(?:plus|moins) (?!(?:en|ou|de|que)\b)[a-zà-ÿœ]+",
    r"(?:jaune|vert|bleu|rouge|noir|blanc|gris|orange|rose|violet)[a-z]{0,3}",
    r"(?:petit|moyen|grand)[a-z]{0,3}",
    r"(?:simple|double|triple)s?",
    r"[A-Za-z]{1,4}-?\d[\w.-]*",
)


def swap_adjective(topic: str, previous: str) -> str | None:
    """Replace a colour, a size, a code or the like by another one of its series."""
    for series in _SERIES:
        own = re.fullmatch(rf"(?:(?:les?|(?:de )?la|une?|d[ue]s?) )?({series})", topic)
        old = re.search(rf"(?<!\w)(?:{series})(?![\w-])", previous)
        # « Et pour les petits ? » means no « grande salle ».
        if own and old and (old[0][-1] == "s" or not re.search("(?<!gri)s$", own[1])):
            return previous[: old.start()] + own[1] + previous[old.end() :]
    return None


def swap_complement(topic: str, previous: str) -> str | None:
    """Replace as many complements as the topic has; None where no noun is shared."""
    own = _LOCUTION.fullmatch(topic)
    units = list(_UNIT.finditer(own["tail"])) if own else []
    if own is None or "".join(unit[0] for unit in units) != own["tail"]:
        return None
    # After « le musée », « ferme » may be a verb: it makes room for a plain word only.
    plain = f"|{PLAIN}" if any(unit["plain"] for unit in units) else ""
    old = re.search(
        rf"(?<!\w){re.escape(own['shared'])}"
        rf"(?P<tail>(?:(?!{STOP}) (?:{OF}|{_NAMED}{plain})){{1,{len(units)}}})",
        previous,
    )
    if old is None:
        return None
    # « bris de glace » as a whole makes room for « vol ».
    rest = KIND_OF.match(previous, old.end()) if KIND_OF.fullmatch(units[-1][0]) else None
    return previous[: old.start("tail")] + own["tail"] + previous[(rest or old).end() :]
