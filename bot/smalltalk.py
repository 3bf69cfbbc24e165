"""What people write that is no question: greetings, thanks, insults, emoji.

Only a message that is nothing else counts: « Bonjour, qui a fondé Signal ? » is a question.
"""

import re
from enum import Enum

from retrieval.french import fold


class SmallTalk(Enum):
    """A kind of message that is answered without looking anything up."""

    HELLO = "hello"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    INSULT = "insult"
    NO_WORDS = "no words"
    ABOUT = "about"


_FILLER = (
    r"(?:a tous|a toutes|tout le monde|toi|vous|le bot|bot|beaucoup|bien|infiniment|mille fois|"
    r"encore|pour tout|pour (?:la|ta|votre) reponse|c est (?:super|parfait|gentil|note)|"
    r"super|parfait|genial|d avance|la|les amis|a toi|a vous|madame|monsieur)"
)
_PATTERNS = (
    (
        SmallTalk.HELLO,
        r"(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|slt|bjr|bsr|cc|yo|salutations|"
        r"comment (?:ca va|allez vous|vas tu)|ca va)",
    ),
    (SmallTalk.THANKS, r"(?:merci|mrc|mci|thanks|thank you|thx|grand merci|un grand merci)"),
    (
        SmallTalk.GOODBYE,
        r"(?:au revoir|a bientot|bye|a plus|a\+|ciao|bonne (?:journee|soiree|nuit)|adieu)",
    ),
    (
        SmallTalk.INSULT,
        r"(?:(?:c est |espece d(?:e|u) |gros |sale |pauvre |t es |tu es |vous etes |quel |"
        r"va te faire |ta |ferme |un |une |vraiment )*"
        r"(?:con|connard|connasse|conne|idiote?|imbecile|abrutie?|cretine?|debile|nul|nulle|merde|"
        r"stupide|bete|foutre|enfoire|salaud|salope|pute|encule|fdp|tg|gueule|ntm|bouffon))",
    ),
)
_COMPILED = tuple(
    (kind, re.compile(rf"(?:{pattern})(?: (?:{pattern}|{_FILLER}))*"))
    for kind, pattern in _PATTERNS
)
_ABOUT = re.compile(
    r"(?:de quoi|sur quoi|quels? (?:sont les )?(?:sujets?|themes?)|que contiennent|"
    r"qu est ce que contiennent|quels articles|quelles sources)\b.*"
    r"\b(?:articles?|corpus|sources?|textes?|documents?)\b.*|"
    r"(?:quels articles|quelles sources)(?: (?:as tu|avez vous|connais tu|connaissez vous))?|"
    r"(?:de quoi|sur quoi) (?:peux tu|pouvez vous|sais tu) (?:parler|repondre)"
)
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
    plain = _plain(text)
    if _ABOUT.fullmatch(plain):
        return SmallTalk.ABOUT
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(plain)), None)


def is_english(text: str) -> bool:
    """Tell whether a question reads as English rather than French."""
    words = set(_plain(text).split())
    return len(words & _ENGLISH) > len(words & _FRENCH)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w+]+", " ", fold(text.lower())).split())
