"""A part that stands in for another: « Et Signal ? »."""

import re

from retrieval.followups.complements import swap_adjective, swap_complement
from retrieval.followups.grammar import (
    AUXILIARY,
    CAPITAL,
    DETERMINER,
    GAP,
    HEAD,
    INTERROGATIVE,
    KIND_OF,
    NAME,
    OWN_NOUN,
    OWNER,
    POSSESSIVE,
    PREPOSITION,
    head_end,
    is_after_verb,
    joined,
    lower_first,
    main_name,
    names,
    of_name,
    owner_in,
    preposition_of,
)
from retrieval.followups.pronouns import ATTRIBUTE
from retrieval.followups.quantities import is_time, swap_number, swap_time

MOST_WORDS = 10
"""A longer part is none; the pattern below takes exponential time."""

_TOPIC = re.compile(
    r"^(?:pour ce qui est d(?:e |u |es |['’])|en ce qui concerne |concernant |"
    r"quant (?:à |au |aux )|"
    r"du côté d(?:e |u |es |['’])|côté |pour |chez |(?:celui|celles?|ceux) (?=d))",
    re.IGNORECASE,
)
# « De » with a capital may begin a name, but no other does.
_LEADING = rf"(?:{PREPOSITION}|(?!D[eu'’])(?i:{PREPOSITION}))"
_PHRASE = re.compile(
    rf"(?:(?P<preposition>{_LEADING}){GAP})?(?:{DETERMINER} ?)?"
    rf"(?:{CAPITAL}|[^\W\d_][\w-]*|\d[\w.,]*)"
    rf"(?:(?: {PREPOSITION}{GAP}| et | ou |[ '’])(?:{DETERMINER} ?)?"
    rf"(?:{CAPITAL}|[^\W\d_][\w-]*|\d[\w.,]*))*(?:(?<=\d) ?€)?",
)
_VERBAL = re.compile(
    rf"\b(?:{AUXILIARY}|{INTERROGATIVE}|que|qu['’].*|je|tu|il|elle|on|nous|vous|ils|elles|c['’].*)\b"
    r"|-(?:t-)?(?:il|elle|on|ils|elles|vous|nous|je|tu|ce|moi)\b",
    re.IGNORECASE,
)
# A name, then a lower-case word that links nothing: « WhatsApp perd… » is a clause, no phrase.
_CLAUSE = re.compile(
    rf"^(?!{_LEADING}{GAP}){CAPITAL}(?: {CAPITAL})* "
    rf"(?!(?:{PREPOSITION}|et|ou|lui|elle|eux|aussi|non)\b)[^\W\d_A-ZÀ-Þ]",
)
_AFTERWARDS = re.compile(
    r"(?:après|apres|ensuite|avant|depuis|aujourd['’]hui|maintenant|désormais)", re.IGNORECASE
)
# « s'il pleut », « si c'est complet », but not « s'il perd sa clé », « s'il a un chien ».
_IF = re.compile(
    r"(?i:s['’]il|si il|si c['’]est)"
    rf"(?: (?!(?:{DETERMINER}|{INTERROGATIVE}|son|sa|ses)\b)(?:n['’])?[a-zà-ÿœ]+){{1,4}}"
)

# « merci pour le lien », « et toi »: said to the bot.
_ADDRESSING = re.compile(r"merci\b|(?:toi|moi|lui|eux|ça|cela)$", re.IGNORECASE)
_PREPOSITIONAL = re.compile(
    rf"(?<![\w'’])(?P<preposition>{PREPOSITION}){GAP}(?P<determiner>{DETERMINER}{GAP})?"
    rf"(?:(?P<noun>[a-zà-ÿœ][^\W\d_A-ZÀ-Þ]{{2,}}\b)|{CAPITAL}(?: {CAPITAL})*|(?P<number>\d[\w ]*))"
)
_PLACES = {"en", "à", "dans", "contre"}
# Who has a mayor is a place: « le maire de Lyon », but not « les salariés d'Airbus ».
_PLACE = re.compile(
    r"\b(?:maire|mairie|préf\w+|gare|piscine|\w+thèque|magasin|agence|capitale|population|habitants)"
    rf" (?P<of>d(?:e |u |es |['’])(?:la |l['’])?{NAME.pattern})"
)
_TOWN = rf"(?!Noël|Pâques){CAPITAL}"
# « le zoo », « du zoo »: a contracted article is no part of it.
_ARTICLE = (
    r"(?:le |la |l['’] ?|cet(?:te)? |ce |(?P<indefinite>une? )|(?<=du )|(?<=au )|"
    r"(?P<plural>les |ces |des |aux ))"
)
_NOUN = re.compile(rf"(?<![\w'’]){_ARTICLE}(?-i:[a-zà-ÿœ]{{3,}})\b", re.IGNORECASE)
# « la carte d'identité », « la salle des fêtes », « la machine à vapeur ».
_KIND = re.compile(
    rf"{KIND_OF.pattern}| des [a-zà-ÿœ]{{3,}}\b(?: [a-zà-ÿœ]{{3,}}[sx]$)?|"
    r" à(?! midi| partir) [a-zà-ÿœ]{3,}\b"
)
# « Y a-t-il un parking ».
_IS_THERE = re.compile(r"(?:\bil y a|-(?:ils?|elles?|on|tu|vous)) (?=(?:une?|des) )", re.IGNORECASE)
_ADJECTIVE = re.compile(r" (?:[a-zà-ÿœ]{4,}|\d+)$")
_MADE_WITH = re.compile(r" (?:aux? |à (?:la |l['’])?)[a-zà-ÿœ]{3,}\b")  # « gâteau au chocolat ».
# « pour les étudiants », « pour adulte », at the end of a question.
_FOR = re.compile(
    rf" (?:pour|chez) (?P<determiner>{DETERMINER}{GAP})?(?!\d)(?:(?! (?:le|la|les) )[^A-ZÀ-Þ])*$"
)
_TO_DO = re.compile(
    r" ?[Pp]our (?:(?:se|y|en) |s['’])*(?!janvier|février)"
    r"[a-zà-ÿœ]+(?:[ei]r|[dtv]re|(?<!a)ire|faire)\b"
)


