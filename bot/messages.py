"""Every French sentence that a person reads."""

from collections.abc import Sequence

from retrieval.records import Reference

# Telegram: who the bot is

BOT_NAME = "Je cite"
SHORT_DESCRIPTION = "Je réponds à vos questions avec les mots des articles, et leur source."
DESCRIPTION = (
    "Posez une question en français\u00a0: je réponds avec les passages des articles qui y "
    "répondent, mot pour mot, avec leur source. Je n’invente rien, et quand les articles ne disent "
    "rien, je le dis."
)

PRIVATE_COMMANDS = (
    ("start", "Qui je suis, et des exemples de questions"),
    ("aide", "Comment poser une question"),
    ("sources", "Les articles que je cite"),
    ("confidentialite", "Ce que je retiens de vous"),
    ("oublier", "Effacer maintenant ce que je retiens"),
)
GROUP_COMMANDS = (("question", "Poser une question aux articles"),)


def start(articles: int) -> str:
    """Say who the bot is."""
    corpus = "un seul article" if articles == 1 else f"{_number(articles)} articles"
    return (
        f"Bonjour\u202f! Je réponds aux questions en citant, mot pour mot et avec leur source, "
        f"{corpus}. Je n’écris rien moi-même\u00a0: si les articles ne répondent pas, je vous le "
        f"dis."
    )


START_EXAMPLES = "Écrivez votre question, ou essayez\u00a0:"

HELP = (
    "Écrivez simplement votre question\u00a0: je réponds avec les passages des articles qui y "
    "répondent. La phrase utile est en gras et, s’il y a une réponse courte, elle est en tête.\n\n"
    "• «\u00a0Contexte\u00a0» montre ce qui entoure le passage, «\u00a0Autres passages\u00a0» ce "
    "que j’ai trouvé d’autre.\n"
    "• Vous pouvez enchaîner\u00a0: «\u00a0Pourquoi\u202f?\u00a0», "
    "«\u00a0En quelle année\u202f?\u00a0».\n"
    "• Dans un groupe, écrivez /question suivi de votre question, ou répondez à l’un de mes "
    "messages.\n\n"
    "/sources\u00a0: les articles que je cite\n"
    "/confidentialite\u00a0: ce que je retiens de vous\n"
    "/oublier\u00a0: l’effacer maintenant"
)

PRIVACY = (
    "Je n’enregistre rien\u00a0: ni vos questions, ni votre nom, ni mes réponses, et mes journaux "
    "techniques n’en contiennent pas.\n\n"
    "En mémoire vive seulement, et jamais sur un disque\u00a0:\n"
    "• vos questions, dix minutes chacune, pour comprendre une suite comme "
    "«\u00a0En quelle année\u202f?\u00a0»\u202f;\n"
    "• les passages que je vous ai montrés, pendant une heure, pour que les boutons "
    "marchent\u202f;\n"
    "• le nombre de vos messages de la dernière minute, pour que chacun ait son tour.\n\n"
    "/oublier efface tout de suite les deux premiers. Vos messages passent par Telegram, dont les "
    "règles s’appliquent aussi."
)

FORGOTTEN = "C’est oublié\u00a0: je ne retiens plus rien de vos questions."

# Telegram: answers

NOTHING = (
    "Je n’ai rien trouvé dans les articles qui réponde à cette question.\n\n"
    "Essayez avec d’autres mots, ou en nommant la personne, l’entreprise ou le lieu. "
    "/sources dit de quoi parlent les articles."
)
NOTHING_IN_ENGLISH = (
    "Je n’ai rien trouvé dans les articles qui réponde à cette question. "
    "Ils sont en français\u00a0: essayez de la poser en français."
)
CONTEXT_TITLE = "Dans l’article\u00a0:"
OTHERS_TITLE = "Autres passages\u00a0:"
CUT = "[…]"


def also_in(labels: Sequence[str]) -> str:
    """Name the other articles that say nearly the same."""
    return "Presque mot pour mot aussi dans\u00a0: " + "\u202f; ".join(labels)


# Telegram and terminal

RELATED = (
    "Je n’ai pas trouvé de réponse sûre dans les articles. "
    "Voici ce qui s’en approche le plus\u00a0:"
)


def understood(question: str) -> str:
    """Show how a question was read."""
    return f"J’ai compris\u00a0: {question}"


def quoted(text: str) -> str:
    """Put an article's own words in guillemets."""
    return f"«\u00a0{text}\u00a0»"


# Telegram: buttons

CONTEXT_BUTTON = "Contexte"
OTHERS_BUTTON = "Autres passages"
BACK_BUTTON = "Retour à la réponse"
NEXT_BUTTON = "Suivants ›"
PREVIOUS_BUTTON = "‹ Précédents"

