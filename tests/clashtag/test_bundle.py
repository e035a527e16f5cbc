import json
import shutil
from dataclasses import replace
from importlib import metadata

import pytest

from clashtag import bundle as bundle_module
from clashtag.bundle import (
    MANIFEST,
    REQUIRED_FILES,
    load_bundle,
    seal_bundle,
    shipped_bundle_path,
)
from clashtag.errors import BundleError
from clashtag.labels import Continuation, Labels
from tiny_model import LABELS, write_tiny_bundle


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return write_tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny")


@pytest.fixture
def directory(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "tiny")


def edit_manifest(directory, **changes):
    path = directory / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_sealed_bundle_loads(directory):
    bundle = load_bundle(directory)
    assert bundle.manifest.name == "tiny"
    assert bundle.manifest.provenance == {"purpose": "tests"}
    assert set(bundle.manifest.files) == set(REQUIRED_FILES)
    assert bundle.labels == LABELS
    assert not bundle.is_shipped
    assert sorted(path.name for path in directory.iterdir()) == sorted([*REQUIRED_FILES, MANIFEST])


def test_seal_vouches_for_every_file_in_the_directory(directory):
    (directory / "NOTICE").write_text("whose weights these are")
    seal_bundle(directory, "tiny", "1.0.1", {})
    (directory / "NOTICE").write_text("somebody else's weights")
    with pytest.raises(BundleError, match="NOTICE has sha256"):
        load_bundle(directory)


def test_seal_refuses_an_incomplete_directory(directory):
    (directory / "roles.onnx").unlink()
    with pytest.raises(BundleError, match=r"lacks roles\.onnx"):
        seal_bundle(directory, "tiny", "1.0.0", {})


def test_seal_refuses_a_file_that_loading_would_refuse(directory):
    (directory / ".DS_Store").touch()
    with pytest.raises(BundleError, match="DS_Store"):
        seal_bundle(directory, "tiny", "1.0.0", {})


@pytest.mark.parametrize("name", REQUIRED_FILES)
def test_flipped_byte_is_refused_with_both_hashes(directory, name):
    path = directory / name
    data = bytearray(path.read_bytes())
    expected = load_bundle(directory).manifest.files[name].sha256
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(BundleError, match=rf"{name} has sha256 \w{{64}}, expected {expected}"):
        load_bundle(directory)


def test_truncated_and_missing_files_are_listed_together(directory):
    (directory / "encoder.onnx").write_bytes(b"")
    (directory / "tokenizer.json").unlink()
    with pytest.raises(BundleError) as caught:
        load_bundle(directory)
    assert "encoder.onnx has 0 bytes, expected" in caught.value.problem
    assert "tokenizer.json is missing" in caught.value.problem


def test_newer_schema_is_refused_and_names_the_clashtag_needed(directory):
    edit_manifest(directory, schema=2, requires_clashtag=">=3.1", surprise=1)
    with pytest.raises(BundleError) as caught:
        load_bundle(directory)
    assert "schema 2" in caught.value.problem
    assert caught.value.next_step == "pip install 'clashtag>=3.1'"


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
def test_bundle_says_which_clashtag_it_needs(directory, monkeypatch, installed, requirement, loads):
    monkeypatch.setattr(metadata, "version", lambda _: installed)
    edit_manifest(directory, requires_clashtag=requirement)
    if loads:
        assert load_bundle(directory)
    else:
        with pytest.raises(BundleError, match=f"needs clashtag {requirement}"):
            load_bundle(directory)


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
def test_manifest_is_read_strictly(directory, changes, problem):
    edit_manifest(directory, **changes)
    with pytest.raises(BundleError) as caught:
        load_bundle(directory)
    assert problem in caught.value.problem


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "..", "a/b", "a\\b", "", "x\n"])
def test_manifest_may_only_name_files_of_the_bundle(directory, name):
    files = json.loads((directory / MANIFEST).read_text())["files"]
    edit_manifest(directory, files=files | {name: {"sha256": "0" * 64, "bytes": 1}})
    with pytest.raises(BundleError, match="is not a plain file name"):
        load_bundle(directory)


def test_bundle_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(BundleError, match="it is not a directory"):
        load_bundle(tmp_path / "nowhere")
    with pytest.raises(BundleError, match=r"manifest\.json' is missing"):
        load_bundle(tmp_path)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(BundleError, match="is not valid JSON"):
        load_bundle(tmp_path)


