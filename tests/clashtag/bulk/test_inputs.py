from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import pytest

from clashtag.bulk.inputs import FileKind, find_inputs, kind_of, survey_inputs, unpacked
from clashtag.errors import InputError

TEXT = b"An attack.\n" * 1000


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")


def found(*names: object, kind: FileKind | None = None) -> list[str]:
    return [file.path for file in find_inputs(map(str, names), kind)]


def test_find_inputs_folder_is_searched_in_the_order_of_paths(tmp_path):
    touch(tmp_path / "b.txt", tmp_path / "a" / "z.jsonl.gz", tmp_path / "a.csv")
    expected = [str(tmp_path / name) for name in ("a/z.jsonl.gz", "a.csv", "b.txt")]
    assert found(tmp_path) == expected
    assert found(f"{tmp_path}{os.sep}") == expected


def test_find_inputs_folder_leaves_out_hidden_files_and_reports_unknown_ones(tmp_path):
    touch(tmp_path / "a.txt", tmp_path / ".b.txt", tmp_path / "_temporary" / "c.txt")
    touch(tmp_path / "d.html")
    left_out: list[str] = []
    files = list(find_inputs([str(tmp_path)], None, left_out=left_out.append))
    assert [file.path for file in files] == [str(tmp_path / "a.txt")]
    assert left_out == [str(tmp_path / "d.html")]


def test_find_inputs_forced_kind_reads_every_file_of_a_folder(tmp_path):
    touch(tmp_path / "a.html", tmp_path / "b.txt")
    files = list(find_inputs([str(tmp_path)], FileKind.TEXT))
    assert [(Path(f.path).name, f.kind) for f in files] == [
        ("a.html", FileKind.TEXT),
        ("b.txt", FileKind.TEXT),
    ]


def test_find_inputs_pattern_is_sorted_and_recursive(tmp_path):
    touch(tmp_path / "2" / "b.jsonl", tmp_path / "1" / "c" / "a.jsonl", tmp_path / "x.txt")
    assert found(tmp_path / "**" / "*.jsonl") == [
        str(tmp_path / "1/c/a.jsonl"),
        str(tmp_path / "2/b.jsonl"),
    ]


def test_find_inputs_leaves_the_output_out_of_what_a_pattern_matches(tmp_path):
    touch(tmp_path / "a.jsonl", tmp_path / "out" / "b.jsonl", tmp_path / "out" / "manifest.json")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    files = find_inputs([str(tmp_path / "**")], None, tmp_path / "out")
    assert [file.path for file in files] == [str(tmp_path / "a.jsonl")]
    with pytest.raises(InputError, match="no file matches"):
        list(find_inputs([str(tmp_path / "out" / "*")], None, tmp_path / "out"))


def test_find_inputs_name_with_brackets_is_a_file_if_there_is_one(tmp_path):
    touch(tmp_path / "a[1].txt", tmp_path / "a1.txt")
    assert found(tmp_path / "a[1].txt") == [str(tmp_path / "a[1].txt")]


def test_find_inputs_names_everything_that_is_wrong_at_once(tmp_path):
    touch(tmp_path / "dump.dat")
    (tmp_path / "empty").mkdir()
    names = [
        tmp_path / "none.txt",
        tmp_path / "*.csv",
        tmp_path / "dump.dat",
        tmp_path / "empty",
        "-",
    ]
    with pytest.raises(InputError) as error:
        found(*names)
    for words in (
        f"{tmp_path / 'none.txt'}: no such file",
        f"{tmp_path / '*.csv'}: no file matches",
        f"{tmp_path / 'dump.dat'}: its name does not say",
        f"{tmp_path / 'empty'}: no file in this folder",
        "standard input cannot be read again",
    ):
        assert words in error.value.problem


def test_find_inputs_shows_twenty_problems(tmp_path):
    with pytest.raises(InputError, match="and 80 more"):
        found(*(tmp_path / f"{number}.txt" for number in range(100)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_find_inputs_refuses_what_cannot_be_read_twice(tmp_path):
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        found(tmp_path / "pipe.jsonl")


def test_find_inputs_loop_of_links_ends(tmp_path):
    touch(tmp_path / "a" / "b.txt")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "knot").symlink_to(tmp_path / "knot")
    assert found(tmp_path) == [str(tmp_path / "a" / "b.txt")]


def test_find_inputs_linked_folder_is_searched_once(tmp_path):
    touch(tmp_path / "elsewhere" / "a.txt", tmp_path / "in" / "2026" / "b.txt")
    (tmp_path / "in" / "latest").symlink_to(tmp_path / "in" / "2026", target_is_directory=True)
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    expected = [str(tmp_path / "in" / name) for name in ("2026/b.txt", "more/a.txt")]
    assert found(tmp_path / "in") == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.TXT", FileKind.TEXT),
        ("a.jsonl.zst", FileKind.JSONL),
        ("a.ndjson.GZ", FileKind.JSONL),
        ("a.csv.gz", FileKind.CSV),
        ("a.b.tsv", FileKind.TSV),
        ("a.pq", FileKind.PARQUET),
        ("a.gz", None),
        ("a", None),
        ("a.json", None),
    ],
)
def test_kind_of_goes_by_the_suffix(name, kind):
    assert kind_of(name) is kind


def test_survey_changes_with_names_sizes_and_order(tmp_path):
    one, two = tmp_path / "1.txt", tmp_path / "2.txt"
    touch(one, two)
    surveys = [
        survey_inputs(find_inputs([str(a), str(b)], None)) for a, b in [(one, two), (two, one)]
    ]
    assert [(s.files, s.size) for s in surveys] == [(2, 4), (2, 4)]
    assert surveys[0].sha256 != surveys[1].sha256
    one.write_bytes(b"{ }")
    assert survey_inputs(find_inputs([str(one), str(two)], None)).sha256 != surveys[0].sha256


def test_unpacked_goes_by_the_first_bytes_not_by_the_name(tmp_path):
    pa = pytest.importorskip("pyarrow")
    zstd = pa.compress(TEXT, "zstd", asbytes=True)
    skippable = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"abcd"
    for data in (
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT[:5000]) + gzip.compress(TEXT[5000:]),
        zstd,
        skippable + zstd,
    ):
        path = tmp_path / "a.txt"
        path.write_bytes(data)
        with io.FileIO(path) as raw, unpacked(raw) as stream:
            assert stream.read() == TEXT


@pytest.mark.parametrize("data", [b"", b"x", b"\x28\xb5\x2f"])
def test_unpacked_short_file_comes_as_it_is(tmp_path, data):
    (tmp_path / "a").write_bytes(data)
    with io.FileIO(tmp_path / "a") as raw, unpacked(raw) as stream:
        assert stream.read() == data
