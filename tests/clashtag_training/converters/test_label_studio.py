from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from clashtag.errors import RecordError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.converters.label_studio import read_label_studio, write_label_studio

RECORD = Record(
    "🚁 Rebels attack.",
    "a",
    (Event("attack", Span(9, 15, "attack"), (Argument("agent", 2, 8, "Rebels"),), "other"),),
    extra={"published": "2026-01-02"},
)


@pytest.fixture
def task(tmp_path):
    """The task of the record, as it lies in a file, and a way to read it when changed."""
    write_label_studio([RECORD], tmp_path / "tasks.json", None)
    [task] = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    return task


def read(tmp_path, task):
    (tmp_path / "changed.json").write_text(json.dumps([task]), encoding="utf-8")
    return read_label_studio(tmp_path / "changed.json")


def test_a_task_has_regions_a_status_and_a_relation(task):
    assert task["data"] == {"id": "a", "published": "2026-01-02", "text": RECORD.text}
    trigger, status, argument, relation = task["annotations"][0]["result"]
    assert trigger["value"] == {"start": 9, "end": 15, "text": "attack", "labels": ["attack"]}
    assert (status["id"], status["value"]["choices"]) == (trigger["id"], ["other"])
    assert argument["from_name"] == "argument"
    assert (relation["from_id"], relation["to_id"]) == (trigger["id"], argument["id"])
    assert relation["labels"] == ["agent"]


def test_tagged_records_become_predictions(tmp_path):
    event = Event("attack", Span(9, 15, "attack"), score=0.5)
    for record in (Record(RECORD.text, events=(event,)), Record(RECORD.text, tokens=4, windows=1)):
        write_label_studio([record], tmp_path / "tasks.json", None)
        [task] = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
        assert "annotations" not in task
        assert read(tmp_path, task) == [record]


def test_annotations_count_before_predictions(tmp_path, task):
    task["predictions"] = [{"result": []}]
    assert read(tmp_path, task) == [RECORD]


def test_a_relation_may_be_drawn_backwards(tmp_path, task):
    relation = task["annotations"][0]["result"][-1]
    relation["from_id"], relation["to_id"] = relation["to_id"], relation["from_id"]
    assert read(tmp_path, task) == [RECORD]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda a: a.append(a[0]), "the task has 2 annotations"),
        (lambda a: a[0].update(was_cancelled=True), "skipped"),
        (lambda a: a[0]["result"][0].update(from_name="label"), "labelled"),
        (lambda a: a[0]["result"][0].update(type="textarea"), "'textarea'"),
        (
            lambda a: a[0]["result"][0]["value"].update(start=10, end=16),
            "marks 'attack', but 10:16",
        ),
        (lambda a: a[0]["result"][1]["value"].update(choices=["actual", "other"]), "no status"),
        (lambda a: a[0]["result"][3].update(labels=[]), "without a role"),
        (lambda a: a[0]["result"][3].update(to_id="nothing"), "'nothing', which does not exist"),
        (lambda a: a[0]["result"].pop(), "'Rebels' at 2 belongs to no trigger"),
    ],
)
def test_what_is_no_event_is_refused(tmp_path, task, change, problem):
    change(task["annotations"])
    with pytest.raises(RecordError) as error:
        read(tmp_path, task)
    assert problem in error.value.problem


def test_the_configuration_offers_every_label(tmp_path, ontology):
    write_label_studio([RECORD], tmp_path / "tasks.json", ontology)
    view = ET.parse(tmp_path / "tasks.config.xml").getroot()  # noqa: S314 - written just now

    def values(path):
        return [element.get("value") for element in view.findall(path)]

    assert values("Relations/Relation") == list(ontology.roles)
    assert values("Labels[@name='trigger']/Label") == list(ontology.types)
    assert values("Labels[@name='argument']/Label") == ["argument"]
    assert values("Choices[@name='status']/Choice") == list(ontology.statuses)
    assert values("Text") == ["$text"]


def test_labels_that_the_ontology_lacks_are_listed(tmp_path, ontology):
    event = Event("siege", Span(9, 15, "attack"), (Argument("witness", 2, 8, "Rebels"),), "maybe")
    with pytest.raises(RecordError) as error:
        write_label_studio([Record(RECORD.text, "a", (event,))], tmp_path / "t.json", ontology)
    for label in ("type 'siege'", "role 'witness'", "status 'maybe'"):
        assert label in error.value.problem
