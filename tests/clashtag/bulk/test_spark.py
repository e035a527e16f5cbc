from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

import pytest

pyspark = pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("needs Java", allow_module_level=True)

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from clashtag.bulk.spark import tag_dataframe
from clashtag.records import record_to_dict
from clashtag.tagger import Tagger

from .conftest import ATTACK, CALM

# What Spark itself warns of is none of ours.
pytestmark = [pytest.mark.distributed, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "7")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


def test_spark_appends_what_the_tagger_says(spark, tiny_bundle):
    texts = {n: None if n == 5 else ATTACK if n % 2 else CALM for n in range(40)}
    frame = spark.createDataFrame(list(texts.items()), "n int, body string").repartition(3)
    tagged = tag_dataframe(frame, text_column="body", model=str(tiny_bundle))
    rows = {row["n"]: row.asDict(recursive=True) for row in tagged.collect()}
    tagger = Tagger.from_pretrained(tiny_bundle, threads=1)
    assert set(rows) == set(texts)
    for number, text in texts.items():
        row = rows[number]
        assert row["body"] == text
        if text is None:
            assert (row["events"], row["error"]) == (None, "the text is null")
        else:
            assert row["events"] == record_to_dict(tagger.tag(text))["events"]
            assert row["error"] is None


def test_spark_columns_can_be_queried_without_tagging_first(spark):
    frame = spark.createDataFrame([("x",)], "text string")
    flat = tag_dataframe(frame).select("text", f.explode("events").alias("event")).select("event.*")
    assert flat.columns == ["type", "status", "score", "trigger", "arguments"]


def test_spark_refuses_a_frame_that_does_not_fit(spark):
    from clashtag.errors import InputError

    with pytest.raises(InputError, match="there is no column 'body'"):
        tag_dataframe(spark.createDataFrame([("x",)], "text string"), text_column="body")
