"""A part that stands in for another: « Et Signal ? »."""

import re

from retrieval.followups.grammar import (
    AUXILIARY,
    CAPITAL,
    DETERMINER,
    GAP,
    NAME,
    NOUN,
    OWN_NOUN,
    POSSESSIVE,
    PREPOSITION,
    VOWELS,
    head_end,
    lower_first,
    names,
)
from retrieval.french import fold

MOST_WORDS = 10
"""A longer part is none; the pattern below takes exponential time."""

_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_INTERROGATIVE = (
    r"(?:pourquoi|quand|où|ou|comment|combien|qui|quoi|lequel|laquelle|lesquels|lesquelles|"
    r"quel(?:le)?s?)"
)
_TOPIC = re.compile(
    r"^(?:pour ce qui est d(?:e |u |es |['’])|en ce qui concerne |concernant |"
    r"quant (?:à |au |aux )|"
    r"du côté d(?:e |u |es |['’])|côté |pour |chez |celui d(?:e |u |['’])|celle d(?:e |u |['’])|"
    r"ceux d(?:e |u |['’])|celles d(?:e |u |['’]))",
    re.IGNORECASE,
)
# « De » with a capital may begin a name, but no other does.
_LEADING = rf"(?:{PREPOSITION}|(?!D[eu'’])(?i:{PREPOSITION}))"
_PHRASE = re.compile(
    rf"(?:(?P<preposition>{_LEADING}){GAP})?(?:{DETERMINER} ?)?"
    rf"(?:{CAPITAL}|[^\W\d_][\w-]*|\d[\d.,]*)"
    rf"(?:(?: {PREPOSITION}{GAP}| et | ou |[ '’])(?:{DETERMINER} ?)?"
    rf"(?:{CAPITAL}|[^\W\d_][\w-]*|\d[\d.,]*))*",
)
_VERBAL = re.compile(
    rf"\b(?:{AUXILIARY}|{_INTERROGATIVE}|que|qu['’].*|je|tu|il|elle|on|nous|vous|ils|elles|c['’].*)\b"
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

# « merci pour le lien », « et toi »: said to the bot.
_ADDRESSING = re.compile(r"merci\b|(?:toi|moi|lui|eux)$", re.IGNORECASE)
_MOMENT = r"(?:(?:(?:le|les|ce|du) )?(?:matins?|soirs?)|(?:l['’]|cet |les )?après[- ]midi)"
_DAY = (
    r"(?:(?:(?:le|les|ce|du) )?"
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?|week[- ]?ends?)|demain|hier)"
)
_SEASON = (
    r"(?:(?:en |l['’])(?:été|hiver|automne)|(?:au|le) printemps|en (?:janvier|février|mars|avril|"
    r"mai|juin|juillet|août|septembre|octobre|novembre|décembre))"
)
_TIMES = tuple(
    re.compile(rf"(?<![\w'’-]){time}(?![\w-])")
    for time in (rf"{_DAY}(?: {_MOMENT})?", _MOMENT, _SEASON)
)
# « pour les étudiants », at the end of a question.
_FOR = re.compile(rf" (?:pour|chez) {DETERMINER}{GAP}(?:(?! (?:le|la|les) )[^A-ZÀ-Þ])*$")


def swap_part(rest: str, previous: str, *, is_adding: bool) -> str | None:
    """Put a part in the place of its like in the previous question; None for a whole question.

    `is_adding` says that it came with « et », « mais » or the like.
    """
    if is_adding and _AFTERWARDS.fullmatch(rest):
        return f"{previous}, {rest.lower()}"
    topic = _TOPIC.sub("", rest)
    is_short = len(re.findall(r"\w+", rest)) <= MOST_WORDS
    phrase = _PHRASE.fullmatch(topic) if is_short else None
    if phrase is None or len(rest.split()) > 6 or _VERBAL.search(rest) or _CLAUSE.match(rest):
        return None
    preposition = phrase["preposition"]
    is_part = is_adding or topic != rest or (preposition and _could_depend(topic))
    if not is_part or POSSESSIVE.match(rest) or _ADDRESSING.match(topic):
        return None
    swapped = _swap_time(topic, previous) or _swap_for(rest, previous)
    if swapped is None and preposition:
        return (
            _swap_prepositional(topic, preposition, previous) or f"{previous} {lower_first(topic)}"
        )
    return swapped or _swap_name(topic, previous)


