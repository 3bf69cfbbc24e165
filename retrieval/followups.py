"""A question that leans on the one before it, read together with it. General French rules.

Three kinds lean: a bare interrogative (« Pourquoi ? », « En quelle année ? »), a part that stands
in for another (« Et Signal ? »), and a pronoun or the like that nothing before it explains
(« Où vit-il ? »). Where the rules are in doubt a question stands alone: bending a new question
towards an old one is worse than asking the person for a name.
"""

import re
from dataclasses import dataclass

from retrieval.french import fold

MAX_PREVIOUS = 300
"""A previous question longer than this is a text: no rule rewrites it."""

_PREPOSITION = (
    r"(?:à|au|aux|de|du|des|d['’]|en|dans|par|pour|sur|sous|avec|sans|chez|contre|depuis|"
    r"jusqu['’](?:à|en|au)|vers|pendant|durant|entre|selon|avant|après)"
)
_DETERMINER = r"(?:le|la|les|l['’]|un|une|des|du|au|aux|ce|cet|cette|ces)"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞŒ][\w.&-]*"
_NAME = re.compile(rf"{_CAPITAL}(?:[ '’]{_CAPITAL}|[ ]\d{{1,2}}(?!\d))*")
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_INVERSION = re.compile(
    r"\b(?P<clitic>(?:(?:ne|se|le|la|les|lui|leur|y|en) |[nsl]['’])*)"
    r"(?P<verb>[^\W\d_]+)(?P<link>-t)?-(?P<pronoun>ils?|elles?)\b",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:ai|as|a|ont|avait|avaient|aura|auront|aurait|est|sont|était|étaient|sera|seront|fut|"
    r"furent|serait|va|vont|peut|peuvent|doit|doivent|fait|font|faut)"
)

_LEAD_IN = re.compile(
    r"^(?:(?:et|mais|ou|alors|donc|puis|ok|okay|d['’]accord|merci|ah|oui|non|bon|sinon|du coup)"
    r"(?:[ ,;:!.]+|$))+",
    re.IGNORECASE,
)
_ADDING = re.compile(r"^(?:\W*\w+\W+)*?(?:et|mais|ou|sinon)\b", re.IGNORECASE)
_COURTESY = re.compile(
    r"[ ,]*\b(?:s['’]il (?:vous|te) pla[iî]t|svp|stp|merci|dans tout (?:ça|cela)|alors|donc|"
    r"au fait)"
    r"\s*$",
    re.IGNORECASE,
)

_INTERROGATIVE = (
    r"(?:pourquoi|quand|où|ou|comment|combien|qui|quoi|lequel|laquelle|lesquels|lesquelles|"
    r"quel(?:le)?s?)"
)
_EMPHASIS = (
    r"(?: (?:ça|ca|cela|exactement|précisément|precisement|au juste|d['’]autres?|encore|environ|"
    r"déjà|deja|pas))*"
)
_BARE = re.compile(
    rf"(?:c['’](?:est|était|etait) |ça |ca )?(?:{_PREPOSITION} ?)?"
    r"(?:pourquoi|quand|où|ou|comment|qui|quoi|lequel|laquelle|lesquels|lesquelles|"
    r"combien(?: d(?:e |['’])[^\W\d_]+)?|quel(?:le)?s? [^\W\d_]+(?: d(?:e |['’])[^\W\d_]+)?)"
    rf"{_EMPHASIS}",
    re.IGNORECASE,
)

# The interrogative phrase that opens a question, with the noun that it asks about.
_HEAD = re.compile(
    rf"^(?:est-ce qu(?:e |['’])|(?P<what>qu['’]est-ce qu(?:i |e |['’])|que |qu['’])|"
    rf"(?P<preposition>{_PREPOSITION} ?)?"
    r"(?:(?P<word>pourquoi|quand|où|comment|qui|quoi|combien)(?![\w'’])"
    r"(?P<counted> d(?:e |['’])(?:(?:nouve\w+|autres|grand\w*|petit\w*) )?[^\W\d_]+)?|"
    r"(?P<which>quel(?:le)?s?) (?!est\b|sont\b|était\b|étaient\b|fut\b|sera\b)(?P<noun>[^\W\d_]+)|"
    r"(?P<copula>quel(?:le)?s?) (?:est|sont|était|étaient|fut|sera))"
    r"(?: est-ce qu(?:e |['’]))?)\s*",
    re.IGNORECASE,
)

