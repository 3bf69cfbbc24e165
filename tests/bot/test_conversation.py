"""What a person sees: commands, answers, buttons, groups, follow-ups."""

import itertools
import re

import pytest
from telegram_server import TelegramServer

from bot import messages
from bot.smalltalk import SmallTalk, small_talk
from retrieval.corpus import default_corpus

QUESTION = "Combien d'utilisateurs Telegram a-t-il gagnés ?"

numbers = itertools.count(1)


@pytest.fixture
def server(shared_server):
    return shared_server


@pytest.fixture
def alice(server):
    return server.person(next(numbers), "Alice")


@pytest.fixture
def ask(alice):
    """Sends a text in private and returns the next message of the bot."""

    def ask(text: str, **options):
        alice.sends(alice.private, text, **options)
        return alice.private.next_message()

    return ask


def test_start_says_who_the_bot_is_and_offers_examples(ask):
    message = ask("/start")
    assert "5 articles" in message.text
    assert "mot pour mot" in message.text
    assert QUESTION in message.button_texts
    assert len(message.buttons) == 6
    assert all(len(row) == 1 for row in message.buttons)


def test_an_example_is_asked_by_its_button(alice, ask):
    start = ask("/start")
    press = alice.presses(start, "Qui a fondé Telegram ?")
    assert press.answer().text == ""
    answer = alice.private.next_message()
    assert "Qui a fondé Telegram ?" in answer.spans("italic")
    assert any("Pavel" in quote for quote in answer.quotes)


def test_an_answer_is_quoted_in_bold_with_its_source(ask):
    message = ask(QUESTION)
    assert 1 <= len(message.quotes) <= 3
    articles = "\n".join(p.read_text() for p in default_corpus().glob("*.txt"))
    for quote in message.quotes:
        # Telegram shows a blank line as it stands: quotations are the article's own text.
        assert quote in articles
    assert any(words in message.quotes[0] for words in message.spans("bold"))
    assert "[1] " in message.text
    assert len(message.spans("blockquote")) == 1
    assert len(message.spans("expandable_blockquote")) == len(message.quotes) - 1
    assert not message.link_preview


def test_different_figures_are_all_shown_each_with_its_article(ask):
    message = ask(QUESTION)
    assert "25 millions" in message.text
    assert "rois millions" in message.text
    assert "Telegram a gagné trois millions" in message.text
    assert "janvier 2021" in message.text


def test_typing_is_shown_until_the_answer_comes(alice, ask):
    ask(QUESTION)
    assert [action.action for action in alice.private.actions][:1] == ["typing"]
    assert not alice.private.is_typing


def test_what_no_article_says_is_said_so(ask):
    message = ask("Quelle est la recette de la tarte aux pommes ?")
    assert message.text == messages.NOTHING
    assert message.buttons == ()


@pytest.mark.parametrize("command", ["/aide", "/help", "/help@another_bot"])
def test_help(ask, command):
    assert ask(command).text == messages.HELP


def test_what_the_bot_says_of_itself_names_nothing_of_a_corpus():
    for text in (messages.HELP, messages.PRIVACY):
        assert not re.search(r"[a-zé] +[A-Z][^ ]*\u202f\?", text)


@pytest.mark.parametrize("command", ["/confidentialite", "/Confidentialité", "/privacy"])
def test_privacy(ask, command):
    message = ask(command)
    assert "dix minutes" in message.text
    assert "/oublier" in message.text


