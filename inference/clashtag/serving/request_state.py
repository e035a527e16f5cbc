"""What the parts of the server tell one another about a request."""

from __future__ import annotations

import math
from dataclasses import dataclass

from starlette.types import Scope

_KEY = "clashtag"


@dataclass(slots=True)
class RequestState:
    """One request: its name, its clock and what is logged of it.

    `begin` and `deadline` are seconds of `time.monotonic`; `is_open_inference` says that the
    client speaks the Open Inference Protocol; `code` is the problem that it was
    answered with, if any.
    """

    request_id: str
    begin: float
    is_open_inference: bool = False
    deadline: float = math.inf
    body_bytes: int = 0
    documents: int = 0
    code: str | None = None

    @classmethod
    def of(cls, scope: Scope) -> RequestState:
        """Return the state of a request that has passed the envelope."""
        state: RequestState = scope["state"][_KEY]
        return state

    def attach(self, scope: Scope) -> None:
        """Make this the state of a request."""
        scope.setdefault("state", {})[_KEY] = self
