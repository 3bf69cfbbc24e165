"""The Bot API test server, driven by python-telegram-bot as the bot will drive it."""

import asyncio
import http.client
import json
import re
import threading
import time

import pytest
from telegram import (
    Bot,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.request import HTTPXRequest
from telegram_server import (
    CONFLICT,
    INTERNAL_ERROR,
    METHOD_MISSING,
    BadGateway,
    Call,
    CallbackAnswer,
    DropAfter,
    DropBefore,
    Refusal,
    Rule,
    Slow,
    TooManyRequests,
    chat_to_html,
)


@pytest.fixture
def alice(server):
    person = server.person(42, "Alice")
    person.sends(person.private, "/start")
    return person


def with_bot(server, use):
    """Runs `await use(bot)` with a real Bot; without the getMe of initialize()."""

    async def run():
        # Loading certificates takes longer than most of these tests.
        plain, polling = (HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2))
        bot = Bot(
            server.token, base_url=server.base_url, request=plain, get_updates_request=polling
        )
        for request in bot._request:
            await request.initialize()
        try:
            return await use(bot)
        finally:
            for request in bot._request:
                await request.shutdown()

    return asyncio.run(run())


def refused(reason):
    # PTB changes the case of what the server says.
    return pytest.raises(BadRequest, match=f"(?i){re.escape(reason)}")


def send(server, chat_id, text="Bonjour", **options):
    return with_bot(server, lambda bot: bot.send_message(chat_id, text, **options))


def keyboard(*rows):
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(**button) for button in row] for row in rows]
    )


# Sending and editing


def test_a_sent_message_is_read_as_a_person_does(server, alice):
    sent = send(
        server,
        42,
        "😀 <b>oui</b> <blockquote>non &amp; oui</blockquote>",
        parse_mode="HTML",
        reply_markup=keyboard([{"text": "Contexte", "callback_data": "c1"}]),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    message = alice.private.next_message()
    assert message.text == "😀 oui non & oui"
    assert message.spans("bold") == ("oui",)
    assert message.quotes == ("non & oui",)
    assert message.button_texts == ("Contexte",)
    assert not message.link_preview
    # PTB reads its offsets in UTF-16 units: the emoji counts two.
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [
        ("bold", 3, 3),
        ("blockquote", 7, 9),
    ]
    assert sent.from_user.username == "je_cite_bot"
    assert sent.parse_entity(sent.entities[1]) == "non & oui"
    (call,) = server.calls_to("sendMessage")
    assert call.accepted
    assert call.chat_id == 42


def test_unknown_blocked_and_silent_chats_are_refused(server, alice):
    with refused("Chat not found"):
        send(server, 777)
    server.person(43, "Bruno")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        send(server, 43)
    alice.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        send(server, 42)


def test_a_group_turned_supergroup_names_its_new_id(server, alice):
    group = server.group(-50, "Équipe")
    new = group.becomes_supergroup(-100050)
    with pytest.raises(ChatMigrated) as moved:
        send(server, -50)
    assert moved.value.new_chat_id == -100050
    send(server, -100050)
    assert new.next_message().text == "Bonjour"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[{"text": "x", "callback_data": "é" * 33}]], "Button_data_invalid"),
        ([[{"text": "x", "callback_data": ""}]], "Button_data_invalid"),
        ([[{"text": " ", "callback_data": "a"}]], "button text must be non-empty"),
        ([[{"text": "x"}]], "not supported"),
        ([[{"text": "x", "callback_data": "a"}] * 9], "reply markup is too long"),
        ([[{"text": "x", "callback_data": "a"}] * 8] * 13, "reply markup is too long"),
    ],
)
def test_bad_keyboards_are_refused(server, alice, rows, reason):
    with refused(reason):
        send(server, 42, reply_markup=keyboard(*rows))
    assert alice.private.bot_messages == ()


def test_the_fullest_keyboard_passes(server, alice):
    rows = [[{"text": "x", "callback_data": "é" * 32}] * 8] * 12
    send(server, 42, reply_markup=keyboard(*rows, rows[0][:4]))
    assert len(alice.private.next_message().button_texts) == 100


def test_an_edit_replaces_text_entities_and_buttons(server, alice):
    buttons = keyboard([{"text": "Suite", "callback_data": "s"}])
    sent = send(server, 42, "<b>un</b>", parse_mode="HTML", reply_markup=buttons)
    first = alice.private.next_message()

    async def use(bot):
        await bot.edit_message_text("<i>un</i>", 42, sent.message_id, parse_mode="HTML")
        with refused("Message is not modified"):
            await bot.edit_message_text("<i>un</i>", 42, sent.message_id, parse_mode="HTML")

    with_bot(server, use)
    second = alice.private.next_edit(first)
    assert second.spans("italic") == ("un",)
    assert second.buttons == ()
    assert second.edits == 1
    assert alice.private.bot_messages == (second,)


