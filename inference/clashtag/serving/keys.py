"""API keys: who may ask for events, and who may change the model."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from fastapi import Security
from fastapi.params import Depends
from fastapi.security import HTTPBearer
from starlette.types import ASGIApp, Receive, Scope, Send

from clashtag.serving.problems import Problem

_OPEN_PATHS = ("/v2/health/live", "/v2/health/ready")


class RequireKey:
    """Middleware that asks for a key, compared in constant time, before a body is read.

    The page, the health of the server and its metrics never need a key.
    """

    def __init__(
        self, app: ASGIApp, api_keys: Sequence[bytes], admin_keys: Sequence[bytes]
    ) -> None:
        self._app = app
        self._api_keys = api_keys
        self._admin_keys = admin_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request that needs no key or brings one.

        Raises:
            Problem: if it does not.
        """
        if scope["type"] == "http":
            self._check(scope)
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        path = scope["path"]
        if self._admin_keys and path.startswith("/admin/"):
            _require(scope, self._admin_keys)
        elif self._api_keys and path.startswith(("/v1/", "/v2")) and path not in _OPEN_PATHS:
            _require(scope, self._api_keys)


def documented_key(is_needed: bool) -> list[Depends]:
    """Return what says in the OpenAPI document that routes need a key; it checks nothing."""
    return [Security(HTTPBearer(auto_error=False))] if is_needed else []


def _require(scope: Scope, keys: Sequence[bytes]) -> None:
    given = b""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            given = value[7:].strip()
    # Every key is compared, so that the time does not tell which one came close.
    matches = [hmac.compare_digest(given, key) for key in keys]
    if not any(matches):
        raise Problem(
            401,
            "unauthorized",
            "the request has no valid key" if given else "the request has no key",
            "send the header Authorization: Bearer KEY",
            headers={"WWW-Authenticate": "Bearer"},
        )
