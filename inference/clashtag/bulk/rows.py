"""Rows of JSON Lines, CSV and Parquet as articles: which column is the text, which the id."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from clashtag.characters import require_characters
from clashtag.errors import InputError
from clashtag.records import Record

MAX_CHARACTERS = 5_000_000
_MAX_LEVELS = 100  # processes and files take at least four times as many
_MAX_NAMES_SHOWN = 12
_REPLACED = frozenset({"id", "text", "events", "tokens", "windows"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a row's fields.

    Args:
        text: the article.
        id: its id; None takes `id` where a row has it.
        published: its date of publication, renamed to `published`.
        keep: the other fields to carry along; None carries all.
    """

    text: str = "text"
    id: str | None = None
    published: str | None = None
    keep: tuple[str, ...] | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a table cannot do without."""
        named = (self.text, self.id, self.published, *(self.keep or ()))
        return tuple(dict.fromkeys(name for name in named if name is not None))

    def wanted(self, present: Collection[str]) -> list[str]:
        """Return those of a table's columns that are read."""
        if self.keep is None:
            return list(present)
        named = {self.text, self.id or "id", self.published or "published", *self.keep}
        return [name for name in present if name in named]


def record_from_row(fields: Mapping[str, Any], columns: Columns, place: str) -> Record:
    """Return a row as a record without events; one that has no id takes its place as id.

    Fields named `id`, `text`, `events`, `tokens` or `windows` are replaced, all others carried.

    Raises:
        InputError: if the text, the id, the date or a carried field is not what it must be.
    """
    if columns.text not in fields:
        raise InputError(
            f"{place}: no field {columns.text!r}; it has {listed(fields)}",
            "name the field that holds the article with --text-column",
        )
    text = fields[columns.text]
    if not isinstance(text, str):
        raise InputError(
            f"{place}: {columns.text!r} must be a string, found {_found(text)}",
            "give each article its text as one string",
        )
    check_text(text, place)
    id_name = columns.id or "id"
    id_ = fields.get(id_name)
    if isinstance(id_, bool) or not isinstance(id_, str | int | None):
        raise InputError(
            f"{place}: {id_name!r} must be a string or a whole number, found {_found(id_)}",
            "give each article a plain id, or none",
        )
    id_text = place if id_ is None or id_ == "" else str(id_)
    require_characters(id_text, f"{place}: {id_name}")
    extra = _carried(fields, columns)
    if isinstance(id_, int):
        extra["id"] = id_  # comes out as the number that came in
    _check_json(extra, place)
    require_characters(str(extra.get("published")), f"{place}: {columns.published or 'published'}")
    return Record(text, id_text, extra=extra)


def check_text(text: str, place: str) -> None:
    """Refuse a text that is too long for an article, or that no file can hold.

    Raises:
        InputError: saying which.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"{place}: {len(text):,} characters are too many for one article"
            f" (at most {MAX_CHARACTERS:,})",
            "divide it into articles",
        )
    require_characters(text, f"{place}: the text")


def json_value(value: object) -> Any:  # noqa: ANN401
    """Return a value of a Parquet column as JSON can hold it: dates as ISO 8601, NaN as null."""
    if isinstance(value, str | bool | int | None):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="backslashreplace")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def listed(names: Collection[str]) -> str:
    """Return column names for a message, the first twelve if there are more."""
    more = len(names) - _MAX_NAMES_SHOWN
    shown = ", ".join(map(repr, list(names)[:_MAX_NAMES_SHOWN])) or "none"
    return f"{shown} and {more} more" if more > 0 else shown


def _carried(fields: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    renamed = {columns.text, columns.id, columns.published}
    extra = {
        name: value
        for name, value in fields.items()
        if name not in _REPLACED
        and name not in renamed
        and (columns.keep is None or name in columns.keep or name == "published")
    }
    if columns.published is not None and fields.get(columns.published) not in (None, ""):
        extra["published"] = fields[columns.published]
    if extra.get("published") == "":  # as a table has it where a date is missing
        del extra["published"]
    return extra


def _check_json(extra: Mapping[str, Any], place: str) -> None:
    deep = [name for name, value in extra.items() if _is_deeper(value, _MAX_LEVELS)]
    if deep:
        raise InputError(
            f"{place}: more than {_MAX_LEVELS} lists or objects in one another in {listed(deep)}",
            "leave it out with --keep, or write it as a string",
        )
    try:
        json.dumps(extra, allow_nan=False)
    except ValueError as error:
        raise InputError(
            f"{place}: a carried field has no JSON form: {error}",
            "leave it out with --keep, or write it as a string",
        ) from error


def _is_deeper(value: object, levels: int) -> bool:
    """Return whether lists and objects lie in one another in more than so many levels."""
    if not isinstance(value, dict | list):
        return False
    items = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in items)


def _found(value: object) -> str:
    return "null" if value is None else f"a value of type {type(value).__name__}"
