"""HTTP/1.1 connections that do not wait for ever for a client that says or reads nothing."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from clashtag.serving.problems import MEDIA_TYPE, Problem

_WATCH_EVERY_S = 1.0
_MIN_READ_BYTES_PER_S = 1024


def patient_protocol(
    header_timeout_s: float, write_timeout_s: float
) -> Callable[..., PatientProtocol]:
    """Return what uvicorn makes a connection with.

    Args:
        header_timeout_s: the time that a client may take to send a request's headers.
        write_timeout_s: the time that a client may read less than 1 KiB a second for.
    """
    return functools.partial(
        PatientProtocol, header_timeout_s=header_timeout_s, write_timeout_s=write_timeout_s
    )


class PatientProtocol(H11Protocol):
    """A connection that is closed when its client keeps it waiting.

    Uvicorn itself only closes connections that are idle between two requests.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        header_timeout_s: float,
        write_timeout_s: float,
        **settings: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **settings)
        self._header_timeout_s = header_timeout_s
        self._write_timeout_s = write_timeout_s
        self._headers_since: float | None = None
        self._stalled_since: float | None = None
        self._unread_bytes = 0
        self._watch_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self._headers_since = self.loop.time()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        super().connection_lost(exc)
        if self._watch_timer is not None:
            self._watch_timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Read on; what arrives between two requests must become a request in time."""
        super().data_received(data)
        if not self._is_between_requests():
            self._headers_since = None
        elif self._headers_since is None:
            self._headers_since = self.loop.time()

    def on_response_complete(self) -> None:
        """Leave the connection to uvicorn's keep-alive timer until more arrives."""
        self._headers_since = None
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP request, then close."""
        problem = Problem(400, "bad_http", msg, "send HTTP/1.1 with plain headers")
        self._close_with(problem)

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _watch(self) -> None:
        now = self.loop.time()
        if self._is_stalled(now):
            self.transport.abort()
        elif (
            self._headers_since is not None
            and now - self._headers_since > self._header_timeout_s
            and not self.transport.is_closing()
        ):
            problem = Problem(
                408,
                "header_timeout",
                f"no whole request arrived within {self._header_timeout_s:g} s",
                "send the request at once, or close the connection",
            )
            self._close_with(problem)
        self._watch_timer = self.loop.call_later(_WATCH_EVERY_S, self._watch)

    def _is_stalled(self, now: float) -> bool:
        before, self._unread_bytes = self._unread_bytes, self.transport.get_write_buffer_size()
        is_moving = before - self._unread_bytes >= _MIN_READ_BYTES_PER_S * _WATCH_EVERY_S
        if not self._unread_bytes or is_moving:
            self._stalled_since = None
        elif self._stalled_since is None:
            self._stalled_since = now
        return self._stalled_since is not None and now - self._stalled_since > self._write_timeout_s

    def _close_with(self, problem: Problem) -> None:
        """Answer with a problem where no answer has begun, and close the connection."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = json.dumps(problem.to_dict()).encode()
            headers = [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ]
            answer = h11.Response(status_code=problem.status_code, headers=headers)
            for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
