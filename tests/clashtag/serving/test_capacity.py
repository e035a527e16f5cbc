"""More work than the server can do, clients that leave, and models that are stuck."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from clashtag.serving.speed import Speed
from http_servers import NEWS, slow_down
from waiting import wait_until

FILLER = "The market report said rain . "


def test_capacity_over_it_answers_429_with_retry_after(start_thread_server):
    server = start_thread_server(max_wait_s=0.5)
    gate = threading.Event()
    slow_down(server.service, gate=gate)
    server.service.batcher._speed = Speed(tokens_per_s=100)
    with ThreadPoolExecutor(12) as pool:
        futures = [pool.submit(server.tag, NEWS) for _ in range(12)]
        wait_until(lambda: any(future.done() for future in futures))
        gate.set()
        answers = [future.result() for future in futures]
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 429}
    refusal = answers[statuses.index(429)]
    assert refusal.json()["code"] == "over_capacity"
    assert int(refusal.headers["retry-after"]) >= 1
    assert server.metric('clashtag_problems_total{code="over_capacity"}') == statuses.count(429)
    assert all(answer.json()["documents"][0]["events"] for answer in answers if answer.is_success)


def test_capacity_requests_at_a_time_are_bounded(start_thread_server):
    server = start_thread_server(max_requests=2)
    gate = threading.Event()
    slow_down(server.service, gate=gate)
    with ThreadPoolExecutor(2) as pool:
        accepted = [pool.submit(server.tag, NEWS) for _ in range(2)]
        # Three, for this one is included.
        wait_until(lambda: server.metric("clashtag_requests_in_flight") == 3)
        refused = server.tag(NEWS)
        assert (refused.status_code, refused.json()["code"]) == (429, "over_capacity")
        assert server.client.get("/health/ready").status_code == 200
        gate.set()
        assert [future.result().status_code for future in accepted] == [200, 200]
    assert server.tag(NEWS).status_code == 200


def test_capacity_deadline_is_kept(start_thread_server):
    server = start_thread_server(deadline_s=0.5, max_wait_s=0.5, grace_s=1)
    gate = threading.Event()
    slow = slow_down(server.service, gate=gate)
    begin = time.monotonic()
    answer = server.tag(NEWS)
    assert time.monotonic() - begin < 5
    assert (answer.status_code, answer.json()["code"]) == (503, "deadline")
    assert answer.headers["retry-after"] == "5"
    streamed = server.tag(NEWS, path="/v1/tag/stream")
    line = json.loads(streamed.text)
    assert (line["index"], line["problem"]["code"]) == (0, "deadline")
    gate.set()
    assert server.tag(NEWS).status_code == 200
    assert len(slow.calls) == 2, "the second request was dropped before it was read"


def test_capacity_too_much_work_is_413(start_thread_server):
    server = start_thread_server(max_wait_s=0.1, deadline_s=0.1, max_text_characters=10**6)
    answer = server.tag(FILLER * 30_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_much_work")


@pytest.mark.parametrize("path", ["/v1/tag", "/v1/tag/stream"])
def test_capacity_client_that_left_costs_nothing(start_thread_server, path):
    server = start_thread_server(batch_documents=1)
    gate = threading.Event()
    slow = slow_down(server.service, gate=gate)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(server.tag, NEWS)
        wait_until(lambda: slow.calls)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                server.url + path,
                json={"documents": [{"text": NEWS}] * 10},
                timeout=httpx.Timeout(10, read=0.3),
            )
        wait_until(lambda: server.metric("clashtag_queue_documents") == 0)
        gate.set()
        assert first.result().status_code == 200
    assert server.tag(NEWS).status_code == 200
    assert slow.calls == [1, 1]


def test_capacity_client_that_left_while_it_was_read_leaves_nothing_behind(
    start_thread_server, caplog
):
    server = start_thread_server()
    gate = threading.Event()
    slow = slow_down(server.service, gate=gate)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{server.url}/v1/tag",
            json={"documents": [{"text": FILLER * 1000}]},
            timeout=httpx.Timeout(10, read=0.3),
        )
    wait_until(lambda: server.metric("clashtag_requests_in_flight") == 1)
    gate.set()
    assert server.tag(NEWS).status_code == 200
    assert len(slow.calls) < 4, "the rest of the long document was not read"
    gc.collect()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_capacity_short_request_does_not_wait_for_a_long_one(start_thread_server):
    server = start_thread_server(max_text_characters=10**6)
    slow_down(server.service, seconds=0.05)
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(server.tag, FILLER * 1000)
        time.sleep(0.2)
        begin = time.monotonic()
        assert server.tag(NEWS).status_code == 200
        short_s = time.monotonic() - begin
        assert not long.done()
        assert long.result().status_code == 200
    assert short_s < 0.6


def test_capacity_stuck_model_is_not_live(start_thread_server, monkeypatch):
    from clashtag.serving import batcher

    monkeypatch.setattr(batcher, "_STUCK_AFTER_S", 0.3)
    stopped = threading.Event()
    monkeypatch.setattr("clashtag.serving.app.os.kill", lambda *_: stopped.set())
    server = start_thread_server(deadline_s=1, max_wait_s=1, grace_s=1)
    gate = threading.Event()
    slow_down(server.service, gate=gate)
    assert server.client.get("/health/live").status_code == 200
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.tag, NEWS)
        time.sleep(0.5)
        for path in ("/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"):
            assert server.client.get(path).status_code == 503
        assert answer.result().status_code == 503
    assert stopped.wait(5), "the worker ends itself"
    assert server.service.lifecycle.has_failed
    gate.set()


def test_capacity_slow_reader_is_cut_off(start_thread_server):
    server = start_thread_server(write_timeout_s=1)
    host, port = server.url.removeprefix("http://").split(":")
    requests = 2000
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(20)
        reader.connect((host, int(port)))
        reader.sendall(b"GET /page.js HTTP/1.1\r\nHost: x\r\n\r\n" * requests)
        time.sleep(5)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := reader.recv(65_536):
                received += piece
    assert 0 < received.count(b"HTTP/1.1 200 OK") < requests
    assert server.tag(NEWS).status_code == 200