def test_what_cannot_be_edited(server, alice):
    group = server.supergroup(-1001, "Équipe")
    asked = alice.sends(group, "/question quoi ?")

    async def use(bot):
        with refused("Message to edit not found"):
            await bot.edit_message_text("x", 42, 999)
        with refused("Message can't be edited"):
            await bot.edit_message_text("x", -1001, asked.message_id)

    with_bot(server, use)
    assert group.messages == (asked,)


def test_replies_and_topics(server, alice):
    forum = server.supergroup(-1002, "Forum", topics={7: "Logiciels"})
    asked = alice.sends(forum, "/question quoi ?", topic=7)
    send(server, -1002, message_thread_id=7, reply_parameters=ReplyParameters(asked.message_id))
    message = forum.next_message()
    assert (message.topic, message.reply_to) == (7, asked.message_id)
    # Without the number of the topic, the reply goes where the question stands.
    send(server, -1002, reply_parameters=ReplyParameters(asked.message_id))
    assert forum.next_message().topic == 7
    with refused("Message thread not found"):
        send(server, -1002, message_thread_id=8)
    with refused("Message to be replied not found"):
        send(server, -1002, message_thread_id=7, reply_parameters=ReplyParameters(999))
    lenient = ReplyParameters(999, allow_sending_without_reply=True)
    send(server, -1002, message_thread_id=7, reply_parameters=lenient)
    assert forum.next_message().reply_to is None


def test_a_message_in_a_topic_replies_to_the_creation_of_the_topic(server, alice):
    forum = server.supergroup(-1004, "Forum", topics={7: "Logiciels"}, sees_everything=True)
    alice.sends(forum, "quoi ?", topic=7)
    alice.sends(forum, "hors sujet")
    topic, general = with_bot(server, lambda bot: bot.get_updates(offset=-2))
    assert topic.message.is_topic_message
    assert topic.message.message_thread_id == 7
    assert topic.message.reply_to_message.forum_topic_created.name == "Logiciels"
    assert general.message.message_thread_id is None
    assert general.message.reply_to_message is None


def test_the_number_of_a_reply_chain_is_no_topic(server, alice):
    group = server.supergroup(-1003, "Groupe", sees_everything=True)
    root = alice.sends(group, "un")
    alice.sends(group, "deux", reply_to=root)
    update = with_bot(server, lambda bot: bot.get_updates())[-1]
    assert update.message.message_thread_id == root.message_id
    assert update.message.reply_to_message.text == "un"
    assert not update.message.is_topic_message
    with refused("Message thread not found"):
        send(server, -1003, message_thread_id=root.message_id)


def test_waiting_for_the_bot(server, alice):
    chat = alice.private
    assert chat.stays_silent(0.01)
    timer = threading.Timer(0.1, send, (server, 42, "tard"))
    timer.start()
    assert not chat.stays_silent(10)
    assert chat.next_message(timeout_s=0).text == "tard"
    assert server.wait_for_call("sendMessage", timeout_s=0)[0].accepted
    timer.join()
    with pytest.raises(TimeoutError, match="2 calls of sendMessage"):
        server.wait_for_call("sendMessage", count=2, timeout_s=0.01)
    assert chat.transcript() == "Alice: /start\nJe cite: tard"


def test_typing_is_seen_until_the_message(server, alice):
    async def use(bot):
        assert not alice.private.is_typing
        await bot.send_chat_action(42, "typing")
        assert alice.private.is_typing
        with refused("Wrong parameter action"):
            await bot.send_chat_action(42, "dreaming")
        await bot.send_message(42, "voilà")
        assert not alice.private.is_typing

    with_bot(server, use)
    assert [action.action for action in alice.private.actions] == ["typing"]


# Buttons


