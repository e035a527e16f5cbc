"""Servers with the tiny model."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from http_servers import ProcessServer, ThreadServer


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    return write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def server(tiny_bundle: Path) -> Iterator[ThreadServer]:
    """One server with the default limits for all tests of a module."""
    from clashtag.serving.settings import ServeSettings
    from http_servers import thread_server

    with thread_server(ServeSettings(model=tiny_bundle, threads=1)) as running:
        yield running


@pytest.fixture
def start_thread_server(tiny_bundle: Path) -> Iterator[Callable[..., ThreadServer]]:
    """Start servers with settings of a test's own."""
    from clashtag.serving.settings import ServeSettings
    from http_servers import thread_server

    with contextlib.ExitStack() as stack:

        def start(**settings) -> ThreadServer:
            given = {"model": tiny_bundle, "threads": 1, **settings}
            return stack.enter_context(thread_server(ServeSettings(**given)))

        yield start


@pytest.fixture
def start_process_server(tiny_bundle: Path) -> Iterator[Callable[..., ProcessServer]]:
    """Start `clashtag serve` with flags of a test's own, on a free port."""
    from http_servers import COMMAND, ProcessServer

    if os.name != "posix":
        pytest.skip("needs POSIX signals")
    with contextlib.ExitStack() as stack:

        def start(
            *flags: object, model: Path = tiny_bundle, is_awaited: bool = True, **variables: str
        ) -> ProcessServer:
            command = [*COMMAND, "--port", "0", "--model", str(model), "--threads", "1"]
            process = subprocess.Popen(
                [*command, *map(str, flags)],
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "OMP_NUM_THREADS": "1", **variables},
            )
            server = ProcessServer(process)
            stack.callback(server.end)
            server.follower.start()
            if is_awaited:
                server.wait_for_log("listening on")
            return server

        yield start
