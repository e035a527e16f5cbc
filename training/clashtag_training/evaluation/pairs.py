"""Gold records and the predictions made for them, matched by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from clashtag.errors import InputError
from clashtag.records import Record


def pair_records(
    gold: Sequence[Record], predicted: Sequence[Record]
) -> list[tuple[Record, Record]]:
    """Return each gold record with its prediction, in gold order.

    A gold record without a prediction is paired with an empty one, so that what it holds
    counts as missed.

    Raises:
        InputError: naming every id that is missing, repeated or unknown to the gold data, and
            every record whose two texts differ.
    """
    problems = [*_id_problems("gold", gold), *_id_problems("predicted", predicted)]
    gold_by_id = {record.id: record for record in gold}
    predicted_by_id = {record.id: record for record in predicted}
    unknown = predicted_by_id.keys() - gold_by_id.keys() - {None}
    if unknown:
        problems.append(f"predictions for ids that the gold data lacks: {_listed(unknown)}")
    different = [
        record.id
        for record in predicted
        if record.id in gold_by_id and record.text != gold_by_id[record.id].text
    ]
    if different:
        problems.append(f"texts that differ from the gold text: {_listed(different)}")
    if problems:
        raise InputError(
            "gold and predicted records do not match: " + "; ".join(problems),
            "predict exactly the gold texts, each once, under the gold ids",
        )
    return [
        (record, predicted_by_id.get(record.id, Record(text=record.text, id=record.id)))
        for record in gold
    ]


def document_of(record: Record) -> str:
    """Return the document a record belongs to: its `document` field, else its own id.

    Corpora of single sentences name the article there. Sentences of one article are not
    independent, so intervals resample articles.
    """
    return str(record.extra.get("document", record.id))


def _id_problems(side: str, records: Sequence[Record]) -> list[str]:
    counts = Counter(record.id for record in records)
    problems = []
    if counts[None]:
        problems.append(f"{side} records without an id: {counts[None]}")
    repeated = [name for name, count in counts.items() if name is not None and count > 1]
    if repeated:
        problems.append(f"{side} ids that occur more than once: {_listed(repeated)}")
    return problems


def _listed(identifiers: Iterable[str | None]) -> str:
    return ", ".join(sorted({repr(identifier) for identifier in identifiers}))
