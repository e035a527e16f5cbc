"""Parts: the runs of consecutive items that are tagged, written and counted as one.

Where a part begins depends on the input and on nothing else, so that a part comes out the same
whenever, wherever and after how many interruptions it is tagged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clashtag.bulk.items import Document, Item, Problem
from clashtag.bulk.seen_ids import SeenIds
from clashtag.records import Record

MAX_PART_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive items of an archive.

    Args:
        number: counts parts from 0.
        first: the place of its first item in the archive, which counts items from 0.
        items: articles and problems.
        repeated: indexes into `items` of articles whose id an earlier one has.
        read_bytes: how much of the input files has been read at its end.
        is_last: whether the archive ends with it.
    """

    number: int
    first: int
    items: tuple[Item, ...]
    repeated: tuple[int, ...]
    read_bytes: int
    is_last: bool

    @property
    def places(self) -> str:
        """Where it was found, for a message."""
        places = [item.place for item in self.items] or ["an empty archive"]
        return f"{places[0]} to {places[-1]}"

    @property
    def sha256(self) -> str:
        """A hash of everything that was read."""
        digest = hashlib.sha256()
        for item in self.items:
            digest.update(json.dumps(_item_to_list(item)).encode() + b"\n")
        return digest.hexdigest()


def cut_parts(
    items: Iterable[tuple[int, Item]],
    max_items: int,
    max_characters: int = MAX_PART_CHARACTERS,
) -> Iterator[Part]:
    """Divide the items of an archive into parts; an empty archive has one, which is empty.

    A part ends at `max_items`, or with the article that brings it to `max_characters`.
    """
    seen = SeenIds()
    number = first = characters = read_bytes = 0
    collected: list[Item] = []
    for position, item in items:
        if len(collected) == max_items or characters >= max_characters:
            yield _part(number, first, collected, seen, read_bytes, is_last=False)
            number, first = number + 1, first + len(collected)
            collected, characters = [], 0
        collected.append(item)
        characters += len(item.record.text) if isinstance(item, Document) else 0
        read_bytes = position
    yield _part(number, first, collected, seen, read_bytes, is_last=True)


def _part(
    number: int, first: int, items: list[Item], seen: SeenIds, read_bytes: int, *, is_last: bool
) -> Part:
    documents = [index for index, item in enumerate(items) if isinstance(item, Document)]
    ids = [item.record.id or item.place for item in items if isinstance(item, Document)]
    repeated = [index for index, is_old in zip(documents, seen.add(ids), strict=True) if is_old]
    return Part(number, first, tuple(items), tuple(repeated), read_bytes, is_last)


def part_to_json(part: Part) -> bytes:
    """Return a part as JSON, to be sent to another machine."""
    fields = {
        "number": part.number,
        "first": part.first,
        "items": [_item_to_list(item) for item in part.items],
        "repeated": part.repeated,
        "read_bytes": part.read_bytes,
        "is_last": part.is_last,
    }
    return json.dumps(fields).encode()


def part_from_json(data: bytes) -> Part:
    """Return the part that `part_to_json` wrote."""
    fields: Mapping[str, Any] = json.loads(data)
    items = tuple(_item_from_list(item) for item in fields["items"])
    return Part(**{**fields, "items": items, "repeated": tuple(fields["repeated"])})


def _item_to_list(item: Item) -> list[Any]:
    if isinstance(item, Problem):
        return [item.place, item.problem, item.next_step]
    return [item.place, item.record.id, item.record.text, dict(item.record.extra)]


def _item_from_list(fields: list[Any]) -> Item:
    if len(fields) == 3:
        return Problem(*fields)
    place, id_, text, extra = fields
    return Document(place, Record(text, id_, extra=extra))
