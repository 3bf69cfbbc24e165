"""A pronoun or the like that nothing before it explains: « Où vit-il ? »."""

import re

from retrieval.followups.complements import OF, PLAIN
from retrieval.followups.grammar import (
    AUXILIARY,
    CAPITAL,
    DETERMINER,
    HEAD,
    INTERROGATIVE,
    INVERSION,
    POSSESSIVE,
    PREPOSITION,
    STOP,
    VOWELS,
    asks_who,
    head_end,
    is_after_verb,
    lower_first,
    main_name,
    names,
    of_name,
    owner_in,
    starts_with_name,
    whole_name,
)
from retrieval.followups.quantities import TIME
from retrieval.french import fold

_HAPPENS = (
    r"(?:faut|fallait|faudra|s['’]agit|s['’]agissait|existe|pleut|neige|reste|semble|arrive|suffit)"
)
_STATE = (
    r"(?:possible|vrai|nécessaire|prévu|probable|question|temps|interdit|permis|important|facile|"
    r"difficile|exact|tôt|tard|quelle heure)\b"
)
_WEATHER = r"(?:(?:très|trop|si|plus) )?(?:froid|chaud|beau|frais|doux|jour|nuit)\b"
_IMPERSONAL = re.compile(
    r"\bil (?:n['’])?y (?:a|avait|aura|eut|ait|en a)\b|"
    r"\by (?:en )?(?:a|avait|aura)(?:-t)?-il\b|"
    rf"\bil (?:{_HAPPENS}\b|paraît\b|(?:est|était|serait) {_STATE}|fait {_WEATHER})|"
    rf"\b(?:{_HAPPENS}|manque)(?:-t)?-il\b|"
    rf"\b(?:(?:est|était|serait)-il {_STATE}|fait-il {_WEATHER})|"
    r"^quel(?:le heure (?:est|était)-il|le heure il est| temps (?:fait|faisait|fera-t)-il)\b|"
    r"\b(?:s['’]est|se passe|s['’]était|se produit|se passera|se déroule)(?:-t)?-il(?: (?:passé|"
    r"produit|déroulé|agi))?\b|"
    r"\bs['’]il\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:ils?|elles?)\b", re.IGNORECASE)