def _could_depend(topic: str) -> bool:
    """Tell whether a phrase alone is a complement: « En Europe ? », « Sur iPhone ? »."""
    return not re.match(r"(?:des|du|de)\b", topic, re.IGNORECASE)


def _swap_time(topic: str, previous: str) -> str | None:
    """Replace the year, or the day or part of a day, which may also be added."""
    year, old_year = _YEAR.search(topic), _YEAR.search(previous)
    if year and old_year:
        return previous[: old_year.start()] + year[0] + previous[old_year.end() :]
    time = lower_first(topic)
    alike = next((pattern for pattern in _TIMES if pattern.fullmatch(time)), None)
    if alike is None:
        return None
    old = alike.search(previous)
    if old is None:
        return f"{previous} {time}"
    return _joined(previous[: old.start()], time) + previous[old.end() :]


def _swap_for(rest: str, previous: str) -> str | None:
    """Add « pour les étudiants », or put it in the place of the like; a name is swapped alone."""
    purpose = f" {lower_first(rest)}"
    return _FOR.sub("", previous) + purpose if _FOR.fullmatch(purpose) else None


def _swap_prepositional(topic: str, preposition: str, previous: str) -> str | None:
    """Replace the phrase of the same preposition, the last one in the previous question."""
    same = fold(preposition.lower())
    alike = {"en", "a", "au", "aux", "dans"}
    start = head_end(previous)
    phrases = re.finditer(
        rf"(?<![\w'’])(?P<preposition>{PREPOSITION}){GAP}(?:{DETERMINER} ?)?"
        rf"(?:{CAPITAL}(?: {CAPITAL})*|\d[\w ]*)",
        previous[start:],
    )
    for found in reversed(list(phrases)):
        own = fold(found["preposition"].lower())
        if own == same or {own, same} <= alike:
            at = start + found.start()
            return previous[:at] + lower_first(topic) + previous[start + found.end() :]
    return None


def _swap_name(topic: str, previous: str) -> str:
    determined = re.match(rf"(?:{DETERMINER})(?![^\W\d_])", topic, re.IGNORECASE) is not None
    groups = names(previous)
    if groups and (NAME.search(topic) or " " not in topic):
        words = len(topic.split()) - determined
        target = min(
            groups,
            key=lambda group: (
                group.has_determiner != determined,
                group.words != words,
                group.has_preposition,
                group.start,
            ),
        )
        before = previous[: target.start]
        if determined:
            # « la tour de Pise » as a whole makes room for « le Colisée ».
            before = re.sub(rf"{OWN_NOUN}$", "", before)
        return _joined(before, topic) + previous[target.end :]
    noun = NOUN.search(previous, head_end(previous))
    if noun and determined:
        return previous[: noun.start()] + topic + previous[noun.end() :]
    return f"{previous} ({topic})"


def _joined(before: str, phrase: str) -> str:
    """Put a phrase in another's place: articles that belonged to that one go, others contract."""
    before = re.sub(r"(?<![\w'’])(?:le |la |les |l['’])$", "", before, flags=re.IGNORECASE)
    before = re.sub(r"(?<![\w'’])d(?:u |['’])$", "de ", before)
    before = re.sub(r"(?<![\w'’])au $", "à ", before)
    if before.endswith("de "):
        if phrase[:3].lower() == "le ":
            return f"{before[:-3]}du {phrase[3:]}"
        if fold(phrase[:1].lower()) in VOWELS:
            return f"{before[:-3]}d'{phrase}"
    if before.endswith("à ") and phrase[:3].lower() == "le ":
        return f"{before[:-2]}au {phrase[3:]}"
    return before + phrase