EXPIRED = "Je ne retrouve plus ce passage\u00a0: posez-moi de nouveau la question."
CHANGED = "L’article a changé depuis\u00a0: posez-moi de nouveau la question."
EXAMPLE_GONE = "Cet exemple n’est plus proposé\u00a0: écrivez-moi votre question, ou /start."
GONE = "Ce message n’existe plus\u00a0: posez-moi de nouveau la question."
NO_MORE_CONTEXT = "Il n’y a rien d’autre à montrer autour de ce passage."
BUTTON_FAILED = "Cela n’a pas marché. Réessayez dans un instant."

# Telegram: sources

NO_SOURCES = "Je n’ai aucun article pour l’instant."


def sources_title(first: int, last: int, total: int) -> str:
    """Head a page of the list of articles."""
    if total == 1:
        return "Je cite un seul article\u00a0:"
    if last - first + 1 == total:
        return f"Je cite {_number(total)} articles\u00a0:"
    return f"Je cite {_number(total)} articles. Voici les {first} à {last}\u00a0:"


# Telegram: what is no question

ACKNOWLEDGED = "Je suis là pour vos questions\u00a0: posez-m’en une quand vous voulez."
HELLO = "Bonjour\u202f! Quelle est votre question\u202f?"
THANKS = "Avec plaisir\u202f!"
GOODBYE = "Au revoir, et à bientôt\u202f!"
REPROACH = "Je fais de mon mieux. Si ma réponse ne vous aide pas, essayez avec d’autres mots."
DOUBT = (
    "Tout ce que je montre est cité mot pour mot, et la source est dessous. Je peux me tromper de "
    "passage\u00a0: «\u00a0Contexte\u00a0» montre ce qui l’entoure."
)
MORE = (
    "Sous ma réponse, «\u00a0Contexte\u00a0» montre ce qui entoure le passage, "
    "«\u00a0Autres passages\u00a0» ce que j’ai trouvé d’autre. Sans ces boutons, c’est tout ce "
    "que j’ai."
)
WHO = (
    f"Je suis «\u00a0{BOT_NAME}\u00a0», un programme et non une personne\u00a0: je cherche "
    "dans les articles, et je cite mot pour mot ce qui répond. /aide dit comment me parler."
)
NO_WORDS = "Posez-moi une question avec des mots\u00a0: je chercherai dans les articles."
ONLY_TEXT = "Je ne lis que le texte\u00a0: écrivez-moi votre question."
TOO_LONG = "C’est trop long pour moi\u00a0: posez votre question en quelques phrases."
UNKNOWN_COMMAND = "Je ne connais pas cette commande. /aide dit ce que je sais faire."
QUESTION_USAGE = "Écrivez votre question dans le même message\u00a0: /question Qui a…\u202f?"

# Telegram: limits and failures

TOO_FAST = "Vous allez plus vite que moi\u00a0: laissez-moi une minute, puis reprenez."
BUSY = "Je reçois beaucoup de questions en ce moment. Réessayez dans une minute."
CLOSING = "Je redémarre\u00a0: réessayez dans un instant."
RESERVED = "Ce bot est réservé à certaines personnes. Demandez l’accès à qui s’en occupe."
FAILED = "Quelque chose n’a pas marché de mon côté. Réessayez dans un instant."

# Dates and numbers

_MONTHS = "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre"


def french_date(date: str) -> str:
    """Write an ISO date, which may stop at the year or the month, as French does."""
    year, *rest = date.split("-")
    if not rest or not rest[0].isdecimal() or not 1 <= int(rest[0]) <= 12:
        return date if rest else year
    month = _MONTHS.split(",")[int(rest[0]) - 1]
    if len(rest) == 1 or not rest[1][:2].isdecimal():
        return f"{month} {year}"
    day = int(rest[1][:2])
    return f"{'1er' if day == 1 else day} {month} {year}"


def details(reference: Reference) -> str:
    """Say what is known of an article besides its title: source and date, or nothing."""
    known = [reference.source or "", french_date(reference.date) if reference.date else ""]
    return ", ".join(part for part in known if part)


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


# Terminal

TERMINAL_NONE = (
    "Je n’ai rien trouvé dans les articles qui réponde à cette question.\n"
    "Essayez avec d’autres mots\u202f; «\u00a0jecite sources\u00a0» dit de quoi parlent les "
    "articles."
)
TERMINAL_SAME_WORDS = "Mot pour mot aussi dans\u00a0:"
TERMINAL_NEAR_WORDS = "Presque mot pour mot aussi dans\u00a0:"
TERMINAL_NO_HIT = "Aucun passage ne correspond à cette recherche."
TERMINAL_PROMPT = "Posez vos questions, une par ligne (Ctrl-D pour finir)."


def terminal_question(question: str) -> str:
    """Introduce the answer to one question among several."""
    return f"Question\u00a0: {question}"


def terminal_articles(count: int) -> str:
    """Say how many articles an index holds."""
    return f"{_number(count)} article{'s' if count > 1 else ''}"
