import json
import shutil

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
from tiny_model import LABELS, write_tiny_bundle


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return write_tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny")


@pytest.fixture
def directory(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "tiny")


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


def test_seal_refuses_labels_that_loading_would_refuse(directory):
    fields = LABELS.to_dict()
    fields["temperature"]["roles"] = -1
    (directory / "labels.json").write_text(json.dumps(fields))
    with pytest.raises(BundleError, match=r"temperature\.roles"):
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


def test_manifest_of_a_bundle_is_read_strictly(directory):
    fields = json.loads((directory / MANIFEST).read_text())
    del fields["files"]["roles.onnx"]
    (directory / MANIFEST).write_text(json.dumps(fields))
    with pytest.raises(BundleError, match=r"files lacks 'roles\.onnx'"):
        load_bundle(directory)
