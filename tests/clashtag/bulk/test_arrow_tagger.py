from __future__ import annotations

import pytest

pa = pytest.importorskip("pyarrow")

from clashtag.bulk.arrow_tagger import RESULTS, ArrowTagger
from clashtag.errors import InputError
from clashtag.records import record_from_dict, record_to_dict
from clashtag.tagger import Tagger

from .conftest import ATTACK, CALM


def test_arrow_tagger_appends_what_the_tagger_says(tiny_bundle):
    table = pa.table({"id": [1, 2, 3], "body": [ATTACK, None, ""]})
    tagged = ArrowTagger(text_column="body", model=tiny_bundle)(table)
    first, second, third = tagged.to_pylist()
    expected = record_to_dict(Tagger.from_pretrained(tiny_bundle, threads=1).tag(ATTACK))
    assert record_from_dict({"text": first["body"], "events": first["events"]}).events
    assert first["events"] == expected["events"]
    assert (first["tokens"], first["windows"], first["error"]) == (expected["tokens"], 1, None)
    assert (second["id"], second["events"], second["error"]) == (2, None, "the text is null")
    assert (third["events"], third["tokens"], third["error"]) == ([], 0, None)


@pytest.mark.parametrize("texts", [[], [None]])
def test_arrow_tagger_keeps_the_schema_whatever_the_rows(tiny_bundle, texts):
    table = pa.table({"text": pa.array(texts, pa.large_string())})
    assert ArrowTagger(model=tiny_bundle)(table).schema == pa.schema([*table.schema, *RESULTS])


def test_arrow_tagger_selects_events(tiny_bundle):
    table = pa.table({"text": [ATTACK, CALM]})
    tagged = ArrowTagger(model=tiny_bundle, types=["death"], min_score=0.5)(table)
    assert [[e["type"] for e in events] for events in tagged["events"].to_pylist()] == [
        ["death"],
        [],
    ]


def test_arrow_tagger_text_that_breaks_the_tagger_is_an_error(tiny_bundle, monkeypatch):
    tag_many = Tagger.tag_many

    def breaking(self, texts):
        records = list(texts)
        if any("break" in record.text for record in records):
            raise RuntimeError("no kernel")
        return tag_many(self, records)

    monkeypatch.setattr(Tagger, "tag_many", breaking)
    tagged = ArrowTagger(model=tiny_bundle)(
        pa.table({"text": [ATTACK, "break", ATTACK]})
    ).to_pylist()
    assert [row["error"] for row in tagged] == [
        None,
        "could not be tagged: RuntimeError: no kernel",
        None,
    ]
    assert tagged[0]["events"] == tagged[2]["events"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"body": ["x"]}, "there is no column 'text' among body"),
        ({"text": [1]}, "column 'text' holds int64"),
        ({"text": ["x"], "events": [1], "error": ["x"]}, "already has error, events"),
    ],
)
def test_arrow_tagger_refuses_tables_that_do_not_fit(tiny_bundle, columns, words):
    with pytest.raises(InputError, match=words):
        ArrowTagger(model=tiny_bundle)(pa.table(columns))


def test_arrow_tagger_refuses_types_that_the_model_lacks(tiny_bundle):
    with pytest.raises(InputError, match="the model has no type deaths"):
        ArrowTagger(model=tiny_bundle, types=["death", "deaths"])
