from __future__ import annotations

import datetime as dt
import gzip
import socket
from email.utils import format_datetime

import pytest

from clashtag.errors import InputError
from clashtag_training.fetching.http_client import HttpClient, TryAgainError


def scripted(*answers):
    left = list(answers)
    return lambda _: left.pop(0)


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(waits):
    return HttpClient(user_agent="tests/1 (me)", attempts=4, sleep=waits.append, timeout_s=5.0)


def test_get_says_who_asks_and_unpacks(server, client, waits):
    server.answer = scripted((200, {"Content-Encoding": "gzip"}, gzip.compress(b"body")))
    assert client.get(server.url, bytes.decode) == "body"
    assert server.headers[0]["User-Agent"] == "tests/1 (me)"
    assert waits == [1.0]


def test_get_tries_again_with_growing_waits(server, client, waits):
    server.answer = scripted((500, {}, b""), (503, {}, b""), (200, {}, b"ok"))
    assert client.get(server.url, bytes) == b"ok"
    assert waits == [1.0, 2.0, 4.0]


def test_get_waits_as_long_as_it_is_told(server, client, waits):
    server.answer = scripted((429, {"Retry-After": "17"}, b""), (200, {}, b"ok"))
    assert client.get(server.url, bytes) == b"ok"
    assert waits == [1.0, 17.0]


def test_get_understands_retry_after_as_a_date(server, client, waits):
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    header = {"Retry-After": format_datetime(moment, usegmt=True)}
    server.answer = scripted((429, header, b""), (200, {}, b"ok"))
    client.get(server.url, bytes)
    assert 50.0 < waits[1] <= 60.0


@pytest.mark.parametrize("value", ["soon", "", "-5", "Thu, 99 Foo 2031"])
def test_get_ignores_a_retry_after_without_meaning(server, client, waits, value):
    server.answer = scripted((503, {"Retry-After": value}, b""), (200, {}, b"ok"))
    client.get(server.url, bytes)
    assert waits == [1.0, 2.0]


def test_get_does_not_wait_for_hours(server, client):
    server.answer = scripted((429, {"Retry-After": "7200"}, b""))
    with pytest.raises(InputError, match=r"HTTP 429 .*wants a wait of 7200 s") as error:
        client.get(server.url, bytes)
    assert "what was fetched is kept" in error.value.next_step


def test_get_gives_up_after_the_last_attempt(server, client, waits):
    server.answer = lambda _: (502, {}, b"")
    with pytest.raises(InputError, match="fails after 4 attempts: HTTP 502"):
        client.get(server.url, bytes)
    assert len(waits) == 4


def test_get_tries_a_refused_request_once(server, client, waits):
    server.answer = scripted((403, {}, b"no agent"))
    with pytest.raises(InputError, match="answers HTTP 403"):
        client.get(server.url, bytes)
    assert len(waits) == 1


def test_get_reads_again_what_is_cut_off(server, client):
    cut = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"body" * 99)[:20])
    short = (200, {"Content-Length": "5", "Connection": "close"}, b"bod")
    server.answer = scripted(cut, short, (200, {}, b"body"))
    assert client.get(server.url, bytes) == b"body"


def test_get_reads_again_what_the_reader_cannot_use(server, client):
    def read(body: bytes) -> bytes:
        if body == b"half":
            raise TryAgainError("only half")
        return body

    server.answer = scripted((200, {}, b"half"), (200, {}, b"whole"))
    assert client.get(server.url, read) == b"whole"


def test_get_explains_a_server_that_is_not_there(client):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(InputError, match=r"fails after 4 attempts: .*refused"):
        client.get(f"http://127.0.0.1:{port}/", bytes)


def test_get_refuses_other_schemes(client, tmp_path):
    with pytest.raises(InputError, match="no http or https address"):
        client.get(tmp_path.as_uri(), bytes)
