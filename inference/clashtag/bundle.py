"""Model bundles: a directory whose manifest vouches for the bytes of every file in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from clashtag.errors import BundleError
from clashtag.hashing import file_sha256
from clashtag.labels import Labels
from clashtag.manifest import (
    COPY_AGAIN,
    MANIFEST,
    REQUIRES_CLASHTAG,
    SCHEMA,
    BundleFile,
    Manifest,
    is_plain_name,
)

ENCODER = "encoder.onnx"
ROLES = "roles.onnx"
TOKENIZER = "tokenizer.json"
LABELS = "labels.json"
REQUIRED_FILES = (ENCODER, ROLES, TOKENIZER, LABELS)

_UNFINISHED = MANIFEST + ".part"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified model directory."""

    path: Path
    manifest: Manifest
    labels: Labels

    @property
    def is_shipped(self) -> bool:
        """Whether this is the model that is part of the installed package."""
        return self.path == _package_model().absolute()

    @property
    def encoder_path(self) -> Path:
        """The graph from token ids to hidden states, trigger and status logits."""
        return self.path / ENCODER

    @property
    def roles_path(self) -> Path:
        """The graph from a trigger in its context to role logits."""
        return self.path / ROLES

    @property
    def tokenizer_path(self) -> Path:
        """The tokenizer in the format of the `tokenizers` library."""
        return self.path / TOKENIZER


def shipped_bundle_path() -> Path:
    """Return the directory of the model that is part of the installed package.

    Raises:
        BundleError: if the package was built without a model.
    """
    path = _package_model()
    if not (path / MANIFEST).is_file():
        raise BundleError(
            f"this clashtag holds no model: {path / MANIFEST} does not exist",
            "give the path of a bundle, or install a clashtag that ships one",
        )
    return path


def _package_model() -> Path:
    return Path(str(resources.files("clashtag"))) / "model"


def load_bundle(path: str | os.PathLike[str]) -> Bundle:
    """Read a bundle and verify every file against its manifest, without touching the network.

    Raises:
        BundleError: if the bundle is for a newer clashtag, or a file is missing, differs from
            the manifest or breaks its format.
    """
    directory = Path(path).absolute()
    if not directory.is_dir():
        raise BundleError(
            f"there is no bundle at {str(directory)!r}: it is not a directory",
            "give the path of a directory that holds a manifest.json",
        )
    manifest = Manifest.from_dict(_read_json(directory / MANIFEST), REQUIRED_FILES)
    problems = [
        problem
        for name, expected in manifest.files.items()
        for problem in _file_problems(directory / name, expected)
    ]
    if problems:
        raise BundleError(f"bundle {str(directory)!r}: " + "; ".join(problems), COPY_AGAIN)
    return Bundle(directory, manifest, Labels.from_dict(_read_json(directory / LABELS)))


def seal_bundle(
    directory: str | os.PathLike[str], name: str, version: str, provenance: Mapping[str, Any]
) -> None:
    """Write the manifest that vouches for the files now in a directory.

    Raises:
        BundleError: if a required file is missing or `labels.json` breaks its format.
    """
    folder = Path(directory)
    missing = [required for required in REQUIRED_FILES if not (folder / required).is_file()]
    if missing:
        raise BundleError(
            f"{str(folder)!r} lacks {', '.join(missing)}", "write every file before sealing"
        )
    Labels.from_dict(_read_json(folder / LABELS))
    names = sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.is_file() and entry.name not in (MANIFEST, _UNFINISHED)
    )
    unfit = [entry for entry in names if not is_plain_name(entry)]
    if unfit:
        raise BundleError(
            f"{str(folder)!r} holds files whose names a bundle may not have: {unfit}",
            "remove them, or name them with letters, digits, '.', '-' and '_'",
        )
    fields = {
        "schema": SCHEMA,
        "name": name,
        "version": version,
        "requires_clashtag": REQUIRES_CLASHTAG,
        "created": datetime.now(UTC).date().isoformat(),
        "files": {
            entry: {"sha256": file_sha256(folder / entry), "bytes": (folder / entry).stat().st_size}
            for entry in names
        },
        "provenance": dict(provenance),
    }
    unfinished = folder / _UNFINISHED
    unfinished.write_text(
        json.dumps(fields, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
    unfinished.replace(folder / MANIFEST)


def _read_json(path: Path) -> Any:  # noqa: ANN401
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BundleError(f"{str(path)!r} is missing", COPY_AGAIN) from error
    except ValueError as error:
        raise BundleError(f"{str(path)!r} is not valid JSON: {error}", COPY_AGAIN) from error


def _file_problems(path: Path, expected: BundleFile) -> list[str]:
    if not path.is_file():
        return [f"{path.name} is missing"]
    size = path.stat().st_size
    if size != expected.bytes:
        return [f"{path.name} has {size} bytes, expected {expected.bytes}"]
    found = file_sha256(path)
    if found != expected.sha256:
        return [f"{path.name} has sha256 {found}, expected {expected.sha256}"]
    return []
