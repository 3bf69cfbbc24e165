"""What people write that is no question: greetings, thanks, insults, emoji.

Only a message that is nothing else counts: « Bonjour, qui a fondé Signal ? » is a question.
"""

import re
from enum import Enum

from retrieval.french import fold


class SmallTalk(Enum):
    """A kind of message that is answered without looking anything up.

    A message of several kinds is of the last one here: « Bonjour et merci » is thanks.
    """

    NO_WORDS = "no words"
    ACKNOWLEDGEMENT = "acknowledgement"
    HELLO = "hello"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    INSULT = "insult"
    HELP = "help"
    ABOUT = "about"


_YOUR = r"(?:(?:le|la|l|les|ce|cette|ces|ton|ta|tes|votre|vos|toutes (?:ces|les|tes|vos)) )"
_FILLER = (
    r"(?:a tous|a toutes|tout le monde|toi|vous|le bot|bot|beaucoup|bcp|bien|infiniment|mille fois|"
    r"pour tout|d avance|ah|sur ce|dans ce cas|bon|alors|la$|les amis|a toi|a vous|madame|monsieur|"
    r"et|quand meme|ou quoi|s il (?:te|vous) plait|stp|svp|"
    rf"(?:(?:pour|de) )?{_YOUR}?(?:reponses?|infos?|informations?)|(?:pour|de) {_YOUR}?aide)"
)
_ARTICLES = (
    rf"(?:tous )?{_YOUR}?(?:articles|sources|textes|documents|corpus)(?: (?:du |de {_YOUR})corpus)?"
)
_PATTERNS = (
    (
        SmallTalk.ACKNOWLEDGEMENT,
        r"(?:ok|okay|oki|dac|oui|non|d accord|entendu|compris|parfait|super|genial|cool|tres bien|"
        r"c(?: est)? (?:super|parfait|gentil|note|bon|bien|clair|cool|top|tout)|top|nickel|encore|"
        r"ca (?:marche|roule)|je vois|bien recu|rien|lol|mdr+|ptdr+|ha(?:ha)+|bravo|desolee?|"
        r"pardon|test|"
        r"et (?:toi|vous)|de rien|pas de (?:probleme|souci)|sans (?:probleme|souci)|avec plaisir|"
        r"je vous en prie|je t en prie|j ai une (?:autre )?question)",
    ),
    (
        SmallTalk.HELLO,
        r"(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|slt|bjr|bsr|cc|yo|salutations|"
        r"comment (?:ca va|allez vous|vas tu)|ca va|how are you)",
    ),
    (
        SmallTalk.THANKS,
        r"(?:(?:un )?(?:grand )?merci+|mrc|mci|je (?:te|vous) remercie|thx|"
        r"(?:thanks|thank you)(?: (?:a lot|(?:so|very) much))?)",
    ),
    (
        SmallTalk.GOODBYE,
        r"(?:au revoir|a (?:bientot|demain|plus tard|plus|tout a l heure)|bye|a ?\+|ciao|"
        r"bonne (?:fin de )?(?:journee|soiree|nuit|semaine)|bon(?:ne)? apres midi|"
        r"bon (?:week end|we)|adieu)",
    ),
    (
        SmallTalk.INSULT,
        r"(?:(?:c est |espece d(?:e|u) |gros |sale |pauvre |t es |tu es |vous etes |quel |"
        r"va te faire |ta |ferme |un |une |vraiment )*"
        r"(?:con|connard|connasse|conne|idiote?|imbecile|abrutie?|cretine?|debile|nul|nulle|merde|"
        r"stupide|bete|foutre|enfoire|salaud|salope|pute|putain|encule|fdp|tg|gueule|ntm|"
        r"bouffon))",
    ),
    (
        SmallTalk.HELP,
        r"(?:aide(?: moi)?|aidez moi|help|qui es tu|qui etes vous|(?:tu es|t es|vous etes) qui|"
        r"a quoi (?:sers tu|servez vous|tu sers|vous servez)|(?:tu sers|vous servez) a quoi|"
        r"(?:que (?:sais tu|savez vous|peux tu|pouvez vous)|"
        r"qu est ce que (?:tu sais|vous savez|tu peux|vous pouvez)) faire)",
    ),
    (
        SmallTalk.ABOUT,
        rf"(?:(?:de|sur) quoi (?:parle|traite|porte)(?:nt)? {_ARTICLES}|"
        rf"{_ARTICLES} (?:parle|traite|porte)(?:nt)? (?:de|sur) quoi|"
        rf"(?:que|qu est ce que) contien(?:nen)?t {_ARTICLES}|"
        rf"quels (?:sujets|themes) (?:abordent|traitent) {_ARTICLES}|"
        rf"quels (?:sont (?:les|tes|vos) )?(?:sujets|themes)(?: (?:sont )?(?:abordes|traites))?"
        rf" (?:des|de|du|dans) {_ARTICLES}|"
        r"quels sont (?:les|tes|vos) (?:sujets|themes)|"
        r"quel(?:le)?s sont (?:tes|vos) (?:sources|articles|textes|documents)|"
        r"(?:quels articles|quelles sources)"
        r"(?: (?:as tu|avez vous|connais tu|connaissez vous|cites tu|citez vous))?|"
        r"de quoi (?:est ce que )?(?:tu parles|parles tu|vous parlez|parlez vous)|"
        r"(?:tu parles|vous parlez) de quoi|"
        r"(?:de|sur) quoi (?:est ce que )?(?:peux tu|pouvez vous|sais tu|savez vous|tu peux|"
        r"vous pouvez|tu sais|vous savez|je peux|puis je|on peut|peut on) "
        r"(?:(?:me|te|t|vous) )?(?:parler|repondre|interroger|questionner))",
    ),
)
_KINDS = "|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _PATTERNS)
_PART = re.compile(rf"(?:{_KINDS}|{_FILLER})(?: |$)")
_ENGLISH = frozenset(
    """
    the is are was were who what when where why how did does do which many much of and in to for
    from has have had it its their there about users
    """.split()  # noqa: SIM905
)
_FRENCH = frozenset(
    """
    le la les un une des du est sont qui que quoi quand pourquoi comment combien et en dans pour
    sur avec il elle a au aux quel quelle
    """.split()  # noqa: SIM905
)


def small_talk(text: str) -> SmallTalk | None:
    """Tell which kind of small talk a whole message is, or None: then it is a question."""
    if not any(character.isalnum() for character in text):
        return SmallTalk.NO_WORDS
    plain, position = _plain(text), 0
    kinds = []
    while position < len(plain):
        part = _PART.match(plain, position)
        if part is None:
            return None
        if part.lastgroup is not None:
            kinds.append(SmallTalk[part.lastgroup])
        position = part.end()
    return max(kinds, key=list(SmallTalk).index, default=None)


def is_english(text: str) -> bool:
    """Tell whether a question reads as English rather than French."""
    words = set(_plain(text).split())
    return len(words & _ENGLISH) > len(words & _FRENCH)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w+]+", " ", fold(text.lower())).split())