def test_sources_lists_every_article(ask):
    message = ask("/sources")
    assert message.text.startswith("Je cite 5 articles\u00a0:")
    assert "Réseaux sociaux. Avis de tempête sur facebook — janvier 2021" in message.text
    assert "5. " in message.text
    assert message.buttons == ()


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Bonjour", messages.HELLO),
        ("salut !", messages.HELLO),
        ("Merci beaucoup 🙏", messages.THANKS),
        ("au revoir", messages.GOODBYE),
        ("T'es nul", messages.REPROACH),
        ("tu es sûr ?", messages.DOUBT),
        ("la suite", messages.MORE),
        ("ok", messages.ACKNOWLEDGED),
        ("Qui es-tu ?", messages.WHO),
        ("Comment ça marche ?", messages.HELP),
        ("😀😀", messages.NO_WORDS),
        ("?", messages.NO_WORDS),
        ("/inconnue", messages.UNKNOWN_COMMAND),
        ("/réponse Qui a fondé Telegram ?", messages.UNKNOWN_COMMAND),
        ("/question", messages.QUESTION_USAGE),
        ("a" * 3000, messages.TOO_LONG),
    ],
)
def test_what_is_no_question_has_its_short_answer(ask, text, reply):
    assert ask(text).text == reply


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            SmallTalk.ACKNOWLEDGEMENT,
            "ok, oui; non; d'accord; Parfait !; super; et toi ?; j'ai une petite question; Bravo; "
            "désolée; lol; test; ah ok; De rien; sans souci; ça marche; C'est tout; c bon; ptdr; "
            "bien sûr; je voudrais un renseignement; je peux vous poser une question ?; "
            "jai une question; dacc; daccord; d acc; tkt",
        ),
        (
            SmallTalk.DOUBT,
            "tu es sûr ?; T'es sûr ?; Mais vous êtes sûrs ?; vraiment ?; Ah bon ?; hein ?; "
            "C'est vrai ?",
        ),
        (
            SmallTalk.MORE,
            "la suite; plus; et plus ?; continue; plus de détails; Autre chose ?; encore; "
            "tu peux m'en dire plus ?; je voudrais en savoir plus; Contexte; Autres passages",
        ),
        (
            SmallTalk.HELLO,
            "salut ça va et toi; Bonjour, j'ai une question; how are you; allô; re; Rebonjour; "
            "y a quelqu'un ?; Tu es là ?; coucou les gens; bonjour je voudrais un renseignement; "
            "sa va; slt euh sa va",
        ),
        (
            SmallTalk.THANKS,
            "ok merci; d'accord merci; super merci; non merci; merci pour ton aide; merci encore; "
            "merci pour les infos; merci de votre aide; bonjour et merci; thanks a lot; "
            "merci bcp; Merciii; je vous remercie; rien merci; c'est tout merci; "
            "merci pour votre réponse rapide; merci mon ami; merci à vous aussi",
        ),
        (
            SmallTalk.GOODBYE,
            "merci, au revoir; merci beaucoup, bonne journée !; merci et bonne soirée; à demain; "
            "bon après-midi; À plus tard; sur ce bonne soirée; bon we; à +; bonne fin de journée; "
            "à la prochaine; bonne continuation; bon courage; bonne journée à vous aussi; "
            "au revoire",
        ),
        (
            SmallTalk.REPROACH,
            "t'es con ou quoi; putain; c'est nul ta réponse; c'est de la merde; espèce d'idiot; "
            "ce bot est nul; c'est faux; Non, c'est pas ça; mauvaise réponse; tu ne sers à rien; "
            "n'importe quoi; je n'ai pas compris; tu n'as pas répondu à ma question; va chier; "
            "ta réponse est fausse; tes nul; t nul; tu te trompe; pas compris; jai rien compris",
        ),
        (
            SmallTalk.HELP,
            "tu sers à quoi; que sais-tu faire; aide; help; Bonjour, à quoi servez-vous ?; start; "
            "aide-moi stp; Pouvez-vous m'aider ?; tu peux m'aider; j'ai besoin d'aide; "
            "Comment ça marche ?",
        ),
        (
            SmallTalk.WHO,
            "qui es-tu; tu es qui; comment tu t'appelles; Tu t'appelles comment ?; tu es une IA ?; "
            "Es-tu un robot ?; qui t'a créé ?; je veux parler à quelqu'un; "
            "je voudrais parler à un humain; t qui; tes qui; ki es tu",
        ),
        (
            SmallTalk.ABOUT,
            "De quoi parlent tes articles ?; Que contiennent ces documents ?; quels articles; "
            "quelles sont tes sources ?; source ?; tes sources; quelle est ta source ?; "
            "de quoi tu parles; quels sont les sujets ?; "
            "sur quoi je peux t'interroger; Quels sujets sont traités dans les articles ?; "
            "Sur quoi portent les textes du corpus, s'il te plaît ?",
        ),
        (SmallTalk.NO_WORDS, "?; 😀😀; \u3164; \uffa0 \u115f; euh; euh..."),
        (
            None,
            "Bonjour, qui a fondé Signal ?; Qui a dit non à Facebook ?; Merci Facebook ?; "
            "Pourquoi merci ?; ok google; oui ou non ?; et Signal ?; et; beaucoup; les infos; "
            "aide sociale; prix du test; Le bac, c'est tout bon ?; "
            "C'est cool, Signal ?; La Bête ?; Qui es-tu, Alice ?; "
            "merci pour la réponse de Durov; quels sujets ?; quels articles parlent de Signal ?; "
            "De quoi parle l'article 4 du règlement ?; Sur quoi porte l'article 5 ?; "
            "De quoi sont faits les documents à fournir ?; De quoi parlent les articles de loi ?; "
            "De quoi est mort l'auteur du texte ?; Quelles sont les sources de Signal ?; "
            "De quoi est accusé Facebook dans ces articles ?; De quoi parle-t-il ?; "
            "Merci de me dire quand ouvre la mairie; Comment ça marche, l'inscription ?; "
            "Tu peux m'aider à trouver la mairie ?; J'ai une question sur la piscine; "
            "je voudrais un renseignement sur la cantine; Tu es là depuis quand ?; "
            "je veux parler à quelqu'un de la mairie; C'est vrai que Signal est gratuit ?; "
            "Je n'ai pas compris la réponse de Durov; tu es sur Telegram ?; Vraiment gratuit ?; "
            "Ah bon, et Signal ?; Plus de détails sur Signal; plus de 18 ans ?; "
            "Quelle est la source du fleuve ?; Sources de financement ?; Qui a créé Telegram ?; "
            "Il est inutile ?; menu; tes articles de loi; pas compris dans le prix; euh Signal",
        ),
    ],
)
def test_small_talk_is_told_from_questions(kind, texts):
    assert {text: small_talk(text) for text in texts.split("; ")} == dict.fromkeys(
        texts.split("; "), kind
    )


