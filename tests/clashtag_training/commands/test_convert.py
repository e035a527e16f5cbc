from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from clashtag.cli.app import app
from clashtag.errors import InputError
from clashtag_training.converters.registry import FORMATS, guess_format
from clashtag_training.corpora.record_files import read_records, write_records


def run(*arguments):
    return CliRunner().invoke(app, ["convert", *map(str, arguments)])


@pytest.fixture
def gold(tmp_path, records):
    write_records(tmp_path / "gold.jsonl", records)
    return tmp_path / "gold.jsonl"


def test_records_go_to_brat_and_back(tmp_path, gold, corpora_dir):
    result = run(
        gold, tmp_path / "brat", "--to", "brat", "--ontology", corpora_dir / "ontology.yaml"
    )
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"5 records in {tmp_path / 'brat'}\n"
    assert (tmp_path / "brat" / "annotation.conf").is_file()
    assert run(tmp_path / "brat", tmp_path / "back.jsonl").exit_code == 0
    assert read_records(tmp_path / "back.jsonl") == read_records(gold)


def test_losses_are_listed_and_dropped_only_on_request(tmp_path):
    trigger = {"start": 0, "end": 4, "text": "Raid"}
    event = {"type": "attack", "status": "actual", "score": 0.5, "trigger": trigger}
    fields = {"id": "a", "text": "Raid.", "events": [event], "tokens": 2, "windows": 1}
    (tmp_path / "a.jsonl").write_text(json.dumps(fields), encoding="utf-8")
    refused = run(tmp_path / "a.jsonl", tmp_path / "a.conll")
    assert refused.exit_code == 1
    assert "'a': 1 scores" in refused.stderr
    assert "`--drop scores`" in refused.stderr
    assert not (tmp_path / "a.conll").exists()
    dropped = run(tmp_path / "a.jsonl", tmp_path / "a.conll", "--drop", "scores")
    assert dropped.exit_code == 0, dropped.stderr
    assert run(tmp_path / "a.conll", tmp_path / "a.txt", "--drop", "fields").exit_code == 0
    assert "{Raid|1:attack}." in (tmp_path / "a.txt").read_text(encoding="utf-8")


def test_an_unknown_format_is_explained(tmp_path, gold):
    result = run(gold, tmp_path / "out", "--to", "word")
    assert result.exit_code == 1
    assert "--to 'word' is no format" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "", "markup"),
        ("a.conll", "", "conll"),
        ("a.spacy", "", "spacy"),
        ("a.json", "[]", "label-studio"),
        ("a.jsonl", '{"text": "", "events": []}', "records"),
        ("a.jsonl", '{"text": "", "entities": [], "relations": []}', "doccano"),
        ("a.jsonl", '{"text": "", "spans": []}', "prodigy"),
        ("folder/a.ann", "", "brat"),
        ("folder/a.xmi", "", "inception-xmi"),
        ("folder/a.json", "{}", "inception-json"),
    ],
)
def test_a_format_is_guessed_from_a_path(tmp_path, name, content, expected):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    assert guess_format(path if path.parent == tmp_path else path.parent, "--from") == expected


@pytest.mark.parametrize("name", ["new-folder", "a.csv"])
def test_a_path_that_tells_no_format_lists_them_all(tmp_path, name):
    with pytest.raises(InputError) as error:
        guess_format(tmp_path / name, "--to")
    assert all(format_name in error.value.next_step for format_name in FORMATS)
