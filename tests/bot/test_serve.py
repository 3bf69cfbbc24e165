"""The real `jecite serve` process, from its help to its end."""

import time

import pytest
from telegram_server import BadGateway, Slow

from bot import messages
from bot.settings import list_settings

QUESTION = "Combien d'utilisateurs Telegram a-t-il gagnés ?"
SECRET_QUESTION = "Qui a mangé le zorglub de ma voisine ?"


def test_a_conversation_with_the_real_process(server, start_process):
    process = start_process(server)
    alice = server.person(42, "Alice")
    alice.sends(alice.private, "/start")
    assert "5 articles" in alice.private.next_message(120).text

    alice.sends(alice.private, QUESTION)
    answer = alice.private.next_message()
    assert "25 millions" in answer.text
    assert "rois millions" in answer.text
    alice.sends(alice.private, SECRET_QUESTION)
    alice.private.next_message()

    menus = server.world.profile.commands
    assert {command["command"] for command in menus["all_private_chats", "fr"]} == {
        "start",
        "aide",
        "sources",
        "confidentialite",
        "oublier",
    }
    assert [command["command"] for command in menus["all_group_chats", ""]] == ["question"]
    assert ("default", "") in menus
    assert server.world.profile.names == {}  # only with --set-profile

    # The end: what is under way is finished.
    server.fail("sendMessage", Slow(before_s=1.0), times=1)
    alice.sends(alice.private, "merci")
    server.wait_until_read(30)
    started = time.monotonic()
    process.terminate()
    assert process.wait(15) == 0
    assert time.monotonic() - started < 8.0
    assert alice.private.next_message(0.1).text == messages.THANKS

    assert "Ready" in process.log
    assert server.token not in process.log
    assert "zorglub" not in process.log
    assert "utilisateurs" not in process.log
    assert "Traceback" not in process.log


def test_the_debug_log_keeps_secrets_too(server, start_process):
    server.fail("getUpdates", BadGateway(), times=1)
    process = start_process(server, JECITE_LOG_LEVEL="DEBUG")
    alice = server.person(42, "Alice")
    alice.sends(alice.private, SECRET_QUESTION)
    alice.private.next_message(120)
    process.terminate()
    assert process.wait(15) == 0
    assert server.token not in process.log
    assert "zorglub" not in process.log
    assert "<html>" not in process.log  # a response that cannot be read could hold anything


def test_check_verifies_and_leaves(server, start_process):
    process = start_process(server, "--check")
    assert process.wait() == 0
    assert "@je_cite_bot" in process.out
    assert "5 articles" in process.out
    assert not server.calls_to("getUpdates", "setMyCommands")


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_missing_index_that_was_named_is_not_built(server, start_process, tmp_path, options):
    process = start_process(server, *options, JECITE_INDEX=str(tmp_path / "nothing"))
    assert process.wait() == 2
    assert f"There is no index at {tmp_path / 'nothing'}" in process.log
    assert "jecite index" in process.log
    assert not (tmp_path / "nothing").exists()


def test_the_default_index_is_built_where_none_was_named(server, start_process, tmp_path):
    fresh = {"without": ("JECITE_INDEX",), "XDG_DATA_HOME": str(tmp_path)}
    check = start_process(server, "--check", **fresh)
    assert check.wait() == 0
    assert "5 articles" in check.out
    process = start_process(server, **fresh)
    alice = server.person(42, "Alice")
    alice.sends(alice.private, "/start")
    assert "5 articles" in alice.private.next_message(120).text
    process.terminate()
    assert process.wait(15) == 0
    assert (tmp_path / "jecite" / "index" / "CURRENT").is_file()


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_wrong_token_is_one_line_and_exit_code_3(server, start_process, options):
    wrong = "110201543:" + "x" * 35
    process = start_process(server, *options, JECITE_TELEGRAM_TOKEN=wrong)
    assert process.wait() == 3
    assert process.log.count("\n") == 1
    assert "token" in process.log
    assert "JECITE_TELEGRAM_API_URL" in process.log  # it is set
    assert wrong not in process.log


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("JECITE_TELEGRAM_API_URL", "http://127.0.0.1:9", "http://127.0.0.1:9 cannot be reached"),
        ("HTTPS_PROXY", "http://localhost:abc", "HTTPS_PROXY"),
        ("JECITE_ALOWED_USERS", "42", "JECITE_ALLOWED_USERS"),
        ("JECITE_TELEGRAM_TOKEN", "", "@BotFather"),
    ],
)
def test_what_must_be_mended_is_one_line_and_exit_code_2(
    server, start_process, setting, value, named
):
    process = start_process(server, "--check", **{setting: value})
    assert process.wait() == 2
    assert process.log.count("\n") == 1
    assert named in process.log


def test_set_profile_sets_what_differs(server, start_process):
    process = start_process(server, "--set-profile")
    server.wait_for_call("setMyShortDescription", count=1, timeout_s=120)
    alice = server.person(42, "Alice")
    alice.sends(alice.private, "merci")
    alice.private.next_message()
    process.terminate()
    assert process.wait(15) == 0
    assert not server.calls_to("setMyName")  # it is « Je cite » already
    assert server.world.profile.descriptions[""] == messages.DESCRIPTION
    assert server.world.profile.short_descriptions[""] == messages.SHORT_DESCRIPTION


def test_help_lists_every_setting(server, start_process):
    process = start_process(server, "--help", COLUMNS="200")
    assert process.wait() == 0
    for name, _ in list_settings():
        assert name in process.out