_TOPIC = re.compile(
    r"^(?:pour ce qui est d(?:e |u |es |['’])|en ce qui concerne |concernant |"
    r"quant (?:à |au |aux )|"
    r"du côté d(?:e |u |es |['’])|côté |pour |chez |celui d(?:e |u |['’])|celle d(?:e |u |['’])|"
    r"ceux d(?:e |u |['’])|celles d(?:e |u |['’]))",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    rf"(?:(?P<preposition>{_PREPOSITION}) ?)?(?:{_DETERMINER} ?)?"
    rf"(?:{_CAPITAL}|[^\W\d_][\w-]*|\d[\d.,]*)"
    rf"(?:(?: {_PREPOSITION} ?| et | ou |[ '’])(?:{_DETERMINER} ?)?"
    rf"(?:{_CAPITAL}|[^\W\d_][\w-]*|\d[\d.,]*))*",
)
_VERBAL = re.compile(
    rf"\b(?:{_AUXILIARY}|{_INTERROGATIVE}|que|qu['’].*|je|tu|il|elle|on|nous|vous|ils|elles|c['’].*)\b"
    r"|-(?:t-)?(?:il|elle|on|ils|elles|vous|nous|je|tu|ce|moi)\b",
    re.IGNORECASE,
)
# A name, then a lower-case word that links nothing: « WhatsApp perd… » is a clause, no phrase.
_CLAUSE = re.compile(
    rf"^{_CAPITAL}(?: {_CAPITAL})* "
    rf"(?!(?:{_PREPOSITION}|et|ou|lui|elle|eux|aussi|non)\b)[^\W\d_A-ZÀ-Þ]",
)

_IMPERSONAL = re.compile(
    r"\bil (?:n['’])?y (?:a|avait|aura|eut|ait|en a)\b|"
    r"\by (?:en )?(?:a|avait|aura)(?:-t)?-il\b|"
    r"\bil (?:faut|fallait|faudra|s['’]agit|s['’]agissait|existe|pleut|neige|reste|semble|paraît|"
    r"arrive|suffit|est (?:possible|vrai|nécessaire|prévu|probable|question|temps|interdit|permis|"
    r"important|facile|difficile))\b|"
    r"\b(?:faut|fallait|faudra|s['’]agit|s['’]agissait|existe|pleut|neige|reste|semble|suffit|"
    r"arrive|manque)(?:-t)?-il\b|"
    r"\b(?:s['’]est|se passe|s['’]était|se produit|se passera|se déroule)(?:-t)?-il(?: (?:passé|"
    r"produit|déroulé|agi))?\b|"
    r"\best-il (?:possible|vrai|nécessaire|prévu|probable|question|temps|interdit|permis|important|"
    r"facile|difficile|exact)\b|"
    r"\bs['’]il\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?P<that>qu['’])?(?P<pronoun>ils?|elles?)\b", re.IGNORECASE)
_OBJECT = re.compile(
    rf"\bl['’](?={_AUXILIARY}\b|[^\W\d_]+-(?:t-)?(?:on|ils?|elles?)\b)|"
    r"(?<=\bqui )(?:(?:le|la|les) |l['’])(?=(?-i:[a-zà-ÿ])[^\W\d_]*\b(?!.*-(?:ils?|elles?)\b))|"
    r"\b(?:le|la|les) (?=[^\W\d_]+-(?:t-)?(?:on|ils?|elles?)\b)",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?P<word>son|sa|ses|leurs?) (?P<rest>[^\W\d_].*)$", re.IGNORECASE)
