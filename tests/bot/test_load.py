"""Forty people, ten questions each, two messages in a hundred failing; `make bench` asks more."""

from load import ask_all, check, fail_at_random


def test_every_question_of_many_people_has_exactly_one_answer(server, start_bot, capsys):
    # What is tested is Telegram's side: a reader would only take its time.
    start_bot(server, reader="none", questions_per_minute=1000, queue_size=5000)
    server.wait_for_call("setMyCommands", count=6)
    people = [server.person(1000 + number, f"Personne {number}") for number in range(40)]
    rules = fail_at_random(server)
    outcome = ask_all(server, people, each=10, timeout_s=900)
    check(outcome, each=10)
    assert all(rule.hits for rule in rules)
    with capsys.disabled():
        print(f"\n{outcome.report()}")  # noqa: T201