def test_a_press_is_answered_once(server, alice):
    send(server, 42, reply_markup=keyboard([{"text": "Contexte", "callback_data": "c"}]))
    message = alice.private.next_message()
    press = alice.presses(message, "Contexte")
    with pytest.raises(TimeoutError):
        press.answer(timeout_s=0.01)

    async def use(bot):
        query = (await bot.get_updates(offset=-1))[0].callback_query
        assert (query.data, query.from_user.id) == ("c", 42)
        assert query.message.text == "Bonjour"
        with refused("Message_too_long"):
            await query.answer("x" * 201)
        assert await query.answer("x" * 200, show_alert=True)
        with refused("Query is too old"):
            await query.answer()
        with refused("Query is too old"):
            await bot.answer_callback_query("1")

    with_bot(server, use)
    assert press.answer() == CallbackAnswer("x" * 200, show_alert=True)
    with pytest.raises(LookupError):
        alice.presses(message, "Absent")


def test_a_button_of_a_vanished_message_still_reaches_the_bot(server, alice):
    send(server, 42, reply_markup=keyboard([{"text": "Suite", "callback_data": "s"}]))
    message = alice.private.next_message()
    alice.private.loses(message)
    alice.presses(message, "Suite")
    update = with_bot(server, lambda bot: bot.get_updates())[-1]
    assert not update.callback_query.message.is_accessible


# The bot's own profile


def test_commands_by_scope_and_language(server):
    async def use(bot):
        french = [("aide", "Comment poser une question")]
        scope = BotCommandScopeAllPrivateChats()
        assert await bot.set_my_commands(french, scope=scope, language_code="fr")
        for command, description, reason in [
            ("confidentialité", "x", "Bot_command_invalid"),
            ("a" * 33, "x", "Bot_command_invalid"),
            ("aide", "", "Bot_command_description_invalid"),
            ("aide", "x" * 257, "Bot_command_description_invalid"),
        ]:
            with refused(reason):
                await bot.set_my_commands([(command, description)])
        with refused("Bot_commands_too_much"):
            await bot.set_my_commands([("aide", "x")] * 101)
        with refused("Invalid language code"):
            await bot.set_my_commands(french, language_code="fra")

    with_bot(server, use)
    menu = [{"command": "aide", "description": "Comment poser une question"}]
    assert server.world.profile.commands == {("all_private_chats", "fr"): menu}


def test_name_and_descriptions_by_language(server):
    async def use(bot):
        assert (await bot.get_my_name()).name == "Je cite"
        await bot.set_my_name("Citateur", language_code="fr")
        assert (await bot.get_my_name(language_code="fr")).name == "Citateur"
        assert (await bot.get_my_name()).name == "Je cite"
        await bot.set_my_description("d" * 512)
        assert (await bot.get_my_description("fr")).description == "d" * 512
        await bot.set_my_short_description("s" * 120)
        assert (await bot.get_my_short_description()).short_description == "s" * 120
        for setter, text in (
            (bot.set_my_name, "n" * 65),
            (bot.set_my_description, "d" * 513),
            (bot.set_my_short_description, "s" * 121),
        ):
            with refused("is too long"):
                await setter(text)

    with_bot(server, use)


# Polling


def test_updates_come_until_they_are_confirmed(server, alice):
    for text in ("un", "deux", "trois"):
        alice.sends(alice.private, text)

    async def use(bot):
        updates = await bot.get_updates()
        assert [u.message.text for u in updates] == ["/start", "un", "deux", "trois"]
        assert await bot.get_updates() == updates
        rest = await bot.get_updates(offset=updates[1].update_id + 1)
        assert [u.message.text for u in rest] == ["deux", "trois"]
        last = await bot.get_updates(offset=-1)
        assert [u.message.text for u in last] == ["trois"]
        with pytest.raises(TimeoutError, match="1 updates wait"):
            server.wait_until_read(timeout_s=0.01)
        assert await bot.get_updates(offset=last[0].update_id + 1) == ()

    with_bot(server, use)
    server.wait_until_read()


def test_a_long_poll_wakes_for_a_message(server, alice):
    async def use(bot):
        (start,) = await bot.get_updates()
        began = time.monotonic()
        poll = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=20))
        await asyncio.to_thread(server.wait_until_read)
        alice.sends(alice.private, "quoi ?")
        (update,) = await poll
        assert update.message.text == "quoi ?"
        assert time.monotonic() - began < 5
        began = time.monotonic()
        assert await bot.get_updates(offset=update.update_id + 1, timeout=1) == ()
        assert 0.9 < time.monotonic() - began < 5

    with_bot(server, use)


def test_kinds_that_were_not_asked_for_are_not_sent(server, alice):
    async def use(bot):
        await bot.get_updates(allowed_updates=["callback_query"], offset=-1)
        alice.sends(alice.private, "jamais vu")
        assert [u.message.text for u in await bot.get_updates()] == ["/start"]
        await bot.get_updates(allowed_updates=[])
        message = alice.sends(alice.private, "vu")
        alice.edits(message, "revu")
        updates = await bot.get_updates()
        assert [u.effective_message.text for u in updates] == ["/start", "vu", "revu"]
        assert updates[2].edited_message.edit_date is not None

    with_bot(server, use)


