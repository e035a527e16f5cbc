from importlib import metadata

import pytest

from clashtag.errors import BundleError
from clashtag.manifest import BundleFile, Manifest

REQUIRED = ("encoder.onnx", "labels.json")
FILES = {name: {"sha256": "0" * 64, "bytes": 1} for name in REQUIRED}


def manifest(**changes):
    fields = {
        "schema": 1,
        "name": "tiny",
        "version": "1.0.0",
        "requires_clashtag": ">=0.1",
        "created": "2026-01-02",
        "files": FILES,
        "provenance": {},
    }
    return fields | changes


def test_manifest_is_read():
    read = Manifest.from_dict(manifest(), REQUIRED)
    assert (read.name, read.version) == ("tiny", "1.0.0")
    assert read.files["labels.json"] == BundleFile("0" * 64, 1)


def test_newer_schema_is_refused_and_names_the_clashtag_needed():
    fields = manifest(schema=2, requires_clashtag=">=3.1", surprise=1)
    with pytest.raises(BundleError) as caught:
        Manifest.from_dict(fields, REQUIRED)
    assert "schema 2" in caught.value.problem
    assert caught.value.next_step == "pip install 'clashtag>=3.1'"


def test_newer_schema_for_the_installed_clashtag_asks_for_an_upgrade():
    fields = manifest(schema=99)
    with pytest.raises(BundleError) as caught:
        Manifest.from_dict(fields, REQUIRED)
    assert caught.value.next_step == "pip install --upgrade clashtag"


@pytest.mark.parametrize(
    ("installed", "requirement", "loads"),
    [
        ("0.1.0", ">=0.1", True),
        ("0.1", ">=0.1.0", True),
        ("0.10.2", ">=0.9", True),
        ("1.0rc1", ">=0.1", True),
        ("0.1.0", ">=0.2", False),
    ],
)
def test_bundle_says_which_clashtag_it_needs(monkeypatch, installed, requirement, loads):
    monkeypatch.setattr(metadata, "version", lambda _: installed)
    fields = manifest(requires_clashtag=requirement)
    if loads:
        assert Manifest.from_dict(fields, REQUIRED)
    else:
        with pytest.raises(BundleError, match=f"needs clashtag {requirement}"):
            Manifest.from_dict(fields, REQUIRED)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"schema": "1"}, "schema must be a number, found '1'"),
        ({"requires_clashtag": "any"}, "requires_clashtag must read like"),
        ({"requires_clashtag": None}, "requires_clashtag must read like"),
        ({"name": ""}, "name must be a non-empty string"),
        ({"provenance": []}, "provenance must be an object"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"files": []}, "files must be an object"),
        ({"files": {}}, "files lacks 'encoder.onnx'"),
    ],
)
def test_manifest_is_read_strictly(changes, problem):
    fields = manifest(**changes)
    with pytest.raises(BundleError) as caught:
        Manifest.from_dict(fields, REQUIRED)
    assert problem in caught.value.problem


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "..", "a/b", "a\\b", "", "x\n"])
def test_manifest_may_only_name_files_of_the_bundle(name):
    fields = manifest(files=FILES | {name: {"sha256": "0" * 64, "bytes": 1}})
    with pytest.raises(BundleError, match="is not a plain file name"):
        Manifest.from_dict(fields, REQUIRED)