_OBJECT = re.compile(
    rf"\bl['’](?={AUXILIARY}\b|[^\W\d_]+-(?:t-)?(?:on|ils?|elles?)\b)|"
    # « Qui la dirige », but not « C'est qui le maire », « Pour qui les enfants votent ».
    r"(?:(?<=^qui )|(?<=ce qui ))(?:(?:le|la|les) |l['’])"
    r"(?=(?-i:[a-zà-ÿ])[^\W\d_]*\b(?!.*-(?:ils?|elles?)\b))|"
    r"\b(?:le|la|les) (?=[^\W\d_]+-(?:t-)?(?:on|ils?|elles?)\b)|"
    # « Comment le joindre par courrier », but not « Comment la mer monte ».
    r"(?:(?<=\bcomment )|(?<=\boù )|(?<=\bquand )|(?<=\bpourquoi )|(?<=-on )|(?<=-je ))"
    r"(?:(?:le|la|les) |l['’])(?=[^\W\d_]+(?:er|ir|re)(?: (?:par|en|sur|sans) [^\W\d_]+)?$)",
    re.IGNORECASE,
)
# Said of what was written or led rather than of who did it: « dure-t-elle ».
_OF_THINGS = re.compile(
    r"(?i)\b(?:(?:dur|co[ûu]t|mesur|compt|ouvr|ferm|expos|situ)(?:e|ait|ée?|era)|ouverte?|"
    r"vaut|se trouve|lieu|été)\b"
)
_DEMONSTRATIVE = re.compile(
    r"(?<!-)\b(?:celui-(?:ci|là)|celle-(?:ci|là)|ceux-(?:ci|là)|celles-(?:ci|là)|ce dernier|"
    r"cette dernière|ces derniers|ces dernières|"
    r"(?:ce|cet|cette|ces) (?!que\b|qui\b|qu['’]|sont\b|fut\b|dont\b|soir|matin|mois|jour|année|"
    r"semaine|article|bot|corpus|texte|document|source|siècle|week|point|genre|type)[^\W\d_]+)"
    r"|(?<!comment )\b(?:cela|ça)\b|\b(?:lui|eux)(?:-mêmes?)?$",
    re.IGNORECASE,
)
# « C'est ouvert le dimanche ? », but not « C'est cher, un avocat ? », which says what it is about.
_THAT_IS = re.compile(
    r"^(?:est-ce que )?(?:c['’](?:est|était)(?: pas)?|ce n['’]est pas|ce sera|est-ce) "
    r"(?:(?:encore|déjà|aussi|bien|très|trop|toujours|vraiment) )*"
    r"(?!(?:qu[eio]|qu['’]|quoi|quand|comment|combien|où|ou|pourquoi|quel\w*|vrai|bon|fini|tout|"
    rf"{DETERMINER}|{PREPOSITION})(?![^\W\d_]))(?-i:[a-zà-ÿœ]{{3,}})"
    r"(?: (?:quand|aujourd['’]hui|demain|maintenant|ce (?:soir|matin|midi|week-end)|tous les jours|"
    rf"{TIME}|le (?:jour|midi)|(?-i:en [a-zà-ÿœ]+(?: [a-zà-ÿœ]+)?|pour [^A-ZÀ-Þ]+)|jusqu['’].+|"
    r"à partir .+))*$",
    re.IGNORECASE,
)
# « Ça coûte combien, un avocat ? » says it too.
_SAID_AFTER = re.compile(
    rf"\b{INTERROGATIVE},? (?!{TIME}\b)(?:(?:les?|la|une?|des) |l['’])", re.IGNORECASE
)
_ADVERBIAL = re.compile(
    r"(?<!où )\ben (?:est|a|ont|sont|avait|était|pense|pensent|dit|disent|parle|parlent|sait|"
    r"fait)\b|"
    r"\by (?:en )?(?!a\b|a-|avait|aura|en a)[^\W\d_]+|"
    r"\bleur (?:a|ont|avait)\b|\blui (?:a|ont|avait)\b",
    re.IGNORECASE,
)
# « les utilisateurs », « d'utilisateurs »: what « ils » may stand for.
_PLURAL = re.compile(
    r"\b(?:les|des|ces|ses|aux|de|d['’]) ?"
    r"(?P<noun>(?!plus\b|pas\b|temps\b|dans\b)[^\W\d_A-ZÀ-Þ]{3,}[sx])\b"
    rf"(?P<of> d(?:e |['’]){CAPITAL}(?: {CAPITAL})*)?"
)
# « la salle des fêtes », « la machine à vapeur »; then « verte », unless that may be a verb.
_NOT_OF_IT = rf"(?!(?:{TIME}|une?|tou\w*|chaque|ici|aujourd|maintenant|\w+ment)\b)"
_OF = rf" {_NOT_OF_IT}(?:{OF}|à (?!midi|partir)[a-zà-ÿœ]{{3,}})"
_NOUN = re.compile(
    rf"\b(?!{TIME}\b)(?:(?:[Ll]e|[Ll]a|[Uu]ne?|[Cc]et?|[Cc]ette) |[Ll]['’] ?)[^\W\d_A-ZÀ-Þ]{{3,}}\b"
    rf"(?:{_OF})*(?=(?P<more>(?:{_OF}|(?!{STOP}) {_NOT_OF_IT}{PLAIN})*))"
)
ATTRIBUTE = re.compile(
    r"(?:le |la |les |l['’])(?:adresse|coordonnées|courriel|coût|frais|horaire|numéro|prix|site|"
    r"tarif|téléphone|(?:e-?)?mail|(?P<told>âge|date|délai|durée|heure|lieu))s?"
    r"(?: (?:d['’]ouverture|de (?:fermeture|téléphone)|e-?mail|mail|postale|internet|réduit|web))?",
    re.IGNORECASE,
)


def name_owner(topic: str, previous: str) -> str | None:
    """Say whose « l'adresse » or « les horaires » is; None for no attribute, or of nothing."""
    attribute = ATTRIBUTE.fullmatch(topic)
    if attribute is None:
        return None
    owner = owner_in(previous)
    if owner is None and not attribute["told"]:  # « Le lieu » may be where someone was born.
        owner = _antecedent(previous, "", topic, as_object=True)
    if owner is None or ATTRIBUTE.match(owner):
        return None
    return f"{topic} {of_name(owner)}"