def test_what_the_articles_speak_of(ask):
    assert ask("De quoi parlent ces articles ?").text.startswith("Je cite 5 articles")


def test_a_question_in_english_is_answered_in_french_or_declined(ask):
    founded = ask("Who founded Telegram?")
    assert founded.quotes or founded.text == messages.NOTHING_IN_ENGLISH
    assert ask("What is the best recipe for apple pie?").text == messages.NOTHING_IN_ENGLISH


def test_a_text_that_the_app_cut_in_two_gets_one_reply(server, alice, ask):
    assert ask("mot " * 1250).text == messages.TOO_LONG
    server.wait_until_read()
    assert alice.private.stays_silent(0.5)


@pytest.mark.parametrize("medium", ["photo", "voice", "sticker", "document", "location"])
def test_media_get_a_short_reply(alice, medium):
    alice.sends_medium(alice.private, medium)
    assert alice.private.next_message().text == messages.ONLY_TEXT


def test_a_caption_is_a_question(alice):
    alice.sends_medium(alice.private, "photo", caption="Qui a fondé Telegram ?")
    assert alice.private.next_message().quotes


@pytest.mark.parametrize(
    ("caption", "reply"),
    [("/question", messages.QUESTION_USAGE), ("/aide", messages.HELP)],
)
def test_a_caption_is_a_command(alice, caption, reply):
    alice.sends_medium(alice.private, "photo", caption=caption)
    assert alice.private.next_message().text == reply


def test_an_album_with_a_caption_gets_one_reply(server, alice):
    alice.sends_medium(alice.private, "photo", caption="Qui a fondé Telegram ?", album="1")
    alice.sends_medium(alice.private, "photo", album="1")
    assert alice.private.next_message().quotes
    server.wait_until_read()
    assert alice.private.stays_silent(0.5)


def test_an_edit_gets_no_second_answer(server, alice, ask):
    sent = alice.sends(alice.private, QUESTION)
    alice.private.next_message()
    alice.edits(sent, "Qui a fondé Telegram ?")
    assert ask("merci").text == messages.THANKS


def test_a_forwarded_question_is_answered(ask):
    assert ask(QUESTION, forwarded_from="Bruno").quotes


# Buttons


def test_context_and_other_passages_edit_the_message_in_place(alice, ask):
    answer = ask("Comment Signal est-il financé ?")
    press = alice.presses(answer, messages.CONTEXT_BUTTON)
    context = alice.private.next_edit(answer)
    assert press.answer().text == ""
    assert context.message_id == answer.message_id
    assert context.text.startswith(messages.CONTEXT_TITLE)
    # The same sentence stands in bold amid more of its article.
    assert set(context.spans("bold")[1:]) <= set(answer.spans("bold"))
    assert len(context.quotes[0]) > len(answer.quotes[0])
    assert answer.quotes[0] in context.quotes[0]

    alice.presses(context, messages.BACK_BUTTON).answer()
    back = alice.private.message(answer.message_id)
    assert (back.text, back.entities) == (answer.text, answer.entities)

    alice.presses(back, messages.OTHERS_BUTTON).answer()
    others = alice.private.message(answer.message_id)
    assert others.text.startswith(messages.OTHERS_TITLE)
    assert f"[{len(answer.quotes) + 1}] " in others.text
    assert not set(others.quotes) & set(answer.quotes)
    assert len(alice.private.bot_messages) == 1


