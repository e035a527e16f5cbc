"""Articles in Arrow tables, for pipelines of others: Ray Data, Spark, or plain pyarrow."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pyarrow as pa

from clashtag.bulk.arrow_tables import EVENTS
from clashtag.bulk.rows import check_text
from clashtag.errors import InputError
from clashtag.outcomes import explain, tag_each
from clashtag.records import Record, record_to_dict
from clashtag.selection import Selection
from clashtag.tagger import Tagger

RESULTS = pa.schema(
    {"events": EVENTS, "tokens": pa.int32(), "windows": pa.int32(), "error": pa.string()}
)


class ArrowTagger:
    """Appends the columns `events`, `tokens`, `windows` and `error` to tables of articles.

    A row whose text is null or cannot be tagged has the reason as its `error`, and nulls in the
    other three. The model is loaded once, when the tagger is made.

    Args:
        text_column: the column that holds the articles.
        types: keep only events of these types; by default all.
        min_score: drop events and arguments scored below this.
        model: a bundle's path; None is the shipped one.
        threads: CPU threads.

    Raises:
        InputError: if `threads` is below 1, or the model has no such type.
        BundleError: if the model cannot be loaded.
    """

    def __init__(
        self,
        *,
        text_column: str = "text",
        types: Iterable[str] = (),
        min_score: float = 0.0,
        model: str | os.PathLike[str] | None = None,
        threads: int = 1,
    ) -> None:
        self._text_column = text_column
        self._selection = Selection(frozenset(types), min_score)
        self._tagger = Tagger.from_pretrained(model, threads=threads)
        known = self._tagger.ontology.types
        unknown = sorted(self._selection.types.difference(known))
        if unknown:
            raise InputError(
                f"the model has no type {', '.join(unknown)}", f"choose from {', '.join(known)}"
            )

    def __call__(self, table: pa.Table) -> pa.Table:
        """Return a table with the events of its articles.

        Raises:
            InputError: if there is no such text column, or the table has a column named as one of
                those that are appended.
        """
        schema = tagged_schema(table.schema, self._text_column)
        texts = table.column(self._text_column).to_pylist()
        problems = [_problem(text) for text in texts]
        records = [
            Record(text) for text, problem in zip(texts, problems, strict=True) if not problem
        ]
        outcomes = tag_each(self._tagger, records)
        rows = [
            self._row(next(outcomes)) if problem is None else {"error": problem}
            for problem in problems
        ]
        results = pa.Table.from_pylist(rows, schema=RESULTS)
        return pa.table([*table.columns, *results.columns], schema=schema)

    def _row(self, outcome: Record | Exception) -> dict[str, object]:
        if isinstance(outcome, Exception):
            return {"error": f"could not be tagged: {explain(outcome)}"}
        record = self._selection.apply(outcome)
        events = record_to_dict(record)["events"]
        return {"events": events, "tokens": record.tokens, "windows": record.windows}


def tagged_schema(schema: pa.Schema, text_column: str) -> pa.Schema:
    """Return the schema of a table after tagging.

    Raises:
        InputError: if there is no such text column, it holds no strings, or a column is named as
            one of those that are appended.
    """
    if text_column not in schema.names:
        raise InputError(
            f"there is no column {text_column!r} among {', '.join(schema.names)}",
            "name the column that holds the articles",
        )
    kind = schema.field(text_column).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise InputError(f"column {text_column!r} holds {kind}", "cast it to strings")
    taken = sorted(set(schema.names).intersection(RESULTS.names))
    if taken:
        raise InputError(
            f"the table already has {', '.join(taken)}", "rename or drop these columns first"
        )
    return pa.schema([*schema, *RESULTS])


def _problem(text: str | None) -> str | None:
    if text is None:
        return "the text is null"
    try:
        check_text(text, "this row")
    except InputError as error:
        return error.problem
    return None