def name_antecedent(rest: str, previous: str) -> str | None:
    """Put what a pronoun stands for in its place, or beside it; None where nothing leans."""
    if _SUBJECT.fullmatch(rest) or _DEMONSTRATIVE.fullmatch(rest):
        return None  # « Et lui ? » asks nothing.
    plain = _IMPERSONAL.sub(lambda match: "_" * len(match[0]), rest)
    inversion = INVERSION.search(plain)
    if inversion and not _explains(plain[: inversion.start()], is_inverted=True):
        antecedent = _antecedent(previous, inversion["pronoun"], plain)
        if antecedent is None:
            return None
        start = inversion.start()
        verb = rest[start].lower() + rest[start + 1 :]
        return f"{_that(rest[:start], antecedent)} {verb}"
    if inversion:
        # The subject explains what follows it; the subject itself may need explaining.
        plain = plain[: inversion.start()] + "_" * (len(plain) - inversion.start())
    return (
        _name_subject(rest, plain, previous)
        or _name_object(rest, plain, previous)
        or _name_owner(rest, plain, previous)
        or _name_aside(rest, plain, previous)
    )


def _agrees(phrase: str, pronoun: str) -> bool | None:
    """Tell whether a phrase is of a pronoun's gender and number; None where it doesn't show."""
    article = re.match(
        r"(?:(?P<il>le|un|m\.|monsieur)|(?P<elle>la|une|m(?:me|adame|lle))|(?P<ils>les|des)) ",
        phrase,
        re.IGNORECASE,
    )
    if pronoun.lower().endswith("s"):
        return article is not None and article["ils"] is not None
    return article[pronoun.lower()] is not None if article and pronoun else None


def _name_subject(rest: str, plain: str, previous: str) -> str | None:
    found = _SUBJECT.search(plain)
    if found is None or _explains(plain[: found.start()]):
        return None
    antecedent = _antecedent(previous, found[0], plain)
    if antecedent is None:
        return None
    return _that(rest[: found.start()], antecedent) + rest[found.end() :]


def _that(before: str, phrase: str) -> str:
    """Put a phrase after « que », which is elided where the phrase has it so."""
    end = "'" if fold(phrase[0].lower()) in VOWELS else "e "
    return re.sub(r"\b(qu)(?:e |['’])$", rf"\1{end}", before, flags=re.IGNORECASE) + phrase


def _name_object(rest: str, plain: str, previous: str) -> str | None:
    found = _OBJECT.search(plain)
    if found is None or _explains(plain[: found.start()]):
        return None
    pronoun = {"le": "il", "la": "elle", "les": "ils"}.get(found[0].strip().lower(), "")
    antecedent = _antecedent(previous, pronoun, plain, as_object=True)
    # « Si je l'ai perdue » without its object is « si j'ai perdu … ».
    before = rest[: found.start()]
    if found[0].endswith(("'", "’")) and re.match(r"[ao]", rest[found.end() :], re.IGNORECASE):
        before = re.sub(r"\b([jmtn])e $", r"\1'", before, flags=re.IGNORECASE)
    return f"{before}{rest[found.end() :]} {antecedent}" if antecedent else None


def _name_owner(rest: str, plain: str, previous: str) -> str | None:
    found = POSSESSIVE.search(plain)
    if found is None or _explains(plain[: found.start()]):
        return None
    word = found["word"].lower()
    number = "ils" if word.startswith("leur") else ""
    antecedent = owner_in(previous) or _antecedent(previous, number, plain)
    if antecedent is None:
        return None
    owned = rest[found.start("rest") :]
    article = {"sa": "la ", "son": "le "}.get(word, "les ")
    initial = fold(owned[:1].lower())
    # « l'heure », but « la hauteur ».
    is_unsure = initial == "h" and article != "les "
    if len(owned.split()) > 2 or word == "leur" or is_unsure:
        return f"{rest} ({antecedent})"
    article = "l'" if initial in VOWELS and article != "les " else article
    return f"{rest[: found.start()]}{article}{owned} {of_name(antecedent)}"


