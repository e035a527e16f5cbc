"""Articles in Spark data frames (extra: spark)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from clashtag.bulk.arrow_tagger import RESULTS, ArrowTagger, tagged_schema


@dataclass(frozen=True, slots=True)
class _Settings:
    text_column: str
    types: tuple[str, ...]
    min_score: float
    model: str | None
    threads: int


def tag_dataframe(
    articles: DataFrame,
    *,
    text_column: str = "text",
    types: Iterable[str] = (),
    min_score: float = 0.0,
    model: str | None = None,
    threads: int = 1,
) -> DataFrame:
    """Return a data frame with the columns `events`, `tokens`, `windows` and `error` appended.

    Args are those of `ArrowTagger`. Each Python worker of Spark loads the model once; `threads`
    should be what `spark.task.cpus` says, and a `model` must be at this path on every machine.

    Raises:
        InputError: if there is no such text column, it holds no strings, or the data frame has a
            column named as one of those that are appended.
    """
    tagged_schema(to_arrow_schema(articles.schema), text_column)
    schema = StructType([*articles.schema.fields, *result_fields().fields])
    tag = batch_tagger(
        text_column=text_column, types=types, min_score=min_score, model=model, threads=threads
    )
    return articles.mapInArrow(tag, schema)


def result_fields() -> StructType:
    """Return the columns that tagging appends."""
    fields: StructType = from_arrow_schema(RESULTS)
    return fields


def batch_tagger(
    *,
    text_column: str = "text",
    types: Iterable[str] = (),
    min_score: float = 0.0,
    model: str | None = None,
    threads: int = 1,
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return a function for `DataFrame.mapInArrow` that appends the `result_fields`."""
    settings = _Settings(text_column, tuple(types), min_score, model, threads)
    return functools.partial(_tag_batches, settings)


def _tag_batches(
    settings: _Settings, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    tagger = _tagger(settings)
    for batch in batches:
        yield from tagger(pa.Table.from_batches([batch])).to_batches()


@functools.lru_cache(maxsize=1)
def _tagger(settings: _Settings) -> ArrowTagger:
    """Return the tagger of this process: Spark uses it again for its next partition."""
    return ArrowTagger(
        text_column=settings.text_column,
        types=settings.types,
        min_score=settings.min_score,
        model=settings.model,
        threads=settings.threads,
    )
