"""MUC-4 as processed for GRIT and GTT (Du et al. 2021): role fillers of whole documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clashtag.errors import RecordError
from clashtag.records import Mention, Record
from clashtag_training.corpora.json_items import need, read_items, shown

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")

Entities = list[list[str]]
"""The fillers of one role: each entity is a list of its mention strings."""


def read_muc4(path: Path) -> list[Record]:
    """Read a processed MUC-4 file, of GRIT (`extracts`) or of GTT (`templates`).

    The records hold no events. GRIT's entities go to `extra["role_fillers"]` (role to entities),
    GTT's incidents to `extra["templates"]` (role to entities, and `incident_type`).

    Raises:
        RecordError: listing every line that breaks the format.
    """
    return read_items(path, _record)


def locate_role_fillers(record: Record) -> Record:
    """Return the record with a mention, labelled with its role, wherever a filler stands.

    A filler is found at word boundaries only, in each of its places, and with any white space
    between its words. Inside a longer filler of the same role it is left out.
    """
    mentions = [
        Mention(role, start, end, record.text[start:end])
        for role in ROLES
        for start, end in _outermost(
            span for filler in _fillers(record, role) for span in _places(filler, record.text)
        )
    ]
    return replace(record, mentions=tuple(sorted(mentions, key=lambda m: (m.start, m.end))))


def _record(fields: Mapping[str, Any]) -> Record:
    extra: dict[str, Any] = {}
    if "extracts" in fields:
        extra["role_fillers"] = _entities_by_role(need(fields, "extracts", dict))
    if "templates" in fields:
        extra["templates"] = [
            {
                "incident_type": need(template, "incident_type", str),
                **_entities_by_role(template),
            }
            for template in need(fields, "templates", list)
        ]
    if not extra:
        raise RecordError("has neither 'extracts' (GRIT) nor 'templates' (GTT)", "check the file")
    return Record(need(fields, "doctext", str), id=need(fields, "docid", str), extra=extra)


def _entities_by_role(fields: object) -> dict[str, Entities]:
    return {
        role: [[_mention(pair) for pair in entity] for entity in need(fields, role, list)]
        for role in ROLES
    }


def _mention(pair: object) -> str:
    if not isinstance(pair, list) or not pair or not isinstance(pair[0], str):
        raise RecordError(f"a mention must be [string, offset], found {shown(pair)}", "correct it")
    return pair[0]


def _fillers(record: Record, role: str) -> set[str]:
    sources = [record.extra.get("role_fillers", {}), *record.extra.get("templates", [])]
    return {filler for source in sources for entity in source.get(role, []) for filler in entity}


def _places(filler: str, text: str) -> Iterator[tuple[int, int]]:
    words = r"\s+".join(re.escape(word) for word in filler.split())
    if words:
        for match in re.finditer(rf"(?<!\w){words}(?!\w)", text):
            yield match.span()


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept
