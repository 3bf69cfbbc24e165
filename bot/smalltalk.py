"""What people write that is no question: greetings, thanks, reproaches, emoji.

Only a message that is nothing else counts: « Bonjour, qui a fondé Signal ? » is a question.
"""

import re
from enum import Enum, unique

from bot import messages
from retrieval.french import fold


@unique  # Kinds of one answer would be one kind.
class SmallTalk(Enum):
    """A kind of message that isn't looked up, and its answer: for ABOUT, the list of articles.

    A message of several kinds is of the last one here: « Bonjour et merci » is thanks.
    """

    NO_WORDS = messages.NO_WORDS
    ACKNOWLEDGEMENT = messages.ACKNOWLEDGED
    DOUBT = messages.DOUBT
    MORE = messages.MORE
    HELLO = messages.HELLO
    THANKS = messages.THANKS
    GOODBYE = messages.GOODBYE
    REPROACH = messages.REPROACH
    HELP = messages.HELP
    WHO = messages.WHO
    ABOUT = ""


_YOUR = r"(?:(?:le|la|l|les|ce|cette|ces|ton|ta|tes|votre|vos|toutes (?:ces|les|tes|vos)) )"
_YOU_ARE = r"(?:(?:est ce que )?(?:tu es|t(?: ?es)?|vous etes)|es tu|etes vous)"
_YOU_CAN = (
    r"(?:(?:est ce que )?(?:tu (?:peux|pourrais)|vous (?:pouvez|pourriez))|"
    r"(?:peux|pourrais) tu|(?:pouvez|pourriez) vous)"
)
_I_WANT = r"(?:je (?:veux|voudrais|souhaite|cherche)|j ?(?:ai(?:merais)?|aurais)|puis je|je peux)"
_FILLER = (
    r"(?:(?:a )?(?:tous|toutes|toi|vous)(?: (?:tous|toutes|aussi|egalement))?|tout le monde|"
    r"le bot|bot|beaucoup|bcp|bien|infiniment|mille fois|pour tout|d avance|ah|sur ce|"
    r"dans ce cas|bon|alors|la$|les (?:amis|gens)|mon amie?|madame|monsieur|et|mais|"
    r"quand meme|ou quoi|s il (?:te|vous) plait|stp|svp|"
    rf"(?:(?:pour|de) )?{_YOUR}?(?:reponses?|infos?|informations?)"
    r"(?: (?:si )?(?:rapide|claire|precise|complete|utile)s?)?|(?:pour|de) "
    rf"{_YOUR}?aide)"
)
_ARTICLES = (
    rf"(?:tous )?{_YOUR}?(?:articles|sources|textes|documents|corpus)(?: (?:du |de {_YOUR})corpus)?"
)
_PATTERNS = (
    (SmallTalk.NO_WORDS, r"euh+"),
    (
        SmallTalk.ACKNOWLEDGEMENT,
        r"(?:ok|okay|oki|d ?acc?(?:ord)?|oui|non|entendu|compris|parfait|super|genial|cool|"
        r"tres bien|nickel|"
        r"c(?: est)? (?:super|parfait|gentil|note|bon|bien|clair|cool|top|tout)|top|"
        r"ca (?:marche|roule)|je vois|bien (?:recu|sur)|rien|lol|mdr+|ptdr+|ha(?:ha)+|bravo|"
        r"desolee?|pardon|test|tkt|"
        r"et (?:toi|vous)|de rien|pas de (?:probleme|souci)|sans (?:probleme|souci)|avec plaisir|"
        r"je vous en prie|je t en prie|"
        rf"{_I_WANT} (?:(?:(?:te|vous) )?(?:poser|demander) )?(?:une?|des|quelques) "
        r"(?:(?:petit|autre)e?s? )?(?:question|renseignement|information|info)s?)",
    ),
    (
        SmallTalk.DOUBT,
        rf"(?:{_YOU_ARE} (?:bien |vraiment )?(?:sure?s?|certaine?s?)|vraiment|ah bon|hein|"
        r"c est (?:vrai|sur)|serieux|serieusement)",
    ),
    (
        SmallTalk.MORE,
        r"(?:(?:la )?suite|continue[rz]?|encore|(?:autre|plus de) (?:chose|passages|details)|"
        rf"plus(?: d (?:infos?|informations?))?|(?:{_I_WANT} )?en savoir plus|contexte|"
        rf"(?:(?:dis|dites) m en|{_YOU_CAN} m en dire) plus|autres passages)",
    ),
    (
        SmallTalk.HELLO,
        r"(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|slt|bjr|bsr|cc|yo|salutations|"
        r"comment (?:ca va|allez vous|vas tu)|[cs]a va|how are you|allo|re|rebonjour|"
        rf"{_YOU_ARE} la|(?:il )?y ?a (?:t il )?quelqu un)",
    ),
    (
        SmallTalk.THANKS,
        r"(?:(?:un )?(?:grand )?merci+|mrc|mci|je (?:te|vous) remercie|thx|"
        r"(?:thanks|thank you)(?: (?:a lot|(?:so|very) much))?)",
    ),
    (
        SmallTalk.GOODBYE,
        r"(?:au revoire?|a (?:bientot|demain|plus tard|plus|tout a l heure|la prochaine)|bye|"
        r"a ?\+|ciao|bonne continuation|bon courage|"
        r"bonne (?:fin de )?(?:journee|soiree|nuit|semaine)|bon(?:ne)? apres midi|"
        r"bon (?:week end|we)|adieu)",
    ),
    (
        SmallTalk.REPROACH,
        rf"(?:(?:c est |espece d[eu]? |gros |sale |pauvre |bande de |{_YOU_ARE} |quel(?:le)? |"
        rf"va te faire |fils de |ta |ferme |une? |des |vraiment |{_YOUR}?(?:bot|reponse) est )*"
        r"(?:cons?|connards?|connasse|conne|idiote?s?|imbeciles?|abrutie?s?|cretine?s?|debiles?|"
        r"nul(?:le)?s?|(?:de la )?merde|merdique|nazes?|pourrie?|inutile|stupides?|bete|foutre|"
        r"enfoire|salaud|salope|pute|putain|encule|fdp|tg|gueule|ntm|bouffon|faux|fausse|"
        r"(?:la )?mauvaise reponse|n importe quoi)|"
        r"degage|casse toi|ferme la|(?:tu (?:me )?fais|va) chier|nique ta mere|va te faire voir|"
        r"(?:ce n est|c(?: est)?) pas (?:ca|vrai|(?:la (?:bonne )?|une )reponse|ma question|"
        r"ce que (?:je (?:demande|cherche|veux)|j ai demande))|"
        r"tu te trompes?|vous vous trompez|(?:tu (?:ne )?sers|vous (?:ne )?servez) a rien|"
        r"(?:(?:(?:tu|vous) (?:n )?(?:as|avez)|je n ai|j ?ai) )?(?:pas|rien) (?:repondu|compris)"
        r"(?: a)?(?: (?:la|ma) question)?|je (?:ne )?comprends (?:pas|rien))",
    ),
    (
        SmallTalk.HELP,
        rf"(?:aide(?: moi)?|aidez moi|help|start|{_YOU_CAN} m aider|"
        r"(?:j ?ai )?besoin d(?:e (?:ton|votre))? aide|comment (?:ca|cela) (?:marche|fonctionne)|"
        r"a quoi (?:sers tu|servez vous|tu sers|vous servez)|(?:tu sers|vous servez) a quoi|"
        r"(?:que (?:sais tu|savez vous|peux tu|pouvez vous)|"
        r"qu est ce que (?:tu sais|vous savez|tu peux|vous pouvez)) faire)",
    ),
    (
        SmallTalk.WHO,
        rf"(?:(?:qu|k)i (?:es tu|etes vous)|{_YOU_ARE} qui|"
        r"comment (?:tu t appelles|t appelles tu|vous vous appelez|vous appelez vous)|"
        r"(?:tu t appelles|vous vous appelez) comment|(?:quel est|c est quoi) (?:ton|votre) nom|"
        rf"{_YOU_ARE} (?:une? )?(?:vraie? )?(?:robot|chatbot|machine|ia|intelligence artificielle|"
        r"humaine?|personne)|"
        r"qui (?:t|vous) a (?:cree|fait|concu|programme|developpe)|"
        rf"{_I_WANT} parler (?:a|avec) (?:quelqu un|une? (?:vraie? |etre )?(?:humaine?|personne)))",
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
        r"quel(?:le)?s? (?:est|sont) (?:la|ta|tes|votre|vos) "
        r"(?:sources?|articles|textes|documents)|(?:(?:la|les|ta|tes|votre|vos) )?sources?|"
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
# The fillers of Korean syllables are letters to Unicode, and nothing to see.
_NO_WORD = re.compile(r"[^\w+]+|[\u115f\u1160]+")
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
    plain, position = _plain(text), 0
    if not any(character.isalnum() for character in plain):
        return SmallTalk.NO_WORDS
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
    return " ".join(_NO_WORD.sub(" ", fold(text.lower())).split())