_DEMONSTRATIVE = re.compile(
    r"\b(?:celui-(?:ci|là)|celle-(?:ci|là)|ceux-(?:ci|là)|celles-(?:ci|là)|ce dernier|"
    r"cette dernière|ces derniers|ces dernières|"
    r"(?:ce|cet|cette|ces) (?!que\b|qui\b|qu['’]|sont\b|fut\b|dont\b|soir|matin|mois|jour|année|"
    r"semaine|article|bot|corpus|texte|document|source|siècle|week|point|genre|type)[^\W\d_]+)"
    r"|(?<!comment )\b(?:cela|ça)\b|\b(?:lui|eux)(?:-mêmes?)?$",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(
    r"(?<!où )\ben (?:est|a|ont|sont|avait|était|pense|pensent|dit|disent|parle|parlent|sait|"
    r"fait)\b|"
    r"\by (?:en )?(?!a\b|a-|avait|aura|en a)[^\W\d_]+|"
    r"\bleur (?:a|ont|avait)\b|\blui (?:a|ont|avait)\b",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"(?:après|apres|ensuite|avant|depuis|aujourd['’]hui|maintenant|désormais)", re.IGNORECASE
)
# « les utilisateurs », « d'utilisateurs »: what « ils » may stand for.
_PLURAL = re.compile(
    r"\b(?:les|des|ces|ses|aux|de|d['’]) ?"
    r"(?P<noun>(?!plus\b|pas\b|temps\b|dans\b)[^\W\d_A-ZÀ-Þ]{3,}[sx])\b"
    rf"(?P<of> d(?:e |['’]){_CAPITAL}(?: {_CAPITAL})*)?"
)
_NOUN = re.compile(r"\b(?:[Ll]e|[Ll]a|[Ll]['’]|[Uu]ne?|[Cc]et?|[Cc]ette) ?[^\W\d_A-ZÀ-Þ]{3,}\b")


# « la capitale du » Pérou, « le lac » Baïkal: what belongs to the name that follows.
_OWN_NOUN = (
    r"(?<![\w'’])(?:[Ll]e |[Ll]a |[Ll]['’])[^\W\d_A-ZÀ-Þ]{2,} "
    r"(?:d(?:e |u |es |['’]|e la |e l['’]))?"
)
_VOWELS = frozenset("aeiou")


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
        _ask_otherwise(rest, before)
        or _swap_part(rest, before, is_adding=is_adding)
        or _name_antecedent(rest, before)
    )
    return _as_question(meaning) if meaning else None


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ?!.…,;:«»\"'’")


def _head_end(text: str) -> int:
    """Return where the interrogative phrase that opens a question ends, 0 where none does."""
    head = _HEAD.match(text)
    return head.end() if head else 0


def _as_question(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]} ?"


# A bare interrogative: the previous question with another opening.


def _ask_otherwise(rest: str, previous: str) -> str | None:
    if not _BARE.fullmatch(rest):
        return None
    opening = re.sub(r"^(?:c['’](?:est|était|etait)|ça|ca) ", "", rest, flags=re.IGNORECASE)
    opening = re.sub(r" (?:ça|ca|cela)\b", "", opening)
    head = _HEAD.match(previous)
    if head is None:
        return f"{opening} {_lower_first(previous)}"
    body = previous[head.end() :]
    if head["word"] and head["word"].lower() == "qui" and not head["preposition"]:
        return _ask_about_subject(opening, body)
    asked_about = _asked_about(head)
    if asked_about is None or re.match(r"combien d|quel", opening, re.IGNORECASE):
        return f"{opening} {body}"
    inverted = re.match(r"(.*?-(?:t-)?(?:ils?|elles?|on)\b(?: [^\W\d_]+[ésiutx]\b)?)(.*)", body)
    if inverted:
        return f"{opening} {inverted[1]} {asked_about}{inverted[2]}"
    return f"{opening} {asked_about} {body}"


