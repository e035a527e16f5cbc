"""Wikitext from a MediaWiki's public API: pages as they are, and as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from clashtag.errors import InputError, RecordError
from clashtag_training.corpora.json_items import need
from clashtag_training.fetching.http_client import HttpClient, TryAgainError, excerpt

WIKIPEDIA_API = "https://en.wikipedia.org/w/api.php"
TITLES_A_REQUEST = 50
"""How many pages a user without an account may ask for at once."""

_REVISIONS_A_REQUEST = 50
_LAG_S = 5
_PASSING_ERRORS = frozenset({"maxlag", "ratelimited", "readonly"})


@dataclass(frozen=True, slots=True)
class MediaWiki:
    """The API of one wiki."""

    client: HttpClient
    api_url: str = WIKIPEDIA_API

    def page_texts(self, titles: Sequence[str]) -> dict[str, str]:
        """Return the wikitext of up to 50 pages by title, without those that do not exist.

        Raises:
            InputError: if the API refuses the request, or cannot be reached.
        """
        asked = {"titles": "|".join(titles), "redirects": "1"}
        renamed: dict[str, str] = {}
        texts: dict[str, str] = {}
        with self._known_form():
            for query in self._queries(asked):
                for change in [*query.get("normalized", ()), *query.get("redirects", ())]:
                    renamed[need(change, "from", str)] = need(change, "to", str)
                for page in query.get("pages", ()):
                    texts |= {need(page, "title", str): text for text in _revision_texts(page)}
        found = {title: _final_title(title, renamed) for title in titles}
        return {title: texts[final] for title, final in found.items() if final in texts}

    def past_texts(self, title: str) -> Iterator[str]:
        """Yield the wikitext of every revision of a page, newest first.

        Raises:
            InputError: if the API refuses the request, or cannot be reached.
        """
        with self._known_form():
            for query in self._queries({"titles": title, "rvlimit": str(_REVISIONS_A_REQUEST)}):
                for page in query.get("pages", ()):
                    yield from _revision_texts(page)

    @contextmanager
    def _known_form(self) -> Iterator[None]:
        try:
            yield
        except RecordError as error:
            raise InputError(
                f"{self.api_url} answers in an unknown form: {error.problem}",
                "check that the address is the api.php of a MediaWiki",
            ) from error

    def _queries(self, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the `query` part of each answer, following the API's continuations."""
        fixed = {
            "action": "query",
            "format": "json",
            "formatversion": "2",
            "prop": "revisions",
            "rvprop": "content",
            "rvslots": "main",
            "maxlag": str(_LAG_S),
        }
        continuation: Mapping[str, str] = {}
        while True:
            url = f"{self.api_url}?{urlencode({**fixed, **asked, **continuation})}"
            answer = self.client.get(url, _answer)
            yield need({"query": {}, **answer}, "query", dict)
            if "continue" not in answer:
                return
            continuation = answer["continue"]


def _answer(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise TryAgainError(f"the answer is not JSON ({error}): {excerpt(body)}") from error
    if not isinstance(answer, dict):
        raise TryAgainError(f"the answer is no JSON object: {excerpt(body)}")
    if "error" in answer:
        code = answer["error"].get("code") if isinstance(answer["error"], dict) else None
        if code in _PASSING_ERRORS:
            raise TryAgainError(f"the API reports {code}")
        raise InputError(
            f"the API refuses the request: {excerpt(body)}", "correct the address or the options"
        )
    return answer


def _revision_texts(page: object) -> Iterator[str]:
    """Yield the revisions that came with a page; a page that does not exist has none."""
    fields: Mapping[str, object] = need({"page": page}, "page", dict)
    for revision in need({"revisions": [], **fields}, "revisions", list):
        main = need(need(revision, "slots", dict), "main", dict)
        if "content" in main:  # a deleted revision has none
            yield need(main, "content", str)


def _final_title(title: str, renamed: Mapping[str, str]) -> str:
    for _ in renamed:
        title = renamed.get(title, title)
    return title
