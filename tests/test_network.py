"""The guard that keeps tests off the network can itself fail."""

import socket
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def reached(no_network):
    yield no_network
    no_network.clear()


def test_another_machine_is_out_of_reach(reached):
    with socket.socket() as connection:
        connection.settimeout(1)
        with pytest.raises(OSError, match="may not reach the network"):
            connection.connect(("192.0.2.1", 80))
    assert reached == ["socket.connect 192.0.2.1"]


def test_an_attempt_is_known_even_where_its_error_was_caught(reached):
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen("http://example.org/", timeout=1)
    assert reached == ["socket.getaddrinfo example.org"]


def test_this_machine_is_in_reach():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as connection,
    ):
        accepted, _ = server.accept()
        with accepted:
            accepted.sendall(b"oui")
        assert connection.recv(3) == b"oui"
