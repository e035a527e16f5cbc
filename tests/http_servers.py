"""Servers to talk to: in a thread of this process, or in a process of their own.

A test module that imports this is skipped where the extra `serve` is missing.
"""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

for extra in ("fastapi", "uvicorn", "prometheus_client", "httpx"):
    pytest.importorskip(extra)

import httpx

from clashtag.serving.server import DrainingServer, listen, start_service, worker_config
from clashtag.serving.service import Service
from clashtag.serving.settings import ServeSettings

NEWS = "Armed gunmen said a planned attack on civilians in Kyiv on Monday."
COMMAND = [sys.executable, "-m", "clashtag", "serve"]


@dataclass(frozen=True)
class SlowEncoder:
    """The real encoder, held up before each batch, until `gate` opens or for a while."""

    encoder: object
    seconds: float = 0.0
    gate: threading.Event | None = None
    calls: list[int] = field(default_factory=list)

    def run(self, input_ids, attention_mask):
        self.calls.append(len(input_ids))
        if self.gate is not None:
            assert self.gate.wait(30)
        time.sleep(self.seconds)
        return self.encoder.run(input_ids, attention_mask)


def slow_down(service: Service, **settings) -> SlowEncoder:
    """Make a running service's model slow; return what counts its calls."""
    tagger = service.keeper.tagger
    slow = SlowEncoder(tagger.pipeline.encoder, **settings)
    tagger.pipeline = replace(tagger.pipeline, encoder=slow)
    return slow


@dataclass(frozen=True)
class ThreadServer:
    """A server in a thread; signals do not reach it."""

    service: Service
    client: httpx.Client
    url: str

    def tag(self, *texts: str, path: str = "/v1/tag", **options) -> httpx.Response:
        body = {"documents": [{"text": text} for text in texts]}
        if options:
            body["options"] = options
        return self.client.post(path, json=body)

    def metric(self, line_start: str) -> float:
        """Return the value of the first counter whose line starts like this."""
        text = self.client.get("/metrics").text
        [line] = [line for line in text.splitlines() if line.startswith(line_start)]
        return float(line.split()[-1])


@contextlib.contextmanager
def thread_server(settings: ServeSettings) -> Iterator[ThreadServer]:
    service = start_service(settings)
    listener = listen("127.0.0.1", 0)
    started = threading.Event()
    server = DrainingServer(worker_config(service, started.set))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        assert started.wait(30)
        with httpx.Client(base_url=url, timeout=30) as client:
            yield ThreadServer(service, client, url)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@dataclass
class ProcessServer:
    """`clashtag serve` in a process of its own; `log` grows while it runs."""

    process: subprocess.Popen[str]
    url: str = ""
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.follower = threading.Thread(target=self._follow)

    def _follow(self) -> None:
        for line in self.process.stderr:
            self.log.append(line)
            found = re.search(r"listening on (http://\S+)", line.replace('"', " "))
            if found:
                self.url = found[1]

    def wait_for_log(self, words: str, timeout_s: float = 30) -> str:
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            for line in self.log:
                if words in line:
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{words!r} is not in the log: {''.join(self.log)}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        self.follower.join(60)  # workers hold the other end of the pipe until they have drained
        self.process.stderr.close()