def _name_aside(rest: str, plain: str, previous: str) -> str | None:
    """Name what « cette application », « en », « y », « cela » or « c'est » means, in brackets."""
    that_is = _THAT_IS.match(plain)
    found = that_is or _DEMONSTRATIVE.search(plain) or _ADVERBIAL.search(plain)
    found = found or re.search(r"\ben [^\W\d_]+-(?:t-)?(?:il|on)\b", rest, re.IGNORECASE)
    if found is None or _explains(plain[: found.start()]):
        return None
    if re.fullmatch("ça|cela", found[0], re.IGNORECASE) and _SAID_AFTER.search(plain, found.end()):
        return None
    asked_about = previous[head_end(previous) :] or previous
    # « C'est gratuit » says nothing of whoever founded it.
    antecedent = (
        asked_about
        if owner_in(previous)
        else _antecedent(previous, "", plain, as_object=that_is is not None)
    )
    if antecedent is None and re.search(r"-(?:t-)?(?:on|je|nous|vous)\b", asked_about):
        return None  # « se gare-t-on » names nothing.
    return f"{rest} ({antecedent or asked_about})"


def _explains(before: str, *, is_inverted: bool = False) -> bool:
    """Tell whether what stands before a pronoun names something that it may stand for.

    Before an inverted verb, any noun but the one asked about is its subject.
    """
    head = HEAD.match(before)
    body = before[head.end() :] if head else before
    if head is None and not is_inverted:
        body = re.sub(rf"^{CAPITAL}", lambda m: m[0].lower(), body)
        if starts_with_name(before + " a "):
            return True
    if re.search(rf"{CAPITAL}", body):
        return True
    if is_inverted:
        # « Combien d'utilisateurs de cette application a-t-il »: complements are no subject.
        return bool(re.sub(rf"(?<![\w'’]){PREPOSITION} ?(?:{DETERMINER} ?)?\w+", "", body).strip())
    return re.search(r"(?<![\w'’])(?:les?|la|l['’]|une?|des) ?[^\W\d_]{3,}[ ,]", body) is not None


def _antecedent(
    previous: str, pronoun: str, question: str, *, as_object: bool = False
) -> str | None:
    thing = owner_in(previous)
    if thing:
        agrees = _agrees(thing, pronoun)
        # « le maire de Lyon » for « il »: Lyon shows no gender.
        is_whole = re.match(rf"(?:l['’])?{CAPITAL}", thing) and _agrees(
            previous[head_end(previous) :], pronoun
        )
        if agrees or (agrees is None and not is_whole):
            return thing
    groups = names(previous)
    if pronoun.lower() in {"ils", "elles"}:
        plural = _PLURAL.search(previous)
        if plural:
            owner = plural["of"] or ""
            if not owner and groups:
                owner = f" {of_name(whole_name(previous, main_name(groups)))}"
            return f"les {plural['noun']}{owner}"
    head = HEAD.match(previous)
    found = [whole_name(previous, main_name(groups))] if groups else _nouns(previous)
    antecedent = min(found, key=lambda each: not _agrees(each, pronoun), default=None)
    agrees = _agrees(antecedent, pronoun) if antecedent else None
    if head and asks_who(head):
        body = previous[head.end() :]
        that = "celle" if pronoun.lower() == "elle" else "celui"
        copula = re.match(r"(?:est|était|fut|sont|étaient) ", body)
        if copula:
            return body[copula.end() :]
        if not as_object and (not found or agrees is False or not _OF_THINGS.search(question)):
            return f"{that} qui {body}"
    if antecedent and as_object and thing and not agrees:
        return thing  # « Comment les joindre ? »: whoever has the address, not the address.
    is_one = not pronoun.lower().endswith("s")
    return None if is_one and agrees is False else antecedent


def _nouns(text: str) -> list[str]:
    """Find nouns with what belongs to them."""
    return [
        lower_first(noun[0] + (noun["more"] if is_after_verb(text, noun.start()) else ""))
        for noun in _NOUN.finditer(text, head_end(text))
    ]