def test_pressing_twice_is_no_error(alice, ask):
    answer = ask("Comment Signal est-il financé ?")
    presses = [alice.presses(answer, messages.CONTEXT_BUTTON) for _ in range(2)]
    assert [press.answer().text for press in presses] == ["", ""]


def test_buttons_expire_politely(start_bot):
    with TelegramServer() as server:
        alice = server.person(42, "Alice")
        bot = start_bot(server)
        alice.sends(alice.private, "Comment Signal est-il financé ?")
        answer = alice.private.next_message()
        bot.stop()
        bot = start_bot(server)
        given = alice.presses(answer, messages.CONTEXT_BUTTON).answer(30)
        bot.stop()
    assert given.text == messages.EXPIRED
    assert given.show_alert


def test_a_button_on_a_vanished_message_says_so(alice, ask):
    answer = ask("Comment Signal est-il financé ?")
    alice.private.loses(answer)
    assert alice.presses(answer, messages.CONTEXT_BUTTON).answer().text == messages.GONE


def test_foreign_callback_data_is_answered(server, alice, ask):
    answer = ask("Comment Signal est-il financé ?")
    button = answer.button(messages.CONTEXT_BUTTON)
    forged = type(button)(button.text, callback_data="c:../../etc:99999999")
    assert alice.presses(answer, forged).answer().text == messages.EXPIRED


# Follow-ups


def test_a_follow_up_is_read_with_the_question_before(ask):
    ask("En quelle année Telegram a-t-il été lancé ?")
    message = ask("Et Signal ?")
    assert message.spans("italic") == (
        messages.understood("En quelle année Signal a-t-il été lancé ?"),
    )
    assert "2014" in message.text


def test_how_a_question_was_read_is_not_kept_for_the_buttons(alice, ask):
    ask("En quelle année Telegram a-t-il été lancé ?")
    message = ask("Et Signal ?")
    alice.presses(message, messages.CONTEXT_BUTTON).answer()
    context = alice.private.message(message.message_id)
    alice.presses(context, messages.BACK_BUTTON).answer()
    back = alice.private.message(message.message_id)
    assert message.text == f"{message.spans('italic')[0]}\n\n{back.text}"


def test_a_follow_up_of_a_follow_up(ask):
    ask("En quelle année Telegram a-t-il été lancé ?")
    ask("Et Signal ?")
    message = ask("Pourquoi ?")
    assert message.spans("italic") == (messages.understood("Pourquoi Signal a-t-il été lancé ?"),)


@pytest.mark.parametrize("text", ["non", "super merci", "et toi ?"])
def test_small_talk_is_not_the_question_before(ask, text):
    ask("En quelle année Telegram a-t-il été lancé ?")
    assert "J’ai compris" not in ask(text).text
    assert "En quelle année Signal a-t-il été lancé ?" in ask("Et Signal ?").text


def test_a_new_question_stands_alone(ask):
    ask("En quelle année Telegram a-t-il été lancé ?")
    assert ask("Qui a recommandé d'utiliser Signal ?").spans("italic") == ()


def test_forgetting_takes_effect_at_once(alice, ask):
    answer = ask("En quelle année Telegram a-t-il été lancé ?")
    assert ask("/oublier").text == messages.FORGOTTEN
    assert alice.presses(answer, answer.button_texts[0]).answer().text == messages.EXPIRED
    assert "J’ai compris" not in ask("Et Signal ?").text


def test_each_person_has_their_own_thread_of_thought(server, alice):
    group = server.group(-next(numbers), "Amis", sees_everything=True)
    bruno = server.person(next(numbers), "Bruno")
    alice.sends(group, "/question En quelle année Telegram a-t-il été lancé ?")
    group.next_message()
    bruno.sends(group, "/question Et Signal ?")
    assert "J’ai compris" not in group.next_message().text
    alice.sends(group, "/question Et Signal ?")
    assert "J’ai compris" in group.next_message().text


