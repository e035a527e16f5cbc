"""What a request may cost before anything has read it: size, packing, time and number."""

from __future__ import annotations

import asyncio
import time
import zlib
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clashtag.serving.gzip_body import GzipReader, TooLongError
from clashtag.serving.problems import Problem, over_capacity, too_large
from clashtag.serving.request_state import RequestState


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The largest request that is read, and the longest time that it may take to arrive."""

    max_requests: int
    max_header_bytes: int
    max_body_bytes: int
    body_timeout_s: float
    deadline_s: float


class LimitRequests:
    """Middleware that refuses requests beyond the limits while they are being read.

    Bodies are counted as they arrive, whatever their `Content-Length` says, and gzip is counted
    as it is unpacked. Each request is given the time at which it must be answered.
    """

    def __init__(self, app: ASGIApp, limits: RequestLimits) -> None:
        self._app = app
        self._limits = limits
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request whose headers are within the limits.

        Raises:
            Problem: if they are not, or there are too many requests.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._check_headers(scope)
        state = RequestState.of(scope)
        state.deadline = state.begin + self._limits.deadline_s
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if self._in_flight >= self._limits.max_requests:
            raise over_capacity(f"{self._in_flight} requests are being answered already", 1)
        body = _Body(receive, dict(scope["headers"]), self._limits, state)
        self._in_flight += 1
        try:
            await self._app(scope, body.receive, send)
        finally:
            self._in_flight -= 1

    def _check_headers(self, scope: Scope) -> None:
        size = len(scope["raw_path"]) + len(scope["query_string"])
        size += sum(len(name) + len(value) + len(": \r\n") for name, value in scope["headers"])
        if size > self._limits.max_header_bytes:
            raise Problem(
                431,
                "headers_too_large",
                f"the path and headers have {size:,} bytes, more than the "
                f"{self._limits.max_header_bytes:,} allowed",
                "send fewer or shorter headers",
            )


class _Body:
    """A request's body: counted, unpacked and waited for within limits."""

    def __init__(
        self,
        receive: Receive,
        headers: dict[bytes, bytes],
        limits: RequestLimits,
        state: RequestState,
    ) -> None:
        declared = int(headers.get(b"content-length", b"0"))
        if declared > limits.max_body_bytes:
            raise _body_too_large(f"{declared:,} bytes", limits.max_body_bytes)
        self._receive = receive
        self._limits = limits
        self._state = state
        self._until = min(time.monotonic() + limits.body_timeout_s, state.deadline)
        self._is_whole = False
        packing = headers.get(b"content-encoding", b"identity").lower()
        if packing not in (b"identity", b"gzip"):
            raise Problem(
                415,
                "unsupported_encoding",
                f"the body is packed as {packing.decode('latin-1')[:40]!r}",
                "send it plain or as gzip",
            )
        self._gzip = GzipReader(limits.max_body_bytes) if packing == b"gzip" else None

    async def receive(self) -> Message:
        """Return the next piece, unpacked; after the last one, whatever the server says.

        Raises:
            Problem: if the body is too large, takes too long or is no gzip.
        """
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout(self._until - time.monotonic()):
                message = await self._receive()
        except TimeoutError as error:
            raise Problem(
                408,
                "body_timeout",
                f"only {self._state.body_bytes:,} bytes of the body arrived in time "
                f"({self._limits.body_timeout_s:g} s)",
                "send the body at once",
                headers={"Connection": "close"},
            ) from error
        if message["type"] != "http.request":
            return message
        self._is_whole = not message.get("more_body", False)
        piece = message.get("body", b"")
        self._state.body_bytes += len(piece)
        if self._state.body_bytes > self._limits.max_body_bytes:
            raise _body_too_large("more bytes", self._limits.max_body_bytes)
        if self._gzip is not None:
            piece = self._unpacked(piece, self._gzip)
        return {**message, "body": piece}

    def _unpacked(self, piece: bytes, gzip: GzipReader) -> bytes:
        try:
            unpacked = gzip.feed(piece)
        except TooLongError as error:
            raise _body_too_large("more once unpacked", self._limits.max_body_bytes) from error
        except zlib.error as error:
            raise _bad_gzip(str(error)) from error
        if self._is_whole and not gzip.is_whole:
            raise _bad_gzip("it ends too early")
        return unpacked


def _bad_gzip(reason: str) -> Problem:
    return Problem(
        400,
        "bad_gzip",
        f"the body is no gzip, as its Content-Encoding says: {reason}",
        "pack it again, or send it plain without Content-Encoding",
    )


def _body_too_large(found: str, max_bytes: int) -> Problem:
    return too_large(
        "body_too_large",
        f"the body has {found}; at most {max_bytes:,} bytes are allowed",
        "send fewer or shorter documents in one request",
    )