def test_the_newest_poller_drives_out_the_other(server):
    async def use(bot):
        first = asyncio.create_task(bot.get_updates(timeout=20))
        while server._poll is None:
            await asyncio.sleep(0.01)
        path = f"/bot{server.token}/getUpdates"
        second = asyncio.create_task(asyncio.to_thread(raw, server, path, b"timeout=1"))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        assert await second == (200, {"ok": True, "result": []})

    with_bot(server, use)


def test_a_webhook_stops_polling_until_it_is_deleted(server, alice):
    server.world.webhook_url = "https://exemple.fr/hook"

    async def use(bot):
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        assert await bot.delete_webhook()
        assert [u.message.text for u in await bot.get_updates()] == ["/start"]

    with_bot(server, use)


def test_groups_show_the_bot_only_what_is_for_it(server, alice):
    group = server.group(-60, "Amis")
    sent = send(server, -60)
    answer = group.message(sent.message_id)
    for text in ("bavardage", "@je_cite_bot quoi ?", "/question@autre_bot quoi ?"):
        alice.sends(group, text)
    alice.sends(group, "/question quoi ?")
    alice.sends(group, "/question@Je_Cite_Bot quoi ?")
    alice.sends(group, "et encore ?", reply_to=answer)
    watched = server.group(-61, "Famille", sees_everything=True)
    alice.sends(watched, "@je_cite_bot tout est vu")
    updates = with_bot(server, lambda bot: bot.get_updates())[1:]
    assert [u.message.text for u in updates] == [
        "/question quoi ?",
        "/question@Je_Cite_Bot quoi ?",
        "et encore ?",
        "@je_cite_bot tout est vu",
    ]
    assert updates[2].message.reply_to_message.from_user.id == server.world.bot.user_id
    assert [e.type for e in updates[1].message.entities] == ["bot_command"]
    assert [e.type for e in updates[3].message.entities] == ["mention"]


def test_everything_else_that_people_send(server):
    alice = server.person(44, "Camille")
    kinds = ["photo", "voice", "document", "sticker", "location"]
    for kind in kinds:
        alice.sends_medium(alice.private, kind, caption="légende" if kind == "photo" else "")
    alice.sends(alice.private, "transféré", forwarded_from="Denis")
    alice.sends(alice.private, "x" * 5000)
    updates = with_bot(server, lambda bot: bot.get_updates())
    for kind, update in zip(kinds, updates, strict=False):
        assert getattr(update.message, kind), kind
    assert updates[0].message.caption == "légende"
    assert updates[5].message.forward_origin.sender_user_name == "Denis"
    # An app cuts what is too long for one message.
    assert [len(u.message.text) for u in updates[6:]] == [4096, 904]


# Tokens, methods and bodies


def test_wrong_tokens_methods_and_bodies(server, alice):
    path = f"/bot{server.token}"
    assert raw(server, "/bot1:autre/getMe") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    assert raw(server, "/botmauvais/getMe")[0] == 404
    status, body = raw(server, f"{path}/sendRocket")
    assert (status, body["description"]) == (404, "Not Found: method not found")
    assert raw(server, f"{path}/GETME")[1]["result"]["id"] == 110201543
    assert raw(server, f"{path}/sendMessage", b"chat_id=42&text=%C3%A9t%C3%A9")[0] == 200
    assert raw(server, f"{path}/sendMessage", b"chat_id=42&text=%ED%A0%BD")[0] == 400
    assert [m.text for m in alice.private.bot_messages] == ["été"]


def raw(server, path, body=b""):
    connection = http.client.HTTPConnection("127.0.0.1", server._port, timeout=10)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, body, form)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


# Faults


