from __future__ import annotations

import json
from pathlib import Path

import pytest

from clashtag.errors import InputError, RecordError
from clashtag.records import Event, Record, Span
from clashtag_training.corpora.incident_gold import read_incidents
from clashtag_training.corpora.record_files import write_records

REPOSITORY = Path(__file__).parents[3]
TEXT = "A raid killed two. Then a bomb went off."


def bounds(words: str) -> dict[str, int]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


def record(*triggers: str, identifier: str = "a1") -> Record:
    spans = [Span(*bounds(trigger).values(), trigger) for trigger in triggers]
    return Record(TEXT, identifier, tuple(Event("attack", span) for span in spans))


def line(*incidents: tuple[str, ...], **changes: object) -> dict[str, object]:
    """An article whose incidents are given by their triggers, the lead first."""
    return {
        "id": "a1",
        "split": "train",
        "incidents": [
            {"lead": bounds(words[0]), "events": [bounds(word) for word in words]}
            for words in incidents
        ],
        **changes,
    }


def write(folder: Path, *lines: object) -> Path:
    path = folder / "incidents.jsonl"
    path.write_text("".join(json.dumps(fields) + "\n" for fields in lines), encoding="utf-8")
    return path


def test_incidents_are_joined_to_the_events_of_their_article(tmp_path):
    path = write(tmp_path, line(("killed", "raid"), ("bomb",)))
    [article] = read_incidents(path, [record("bomb", "raid", "killed")])
    assert article.incidents == ((2, 1), (0,))
    assert article.leads == (2, 0)
    assert article.split == "train"


def test_articles_are_looked_for_beside_the_file(tmp_path):
    path = write(tmp_path, line(("raid",)))
    (tmp_path / "articles").mkdir()
    write_records(tmp_path / "articles" / "dev.jsonl", [record("raid")])
    assert read_incidents(path)[0].record.id == "a1"


def test_without_articles_it_says_where_they_belong(tmp_path):
    with pytest.raises(InputError, match="articles"):
        read_incidents(write(tmp_path, line(("raid",))))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (line(("raid",), id="a2"), "no article 'a2'"),
        (line(("raid",)), r"'a1' 7:13 'killed': in 0 incidents instead of one"),
        (line(("raid", "killed"), ("raid",)), r"2:6 'raid': in 2 incidents instead of one"),
        (line(("raid", "killed", "bomb")), r"'bomb': 0 events have this trigger"),
    ],
)
def test_incidents_must_partition_the_annotated_events(tmp_path, fields, problem):
    with pytest.raises(RecordError, match=problem):
        read_incidents(write(tmp_path, fields), [record("raid", "killed")])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (line(("raid",), split="test"), "split 'test' is none of train, held-out"),
        (line(("raid",), note="?"), "unknown field.* note"),
        ({"id": "a1", "split": "train"}, "lacks 'incidents'"),
        (line(("raid",), incidents=[{"events": [bounds("raid")]}]), "lacks 'lead'"),
        (
            line(incidents=[{"lead": bounds("bomb"), "events": [bounds("raid")]}]),
            "lead .* is not among its events",
        ),
        (
            line(incidents=[{"lead": {"start": "2", "end": 6}, "events": []}]),
            "'start' must be a whole number",
        ),
        (line(incidents=[7]), "expected an object with 'events'"),
    ],
)
def test_a_broken_line_is_explained(tmp_path, fields, problem):
    with pytest.raises(RecordError, match=problem):
        read_incidents(write(tmp_path, fields), [record("raid")])


def test_an_article_on_two_lines_is_an_error(tmp_path):
    path = write(tmp_path, line(("raid",)), line(("raid",)))
    with pytest.raises(RecordError, match="'a1' stands on two lines"):
        read_incidents(path, [record("raid")])


def test_every_problem_is_listed(tmp_path):
    path = write(tmp_path, line(("raid",), id="x"), line(("raid",), id="y"))
    with pytest.raises(RecordError) as caught:
        read_incidents(path, [record("raid")])
    assert "'x'" in str(caught.value)
    assert "'y'" in str(caught.value)


def test_our_own_incidents_fit_our_articles():
    articles = read_incidents(REPOSITORY / "data" / "incidents.jsonl")
    splits = [article.split for article in articles]
    assert (splits.count("train"), splits.count("held-out")) == (60, 30)
    train_ids = {
        json.loads(text)["id"]
        for text in (REPOSITORY / "data" / "articles" / "train.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    }
    for article in articles:
        assert (article.record.id in train_ids) == (article.split == "train")
