"""Errors of the API as a client sees them: RFC 9457 problem details."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException
from starlette.responses import Response

from clashtag.serving.request_state import RequestState

MEDIA_TYPE = "application/problem+json"
_MOST_NAMED = 20


class Problem(HTTPException):
    """A request that is answered with an explanation.

    Args:
        status: the HTTP status.
        code: a stable name for programs; `docs/serving.md` lists them.
        detail: what was wrong, naming the offending value.
        next_step: what the client can do about it.
        errors: for each field that is wrong, its `field` and its `problem`.
        headers: further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        next_step: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.next_step = next_step
        self.errors = tuple(errors)

    def to_dict(self, state: RequestState | None = None) -> dict[str, Any]:
        """Return the JSON object of the answer to a request."""
        fields: dict[str, Any] = {
            "title": HTTPStatus(self.status_code).phrase,
            "status": self.status_code,
            "code": self.code,
            "detail": self.detail,
            "next_step": self.next_step,
        }
        if self.errors:
            fields["errors"] = [dict(error) for error in self.errors]
        if state is not None:
            fields["request_id"] = state.request_id
            if state.is_open_inference:  # whose clients read no other field
                fields["error"] = f"{self.detail}; {self.next_step}"
        return fields

    def response(self, state: RequestState) -> Response:
        """Return the answer itself."""
        body = json.dumps(self.to_dict(state), ensure_ascii=False)
        return Response(
            body.encode(errors="backslashreplace"),
            self.status_code,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


def over_capacity(detail: str, retry_after_s: int) -> Problem:
    """Return the answer to a request that the server has no room for: 429 with `Retry-After`."""
    return Problem(
        429,
        "over_capacity",
        detail,
        f"send it again after {retry_after_s} s, or to another server",
        headers={"Retry-After": str(retry_after_s)},
    )


def too_large(code: str, detail: str, next_step: str, field: str | None = None) -> Problem:
    """Return the answer to a request beyond one of the server's limits: 413."""
    errors = [] if field is None else [{"field": field, "problem": detail}]
    return Problem(413, code, detail, next_step, errors=errors)


def invalid(errors: Sequence[Mapping[str, str]], next_step: str) -> Problem:
    """Return the answer to a request whose fields are wrong: 422, naming the first ones."""
    named = errors[:_MOST_NAMED]
    problems = [
        f"{error['field']}: {error['problem']}" if error["field"] else error["problem"]
        for error in named
    ]
    if len(errors) > len(named):
        problems.append(f"and {len(errors) - len(named):,} more")
    return Problem(422, "invalid", "; ".join(problems), next_step, errors=named)


def internal_error() -> Problem:
    """Return the answer to a request that failed through no fault of its own."""
    return Problem(
        500,
        "internal",
        "the server failed to answer; this is a fault of the server, not of the request",
        "report the request_id to whoever runs the server",
    )
