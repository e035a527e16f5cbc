from __future__ import annotations

import json
from pathlib import Path

import pytest

from clashtag.bulk.checkpoint import (
    JOURNAL,
    MANIFEST,
    Counts,
    Receipt,
    finished_run,
    open_checkpoint,
)
from clashtag.errors import InputError

SETTINGS = {"model": {"sha256": "m"}, "types": ["attack"]}


def receipt(part: int, **changes: object) -> Receipt:
    files = {"events": 5}
    fields = {"part": part, "first": 8 * part, "items": 8, "sha256": "s", "read_bytes": 9}
    return Receipt(
        **{**fields, "is_last": False, "counts": Counts(8, 1), "files": files, **changes}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "out"


@pytest.fixture
def begun(folder: Path) -> Path:
    with open_checkpoint(folder, SETTINGS) as checkpoint:
        checkpoint.commit(receipt(1))
        checkpoint.commit(receipt(0))
    return folder


def test_checkpoint_remembers_what_was_committed(begun):
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert checkpoint.receipts == {0: receipt(0), 1: receipt(1)}
        assert checkpoint.counts == Counts(documents=16, failed=2)
        checkpoint.commit(receipt(2))
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert sorted(checkpoint.receipts) == [0, 1, 2]


@pytest.mark.parametrize("lost", range(1, 60, 7))
def test_checkpoint_forgets_a_line_that_was_cut_short(begun, lost):
    journal = begun / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-lost])
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert list(checkpoint.receipts) == [1]
        checkpoint.commit(receipt(0))
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert sorted(checkpoint.receipts) == [0, 1]


def test_checkpoint_forgets_everything_after_rubbish(begun):
    journal = begun / JOURNAL
    journal.write_bytes(journal.read_bytes() + b"\0" * 40 + b"\n")
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert sorted(checkpoint.receipts) == [0, 1]
    assert b"\0" not in journal.read_bytes()


def test_checkpoint_begins_again_where_the_first_line_was_cut_short(begun):
    journal = begun / JOURNAL
    journal.write_bytes(journal.read_bytes()[:10])
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert not checkpoint.receipts
    assert json.loads(journal.read_bytes()) == SETTINGS


def test_checkpoint_forgets_parts_whose_files_are_gone(begun):
    with open_checkpoint(begun, SETTINGS, lambda receipt: receipt.part != 0) as checkpoint:
        assert list(checkpoint.receipts) == [1]
        assert checkpoint.counts == Counts(8, 1)
        checkpoint.commit(receipt(0, sha256="again"))
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert checkpoint.receipts[0].sha256 == "again"


def test_checkpoint_refuses_other_settings_and_names_them(begun):
    other = {"model": {"sha256": "n"}, "types": ["attack"], "min_score": 0.5}
    with pytest.raises(InputError) as error, open_checkpoint(begun, other):
        pass
    assert "model.sha256 was 'm' and is 'n'" in error.value.problem
    assert "min_score was None and is 0.5" in error.value.problem
    assert "types" not in error.value.problem
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert len(checkpoint.receipts) == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("notes.txt", b"mine"),
        (JOURNAL, b"mine"),
        (JOURNAL, b"mine\n"),
        (JOURNAL, b"[1]\n"),
        (JOURNAL, b'{"text": "mine"}\n'),
    ],
)
def test_checkpoint_leaves_the_files_of_others_alone(folder, name, data):
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    with pytest.raises(InputError), open_checkpoint(folder, SETTINGS):
        pass
    assert (folder / name).read_bytes() == data


def test_checkpoint_in_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_bytes(b"mine")
    with (
        pytest.raises(InputError, match="out' is no folder"),
        open_checkpoint(tmp_path / "out", SETTINGS),
    ):
        pass


def test_checkpoint_takes_an_empty_folder(folder):
    folder.mkdir(parents=True)
    with open_checkpoint(folder, SETTINGS) as checkpoint:
        assert not checkpoint.receipts


def test_checkpoint_refuses_a_folder_where_another_is_at_work(begun):
    pytest.importorskip("fcntl")
    with (
        open_checkpoint(begun, SETTINGS),
        pytest.raises(InputError, match="another process is at work"),
        open_checkpoint(begun, SETTINGS),
    ):
        pass
    with open_checkpoint(begun, SETTINGS) as checkpoint:
        assert len(checkpoint.receipts) == 2


def test_checkpoint_removes_what_a_killed_process_left(begun):
    (begun / "events").mkdir()
    partial = begun / "events" / ".part-00000002.csv.99.partial"
    partial.write_bytes(b"half")
    with open_checkpoint(begun, SETTINGS):
        assert not partial.exists()


def test_finished_run_is_none_before_the_end(folder, begun):
    assert finished_run(begun, SETTINGS) is None
    assert finished_run(folder / "missing", SETTINGS) is None


@pytest.mark.parametrize("data", [b"mine", b"[]", b'{"files": {}}', b'{"settings": 1}'])
def test_finished_run_leaves_the_manifests_of_others_alone(begun, data):
    (begun / MANIFEST).write_bytes(data)
    with pytest.raises(InputError, match="holds no run of clashtag"):
        finished_run(begun, SETTINGS)


def test_finished_run_belongs_to_its_settings(begun):
    manifest = {"settings": SETTINGS, "counts": {}, "files": {}}
    (begun / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert finished_run(begun, SETTINGS) == manifest
    with pytest.raises(InputError, match="begun with other inputs or settings"):
        finished_run(begun, {**SETTINGS, "types": []})
