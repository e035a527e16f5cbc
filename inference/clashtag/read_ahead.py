"""Texts as they come in: checked, and a few at a time, so that like lengths can share a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clashtag.errors import InputError
from clashtag.records import Record

_LOOK_AHEAD_CHARACTERS = 65_536
_LOOK_AHEAD_TEXTS = 256


def chunks_of(texts: Iterable[str | Record]) -> Iterator[list[Record]]:
    """Collect texts until they are worth a batch; every text before a bad one is passed on.

    Raises:
        InputError: on reaching a text that is neither a string nor a record.
    """
    chunk: list[Record] = []
    characters = 0
    for index, text in enumerate(texts):
        try:
            record = checked_record(text, f"text number {index}")
        except InputError:
            if chunk:
                yield chunk
            raise
        chunk.append(record)
        characters += len(record.text)
        if is_worth_a_batch(len(chunk), characters):
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def is_worth_a_batch(texts: int, characters: int) -> bool:
    """Return whether so many texts, of so many characters together, need wait for no more."""
    return texts >= _LOOK_AHEAD_TEXTS or characters >= _LOOK_AHEAD_CHARACTERS


def checked_record(text: object, where: str) -> Record:
    """Return a text as a record, and a record as it is.

    Raises:
        InputError: if it is neither; `where` says which text it was.
    """
    if isinstance(text, str):
        return Record(text)
    if isinstance(text, Record) and isinstance(text.text, str):
        return text
    found = f"a record whose text is {text.text!r}" if isinstance(text, Record) else repr(text)
    raise InputError(
        f"{where} must be a string, found {type(text).__name__} {found[:60]}",
        "decode bytes first, with text.decode('utf-8'); pass empty texts as ''",
    )