def swap_part(rest: str, previous: str, *, is_adding: bool) -> str | None:
    """Put a part in the place of its like in the previous question; None for a whole question.

    `is_adding` says that it came with « et », « mais » or the like.
    """
    if is_adding and (_AFTERWARDS.fullmatch(rest) or _IF.fullmatch(rest)):
        return f"{previous}, {rest.lower()}"
    if is_time(rest):
        return swap_time(rest, previous)
    topic = _TOPIC.sub("", rest)
    is_short = len(re.findall(r"\w+", rest)) <= MOST_WORDS
    phrase = _PHRASE.fullmatch(topic) if is_short else None
    if phrase is None or len(rest.split()) > 6 or _VERBAL.search(rest) or _CLAUSE.match(rest):
        return None
    preposition = phrase["preposition"]
    is_part = is_adding or topic != rest or (preposition and _could_depend(topic))
    if not is_part or POSSESSIVE.match(rest) or _ADDRESSING.match(topic):
        return None
    swapped = (
        swap_adjective(topic, previous)
        or swap_complement(topic, previous)
        or swap_time(topic, previous)
        or swap_number(rest, previous)
        or _swap_counted(topic, previous)
        or _swap_indefinite(rest, previous)
        or _swap_for(rest, previous)
    )
    if swapped or _TO_DO.match(rest) or _is_owned(topic):
        return swapped  # « Et pour dormir ? », « Et le prix d'un vélo ? » ask something else.
    if preposition:
        swapped = _swap_prepositional(topic, previous) or f"{previous} {lower_first(topic)}"
    return swapped or _swap_name(topic, previous)


def _is_owned(topic: str) -> bool:
    """Tell whether a phrase says whose attribute it asks: « les horaires du zoo »."""
    attribute = ATTRIBUTE.match(topic)
    owner = OWNER.fullmatch(topic, attribute.end() + 1) if attribute else None
    return owner is not None and not is_time(owner[0])


def _could_depend(topic: str) -> bool:
    """Tell whether a phrase alone is a complement: « En Europe ? », « Sur iPhone ? »."""
    return not re.match(r"(?:des|du|de)\b", topic, re.IGNORECASE)


def _swap_counted(topic: str, previous: str) -> str | None:
    """Replace what « combien de … » counts, but time; a name is counted by none, « DVD » is."""
    head = HEAD.match(previous)
    if head is None or head["counted"] in {None, " de temps"}:
        return None
    start, end = head.span("counted")
    is_counted = re.fullmatch(r"(?:de |d['’])(?:[a-zà-ÿœ]\w+|[A-Z]{2,5})", topic)
    return f"{previous[:start]} {topic}{previous[end:]}" if is_counted else None


def _swap_indefinite(topic: str, previous: str) -> str | None:
    """Put « des toilettes » in the place of « un parking » in « y a-t-il un parking »."""
    verb = _IS_THERE.search(previous) if re.match("(?:une?|des) ", topic) else None
    noun = _NOUN.match(previous, verb.end()) if verb else None
    return noun and previous[: noun.start()] + topic + previous[_whole_end(noun, topic) :]