def test_package_without_model_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle_module.resources, "files", lambda _: tmp_path)
    with pytest.raises(BundleError, match="holds no model"):
        shipped_bundle_path()


def test_shipped_model_is_found_in_the_package(directory, tmp_path, monkeypatch):
    directory.rename(tmp_path / "model")
    monkeypatch.setattr(bundle_module.resources, "files", lambda _: tmp_path)
    assert load_bundle(shipped_bundle_path()).is_shipped


def labels_with(path, value):
    fields = json.loads(json.dumps(LABELS.to_dict()))
    *parents, last = path.split(".")
    section = fields
    for key in parents:
        section = section[key]
    section[last] = value
    return fields


def test_labels_survive_json():
    assert Labels.from_dict(json.loads(json.dumps(LABELS.to_dict()))) == LABELS
    other = replace(LABELS, continuation=Continuation(roles=0.35))
    assert Labels.from_dict(json.loads(json.dumps(other.to_dict()))) == other


def test_labels_of_older_bundles_have_no_continuation():
    fields = replace(LABELS, continuation=Continuation(roles=0.35)).to_dict()
    assert fields.pop("continuation") == {"roles": 0.35}
    assert Labels.from_dict(fields).continuation == Continuation(roles=0.2)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("colour", 1, "unknown key 'colour'"),
        ("ontology.types", {}, "types: must be a mapping"),
        ("thresholds", None, "thresholds must be an object"),
        ("thresholds.triggers", {"attack": 0.5}, "thresholds.triggers lacks 'airstrike'"),
        ("thresholds.roles.driver", 0.5, "thresholds.roles has the unknown key 'driver'"),
        ("thresholds.roles.agent", 1.5, "thresholds.roles.agent must be a number from 0.0 to 1.0"),
        ("thresholds.roles.agent", True, "found True"),
        ("thresholds.roles.agent", float("nan"), "found nan"),
        ("temperature.roles", 0, "temperature.roles must be a number from 0.001"),
        ("continuation", 0.2, "continuation must be an object, found 0.2"),
        ("continuation", {}, "continuation lacks 'roles'"),
        ("continuation.mood", 1, "continuation has the unknown key 'mood'"),
        ("continuation.roles", -0.1, "continuation.roles must be a number from 0.0 to 1.0"),
        ("continuation.roles", 1.01, "continuation.roles must be a number from 0.0 to 1.0"),
        ("continuation.roles", "0.2", "found '0.2'"),
        ("temperature.mood", 1, "temperature has the unknown key 'mood'"),
        ("shared_span_roles", [["agent"]], "pairs of two known roles, found ['agent']"),
        ("shared_span_roles", [["agent", "driver"]], "pairs of two known roles"),
        ("shared_span_roles", {}, "shared_span_roles must be a list"),
        ("windows.stride", 3, "windows has the unknown key 'stride'"),
        ("windows.max_tokens", 2, "windows.max_tokens must be at least 3"),
        ("windows.max_tokens", 64.0, "windows.max_tokens must be a whole number"),
        ("windows.overlap_tokens", 16, "windows.overlap_tokens must be at most 15"),
        ("windows.role_context_tokens", 0, "windows.role_context_tokens must be at least 1"),
        ("special_tokens.cls", "[CLS]", "special_tokens.cls must be a whole number"),
    ],
)
def test_labels_are_read_strictly(path, value, problem):
    with pytest.raises(BundleError) as caught:
        Labels.from_dict(labels_with(path, value))
    assert problem in caught.value.problem


def test_labels_list_every_problem(directory):
    fields = labels_with("temperature.roles", -1)
    fields["windows"]["max_tokens"] = 0
    with pytest.raises(BundleError) as caught:
        Labels.from_dict(fields)
    assert "temperature.roles" in caught.value.problem
    assert "windows.max_tokens" in caught.value.problem
    (directory / "labels.json").write_text(json.dumps(fields))
    with pytest.raises(BundleError, match=r"temperature\.roles"):
        seal_bundle(directory, "tiny", "1.0.0", {})


def test_newer_schema_for_the_installed_clashtag_asks_for_an_upgrade(directory):
    edit_manifest(directory, schema=99)
    with pytest.raises(BundleError) as caught:
        load_bundle(directory)
    assert caught.value.next_step == "pip install --upgrade clashtag"