def _asked_about(head: re.Match[str]) -> str | None:
    """Return what the head asks about as a part of the question, None where it is no thing."""
    if head["counted"]:
        return re.sub(r"^ d(?:e |['’])", "des ", head["counted"])
    if head["which"] and not head["preposition"]:
        article = {"quel": "un", "quelle": "une"}.get(head["which"].lower(), "des")
        is_time = fold(head["noun"].lower()) in {"jour", "annee", "date", "mois", "heure"}
        return None if is_time else f"{article} {head['noun']}"
    return None


def _ask_about_subject(opening: str, body: str) -> str:
    """Ask otherwise after « qui … »: whoever does it becomes « on »."""
    if fold(opening.lower()).startswith("qui"):
        return f"{opening} {body}"
    verb, _, complement = body.partition(" ")
    if verb.lower() in {"est", "sont", "était", "étaient", "fut"}:
        return f"{opening} {complement}"
    if re.search(r"['’]", verb):
        return f"{opening} {body}"
    link = "-t-on" if verb[-1:] in "aeé" else "-on"
    verb = {"ont": "a", "sont": "est"}.get(verb, verb)
    link = "-t-on" if verb == "a" else link
    return f"{opening} {verb}{link} {complement}"


# A part that stands in for another: « Et Signal ? ».


def _swap_part(rest: str, previous: str, *, is_adding: bool) -> str | None:
    if is_adding and _AFTERWARDS.fullmatch(rest):
        return f"{previous}, {rest.lower()}"
    topic = _TOPIC.sub("", rest)
    phrase = _PHRASE.fullmatch(topic)
    if phrase is None or len(rest.split()) > 6 or _VERBAL.search(rest) or _CLAUSE.match(rest):
        return None
    preposition = phrase["preposition"]
    is_part = is_adding or topic != rest or (preposition and _could_depend(topic))
    if not is_part or _POSSESSIVE.match(rest):
        return None
    year, old_year = _YEAR.search(topic), _YEAR.search(previous)
    if year and old_year:
        return previous[: old_year.start()] + year[0] + previous[old_year.end() :]
    if preposition:
        return _swap_prepositional(topic, preposition, previous) or f"{previous} {topic}"
    return _swap_name(topic, previous)


def _could_depend(topic: str) -> bool:
    """Tell whether a phrase alone is a complement: « En Europe ? », « Sur iPhone ? »."""
    return not re.match(r"(?:des|du|de)\b", topic, re.IGNORECASE)


def _swap_prepositional(topic: str, preposition: str, previous: str) -> str | None:
    """Replace the phrase of the same preposition, the last one in the previous question."""
    same = fold(preposition.lower())
    alike = {"en", "a", "au", "aux", "dans"}
    start = _head_end(previous)
    phrases = re.finditer(
        rf"(?<![\w'’])(?P<preposition>{_PREPOSITION}) ?(?:{_DETERMINER} ?)?"
        rf"(?:{_CAPITAL}(?: {_CAPITAL})*|\d[\w ]*)",
        previous[start:],
    )
    for found in reversed(list(phrases)):
        own = fold(found["preposition"].lower())
        if own == same or {own, same} <= alike:
            at = start + found.start()
            return previous[:at] + _lower_first(topic) + previous[start + found.end() :]
    return None


@dataclass(frozen=True, slots=True)
class _Group:
    """A name in a question: where it stands, and what stands in front of it."""

    start: int
    end: int
    text: str
    has_preposition: bool
    has_determiner: bool

    @property
    def words(self) -> int:
        return len(self.text.split())


def _names(text: str) -> list[_Group]:
    """Find the names of a question: capitals, or the word before an inverted verb."""
    start = _head_end(text)
    groups = []
    for found in _NAME.finditer(text, start):
        if found.start() == 0 and not _starts_with_name(text):
            continue
        groups.append(_group(text, found.start(), found.end()))
    inversion = _INVERSION.search(text)
    if not groups and inversion:
        word = re.search(r"([^\W\d_][\w-]*)\s*$", text[start : inversion.start()])
        if word:
            groups.append(_group(text, start + word.start(1), start + word.end(1)))
    return groups


