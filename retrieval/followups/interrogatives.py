"""A bare interrogative, « Pourquoi ? »: the previous question with another opening."""

import re

from retrieval.followups.grammar import (
    CAPITAL,
    COPULA,
    DETERMINER,
    GAP,
    HEAD,
    PREPOSITION,
    asks_who,
    head_end,
    lower_first,
    owner_in,
)
from retrieval.french import fold

_EMPHASIS = (
    r"(?: (?:ça|ca|cela|exactement|précisément|precisement|au juste|d['’]autres?|encore|environ|"
    r"déjà|deja|pas))*"
)
_PHRASE = (
    rf"(?:{PREPOSITION}{GAP})?"
    r"(?:pourquoi|quand|où|ou|comment|qui|quoi|lequel|laquelle|lesquels|lesquelles|"
    rf"(?:combien|quel(?:le)?s? (?!{COPULA}\b)[^\W\d_]+)(?: d(?:e |['’])[^\W\d_]+)?)"
    rf"{_EMPHASIS}"
)
_BARE = re.compile(rf"(?:c['’](?:est|était|etait) |ça |ca )?{_PHRASE}", re.IGNORECASE)
# « C'est quand, le concert », « Blum a démissionné quand », but not « On sort quand il pleut ».
_IN_PLACE = re.compile(
    rf"(?P<before>(?P<it>(?:c['’](?:est|était)|[çc]a [^\W\d_]+) )|.+? ){_PHRASE}"
    r"(?P<after>(?(it)\b.*|(?: \(.*)?))",
    re.IGNORECASE,
)
_THING = rf"(?:(?<![\w'’]){DETERMINER}{GAP}|(?-i:{CAPITAL})).*"
# « Où se trouve la mairie », but not « Où est né Durov ».
_PLACED = re.compile(rf"(est|sont|était|étaient|se trouv\w+|se situ\w+) ({_THING})", re.IGNORECASE)
_PRICED = re.compile(rf"(?:co[uû]te\w*|va(?:ut|lent)) ({_THING})", re.IGNORECASE)
_VERB = re.compile(r"^(?:(?:ne|se|les?|la|lui|leur|y|en) )*\S+")  # « ne paie » in « qui ne paie ».
_TIME = r"(?:temps|jour|année|annee|date|mois|heure)"


def ask_otherwise(rest: str, previous: str) -> str | None:
    """Ask the previous question with this opening; None where this is more than an opening."""
    if not _BARE.fullmatch(rest):
        return None
    opening = re.sub(r"^(?:c['’](?:est|était|etait)|ça|ca) ", "", rest, flags=re.IGNORECASE)
    opening = re.sub(r" (?:ça|ca|cela)\b", "", opening)
    head = HEAD.match(previous)
    if head is None:
        asked = _IN_PLACE.fullmatch(previous)
        if asked:
            return f"{asked['before']}{lower_first(opening)}{asked['after']}"
    is_thing = re.match(rf"(?:quel|combien d)(?!.*\b{_TIME}\b)", opening, re.IGNORECASE)
    if is_thing and (head is None or (head["word"] and not head["counted"])):
        # « Quel score ? » is no object, and « combien de places ? » no place.
        named = re.search(_THING, lower_first(previous[head_end(previous) :]), re.IGNORECASE)
        return f"{opening} ({named[0] if named else lower_first(previous)})"
    if head is None:
        return f"{opening} {lower_first(previous)}"
    return _ask_after(head, opening, previous)


def _ask_after(head: re.Match[str], opening: str, previous: str) -> str:
    """Put this opening in the place of the previous one, or that one's words in brackets."""
    body = previous[head.end() :]
    if asks_who(head):
        return _ask_about_subject(opening, body)
    placed = _PLACED.fullmatch(body) if (head["word"] or "").lower() == "où" else None
    # A place costs nothing.
    priced = _PRICED.fullmatch(body) if re.search(r"\boù", opening, re.IGNORECASE) else None
    if head["copula"] or placed or priced:
        copula, thing = placed.groups() if placed else (head[0].split()[-1], body)
        owner = owner_in(previous) if opening.lower().startswith("où") else None
        owner = priced[1] if priced else owner
        if owner:
            copula, thing = "sont" if owner.startswith("les ") else "est", owner
        return _ask_about_thing(opening, copula, thing)
    asked_about = _asked_about(head)
    if asked_about is None or re.match(r"combien d|quel", opening, re.IGNORECASE):
        return f"{opening} {body}"
    inverted = re.match(
        r"(.*?-(?:t-)?(?:ils?|elles?|on)\b(?: [^\W\d_]+(?:[ésiutx]|[ei]r|[dt]re)\b)?)(.*)",
        body,
    )
    subject, complement = (f"{inverted[1]} ", inverted[2]) if inverted else ("", f" {body}")
    return f"{opening} {subject}{asked_about}{complement}"


def _asked_about(head: re.Match[str]) -> str | None:
    """Return what the head asks about as a part of the question, None where it is no thing."""
    if head["counted"]:
        if head["counted"].lower() == " de temps":
            return None
        return re.sub(r"^ d(?:e |['’])", "des ", head["counted"])
    if head["which"] and not head["preposition"]:
        article = {"quel": "un", "quelle": "une"}.get(head["which"].lower(), "des")
        is_time = re.fullmatch(_TIME, head["noun"], re.IGNORECASE)
        return None if is_time else f"{article} {head['noun']}"
    return None


def _ask_about_thing(opening: str, copula: str, thing: str) -> str:
    """Ask otherwise after « quel est … », « qui est … »: only a place is asked with that verb."""
    where = re.match(r"(?:d['’])?où\b", opening, re.IGNORECASE)
    return f"{opening} {copula} {thing}" if where else f"{opening} ({thing})"


def _ask_about_subject(opening: str, body: str) -> str:
    """Ask otherwise after « qui … »: whoever does it becomes « on »."""
    if fold(opening.lower()).startswith("qui"):
        return f"{opening} {body}"
    thing = re.fullmatch("(est|sont|était|étaient|fut) (.+)", body, re.IGNORECASE)
    if thing:
        return _ask_about_thing(opening, *thing.groups())
    return f"{opening} {_VERB.sub(_with_on, body)}"


def _with_on(verb: re.Match[str]) -> str:
    one = re.sub(r"\bont$", "a", verb[0])
    return one + ("-t-on" if one[-1] in "aeé" else "-on")
