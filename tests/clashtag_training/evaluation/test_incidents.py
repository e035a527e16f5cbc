from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clashtag.errors import InputError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.commands.evaluate import evaluate
from clashtag_training.corpora.incident_gold import IncidentArticle
from clashtag_training.evaluation.incidents import BASELINES, GroupedArticle, incident_tables
from clashtag_training.evaluation.templates import template_tables

TEXT = "A raid hit it.\nA bomb went off. It killed two."


def events(*found: tuple[str, str]) -> tuple[Event, ...]:
    return tuple(
        Event(kind, Span(TEXT.index(words), TEXT.index(words) + len(words), words))
        for kind, words in found
    )


RECORD = Record(
    TEXT,
    "a1",
    events(("attack", "raid"), ("attack", "hit"), ("bombing", "bomb"), ("death", "killed")),
)
GOLD = IncidentArticle(RECORD, "train", ((0, 1), (2, 3)), (0, 2))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one incident in all", [[0, 1, 2, 3]]),
        ("one per mention", [[0], [1], [2], [3]]),
        ("one per type", [[0, 1], [2], [3]]),
        ("one per sentence", [[0, 1], [2], [3]]),
        ("one per paragraph", [[0, 1], [2, 3]]),
    ],
)
def test_baselines(name, expected):
    assert BASELINES[name](RECORD) == expected


def test_tables_of_a_perfect_grouping():
    found = {"a1": GroupedArticle(RECORD, GOLD.incidents, GOLD.leads)}
    tables = incident_tables([GOLD], found, "test", samples=5, seed=0)
    assert list(tables) == [
        "incidents, test",
        "CoNLL score of baselines, test",
        "gain in CoNLL score over baselines, test",
    ]
    rows = tables["incidents, test"].rows
    assert list(rows) == ["CoNLL", "muc", "b_cubed", "ceaf_e", "pairs", "groups", "leads"]
    assert all(score.f1.value == pytest.approx(1.0) for score in rows.values())
    baselines = tables["CoNLL score of baselines, test"].rows
    gains = tables["gain in CoNLL score over baselines, test"].rows
    assert list(baselines) == list(gains) == list(BASELINES)
    assert gains["one per paragraph"].f1.value == pytest.approx(0.0)
    for name, baseline in baselines.items():
        assert gains[name].f1.value == pytest.approx(1 - baseline.f1.value)


def test_predicted_triggers_count_by_their_spans():
    predicted = Record(TEXT, "a1", events(("bombing", "raid"), ("attack", "off")))
    found = {"a1": GroupedArticle(predicted, [[0, 1]], [0])}
    rows = incident_tables([GOLD], found, "test", samples=5, seed=0)["incidents, test"].rows
    mentions = rows["b_cubed"]
    assert mentions.recall.value == pytest.approx((1 / 2) / 4)
    assert mentions.precision.value == pytest.approx((1 / 2) / 2)
    leads = rows["leads"].counts
    assert (leads.gold, leads.predicted, leads.correct) == (2, 1, 1)


def test_a_trigger_predicted_twice_counts_once():
    twice = Record(TEXT, "a1", events(("attack", "raid"), ("bombing", "raid")))
    found = {"a1": GroupedArticle(twice, [[0], [1]], [0, 1])}
    rows = incident_tables([GOLD], found, "test", samples=5, seed=0)["incidents, test"].rows
    assert rows["groups"].counts.predicted == 1


def template(**fillers: list[list[str]]) -> dict[str, Any]:
    roles = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
    return {"incident_type": "attack", **{role: fillers.get(role, []) for role in roles}}


DOCUMENT = Record(
    "gunmen shot mayor. rebels bombed bridge. mayor left.",
    "d1",
    extra={
        "templates": [
            template(PerpInd=[["gunmen"]], Victim=[["mayor"]]),
            template(PerpInd=[["rebels", "fighters"]], Target=[["bridge"]], Victim=[["bishop"]]),
        ]
    },
)


def argument(text: str, words: str) -> Argument:
    start = text.index(words)
    return Argument("agent", start, start + len(words), words)


def found_in_document(*grouping: list[int]) -> dict[str, tuple[Record, list[list[int]]]]:
    text = DOCUMENT.text
    shot = Event("attack", Span(7, 11, "shot"), (argument(text, "gunmen"), argument(text, "mayor")))
    bombed = Event(
        "bombing", Span(26, 32, "bombed"), (argument(text, "rebels"), argument(text, "bridge"))
    )
    return {"d1": (Record(text, "d1", (shot, bombed)), list(grouping))}


