"""Forty people, eighty questions, two calls in a hundred failing; `make bench` asks more."""

from load import ask_all, check, fail_at_random


def test_every_question_of_many_people_has_exactly_one_answer(server, start_bot, capsys):
    start_bot(server, questions_per_minute=1000, queue_size=5000)
    server.wait_for_call("setMyCommands", count=6)
    people = [server.person(1000 + number, f"Personne {number}") for number in range(40)]
    fail_at_random(server)
    outcome = ask_all(server, people, each=2, timeout_s=900)
    check(outcome, each=2)
    with capsys.disabled():
        print(f"\n{outcome.report()}")  # noqa: T201