@pytest.mark.parametrize(
    ("fault", "error", "match"),
    [
        (TooManyRequests(retry_after=3), RetryAfter, "Retry in 0:00:03"),
        (INTERNAL_ERROR, NetworkError, "Internal Server Error"),
        (BadGateway(), NetworkError, "Bad Gateway"),
        (CONFLICT, Conflict, "terminated by other"),
        (METHOD_MISSING, InvalidToken, "method not found"),
        (Refusal(400, "Bad Request: can't parse entities: x"), BadRequest, "parse entities"),
        (Refusal(400, "Bad Request: x", migrate_to_chat_id=-7), ChatMigrated, "-7"),
        (DropBefore(), NetworkError, "ReadError|RemoteProtocolError"),
    ],
)
def test_a_fault_strikes_so_many_times_and_the_call_has_no_effect(
    server, alice, fault, error, match
):
    rule = server.fail("sendMessage", fault, times=1)

    async def use(bot):
        await bot.send_chat_action(42, "typing")
        with pytest.raises(error, match=match):
            await bot.send_message(42, "un")
        await bot.send_message(42, "deux")

    with_bot(server, use)
    assert [m.text for m in alice.private.bot_messages] == ["deux"]
    lost, taken = server.calls_to("sendMessage")
    assert (lost.accepted, lost.fault) == (False, type(fault).__name__)
    assert (taken.accepted, taken.fault) == (True, None)
    assert rule.hits == 1


def test_a_lost_response_had_its_effect(server, alice):
    server.fail("sendMessage", DropAfter(), times=1)
    with pytest.raises(NetworkError):
        send(server, 42, "une fois")
    assert [m.text for m in alice.private.bot_messages] == ["une fois"]
    (call,) = server.calls_to("sendMessage")
    assert (call.accepted, call.fault) == (True, "DropAfter")


def test_a_slow_answer_outlasts_the_clients_patience(server, alice):
    server.fail("sendMessage", Slow(after_s=5), times=1)
    began = time.monotonic()
    with pytest.raises(TimedOut):
        send(server, 42, "lent", read_timeout=0.2)
    assert time.monotonic() - began < 3
    assert alice.private.next_message().text == "lent"
    server.fail("sendMessage", Slow(before_s=0.3), times=1)
    began = time.monotonic()
    send(server, 42, "retenu")
    assert time.monotonic() - began >= 0.3


def test_faults_by_probability_are_the_same_for_a_seed():
    def strikes(seed):
        rule = Rule("*", INTERNAL_ERROR, times=None, probability=0.5, seed=seed, when=None)
        return [rule.strikes(Call("sendMessage", {}, 0.0)) for _ in range(20)]

    assert strikes(1) == strikes(1) != strikes(2)
    assert 0 < strikes(1).count(True) < 20


def test_faults_by_predicate_and_for_every_method(server, alice):
    server.fail("sendMessage", TooManyRequests(), when=lambda call: call.chat_id == 43)
    send(server, 42)
    server.person(43, "Bruno")
    with pytest.raises(RetryAfter):
        send(server, 43)
    server.fail("*", INTERNAL_ERROR)
    for use in (lambda bot: bot.get_me(), lambda bot: bot.get_updates()):
        with pytest.raises(NetworkError):
            with_bot(server, use)


def test_a_stopped_server_refuses_and_comes_back_as_it_was(server, alice):
    url = server.url
    with server.down():
        with pytest.raises(NetworkError, match="ConnectError"):
            send(server, 42)
        alice.sends(alice.private, "pendant la panne")
    assert server.url == url
    updates = with_bot(server, lambda bot: bot.get_updates())
    assert [u.message.text for u in updates] == ["/start", "pendant la panne"]


def test_a_stop_breaks_a_long_poll(server):
    async def use(bot):
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        while server._poll is None:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await asyncio.to_thread(server.stop)
        with pytest.raises(NetworkError):
            await poll
        assert time.monotonic() - began < 5

    with_bot(server, use)
    assert threading.active_count() == 1 or not any(
        thread.name == "telegram-server" for thread in threading.enumerate()
    )


# The page


def test_the_page_shows_what_a_person_sees(server, alice):
    send(
        server,
        42,
        "<b>oui &lt;&amp;</b>\n<blockquote expandable>pli <b>gras</b></blockquote>\n"
        '<a href="https://exemple.fr/?a=1&amp;b=2">titre</a>',
        parse_mode="HTML",
        reply_markup=keyboard([{"text": "« Contexte »", "callback_data": "c"}]),
    )
    page = chat_to_html(alice.private)
    assert (
        "<b>oui &lt;&amp;</b>"
        '<blockquote dir="auto" class="folded" tabindex="0">'
        "<div>pli <b>gras</b></div></blockquote>"
        '<a href="https://exemple.fr/?a=1&amp;b=2">titre</a>'
    ) in page
    assert '<div class="row"><span>« Contexte »</span></div>' in page
    assert '<span class="link">/start</span>' in page
    assert "<title>Je cite</title>" in page
    assert "http" not in page.replace("https://exemple.fr", "")