def test_pairs_of_role_fillers():
    tables = template_tables([DOCUMENT], found_in_document([0], [1]), samples=5, seed=0)
    assert len(tables) == 2
    rows = tables["pairs of role fillers"].rows
    found = rows["fillers found"].counts
    assert (found.gold, found.correct) == (5, 4)  # the bishop is nowhere
    ours = rows["clashtag"].counts
    assert (ours.gold, ours.predicted, ours.correct) == (2, 2, 2)
    everything = rows["one incident in all"].counts
    assert (everything.gold, everything.predicted, everything.correct) == (2, 6, 2)
    merged = template_tables([DOCUMENT], found_in_document([0, 1]), samples=5, seed=0)
    assert merged["pairs of role fillers"].rows["clashtag"].counts == everything


def test_templates_need_predictions():
    with pytest.raises(InputError, match="no templates or no prediction for 'd1'"):
        template_tables([DOCUMENT], {}, samples=5, seed=0)


def write_lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def record_fields(**extra: Any) -> dict[str, Any]:
    found = [
        {
            "type": event.type,
            "status": "actual",
            "trigger": {
                "start": event.trigger.start,
                "end": event.trigger.end,
                "text": event.trigger.text,
            },
            "arguments": [],
        }
        for event in RECORD.events
    ]
    return {"id": "a1", "published": "2026-05-08", "text": TEXT, "events": found, **extra}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    spans = [{"start": e.trigger.start, "end": e.trigger.end} for e in RECORD.events]
    (tmp_path / "articles").mkdir()
    write_lines(tmp_path / "articles" / "train.jsonl", record_fields())
    return write_lines(
        tmp_path / "incidents.jsonl",
        {
            "id": "a1",
            "split": "held-out",
            "incidents": [
                {"lead": spans[0], "events": spans[:2]},
                {"lead": spans[2], "events": spans[2:]},
            ],
        },
    )


def test_command_scores_incidents_that_predictions_carry(gold, tmp_path):
    carried = [{"lead": 0, "events": [0, 1]}, {"lead": 3, "events": [2, 3]}]
    predictions = write_lines(tmp_path / "p.jsonl", record_fields(incidents=carried))
    output = tmp_path / "result.json"
    result = evaluate(
        gold, predictions=predictions, task="incidents", bootstrap_samples=5, output=output
    )
    assert output.is_file()
    assert result.dataset.sizes == {"records": 1, "incidents": 2, "events": 4}
    rows = result.scores["incidents, held-out, predicted events"].rows
    assert rows["CoNLL"].f1.value == pytest.approx(1.0)
    assert rows["leads"].counts.correct == 1
    assert "incidents, held-out, gold events" in result.scores
    assert not any("train" in name for name in result.scores)


def test_command_groups_predictions_without_incidents(gold, tmp_path):
    predictions = write_lines(tmp_path / "p.jsonl", record_fields())
    scores = evaluate(gold, predictions=predictions, task="incidents", bootstrap_samples=5).scores
    on_gold = scores["incidents, held-out, gold events"]
    assert scores["incidents, held-out, predicted events"] == on_gold


@pytest.mark.parametrize(
    ("incidents", "problem"),
    [
        ([{"lead": 0, "events": [0, 1]}], "do not hold each of its 4 events exactly once"),
        ([{"lead": 9, "events": [0, 1, 2, 3]}], "do not hold each of its 4 events exactly once"),
        ([{"events": [0, 1, 2, 3]}], "must hold objects with 'lead' and 'events'"),
        ("none", "must hold objects with 'lead' and 'events'"),
    ],
)
def test_command_refuses_incidents_that_are_no_partition(gold, tmp_path, incidents, problem):
    predictions = write_lines(tmp_path / "p.jsonl", record_fields(incidents=incidents))
    with pytest.raises(InputError, match=problem):
        evaluate(gold, predictions=predictions, task="incidents")


def test_command_reads_templates(tmp_path):
    fields = {"id": "d1", "text": DOCUMENT.text, **DOCUMENT.extra}
    path = write_lines(tmp_path / "muc.jsonl", fields)
    predictions = write_lines(
        tmp_path / "p.jsonl", {"id": "d1", "text": DOCUMENT.text, "events": []}
    )
    result = evaluate(path, predictions=predictions, task="incidents", bootstrap_samples=5)
    assert result.dataset.sizes == {"records": 1, "templates": 2}
    assert result.scores["pairs of role fillers"].rows["fillers found"].counts.correct == 0


@pytest.mark.parametrize("content", [None, ""])
def test_command_explains_an_empty_or_missing_file(tmp_path, content):
    path = tmp_path / "incidents.jsonl"
    if content is not None:
        path.write_text(content)
        (tmp_path / "articles").mkdir()
        write_lines(tmp_path / "articles" / "train.jsonl", record_fields())
    with pytest.raises(InputError, match=r"incidents\.jsonl"):
        evaluate(path, task="incidents")
