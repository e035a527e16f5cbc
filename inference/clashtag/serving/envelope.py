"""Around every request: its id, its log line, its counters, its headers and its last resort."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clashtag.serving.lifecycle import Lifecycle
from clashtag.serving.logs import log_failure
from clashtag.serving.metrics import Metrics
from clashtag.serving.problems import Problem, internal_error
from clashtag.serving.request_state import RequestState

logger = logging.getLogger(__name__)
access_logger = logging.getLogger("clashtag.access")

REQUEST_ID = "X-Request-ID"
_GIVEN_ID = re.compile(rb"[\w.:-]{1,128}")
_CLOSED_BY_CLIENT = 499
_LONGEST_LOGGED_PATH = 100
_PROBES = ("/health/", "/v2/health/", "/metrics")
_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Envelope:
    """Middleware that names, times, counts and logs requests, and answers those that fail.

    Neither the text of a request nor its query string is logged.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, lifecycle: Lifecycle) -> None:
        self._app = app
        self._metrics = metrics
        self._lifecycle = lifecycle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and see to it that it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        if method == "HEAD":  # the server leaves out the body of the answer
            scope = {**scope, "method": "GET"}
        state = RequestState(_request_id(scope), time.monotonic(), scope["path"].startswith("/v2"))
        state.attach(scope)
        status = _CLOSED_BY_CLIENT
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                status = message["status"]
                self._add_headers(message, state)
            await send(message)

        self._metrics.request_begins()
        try:
            await self._app(scope, receive, send_with_headers)
        except Problem as problem:
            state.code = problem.code
            if not has_begun:
                answer = problem.response(state)
                await answer(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - the last resort of every request
            # An answer that had begun ends here; the server closes its connection.
            log_failure(logger, f"request {state.request_id} failed", error)
            state.code = internal_error().code
            if not has_begun:
                answer = internal_error().response(state)
                await answer(scope, receive, send_with_headers)
        finally:
            self._finish(scope, state, method, status)

    def _add_headers(self, message: Message, state: RequestState) -> None:
        headers = MutableHeaders(scope=message)
        headers[REQUEST_ID] = state.request_id
        headers.setdefault("Cache-Control", "no-store")
        headers.update(_SECURITY_HEADERS)
        if self._lifecycle.is_draining:  # the client's next request should go elsewhere
            headers["Connection"] = "close"

    def _finish(self, scope: Scope, state: RequestState, method: str, status: int) -> None:
        seconds = time.monotonic() - state.begin
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.request_ends(route, status, seconds)
        if state.code is not None:
            self._metrics.problem(state.code)
        client = scope.get("client")
        fields = {
            "request_id": state.request_id,
            "client": client[0] if client else None,
            "method": method,
            "path": scope["path"][:_LONGEST_LOGGED_PATH],
            "status": status,
            "ms": round(1000 * seconds, 1),
            "bytes": state.body_bytes,
            "documents": state.documents,
            "code": state.code,
        }
        is_probe = status == 200 and scope["path"].startswith(_PROBES)
        level = logging.DEBUG if is_probe else logging.INFO
        access_logger.log(level, "request", extra={"fields": fields})


def _request_id(scope: Scope) -> str:
    """Return the id that a client or gateway has given the request, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return str(value, "ascii")
    return uuid.uuid4().hex
