from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("onnx")
pytest.importorskip("yaml")

from clashtag.bundle import shipped_bundle_path
from clashtag.cli.app import app
from clashtag.errors import BundleError, RecordError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.commands.annotate import HOLDS_SCORES
from clashtag_training.converters.registry import FORMATS
from clashtag_training.corpora.record_files import read_records
from tiny_model import ONTOLOGY, write_tiny_bundle

ROOT = Path(__file__).parents[3]
NEEDS = {"spacy": "spacy", "inception-xmi": "cassis", "inception-json": "cassis"}
ARTICLES = {
    "rain": "The market report said rain.",
    "raid": "Armed gunmen killed civilians in Kyiv on Monday.",
    "plan": "A planned attack and shelling. The militia said the air strike killed civilians.",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def articles(tmp_path):
    lines = [json.dumps({"id": i, "text": text, "seen": "x"}) for i, text in ARTICLES.items()]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "in.jsonl"


def run(*arguments: object):
    return CliRunner().invoke(app, ["annotate", *map(str, arguments), "--threads", "1"])


def path_of(tmp_path, name):
    return tmp_path / ("out" + (FORMATS[name].suffixes or ("",))[0])


def tagged(model, articles):
    command = ["tag", str(articles), "--model", str(model), "-f", "jsonl"]
    lines = CliRunner().invoke(app, command).stdout.splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_what_the_tagger_finds(tmp_path, model, articles, name):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    output = path_of(tmp_path, name)
    result = run(articles, "--model", model, "--to", name, "-o", output)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"3 articles in {output}\n"
    found = {record.id: record for record in FORMATS[name].read(output)}
    expected = tagged(model, articles)
    assert found.keys() == expected.keys()
    for id_, record in found.items():
        events = sorted(
            (e.trigger.start, e.type, e.status, len(e.arguments)) for e in record.events
        )
        assert events == sorted(
            (e["trigger"]["start"], e["type"], e["status"], len(e["arguments"]))
            for e in expected[id_]["events"]
        )
        assert record.extra.get("seen") == "x"
        assert all((event.score is not None) == (name in HOLDS_SCORES) for event in record.events)


@pytest.mark.parametrize("name", FORMATS)
def test_scores_are_dropped_only_where_they_must_be(tmp_path, name):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    argument = Argument("agent", 0, 6, "Gunmen", 0.5)
    record = Record(
        "Gunmen attack.",
        id="a",
        events=(Event("attack", Span(7, 13, "attack"), (argument,), "actual", 0.75),),
    )
    if name in HOLDS_SCORES:
        FORMATS[name].write([record], path_of(tmp_path, name), ONTOLOGY)
        (event,) = FORMATS[name].read(path_of(tmp_path, name))[0].events
        assert (event.score, event.arguments[0].score) == (0.75, 0.5)
    else:
        with pytest.raises(RecordError, match="score"):
            FORMATS[name].write([record], path_of(tmp_path, name), ONTOLOGY)


def test_label_studio_gets_predictions_even_where_no_event_was_found(tmp_path, model, articles):
    run(articles, "--model", model, "-o", tmp_path / "tasks.json")
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert len(tasks) == 3
    assert all("predictions" in task and "annotations" not in task for task in tasks)
    assert 'value="airstrike"' in (tmp_path / "tasks.config.xml").read_text(encoding="utf-8")


def test_the_most_uncertain_come_first_whatever_the_input_order(tmp_path, model, articles):
    backwards = tmp_path / "backwards.jsonl"
    lines = articles.read_text(encoding="utf-8").splitlines()
    backwards.write_text("\n".join(lines[::-1]), encoding="utf-8")
    scores = tmp_path / "scores.tsv"
    run(articles, "--model", model, "-o", tmp_path / "a.jsonl", "--scores", scores)
    run(backwards, "--model", model, "-o", tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    header, *rows = [line.split("\t") for line in scores.read_text(encoding="utf-8").splitlines()]
    assert header == ["id", "nats_per_word", "events"]
    assert [row[0] for row in rows] == [r.id for r in read_records(tmp_path / "a.jsonl")]
    values = [float(row[1]) for row in rows]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 3


def test_limit_keeps_the_first_of_either_order(tmp_path, model, articles):
    run(articles, "--model", model, "-o", tmp_path / "all.jsonl")
    result = run(articles, "--model", model, "-o", tmp_path / "one.jsonl", "--limit", 1)
    assert result.stdout == f"1 article in {tmp_path / 'one.jsonl'}\n"
    (first, *_) = read_records(tmp_path / "all.jsonl")
    assert read_records(tmp_path / "one.jsonl") == [first]
    options = ("--order", "input", "--limit", 2)
    run(articles, "--model", model, "-o", tmp_path / "two.jsonl", *options)
    assert [record.id for record in read_records(tmp_path / "two.jsonl")] == ["rain", "raid"]


def test_unreadable_inputs_are_named_and_the_others_written(tmp_path, model, articles):
    output = tmp_path / "out.jsonl"
    result = run(tmp_path / "none.txt", articles, "--model", model, "-o", output)
    assert result.exit_code == 1
    assert "none.txt: no such file" in result.stderr
    assert len(read_records(output)) == 3
    result = run(tmp_path / "none.txt", "--model", model, "-o", tmp_path / "no.jsonl")
    assert result.exit_code == 1
    assert "no article could be read" in result.stderr
    assert not (tmp_path / "no.jsonl").exists()


def test_an_output_that_cannot_be_written_fails_before_the_model_is_loaded(tmp_path, articles):
    used = tmp_path / "used"
    used.mkdir()
    (used / "a.ann").touch()
    for options, words in [
        (("--to", "word", "-o", tmp_path / "a"), "--to 'word' is no format"),
        (("-o", tmp_path / "a"), "name it with --to"),
        (("--to", "brat", "-o", used), "is a folder in use"),
        (("--to", "records", "-o", tmp_path), "is a folder in use"),
        (("-o", tmp_path / "no" / "a.jsonl"), "is no folder"),
    ]:
        result = run(articles, "--model", tmp_path / "no-model", *options)
        assert result.exit_code == 1
        assert words in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "used"]


def test_the_tool_is_set_up_for_the_given_ontology(tmp_path, model, articles):
    fields = ONTOLOGY.to_dict()
    fields["types"]["parade"] = {"definition": "People march.", "roles": ["place"]}
    (tmp_path / "ontology.yaml").write_text(json.dumps(fields), encoding="utf-8")
    options = ("--model", model, "--ontology", tmp_path / "ontology.yaml")
    assert run(articles, *options, "--to", "brat", "-o", tmp_path / "brat").exit_code == 0
    assert "parade" in (tmp_path / "brat" / "annotation.conf").read_text(encoding="utf-8")
    del fields["types"]["parade"], fields["types"]["death"]
    (tmp_path / "ontology.yaml").write_text(json.dumps(fields), encoding="utf-8")
    result = run(articles, *options, "--to", "brat", "-o", tmp_path / "less")
    assert result.exit_code == 1
    assert "type 'death' of 'killed' is not in the ontology" in result.stderr
    assert not (tmp_path / "less").exists()


def test_without_the_extra_the_install_command_is_named(tmp_path, articles, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    for name in [n for n in sys.modules if n.startswith("clashtag_training")]:
        monkeypatch.delitem(sys.modules, name)
    result = run(articles, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert "`clashtag annotate` needs the module 'yaml'" in result.stderr
    assert "-> pip install 'clashtag[convert]'" in result.stderr


def test_the_shipped_model_pre_tags_the_samples(tmp_path):
    try:
        shipped_bundle_path()
    except BundleError as error:
        pytest.skip(error.problem)
    samples = [*(ROOT / "data/samples").glob("*.txt"), ROOT / "data/samples/briefs.jsonl"]
    result = run(*samples, "--to", "brat", "-o", tmp_path / "brat")
    assert result.exit_code == 0, result.stderr
    records = FORMATS["brat"].read(tmp_path / "brat")
    assert len(records) == 7
    assert sum(len(record.events) for record in records) > 10
