"""How the bot holds: Telegram's failures, limits, many people, an index rebuilt under it."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from telegram_server import (
    CONFLICT,
    INTERNAL_ERROR,
    METHOD_MISSING,
    BadGateway,
    DropAfter,
    DropBefore,
    Refusal,
    Slow,
    TelegramServer,
    TooManyRequests,
)

from bot import messages
from bot.telegram import polling
from bot.telegram.errors import RefusedError
from retrieval.corpus import read_corpus
from retrieval.index.build import build_store

QUESTION = "Qui a fondé Telegram ?"
NOT_FOUND = Refusal(404, "Not Found")
CANT_PARSE = Refusal(400, "Bad Request: can't parse entities: Unsupported start tag")


@pytest.fixture
def alice(server):
    return server.person(42, "Alice")


def wait_until_ready(server):
    server.wait_for_call("setMyCommands", count=6)


def wait_until_struck(rule):
    deadline = time.monotonic() + 30
    while not rule.hits and time.monotonic() < deadline:
        time.sleep(0.01)


# Failures of a call


@pytest.mark.parametrize(
    "fault",
    [TooManyRequests(1), INTERNAL_ERROR, BadGateway(), BadGateway(403), BadGateway(200)],
    ids=["429", "500", "502", "403", "200"],
)
def test_a_refused_call_is_made_again_until_the_answer_stands_once(server, alice, start_bot, fault):
    rule = server.fail("sendMessage", fault, times=2)
    start_bot(server)
    alice.sends(alice.private, QUESTION)
    assert alice.private.next_message().quotes
    assert rule.hits == 2
    assert alice.private.stays_silent(0.5)
    assert len(alice.private.bot_messages) == 1


def test_429_waits_as_long_as_telegram_asks(server, alice, start_bot):
    server.fail("sendMessage", TooManyRequests(2), times=1)
    start_bot(server)
    alice.sends(alice.private, QUESTION)
    alice.private.next_message()
    first, second = server.calls_to("sendMessage")
    assert 2.0 <= second.at_s - first.at_s < 4.0


def test_a_refused_connection_is_tried_again(server, alice, start_bot):
    start_bot(server)
    wait_until_ready(server)
    hold = server.fail("sendMessage", INTERNAL_ERROR, times=1)
    alice.sends(alice.private, QUESTION)
    wait_until_struck(hold)
    with server.down():
        time.sleep(1.0)  # the bot meets refused connections meanwhile
    assert alice.private.next_message().quotes
    assert len(alice.private.bot_messages) == 1


@pytest.mark.parametrize("fault", [DropAfter(), Slow(after_s=1.0)], ids=["lost", "slow"])
def test_a_taken_call_is_not_made_again(server, alice, start_bot, fault):
    server.fail("sendMessage", fault, times=1)
    start_bot(server)
    alice.sends(alice.private, QUESTION)
    assert alice.private.next_message().quotes
    assert alice.private.stays_silent(2.0)
    alice.sends(alice.private, "merci")
    assert alice.private.next_message().text == messages.THANKS
    assert len(server.calls_to("sendMessage")) == 2


def test_a_lost_request_leaves_the_bot_alive(server, alice, start_bot):
    server.fail("sendMessage", DropBefore(), times=1)
    start_bot(server)
    alice.sends(alice.private, QUESTION)
    server.wait_for_call("sendMessage")
    alice.sends(alice.private, "merci")
    assert alice.private.next_message().text == messages.THANKS


def test_an_edit_whose_response_was_lost_is_made_again(server, alice, start_bot):
    start_bot(server)
    alice.sends(alice.private, "Comment Signal est-il financé ?")
    answer = alice.private.next_message()
    server.fail("editMessageText", DropAfter(), times=1)
    assert alice.presses(answer, messages.CONTEXT_BUTTON).answer(20).text == ""
    assert alice.private.message(answer.message_id).edits == 1


def test_refused_entities_go_as_plain_text(server, alice, start_bot):
    server.fail(
        "sendMessage", CANT_PARSE, when=lambda call: call.params.get("parse_mode") == "HTML"
    )
    start_bot(server)
    alice.sends(alice.private, QUESTION)
    message = alice.private.next_message()
    assert "Pavel" in message.text
    assert "[1] " in message.text
    assert "<" not in message.text
    assert "&" not in message.text


def test_a_blocked_bot_goes_on_with_others(server, alice, start_bot):
    start_bot(server)
    bruno = server.person(43, "Bruno")
    alice.sends(alice.private, QUESTION)
    alice.private.next_message()
    alice.sends(alice.private, QUESTION)
    alice.blocks_bot()
    bruno.sends(bruno.private, QUESTION)
    assert bruno.private.next_message().quotes


def test_a_group_turned_supergroup_gets_its_answer(server, alice, start_bot):
    group = server.group(-50, "Équipe")
    hold = server.fail("sendMessage", INTERNAL_ERROR, times=2)
    start_bot(server)
    alice.sends(group, f"/question {QUESTION}")
    wait_until_struck(hold)
    moved = group.becomes_supergroup(-100050)
    assert moved.next_message().quotes


@pytest.mark.parametrize("reason", ["message thread not found", "TOPIC_CLOSED"])
def test_a_topic_closed_or_gone_does_not_swallow_the_answer(server, alice, start_bot, reason):
    forum = server.supergroup(-1001, "Forum", topics={7: "Logiciels"})
    server.fail(
        "sendMessage",
        Refusal(400, f"Bad Request: {reason}"),
        when=lambda call: call.params.keys() & {"message_thread_id", "reply_parameters"},
    )
    start_bot(server)
    alice.sends(forum, f"/question {QUESTION}", topic=7)
    assert forum.next_message().quotes


# Failures of the server as a whole


def test_an_update_that_cannot_be_read_is_skipped_and_kept_out_of_the_log(
    server, alice, start_bot, caplog
):
    start_bot(server)
    wait_until_ready(server)
    with server.world.lock:
        message = {"message_id": 1, "date": 0, "chat": alice.private.to_api(), "text": "zorglub"}
        server.world.push("message", message | {"location": {"latitude": 48.85}})
        alice.sends(alice.private, "merci")
    assert alice.private.next_message().text == messages.THANKS
    assert "An update (message) cannot be read: TypeError" in caplog.text
    assert "zorglub" not in caplog.text


def test_polling_survives_everything_but_the_end(server, alice, start_bot, caplog):
    caplog.set_level("INFO")
    faults = (TooManyRequests(1), INTERNAL_ERROR, BadGateway(), DropBefore(), CONFLICT, NOT_FOUND)
    for fault in faults:
        server.fail("getUpdates", fault, times=1)
    start_bot(server)
    alice.sends(alice.private, QUESTION)
    assert alice.private.next_message().quotes
    said = [record.getMessage() for record in caplog.records]
    assert said.count("Updates are fetched again") == 1


def test_a_server_that_lacks_methods_costs_a_warning(server, alice, start_bot, caplog):
    lacking = ("setMyCommands", "sendChatAction", "deleteWebhook")
    for method in lacking:
        server.fail(method, METHOD_MISSING)
    start_bot(server)
    for _ in range(2):
        alice.sends(alice.private, QUESTION)
        assert alice.private.next_message().quotes
    warned = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert sum("setMyCommands" in line for line in warned) == 1
    assert sum("sendChatAction" in line for line in warned) == 1
    assert len(server.calls_to("sendChatAction")) == 1


@pytest.mark.parametrize("fault", [INTERNAL_ERROR, BadGateway(404)], ids=["500", "404"])
def test_a_server_that_comes_up_late_is_awaited(bot_index, alice, server, start_bot, fault):
    server.fail("getMe", fault, times=1)
    start_bot(server)
    alice.sends(alice.private, QUESTION)
    assert alice.private.next_message().quotes


def test_another_poller_ends_it_after_some_patience(server, start_bot, monkeypatch):
    monkeypatch.setattr(polling, "CONFLICT_PATIENCE_S", 1.0)
    monkeypatch.setattr(polling, "CONFLICT_PAUSE_S", 0.2)
    server.fail("getUpdates", CONFLICT)
    bot = start_bot(server)
    bot.is_expected_to_fail = True
    bot.join()
    assert isinstance(bot.error, RefusedError)
    assert "Another program" in str(bot.error)


def test_a_conflict_before_another_failure_is_another_conflict(server, start_bot, monkeypatch):
    monkeypatch.setattr(polling, "CONFLICT_PATIENCE_S", 0.3)
    monkeypatch.setattr(polling, "CONFLICT_PAUSE_S", 0.2)
    for fault in (CONFLICT, INTERNAL_ERROR, CONFLICT):
        server.fail("getUpdates", fault, times=1)
    start_bot(server)
    alice = server.person(42, "Alice")
    alice.sends(alice.private, "merci")
    assert alice.private.next_message().text == messages.THANKS


def test_a_revoked_token_ends_it(server, start_bot):
    bot = start_bot(server)
    wait_until_ready(server)
    server.fail("getUpdates", Refusal(401, "Unauthorized"))
    alice = server.person(42, "Alice")
    alice.sends(alice.private, "bonjour")
    bot.is_expected_to_fail = True
    bot.join()
    assert isinstance(bot.error, RefusedError)
    assert server.token not in str(bot.error)


# Limits


def test_a_person_past_the_limit_is_told_once(server, alice, start_bot):
    start_bot(server, questions_per_minute=3)
    for _ in range(6):
        alice.sends(alice.private, "merci")
    server.wait_for_call("sendMessage", count=4)
    server.wait_until_read()
    time.sleep(0.5)
    texts = sorted(message.text for message in alice.private.bot_messages)
    assert texts == sorted([messages.THANKS] * 3 + [messages.TOO_FAST])


def test_a_press_past_the_limit_stops_spinning(server, alice, start_bot):
    start_bot(server, questions_per_minute=1)
    alice.sends(alice.private, "Comment Signal est-il financé ?")
    answer = alice.private.next_message()
    button = answer.button(messages.CONTEXT_BUTTON)
    given = [alice.presses(answer, button).answer(20).text for _ in range(4)]
    assert given == ["", "", "", messages.TOO_FAST]


def test_an_example_counts_as_a_question(server, alice, start_bot):
    start_bot(server, questions_per_minute=2)
    alice.sends(alice.private, "/start")
    start = alice.private.next_message()
    given = [alice.presses(start, text).answer(20).text for text in start.button_texts[:2]]
    assert given == ["", messages.TOO_FAST]


def test_an_example_tapped_twice_is_asked_once(server, alice, start_bot):
    start_bot(server, questions_per_minute=2)
    alice.sends(alice.private, "/start")
    start = alice.private.next_message()
    presses = [alice.presses(start, start.button_texts[0]) for _ in range(2)]
    assert [press.answer(20).text for press in presses] == ["", ""]
    assert alice.private.next_message().quotes
    server.wait_until_read()
    assert alice.private.stays_silent(0.5)


def test_past_the_limit_all_is_forgotten_all_the_same(server, alice, start_bot):
    start_bot(server, questions_per_minute=1)
    alice.sends(alice.private, "Comment Signal est-il financé ?")
    answer = alice.private.next_message()
    alice.sends(alice.private, "/oublier")
    assert alice.private.next_message().text == messages.TOO_FAST
    assert alice.presses(answer, messages.CONTEXT_BUTTON).answer(20).text == messages.EXPIRED


def test_past_a_full_queue_people_are_told(server, start_bot):
    start_bot(server, queue_size=1)
    alice = server.person(42, "Alice")
    # The first is under way, kept there by a slow Telegram; the second waits; the third can't.
    server.fail("sendMessage", Slow(before_s=1.5), when=lambda call: call.chat_id == 42, times=1)
    alice.sends(alice.private, "merci")
    server.wait_for_call("getUpdates")
    server.wait_until_read(30)
    alice.sends(alice.private, "merci")
    alice.sends(alice.private, "merci")
    texts = [alice.private.next_message().text for _ in range(3)]
    assert texts == [messages.BUSY, messages.THANKS, messages.THANKS]


def test_a_burst_does_not_delay_somebody_elses_answer(server, alice, start_bot):
    start_bot(server)
    bruno = server.person(43, "Bruno")
    server.fail("sendMessage", Slow(before_s=0.4), when=lambda call: call.chat_id == 42)
    for _ in range(10):
        alice.sends(alice.private, QUESTION)
    bruno.sends(bruno.private, QUESTION)
    bruno.private.next_message()
    assert len(alice.private.bot_messages) < 5
    for _ in range(10):
        alice.private.next_message()


def test_answers_to_a_burst_keep_their_order_and_say_what_they_answer(server, alice, start_bot):
    start_bot(server)
    asked = [
        alice.sends(alice.private, text)
        for text in (QUESTION, "merci", "En quelle année Signal a-t-il été lancé ?", QUESTION)
    ]
    answers = [alice.private.next_message() for _ in asked]
    assert answers[1].text == messages.THANKS
    assert "2014" in answers[2].text
    assert answers[0].text == answers[3].text
    assert answers[3].reply_to is None
    assert all(a.reply_to in (None, q.message_id) for a, q in zip(answers, asked, strict=True))


def test_only_those_allowed_are_answered(server, start_bot):
    group, other = server.group(-20, "Presse"), server.group(-21, "Autres")
    start_bot(server, allowed_users=(42,), allowed_chats=(-20,))
    alice, bruno = server.person(42, "Alice"), server.person(43, "Bruno")
    bruno.sends(bruno.private, "merci")
    assert bruno.private.next_message().text == messages.RESERVED
    bruno.sends(group, "/question merci")
    assert group.next_message().text == messages.THANKS
    bruno.sends(other, "/question merci")
    alice.sends(other, "/question merci")
    alice.sends(alice.private, "merci")
    assert alice.private.next_message().text == messages.THANKS
    assert [message.text for message in other.bot_messages] == [messages.THANKS]


# The index


def test_a_rebuilt_index_is_taken_up(server, start_bot, own_index, encoder, tmp_path):
    alice = server.person(42, "Alice")
    start_bot(server, index=own_index)
    question = "De quelle couleur est le zorglub ?"
    alice.sends(alice.private, question)
    before = alice.private.next_message()
    assert "turquoise" not in before.text
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "zorglub.txt").write_text("Le zorglub est de couleur turquoise depuis 1961.\n")
    build_store(read_corpus([folder]).articles, own_index, encoder=encoder)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        alice.sends(alice.private, "/sources")
        if "zorglub" in alice.private.next_message().text:
            break
        time.sleep(1)
    alice.sends(alice.private, question)
    assert "turquoise" in alice.private.next_message().text
    if before.button_texts:
        # Its article is gone.
        given = alice.presses(before, before.button_texts[0]).answer()
        assert given.text == messages.CHANGED


def test_a_damaged_new_generation_leaves_the_old_one(server, alice, start_bot, own_index, caplog):
    start_bot(server, index=own_index)
    alice.sends(alice.private, QUESTION)
    alice.private.next_message()
    (own_index / "gen-000009").mkdir()
    (own_index / "CURRENT").write_text("gen-000009\n")
    time.sleep(3)
    alice.sends(alice.private, QUESTION)
    assert alice.private.next_message().quotes
    complaints = [r for r in caplog.records if "new generation is not used" in r.getMessage()]
    assert len(complaints) == 1


def test_a_failure_inside_is_apologised_for_and_tells_no_log_the_question(
    server, alice, start_bot, own_index, caplog
):
    start_bot(server, index=own_index)
    alice.sends(alice.private, "merci")
    alice.private.next_message()
    (own_index / "gen-000001" / "texts.sqlite").write_bytes(b"damaged")
    alice.sends(alice.private, "Qui mange des zorglubs ?")
    assert alice.private.next_message().text == messages.FAILED
    assert "failed with" in caplog.text
    assert "zorglubs" not in caplog.text
    assert server.token not in caplog.text


# The end


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
def test_the_end_does_not_wait_for_a_telegram_that_does_not_answer(server, start_bot, method):
    rule = server.fail(method, Slow(before_s=15.0))
    bot = start_bot(server)
    wait_until_struck(rule)
    started = time.monotonic()
    bot.stop()
    assert time.monotonic() - started < 8.0


def test_the_end_does_not_wait_for_the_menus(server, start_bot):
    server.fail("setMyCommands", TooManyRequests(15))
    bot = start_bot(server)
    alice = server.person(42, "Alice")
    alice.sends(alice.private, "merci")
    assert alice.private.next_message().text == messages.THANKS
    started = time.monotonic()
    bot.stop()
    assert time.monotonic() - started < 8.0


def test_the_end_finishes_what_is_under_way_and_tells_the_rest(server, alice, start_bot):
    bot = start_bot(server)
    server.fail("sendMessage", Slow(before_s=4.0), when=lambda call: call.chat_id == 42, times=2)
    for _ in range(3):
        alice.sends(alice.private, "merci")
    server.wait_for_call("getUpdates")
    server.wait_until_read(30)
    time.sleep(0.3)
    started = time.monotonic()
    bot.stop()
    assert time.monotonic() - started < 8.0
    texts = [message.text for message in alice.private.bot_messages]
    assert texts[0] == messages.THANKS
    assert texts.count(messages.CLOSING) >= 1
    assert len(texts) <= 3


def test_what_was_fetched_last_is_confirmed_at_the_end():
    stopping, offsets = asyncio.Event(), []

    async def fetch(*, offset, **_):
        offsets.append(offset)
        return (SimpleNamespace(update_id=7),)

    async def deliver(_):
        stopping.set()

    asyncio.run(polling.Poller(SimpleNamespace(get_updates=fetch), deliver).run(stopping))
    assert offsets == [None, 8]


def test_what_was_confirmed_is_not_answered_again(start_bot):
    with TelegramServer() as server:
        alice = server.person(42, "Alice")
        bot = start_bot(server)
        alice.sends(alice.private, QUESTION)
        alice.private.next_message()
        bot.stop()
        server.wait_until_read(0.1)
        bot = start_bot(server)
        alice.sends(alice.private, "merci")
        assert alice.private.next_message().text == messages.THANKS
        bot.stop()
