"""What only `clashtag serve` in a process of its own can show: signals, workers, logs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid

import httpx
import pytest

from http_servers import COMMAND, NEWS
from waiting import wait_until

SLOW_TEXT = "Armed gunmen said the attack killed civilians. " * 100
BODY = {"documents": [{"text": SLOW_TEXT}]}


def run(*flags, **variables):
    return subprocess.run(
        [*COMMAND, *map(str, flags)],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Clients:
    """Threads that send requests until they are told to stop, and what they were answered."""

    def __init__(self, url, count=4, body=BODY):
        self.answers, self.failed_ids = [], set()
        self._is_over = threading.Event()
        self._url, self._body = url, body
        self._threads = [threading.Thread(target=self._send) for _ in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        for thread in self._threads:
            thread.join(60)

    def _send(self):
        with httpx.Client(timeout=60) as client:
            while not self._is_over.is_set():
                name = {"X-Request-ID": uuid.uuid4().hex}
                try:
                    answer = client.post(f"{self._url}/v1/tag", json=self._body, headers=name)
                    self.answers.append(answer)
                except httpx.HTTPError:
                    self.failed_ids.add(name["X-Request-ID"])
                    time.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
def test_process_sigterm_answers_what_was_accepted(start_process_server, workers):
    server = start_process_server("--workers", workers, "--drain-delay-s", 2, "--grace-s", 25)
    with Clients(server.url) as clients:
        wait_until(lambda: len(clients.answers) > 5)
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.wait_for_log("draining")
        answered = len(clients.answers)
        ready = httpx.get(f"{server.url}/health/ready")
        assert (ready.status_code, ready.text) == (503, "not ready")
        assert httpx.get(f"{server.url}/health/live").status_code == 200
        assert server.process.wait(40) == 0
        assert time.monotonic() - begin < 2 + 25
    assert len(clients.answers) > answered, "it still accepted while it said it was not ready"
    assert {answer.status_code for answer in clients.answers} <= {200, 429}
    taken_ids = set(re.findall(r"request_id=(\w+)", "".join(server.log)))
    assert len(taken_ids) > 5
    assert not taken_ids & clients.failed_ids, "a request was taken and left without an answer"


def test_process_second_sigterm_skips_the_delay(start_process_server):
    server = start_process_server("--drain-delay-s", 60)
    server.process.send_signal(signal.SIGTERM)
    server.wait_for_log("draining")
    assert server.stop() == 0


def test_process_interrupt_stops_it(start_process_server):
    assert start_process_server().stop(signal.SIGINT) == 0


def test_process_grace_period_ends_what_is_too_slow(start_process_server):
    server = start_process_server(
        *("--drain-delay-s", 0, "--grace-s", 1, "--deadline-s", 1, "--max-wait-s", 1)
    )
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /v1/tag HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 5


def relink(link, target):
    new = link.with_name("new")
    new.symlink_to(target)
    new.replace(link)


@pytest.fixture
def bundles(tiny_bundle, tmp_path):
    """A link `current` to version 1.0.0, a version 2.0.0 and a corrupt one."""
    from clashtag.bundle import seal_bundle

    second = shutil.copytree(tiny_bundle, tmp_path / "second")
    seal_bundle(second, "tiny", "2.0.0", {})
    corrupt = shutil.copytree(tiny_bundle, tmp_path / "corrupt")
    (corrupt / "encoder.onnx").write_bytes(b"no graph")
    (tmp_path / "current").symlink_to(tiny_bundle)
    return tmp_path


@pytest.mark.parametrize("workers", [1, 2])
def test_process_reload_drops_no_request(start_process_server, bundles, workers):
    key = "a" * 32
    server = start_process_server(
        "--workers", workers, "--drain-delay-s", 0, model=bundles / "current",
        CLASHTAG_SERVE_ADMIN_KEY=key,
    )  # fmt: skip

    def metric(start):
        lines = httpx.get(f"{server.url}/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(start))

    def workers_with(version):
        return metric(f'clashtag_model_info{{name="tiny",version="{version}"}}')

    wait_until(lambda: workers_with("1.0.0") == workers)  # the first one announces the server

    with Clients(server.url, body={"documents": [{"text": NEWS}]}) as clients:
        wait_until(lambda: len(clients.answers) > 20)
        relink(bundles / "current", bundles / "corrupt")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: metric('clashtag_model_reloads_total{result="refused"}') == workers)
        assert "encoder.onnx" in server.wait_for_log("the model was not reloaded")
        refused = httpx.post(
            f"{server.url}/admin/reload", headers={"Authorization": f"Bearer {key}"}
        )
        assert (refused.status_code, refused.json()["code"]) == (409, "bad_bundle")
        assert {answer.json()["model"]["version"] for answer in clients.answers} == {"1.0.0"}
        relink(bundles / "current", bundles / "second")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: workers_with("2.0.0") == workers)
        count = len(clients.answers)
        wait_until(lambda: len(clients.answers) > count + 20)
    assert not clients.failed_ids
    assert {answer.status_code for answer in clients.answers} == {200}
    assert clients.answers[-1].json()["model"]["version"] == "2.0.0"


def test_process_admin_reload_reaches_every_worker(start_process_server, bundles):
    key = "a" * 32
    server = start_process_server(
        "--workers", 2, "--admin-key", key, "--drain-delay-s", 0, model=bundles / "current"
    )
    relink(bundles / "current", bundles / "second")
    answer = httpx.post(f"{server.url}/admin/reload", headers={"Authorization": f"Bearer {key}"})
    assert answer.json() == {"name": "tiny", "version": "2.0.0"}
    line = 'clashtag_model_info{name="tiny",version="2.0.0"} 2.0'
    wait_until(lambda: line in httpx.get(f"{server.url}/metrics").text)


def test_process_workers_share_the_port_and_add_up(start_process_server):
    server = start_process_server("--workers", 2, "--drain-delay-s", 0)
    wait_until(
        lambda: (
            'clashtag_model_info{name="tiny",version="1.0.0"} 2.0'
            in httpx.get(f"{server.url}/metrics").text
        )
    )
    body = {"documents": [{"text": NEWS}]}
    for _ in range(30):  # each on a connection of its own
        assert httpx.post(f"{server.url}/v1/tag", json=body).status_code == 200
    counted = httpx.get(f"{server.url}/metrics").text
    assert 'clashtag_requests_total{route="/v1/tag",status="200"} 30.0' in counted
    assert 'clashtag_events_total{type="attack"} 30.0' in counted


@pytest.mark.skipif(shutil.which("ps") is None, reason="needs ps")
def test_process_reload_while_workers_start_ends_none(start_process_server):
    server = start_process_server("--workers", 2, "--drain-delay-s", 0, is_awaited=False)
    wait_until(lambda: len(workers_of(server)) == 2)
    for worker in workers_of(server):
        os.kill(worker, signal.SIGHUP)
    server.wait_for_log("listening on")
    line = 'clashtag_model_reloads_total{result="done"} 2.0'
    wait_until(lambda: line in httpx.get(f"{server.url}/metrics").text)
    assert not any("ended with code" in line for line in server.log)
    assert server.stop() == 0


def workers_of(server):
    found = subprocess.run(
        [shutil.which("ps"), "-o", "pid=,args=", "--ppid", str(server.process.pid)],
        capture_output=True, text=True, check=False,  # it fails where there is none
    )  # fmt: skip
    return [int(line.split()[0]) for line in found.stdout.splitlines() if "spawn_main" in line]


@pytest.mark.skipif(shutil.which("ps") is None, reason="needs ps")
def test_process_worker_that_dies_is_replaced(start_process_server):
    server = start_process_server("--workers", 2, "--drain-delay-s", 0)
    line = 'clashtag_model_info{name="tiny",version="1.0.0"} 2.0'
    wait_until(lambda: line in httpx.get(f"{server.url}/metrics").text)
    first, second = workers_of(server)
    os.kill(first, signal.SIGKILL)
    server.wait_for_log(f"worker {first} ended")
    wait_until(lambda: len(workers_of(server)) == 2)

    def is_complete():
        with contextlib.suppress(httpx.HTTPError):
            return line in httpx.get(f"{server.url}/metrics").text
        return False

    wait_until(is_complete)
    assert second in workers_of(server)
    assert server.stop() == 0


@pytest.mark.skipif(shutil.which("ps") is None, reason="needs ps")
def test_process_workers_end_when_their_supervisor_is_gone(start_process_server):
    server = start_process_server("--workers", 2, "--drain-delay-s", 0)
    server.process.kill()
    server.process.wait(10)

    def is_gone():
        try:
            httpx.get(f"{server.url}/health/live", timeout=1)
        except httpx.HTTPError:
            return True
        return False

    wait_until(is_gone)


def test_process_logs_are_json_without_texts(start_process_server):
    server = start_process_server("--log-format", "json", "--drain-delay-s", 0)
    text = "the word xylograph is in this article"
    body = {"documents": [{"id": "xylograph-id", "text": text}]}
    httpx.post(f"{server.url}/v1/tag?q=xylograph", json=body, headers={"X-Request-ID": "r1"})
    httpx.post(f"{server.url}/v1/tag", json={"documents": [{"text": 1, text: 2}]})
    httpx.post(f"{server.url}/v1/tag", content=text)
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log]
    [line] = [line for line in lines if line.get("request_id") == "r1"]
    assert (line["path"], line["status"], line["documents"]) == ("/v1/tag", 200, 1)
    assert line["ms"] > 0
    assert [line["code"] for line in lines if "code" in line] == [
        "invalid",
        "unsupported_media_type",
    ]
    assert "xylograph" not in "".join(server.log)


def test_process_log_line_cannot_be_forged(start_process_server):
    server = start_process_server("--drain-delay-s", 0)
    httpx.get(f"{server.url}/a%0Ainfo%20forged")
    assert server.stop() == 0
    assert not any(line.startswith("info forged") for line in server.log)


def test_process_settings_come_from_the_environment(start_process_server):
    server = start_process_server(
        CLASHTAG_SERVE_MAX_DOCUMENTS="1", CLASHTAG_SERVE_DRAIN_DELAY_S="0"
    )
    body = {"documents": [{"text": NEWS}] * 2}
    assert httpx.post(f"{server.url}/v1/tag", json=body).status_code == 413


@pytest.mark.parametrize(
    ("flags", "variables", "code", "words"),
    [
        (["--port", "x"], {}, 2, "--port"),
        ([], {"CLASHTAG_SERVE_PORT": "x"}, 2, "CLASHTAG_SERVE_PORT"),
        ([], {"CLASHTAG_SERVE_PROT": "1"}, 1, "did you mean CLASHTAG_SERVE_PORT?"),
        ([], {"CLASHTAG_SERVE_API_KEY": ""}, 1, "CLASHTAG_SERVE_API_KEY: set, but empty"),
        (["--host", "192.0.2.1"], {}, 1, "cannot listen on 192.0.2.1"),
        (["--model", "/nothing/here"], {}, 1, "/nothing/here"),
        (["--model", "/nothing/here", "--workers", "2"], {}, 1, "/nothing/here"),
        (["--api-key", "short"], {}, 1, "--api-key"),
        (["--grace-s", "1"], {}, 2, "--grace-s 1 is shorter"),
    ],
)
def test_process_that_cannot_start_says_why(flags, variables, code, words):
    done = run(*flags, **{"CLASHTAG_SERVE_PORT": "0", **variables})
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_process_port_in_use_is_explained():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("--port", port)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
