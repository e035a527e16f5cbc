"""re3d (DSTL): labelled entities in documents on Syria and Iraq, in its two published forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clashtag.errors import InputError, RecordError
from clashtag.records import Mention, Record
from clashtag_training.corpora.json_items import need, raise_problems, read_items, read_text, shown
from clashtag_training.corpora.token_text import join_tokens

LabelledToken = tuple[str, str]


def read_re3d(folder: Path) -> list[Record]:
    """Read the original release: a folder of sources, each with documents.json and entities.json.

    `extra["source"]` names the source, on which the licence of a text depends.

    Raises:
        InputError: if the folder holds no documents.json.
        RecordError: listing every document or entity that breaks the format.
    """
    paths = sorted(folder.rglob("documents.json"))
    if not paths:
        raise InputError(f"{folder} holds no documents.json", "give the folder of the re3d release")
    return [record for path in paths for record in _read_source(path.parent)]


def read_re3d_conll(path: Path) -> list[Record]:
    """Read the CoNLL form of the ConfliBERT benchmark: `token label` lines, BIO, blank between.

    Raises:
        RecordError: listing every line without exactly a token and a label.
    """
    records = []
    for number, sentence in enumerate(_sentences(path)):
        tokens = join_tokens(token for token, _ in sentence)
        mentions = []
        for label, first, end in _labelled_spans([label for _, label in sentence]):
            span = tokens.span(first, end)
            mentions.append(Mention(label, span.start, span.end, span.text))
        name = f"re3d-{path.stem}-{number:04}"
        records.append(Record(tokens.text, id=name, mentions=tuple(mentions)))
    return records


def _read_source(folder: Path) -> list[Record]:
    entities: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for document_id, entity in read_items(folder / "entities.json", _linked):
        entities[document_id].append(entity)

    def document(fields: Mapping[str, Any]) -> Record:
        text, name = need(fields, "text", str), _identifier(fields, "_id")
        mentions = [_mention(entity, text) for entity in entities[name]]
        return Record(
            text,
            id=name,
            mentions=tuple(sorted(mentions, key=lambda m: (m.start, m.end))),
            extra={"source": folder.name},
        )

    return read_items(folder / "documents.json", document)


def _linked(entity: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return _identifier(entity, "documentId"), entity


def _mention(entity: Mapping[str, Any], text: str) -> Mention:
    start, end = need(entity, "begin", int), need(entity, "end", int)
    if not 0 <= start < end <= len(text) or text[start:end] != need(entity, "value", str):
        raise RecordError(
            f"entity {shown(entity.get('value'))} does not stand at {start}:{end}", "correct it"
        )
    return Mention(need(entity, "type", str), start, end, text[start:end])


def _identifier(fields: Mapping[str, Any], key: str) -> str:
    """Return an id, which a Mongo export writes as a string or as {"$oid": string}."""
    value = fields.get(key)
    return need(value, "$oid", str) if isinstance(value, Mapping) else need(fields, key, str)


def _sentences(path: Path) -> list[list[LabelledToken]]:
    sentences: list[list[LabelledToken]] = [[]]
    problems = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        columns = line.split()
        if len(columns) == 2:
            sentences[-1].append((columns[0], columns[1]))
        elif columns:
            problems.append(f"{path}:{number}: needs a token and a label, found {shown(line)}")
        else:
            sentences.append([])
    raise_problems(problems)
    return [sentence for sentence in sentences if sentence]


def _labelled_spans(labels: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield (label, first token, end token) of BIO labels; a stray I- opens a span."""
    start, current = 0, ""
    for index, label in enumerate([*labels, "O"]):
        prefix, _, name = label.partition("-")
        if current and not (prefix == "I" and name == current):
            yield current, start, index
            current = ""
        if name and not current:
            start, current = index, name