def test_a_reply_in_private_follows_up_what_it_replies_to(alice, ask):
    founded = ask("Qui a fondé Telegram ?")
    ask("En quelle année Signal a-t-il été lancé ?")
    message = ask("En quelle année ?", reply_to=founded)
    assert message.spans("italic") == (
        messages.understood("En quelle année a-t-on fondé Telegram ?"),
    )


def test_anyone_in_a_group_may_follow_up_an_answer_by_replying(server, alice):
    group = server.group(-next(numbers), "Amis", sees_everything=True)
    alice.sends(group, "/question En quelle année Telegram a-t-il été lancé ?")
    answer = group.next_message()
    understood = messages.understood("En quelle année Signal a-t-il été lancé ?")
    for text in ("Et Signal ?", "/question Et Signal ?"):
        server.person(next(numbers), "Bruno").sends(group, text, reply_to=answer)
        assert understood in group.next_message().text


def test_a_reply_to_what_answers_nothing_stands_alone(alice, ask):
    thanked = ask("merci")
    ask("En quelle année Telegram a-t-il été lancé ?")
    assert "J’ai compris" not in ask("Et Signal ?", reply_to=thanked).text


def test_what_is_forgotten_cannot_be_followed_up_by_replying(server, alice, ask):
    group = server.group(-next(numbers), "Amis", sees_everything=True)
    alice.sends(group, "/question En quelle année Telegram a-t-il été lancé ?")
    answer = group.next_message()
    ask("/oublier")
    bruno = server.person(next(numbers), "Bruno")
    bruno.sends(group, "Et Signal ?", reply_to=answer)
    assert "J’ai compris" not in group.next_message().text


# Groups


@pytest.fixture
def group(server):
    return server.group(-next(numbers), "Presse", sees_everything=True)


@pytest.mark.parametrize("command", ["/question", "/question@je_cite_bot", "/question@Je_Cite_Bot"])
def test_a_group_asks_by_command(alice, group, command):
    asked = alice.sends(group, f"{command} Qui a fondé Telegram ?")
    message = group.next_message()
    assert message.quotes
    assert message.reply_to == asked.message_id


def test_a_group_asks_by_command_in_a_caption(alice, group):
    caption = "/question@je_cite_bot Qui a fondé Telegram ?"
    alice.sends_medium(group, "photo", caption=caption)
    assert group.next_message().quotes


def test_a_group_asks_by_mention_and_by_reply(alice, group):
    alice.sends(group, "@je_cite_bot qui a fondé Telegram ?")
    answer = group.next_message()
    assert answer.quotes
    asked = alice.sends(group, "En quelle année Signal a-t-il été lancé ?", reply_to=answer)
    replied = group.next_message()
    assert "2014" in replied.text
    assert replied.reply_to == asked.message_id


@pytest.mark.parametrize(
    "text",
    [
        "Qui a fondé Telegram ?",
        "/aide",
        "/start",
        "/inconnue",
        "/question@another_bot Qui a fondé Telegram ?",
        "@another_bot qui a fondé Telegram ?",
        "je_cite_bot est utile",
    ],
)
def test_a_group_is_left_alone_otherwise(server, alice, group, text):
    alice.sends(group, text)
    alice.sends_medium(group, "photo")
    server.wait_until_read()
    assert group.stays_silent(0.5)


def test_a_groups_command_for_this_bot_by_name(alice, group):
    alice.sends(group, "/aide@je_cite_bot")
    assert group.next_message().text == messages.HELP


def test_topics_are_kept(server, alice):
    forum = server.supergroup(-1000 - next(numbers), "Forum", topics={7: "Logiciels", 8: "Autres"})
    asked = alice.sends(forum, "/question Qui a fondé Telegram ?", topic=7)
    message = forum.next_message()
    assert (message.topic, message.reply_to) == (7, asked.message_id)
    assert {action.topic for action in forum.actions} == {7}
    # What replies to nothing in a topic does not reply to the bot.
    alice.sends(forum, "Et vous ?", topic=8)
    server.wait_until_read()
    assert forum.stays_silent(0.5)


def test_threads_of_replies_in_a_plain_supergroup(server, alice):
    group = server.supergroup(-1000 - next(numbers), "Presse", sees_everything=True)
    alice.sends(group, "/question Qui a fondé Telegram ?")
    answer = group.next_message()
    asked = alice.sends(group, "En quelle année ?", reply_to=answer)
    assert group.next_message().reply_to == asked.message_id
