"""spaCy: a DocBin whose documents hold events as span groups.

| group       | label   | `kb_id_` | `id_`         |
|-------------|---------|----------|---------------|
| `triggers`  | type    | status   | event number  |
| `arguments` | role    |          | event number  |
| `mentions`  | label   |          |               |

Scores are in `attrs["scores"]` of a group, where spaCy's span categorizer puts them; fields of
the record are in `user_data["clashtag"]`, as JSON. spaCy counts code points. Its spans consist
of tokens, which are cut here where the shipped tokenizer cuts words: runs of letters and digits,
and single other characters. Spans that do not fit these are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clashtag.errors import InputError, RecordError
from clashtag.ontology import Ontology
from clashtag.records import Record, record_from_dict, record_to_dict
from clashtag_training.converters.files import write_bytes
from clashtag_training.converters.layers import misfits
from clashtag_training.converters.limits import refuse_losses
from clashtag_training.converters.spaced_words import spaced_words
from clashtag_training.converters.span_graph import header_of
from clashtag_training.corpora.json_items import convert_all
from clashtag_training.corpora.words import split_words

_FIELDS = "clashtag"


def write_docbin(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write one document per record, with user data.

    Raises:
        RecordError: listing spans that do not begin and end where words do, and empty statuses.
    """
    from spacy.tokens import DocBin  # noqa: PLC0415 - only those who convert to spaCy have it
    from spacy.vocab import Vocab  # noqa: PLC0415

    refuse_losses(records, "spaCy", limits=_limits, ontology=ontology)
    vocab = Vocab()
    documents = DocBin(store_user_data=True)
    for record in records:
        documents.add(_document(record, vocab))
    write_bytes(path, documents.to_bytes())


def read_docbin(path: Path) -> list[Record]:
    """Read the documents of a DocBin that have the span groups of this module.

    Raises:
        InputError: if the file cannot be read or is no DocBin.
        RecordError: listing every document whose groups are missing or contradict one another.
    """
    from spacy.tokens import DocBin  # noqa: PLC0415
    from spacy.vocab import Vocab  # noqa: PLC0415

    try:
        documents = list(DocBin().from_bytes(path.read_bytes()).get_docs(Vocab()))
    except Exception as error:
        raise InputError(f"{path} is no DocBin: {error!r}", "give a .spacy file") from error
    numbered = enumerate(documents, start=1)
    return convert_all(((f"{path}: document {n}", document) for n, document in numbered), _record)


def _limits(record: Record) -> Iterator[str]:
    [words] = split_words([record.text], None)
    yield from misfits(record, words)
    if any(event.status == "" for event in record.events):
        yield "an empty status"


def _document(record: Record, vocab: Any) -> Any:  # noqa: ANN401 - spaCy is optional
    from spacy.tokens import Doc, SpanGroup  # noqa: PLC0415

    words = spaced_words(record.text)
    document = Doc(
        vocab,
        words=[record.text[word.start : word.end] for word in words],
        spaces=[word.space_after for word in words],
    )
    fields = record_to_dict(record)
    groups: dict[str, list[Any]] = {"triggers": [], "arguments": [], "mentions": []}
    scores: dict[str, list[float | None]] = {name: [] for name in groups}

    def mark(group: str, label: str, span: dict[str, Any], **details: str) -> None:
        marked = document.char_span(span["start"], span["end"], label=label, **details)
        groups[group].append(marked)
        scores[group].append(span.get("score"))

    for number, event in enumerate(fields["events"], start=1):
        trigger = {**event["trigger"], "score": event.get("score")}
        status = event.get("status") or ""
        mark("triggers", event["type"], trigger, kb_id=status, span_id=str(number))
        for argument in event["arguments"]:
            mark("arguments", argument["role"], argument, span_id=str(number))
    for mention in fields.get("mentions", ()):
        mark("mentions", mention["label"], mention)
    for name, spans in groups.items():
        document.spans[name] = SpanGroup(
            document, name=name, spans=spans, attrs={"scores": scores[name]}
        )
    header = {key: value for key, value in header_of(record).items() if key != "text"}
    document.user_data[_FIELDS] = json.dumps(header)
    return document


def _record(document: Any) -> Record:  # noqa: ANN401
    if "triggers" not in document.spans:
        raise RecordError("no span group 'triggers'", "write the DocBin as clashtag does")
    events: dict[str, dict[str, Any]] = {}
    for span, score in _scored(document, "triggers"):
        if span.id_ in events:
            raise RecordError(f"two triggers of event {span.id_!r}", "number events with `id_`")
        bounds = _bounds(span)
        event = {"type": span.label_, "score": score, "trigger": bounds, "arguments": []}
        events[span.id_] = {**event, "status": span.kb_id_ or None}
    for span, score in _scored(document, "arguments"):
        if span.id_ not in events:
            raise RecordError(f"argument {span.text!r} of no event: {span.id_!r}", "set its `id_`")
        argument = {"role": span.label_, "score": score, **_bounds(span)}
        events[span.id_]["arguments"].append(argument)
    mentions = [{"label": s.label_, **_bounds(s)} for s, _ in _scored(document, "mentions")]
    fields = json.loads(document.user_data.get(_FIELDS, "{}"))
    return record_from_dict(
        {**fields, "text": document.text, "events": list(events.values()), "mentions": mentions}
    )


def _scored(document: Any, name: str) -> Iterator[tuple[Any, float | None]]:  # noqa: ANN401
    if name in document.spans:
        group = document.spans[name]
        scores = group.attrs.get("scores") or [None] * len(group)
        yield from zip(group, scores, strict=True)


def _bounds(span: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"start": span.start_char, "end": span.end_char, "text": span.text}
