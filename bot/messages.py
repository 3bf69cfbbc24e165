"""Every French sentence that a person reads."""

from collections.abc import Sequence

from retrieval.records import Reference

# Telegram: who the bot is

BOT_NAME = "Je cite"
SHORT_DESCRIPTION = "Je réponds à vos questions avec les mots des articles, et leur source."
DESCRIPTION = (
    "Posez une question en français : je réponds avec les passages des articles qui y répondent, "
    "mot pour mot, avec leur source. Je n’invente rien, et quand les articles ne disent rien, "
    "je le dis."
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
        f"Bonjour ! Je réponds aux questions en citant, mot pour mot et avec leur source, "
        f"{corpus}. Je n’écris rien moi-même : si les articles ne répondent pas, je vous le dis."
    )


START_EXAMPLES = "Écrivez votre question, ou essayez :"

HELP = (
    "Écrivez simplement votre question : je réponds avec les passages des articles qui y "
    "répondent, la phrase utile en gras et, si elle est courte, la réponse en tête.\n\n"
    "• « Contexte » montre ce qui entoure le passage, « Autres passages » ce que j’ai trouvé "
    "d’autre.\n"
    "• Vous pouvez enchaîner : « Et Signal ? », « Pourquoi ? », « En quelle année ? ».\n"
    "• Dans un groupe, écrivez /question suivi de votre question, ou répondez à l’un de mes "
    "messages.\n\n"
    "/sources : les articles que je cite\n"
    "/confidentialite : ce que je retiens de vous\n"
    "/oublier : l’effacer maintenant"
)

PRIVACY = (
    "Je n’enregistre rien : ni vos questions, ni votre nom, ni mes réponses, et mes journaux "
    "techniques n’en contiennent pas.\n\n"
    "En mémoire vive seulement, et jamais sur un disque :\n"
    "• votre dernière question, pendant dix minutes, pour comprendre une suite comme "
    "« Et Signal ? » ;\n"
    "• les passages que je vous ai montrés, pendant une heure, pour que les boutons marchent ;\n"
    "• le nombre de vos messages de la dernière minute, pour que chacun ait son tour.\n\n"
    "/oublier efface tout de suite les deux premiers. Vos messages passent par Telegram, dont les "
    "règles s’appliquent aussi."
)

FORGOTTEN = "C’est oublié : je ne retiens plus rien de vos questions."

# Telegram: answers

RELATED = (
    "Les articles en parlent, mais je n’y trouve pas ce que vous demandez. "
    "Voici le passage le plus proche :"
)
NOTHING = (
    "Je n’ai rien trouvé dans les articles qui réponde à cette question.\n\n"
    "Essayez avec d’autres mots, ou en nommant la personne, l’entreprise ou le lieu. "
    "/sources dit de quoi parlent les articles."
)
NOTHING_IN_ENGLISH = (
    "Je n’ai rien trouvé dans les articles qui réponde à cette question. "
    "Ils sont en français : essayez de la poser en français."
)
CONTEXT_TITLE = "Dans l’article :"
OTHERS_TITLE = "Autres passages :"
CUT = "[…]"


def also_in(labels: Sequence[str]) -> str:
    """Name the other articles that say nearly the same."""
    return f"Presque mot pour mot aussi dans : {' ; '.join(labels)}"


# Telegram and terminal


def understood(question: str) -> str:
    """Show how a question was read."""
    return f"J’ai compris : {question}"


def quoted(text: str) -> str:
    """Put an article's own words in guillemets."""
    return f"«\u00a0{text}\u00a0»"


# Telegram: buttons

CONTEXT_BUTTON = "Contexte"
OTHERS_BUTTON = "Autres passages"
BACK_BUTTON = "Retour à la réponse"
NEXT_BUTTON = "Suivants ›"
PREVIOUS_BUTTON = "‹ Précédents"

EXPIRED = "Je ne retrouve plus ce passage : posez-moi de nouveau la question."
CHANGED = "L’article a changé depuis : posez-moi de nouveau la question."
GONE = "Ce message n’existe plus."
NO_MORE_CONTEXT = "Le passage est déjà tout ce que l’article en dit."
BUTTON_FAILED = "Cela n’a pas marché. Réessayez dans un instant."

# Telegram: sources

NO_SOURCES = "Je n’ai aucun article pour l’instant."


def sources_title(first: int, last: int, total: int) -> str:
    """Head a page of the list of articles."""
    if total == 1:
        return "Je cite un seul article :"
    if last - first + 1 == total:
        return f"Je cite {_number(total)} articles :"
    return f"Je cite {_number(total)} articles. Voici les {first} à {last} :"


# Telegram: what is no question

ACKNOWLEDGED = "Je suis là pour vos questions : posez-m’en une quand vous voulez."
HELLO = "Bonjour ! Quelle est votre question ?"
THANKS = "Avec plaisir !"
GOODBYE = "Au revoir, et à bientôt !"
INSULT = "Je fais de mon mieux. Si ma réponse ne vous aide pas, essayez avec d’autres mots."
NO_WORDS = "Posez-moi une question avec des mots : je chercherai dans les articles."
ONLY_TEXT = "Je ne lis que le texte : écrivez-moi votre question."
TOO_LONG = "C’est trop long pour moi : posez votre question en quelques phrases."
UNKNOWN_COMMAND = "Je ne connais pas cette commande. /aide dit ce que je sais faire."
QUESTION_USAGE = "Écrivez votre question après la commande : /question Qui a… ?"

# Telegram: limits and failures

TOO_FAST = "Vous allez plus vite que moi : laissez-moi une minute, puis reprenez."
BUSY = "Je reçois beaucoup de questions en ce moment. Réessayez dans une minute."
CLOSING = "Je redémarre : réessayez dans un instant."
RESERVED = "Ce bot est réservé à certaines personnes."
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

TERMINAL_NONE = "Je n'ai rien trouvé dans le corpus qui réponde à cette question."
TERMINAL_RELATED = (
    "Les articles en parlent, mais ne disent pas ce que vous demandez. Le plus proche\u00a0:"
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