_OPENERS = frozenset(
    """
    le la les un une des du de qui que quoi quand ou comment pourquoi combien quel quelle quels
    quelles est a y en dans sur par pour avec selon et mais il elle ils elles c cela ce cette ces
    peut dis dites donne donnez parle parlez depuis
    """.split()  # noqa: SIM905
)


def _starts_with_name(text: str) -> bool:
    """Tell whether a text's first word, whose capital says nothing, is used as a name."""
    opening = re.match(
        rf"(?P<first>{_CAPITAL})(?: {_CAPITAL})* "
        rf"(?:(?:ne |n['’]|se |s['’])?(?:[^\W\d_]+(?:-t)?-(?:il|elle)s?\b|{_AUXILIARY}\b))",
        text,
    )
    return opening is not None and fold(opening["first"].lower()) not in _OPENERS


def _group(text: str, start: int, end: int) -> _Group:
    before = text[:start]
    return _Group(
        start,
        end,
        text[start:end],
        has_preposition=re.search(rf"(?<![\w'’]){_PREPOSITION} ?$", before, re.IGNORECASE)
        is not None,
        has_determiner=re.search(
            r"(?<![\w'’])(?:le|la|les|l['’]|du|au|aux) ?$", before, re.IGNORECASE
        )
        is not None,
    )


def _swap_name(topic: str, previous: str) -> str:
    determined = re.match(rf"(?:{_DETERMINER})(?![^\W\d_])", topic, re.IGNORECASE) is not None
    groups = _names(previous)
    if groups and (_NAME.search(topic) or " " not in topic):
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
            before = re.sub(rf"{_OWN_NOUN}$", "", before)
        return _joined(before, topic) + previous[target.end :]
    noun = _NOUN.search(previous, _head_end(previous))
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
        if fold(phrase[:1].lower()) in _VOWELS:
            return f"{before[:-3]}d'{phrase}"
    if before.endswith("à ") and phrase[:3].lower() == "le ":
        return f"{before[:-2]}au {phrase[3:]}"
    return before + phrase


# A pronoun or the like that nothing before it explains.


def _name_antecedent(rest: str, previous: str) -> str | None:
    plain = _IMPERSONAL.sub(lambda match: "_" * len(match[0]), rest)
    inversion = _INVERSION.search(plain)
    if inversion and not _explains(plain[: inversion.start()], is_inverted=True):
        antecedent = _antecedent(previous, inversion["pronoun"], plain)
        if antecedent is None:
            return None
        return f"{rest[: inversion.start()]}{antecedent} {rest[inversion.start() :]}"
    if inversion:
        # The subject explains what follows it; the subject itself may need explaining.
        plain = plain[: inversion.start()] + "_" * (len(plain) - inversion.start())
    return (
        _name_subject(rest, plain, previous)
        or _name_object(rest, plain, previous)
        or _name_owner(rest, plain, previous)
        or _name_aside(rest, plain, previous)
    )


def _name_subject(rest: str, plain: str, previous: str) -> str | None:
    found = _SUBJECT.search(plain)
    if found is None or _explains(plain[: found.start()]):
        return None
    antecedent = _antecedent(previous, found["pronoun"], plain)
    if antecedent is None:
        return None
    that = ("qu'" if fold(antecedent[0].lower()) in _VOWELS else "que ") if found["that"] else ""
    return f"{rest[: found.start()]}{that}{antecedent}{rest[found.end() :]}"


def _name_object(rest: str, plain: str, previous: str) -> str | None:
    found = _OBJECT.search(plain)
    if found is None or _explains(plain[: found.start()]):
        return None
    number = "ils" if found[0].strip().lower() == "les" else "il"
    antecedent = _antecedent(previous, number, plain, as_object=True)
    return f"{rest[: found.start()]}{rest[found.end() :]} {antecedent}" if antecedent else None


