"""Request bodies: JSON, read strictly and once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from fastapi.routing import APIRoute
from pydantic_core import from_json, to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from clashtag.serving.problems import Problem, invalid

SEE_OPENAPI = "compare it with /openapi.json"
_LONGEST_SHOWN = 60


class JsonRequest(Request):
    """A request whose body must be JSON.

    The parser refuses what would be trouble later: nesting deeper than 200 levels, lone
    surrogates, NaN and infinity. Control characters in strings must be escaped, as JSON has it;
    NUL in a text is refused with the text.
    """

    async def body(self) -> bytes:
        """Return the body.

        Raises:
            Problem: if it is declared as something else than JSON, or did not arrive whole.
        """
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Problem(
                415,
                "unsupported_media_type",
                f"the body is declared as {media_type[:40]!r}",
                "send JSON with the header Content-Type: application/json",
            )
        return await whole_body(super().body)

    async def json(self) -> Any:  # noqa: ANN401
        """Return what the body holds.

        Raises:
            Problem: if it is not JSON.
        """
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


class JsonRoute(APIRoute):
    """A route that takes a `JsonRequest`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, fed with our request."""
        handle = super().get_route_handler()

        async def handle_json(request: Request) -> Response:
            return await handle(JsonRequest(request.scope, request.receive))

        return handle_json


async def whole_body(read: Callable[[], Coroutine[Any, Any, bytes]]) -> bytes:
    """Return a body that is read to its end.

    Raises:
        Problem: if the client closed the connection before.
    """
    try:
        return await read()
    except ClientDisconnect as error:
        raise Problem(
            400, "body_incomplete", "the connection was closed within the body", "send it again"
        ) from error


def parse_json(body: bytes) -> Any:  # noqa: ANN401
    """Return what JSON in UTF-8 holds.

    Raises:
        Problem: if it is no such thing.
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise invalid(
            [{"field": "", "problem": f"the body is not JSON: {error}"}], _NOT_JSON
        ) from (error)


_NOT_JSON = "send one JSON object in UTF-8, nested no deeper than 200 levels"


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return pydantic's errors with the field as a client writes it: `documents[3].text`."""
    return [{"field": _field(error["loc"]), "problem": _message(error)} for error in errors]


def _field(location: Sequence[str | int]) -> str:
    steps = [step for step in location if step != "body"]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{_short(step)}" for step in steps)
    return path.removeprefix(".")


def _message(error: Mapping[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if error["type"] in ("missing", "extra_forbidden"):
        return message
    return f"{message}, found {shown(error['input'])}"


def shown(value: object) -> str:
    """Return a value as JSON, cut short."""
    text = to_json(value, fallback=repr, inf_nan_mode="constants").decode()
    return _short(text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."
