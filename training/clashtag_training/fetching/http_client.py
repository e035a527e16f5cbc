"""Downloads that a busy server can live with: one at a time, with pauses, waits and retries."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from clashtag.errors import InputError

_PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
_SHOWN_CHARACTERS = 200
_LATER = "run the command again later: what was fetched is kept and not asked for again"

T = TypeVar("T")


class TryAgainError(Exception):
    """An answer that is no use now, though the same request may succeed later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpClient:
    """Sends GET requests one after the other.

    Args:
        user_agent: says who asks, and how to reach them.
        timeout_s: how long a server may be silent.
        attempts: how often a request is sent before it counts as failed.
        pause_s: seconds before each request; doubled with every failed attempt.
        longest_wait_s: a server that asks for a longer wait is not waited for.
        sleep: waits for a number of seconds.
    """

    user_agent: str
    timeout_s: float = 60.0
    attempts: int = 6
    pause_s: float = 1.0
    longest_wait_s: float = 300.0
    sleep: Callable[[float], None] = time.sleep

    def get(self, url: str, read: Callable[[bytes], T]) -> T:
        """Return what `read` makes of the body at an http(s) address.

        Failures that may pass are tried again, after the seconds in `Retry-After` where the
        server names them.

        Args:
            url: the address.
            read: turns the body into a value; raises TryAgainError for a body that is no use.

        Raises:
            InputError: if the address is refused, or still fails at the last attempt.
        """
        if not url.startswith(("http://", "https://")):
            raise InputError(f"{url!r} is no http or https address", "correct the address")
        wait_s, problem = self.pause_s, ""
        for attempt in range(1, self.attempts + 1):
            self.sleep(wait_s)
            headers = Message()
            try:
                body, headers = self._body(url)
                return read(body)
            except HTTPError as error:
                problem, headers = f"HTTP {error.code} {error.reason}", error.headers
                error.close()
                if error.code not in _PASSING_STATUSES:
                    raise InputError(
                        f"{url} answers {problem}", "check the address and the user agent"
                    ) from error
            except (
                TryAgainError,
                OSError,
                EOFError,
                zlib.error,
                http.client.HTTPException,
            ) as error:
                problem = _reason(error)
            wait_s = max(_retry_after_s(headers), self.pause_s * 2**attempt)
            if wait_s > self.longest_wait_s:
                raise InputError(f"{url}: {problem}; wants a wait of {wait_s:.0f} s", _LATER)
        raise InputError(f"{url} fails after {self.attempts} attempts: {problem}", _LATER)

    def _body(self, url: str) -> tuple[bytes, Message]:
        headers = {"User-Agent": self.user_agent, "Accept-Encoding": "gzip"}
        request = Request(url, headers=headers)  # noqa: S310 - http(s) alone, see get()
        with urlopen(request, timeout=self.timeout_s) as response:  # noqa: S310
            body: bytes = response.read()
            is_packed = response.headers.get("Content-Encoding") == "gzip"
            return gzip.decompress(body) if is_packed else body, response.headers


def excerpt(body: bytes) -> str:
    """Return the beginning of a body for an error message."""
    return repr(body[:_SHOWN_CHARACTERS].decode("utf-8", errors="replace"))


def _reason(error: BaseException) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return str(reason) or type(reason).__name__


def _retry_after_s(headers: Message) -> float:
    """Return the seconds that `Retry-After` asks for, as a number or as a date, else 0."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