def _swap_for(rest: str, previous: str) -> str | None:
    """Add « pour les étudiants », or put it in the place of the like; a name is swapped alone.

    « Pour boeing » may be one in the place of « Airbus », but not of « la Vanoise ».
    """
    purpose = f" {lower_first(rest)}"
    own, old = _FOR.fullmatch(purpose), _FOR.search(previous)
    if own is None or (_TO_DO.match(purpose) and not (old and _TO_DO.match(old[0]))):
        return None
    if not old and not own["determiner"] and (groups := names(previous)):
        name = main_name(groups)
        if not name.has_determiner and not previous[: name.start].endswith(("à ", "en ")):
            return None
    return (previous[: old.start()] if old else previous) + purpose


def _swap_prepositional(topic: str, previous: str) -> str | None:
    """Replace the phrase of the same preposition, or of one of place, the last one before.

    A common noun takes the place of one with or without an article as it has, or of a name.
    """
    own = _PREPOSITIONAL.match(lower_first(topic))
    if own is None:
        return None
    every = list(_PREPOSITIONAL.finditer(previous, head_end(previous)))
    phrases = [found for found in every if preposition_of(found) == preposition_of(own)] or [
        found
        for found in every
        if {preposition_of(found), preposition_of(own)} <= _PLACES and not found["number"]
    ]
    common = [found for found in phrases if own["noun"] and found["noun"]]
    like = [found for found in common if _is_determined(found) == _is_determined(own)]
    old = next(reversed(like or [found for found in phrases if not found["noun"]]), None)
    place = None if old else _PLACE.search(previous)
    if place and (town := re.fullmatch(rf"(?:[àÀ]|[eE]n) ({_TOWN}.*)", topic)):
        return previous[: place.start("of")] + of_name(town[1]) + previous[place.end() :]
    return old and previous[: old.start()] + lower_first(topic) + previous[old.end() :]


def _is_determined(phrase: re.Match[str]) -> bool:
    contracted = re.fullmatch("d(?:u|es)|aux?", phrase["preposition"], re.IGNORECASE)
    return bool(phrase["determiner"] or contracted)


def _swap_name(topic: str, previous: str) -> str:
    previous = re.sub(r" \([^()]*\)$", "", previous)  # What a part before this one added.
    bare = re.sub(rf"^{DETERMINER}{GAP}", "", topic, flags=re.IGNORECASE)
    determined = bare != topic
    is_named = NAME.search(topic) is not None
    owned = OWNER.search(previous, head_end(previous)) if owner_in(previous) else None
    if owned and determined and is_named:
        return f"{previous[: owned.start()]}{of_name(topic)}{previous[owned.end() :]}"
    groups = names(previous)
    if groups and (is_named or " " not in topic):
        target = min(
            groups,
            key=lambda group: (
                group.has_determiner != determined,
                len(group.text.split()) != len(bare.split()),
                group.has_preposition,
                group.start,
            ),
        )
        before = previous[: target.start]
        if determined:
            # « la tour de Pise » as a whole makes room for « le Colisée ».
            before = re.sub(rf"{OWN_NOUN}$", "", before)
        return joined(before, topic) + previous[target.end :]
    old = _like_noun(topic, previous) if determined else None
    if old:
        before, article = previous[: old.start()], old[0].split()[0].lower()
        if article == "des" and is_after_verb(previous, old.start()):
            topic = re.sub("^les ", "des ", topic)
        else:
            before += {"des": "de ", "aux": "à "}.get(article, "")
        return joined(before, topic) + previous[_whole_end(old, topic) :]
    return f"{previous} ({topic})"


def _whole_end(noun: re.Match[str], topic: str) -> int:
    """Return where « une carte d'identité », « la piscine municipale » ends for a topic."""
    previous = noun.string
    if kind := _KIND.match(previous, noun.end()):
        return kind.end()
    if noun["indefinite"] and _MADE_WITH.search(topic):
        kind = _MADE_WITH.match(previous, noun.end())
    else:
        is_after = is_after_verb(previous, noun.start())
        kind = _ADJECTIVE.match(previous, noun.end()) if is_after else None
    return kind.end() if kind and not is_time(kind[0][1:]) else noun.end()


def _like_noun(topic: str, previous: str) -> re.Match[str] | None:
    """Find the noun that another replaces: after « quel est le prix », the last one.

    One with the same kind of article comes first, and one of another number where it is alone.
    """
    own = re.match(_ARTICLE, topic, re.IGNORECASE)
    if own is None:
        return None
    head = HEAD.match(previous)
    every = [noun for noun in _NOUN.finditer(previous, head_end(previous)) if not is_time(noun[0])]
    nouns = [noun for noun in every if bool(noun["plural"]) == bool(own["plural"])]
    if not nouns and len(every) == 1:
        return every[0]
    like = [noun for noun in nouns if bool(noun["indefinite"]) == bool(own["indefinite"])]
    if head and head["copula"]:
        return like[-1] if like else None
    return next(iter(like or nouns), None)