def _name_owner(rest: str, plain: str, previous: str) -> str | None:
    found = _POSSESSIVE.search(plain)
    if found is None or _explains(plain[: found.start()]):
        return None
    word = found["word"].lower()
    antecedent = _antecedent(previous, "ils" if word.startswith("leur") else "il", plain)
    if antecedent is None:
        return None
    owned = rest[found.start("rest") :]
    if len(owned.split()) > 2 or word == "leur":
        return f"{rest} ({antecedent})"
    vowel = fold(owned[:1].lower()) in _VOWELS | {"h"}
    article = {"sa": "la ", "son": "le "}.get(word, "les ")
    article = "l'" if vowel and article != "les " else article
    return f"{rest[: found.start()]}{article}{owned} {_of(antecedent)}"


def _name_aside(rest: str, plain: str, previous: str) -> str | None:
    """Name what « cette application », « en », « y » or « cela » stands for, in brackets."""
    found = _DEMONSTRATIVE.search(plain) or _ADVERBIAL.search(plain)
    found = found or re.search(r"\ben [^\W\d_]+-(?:t-)?(?:il|on)\b", rest, re.IGNORECASE)
    if found is None or _explains(plain[: found.start()]):
        return None
    return f"{rest} ({_antecedent(previous, 'il', plain) or previous})"


def _explains(before: str, *, is_inverted: bool = False) -> bool:
    """Tell whether what stands before a pronoun names something that it may stand for.

    Before an inverted verb, any noun but the one asked about is its subject.
    """
    head = _HEAD.match(before)
    body = before[head.end() :] if head else before
    if head is None and not is_inverted:
        body = re.sub(rf"^{_CAPITAL}", lambda m: m[0].lower(), body)
        if _starts_with_name(before + " a "):
            return True
    if re.search(rf"{_CAPITAL}", body):
        return True
    if is_inverted:
        # « Combien d'utilisateurs de cette application a-t-il »: complements are no subject.
        return bool(
            re.sub(rf"(?<![\w'’]){_PREPOSITION} ?(?:{_DETERMINER} ?)?\w+", "", body).strip()
        )
    return re.search(r"(?<![\w'’])(?:les?|la|l['’]|une?|des) ?[^\W\d_]{3,} ", body) is not None


def _antecedent(
    previous: str, pronoun: str, question: str, *, as_object: bool = False
) -> str | None:
    groups = _names(previous)
    if pronoun.lower() in {"ils", "elles"}:
        plural = _PLURAL.search(previous)
        if plural:
            owner = plural["of"] or ""
            if not owner and groups:
                owner = f" {_of(_whole(previous, _main(groups)))}"
            return f"les {plural['noun']}{owner}"
    head = _HEAD.match(previous)
    is_who = bool(
        head and head["word"] and head["word"].lower() == "qui" and not head["preposition"]
    )
    if is_who and head and not as_object and " été " not in f" {question} ":
        body = previous[head.end() :]
        copula = re.match(r"(?:est|était|fut|sont|étaient) ", body)
        return body[copula.end() :] if copula else f"celui qui {body}"
    if groups:
        return _whole(previous, _main(groups))
    noun = _NOUN.search(previous, _head_end(previous))
    return _lower_first(noun[0]) if noun else None


def _main(groups: list[_Group]) -> _Group:
    return min(groups, key=lambda group: (group.has_preposition, group.start))


def _whole(text: str, group: _Group) -> str:
    """Return a name with what belongs to it: « le lac Baïkal », « la capitale du Pérou »."""
    before = text[: group.start]
    found = re.search(rf"{_OWN_NOUN}$", before) or re.search(
        r"(?<![\w'’])(?:le |la |les |l['’])$", before, re.IGNORECASE
    )
    return _lower_first(found[0]) + group.text if found else group.text


def _of(name: str) -> str:
    if re.match(r"les? ", name):
        return re.sub(r"^les ", "des ", re.sub(r"^le ", "du ", name))
    return f"d'{name}" if fold(name[:1].lower()) in _VOWELS else f"de {name}"


def _lower_first(text: str) -> str:
    """Begin a text within a question: small, unless its first word is a name."""
    return text if _starts_with_name(text) else text[:1].lower() + text[1:]
