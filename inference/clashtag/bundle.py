"""Model bundles: a directory whose manifest vouches for the bytes of every file in it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from clashtag.errors import BundleError
from clashtag.hashing import file_sha256
from clashtag.labels import Labels

SCHEMA = 1
MANIFEST = "manifest.json"
ENCODER = "encoder.onnx"
ROLES = "roles.onnx"
TOKENIZER = "tokenizer.json"
LABELS = "labels.json"
REQUIRED_FILES = (ENCODER, ROLES, TOKENIZER, LABELS)
REQUIRES_CLASHTAG = ">=0.1"

_UNFINISHED = MANIFEST + ".part"
_FETCH_AGAIN = "copy or export the bundle again; a bundle must not be edited in place"
_MANIFEST_KEYS = (
    "schema",
    "name",
    "version",
    "requires_clashtag",
    "created",
    "files",
    "provenance",
)


@dataclass(frozen=True, slots=True)
class BundleFile:
    """The size and hash that a manifest vouches for."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle is, what it needs and where it came from; `created` is an ISO date."""

    schema: int
    name: str
    version: str
    requires_clashtag: str
    created: str
    files: Mapping[str, BundleFile]
    provenance: Mapping[str, Any]


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
    manifest = _manifest(_read_json(directory / MANIFEST))
    problems = [
        problem
        for name, expected in manifest.files.items()
        for problem in _file_problems(directory / name, expected)
    ]
    if problems:
        raise BundleError(f"bundle {str(directory)!r}: " + "; ".join(problems), _FETCH_AGAIN)
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
    unfit = [entry for entry in names if not _is_plain_name(entry)]
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
        raise BundleError(f"{str(path)!r} is missing", _FETCH_AGAIN) from error
    except ValueError as error:
        raise BundleError(f"{str(path)!r} is not valid JSON: {error}", _FETCH_AGAIN) from error


def _manifest(fields: Any) -> Manifest:  # noqa: ANN401
    if not isinstance(fields, Mapping):
        raise BundleError(f"{MANIFEST} must hold an object, found {fields!r}", _FETCH_AGAIN)
    _check_compatible(fields.get("schema"), fields.get("requires_clashtag"))
    problems = [f"it lacks {key!r}" for key in _MANIFEST_KEYS if key not in fields]
    problems += [f"unknown key {key!r}" for key in fields if key not in _MANIFEST_KEYS]
    for key in ("name", "version", "created"):
        if key in fields and not (isinstance(fields[key], str) and fields[key]):
            problems.append(f"{key} must be a non-empty string, found {fields[key]!r}")
    if not isinstance(fields.get("provenance", {}), Mapping):
        problems.append(f"provenance must be an object, found {fields['provenance']!r}")
    problems += _files_problems(fields.get("files", {}))
    if problems:
        raise BundleError(f"{MANIFEST}: " + "; ".join(problems), _FETCH_AGAIN)
    files = {name: BundleFile(**entry) for name, entry in fields["files"].items()}
    return Manifest(**{**fields, "files": files})


def _check_compatible(schema: object, requirement: object) -> None:
    """Refuse a manifest that this clashtag cannot be sure to understand."""
    if type(schema) is not int or schema < 1:
        raise BundleError(f"{MANIFEST}: schema must be a number, found {schema!r}", _FETCH_AGAIN)
    lowest = re.fullmatch(r">=(\d+(?:\.\d+)*)", str(requirement))
    if lowest is None:
        problem = f"{MANIFEST}: requires_clashtag must read like '>=0.1', found {requirement!r}"
        raise BundleError(problem, _FETCH_AGAIN)
    installed = _installed_version()
    is_older = installed is not None and _release(installed) < _release(lowest[1])
    if schema > SCHEMA or is_older:
        raise BundleError(
            f"the bundle has schema {schema} and needs clashtag {requirement}; this is clashtag "
            f"{installed or 'run from source'}, which reads schema {SCHEMA}",
            f"pip install 'clashtag{requirement}'"
            if is_older
            else "pip install --upgrade clashtag",
        )


def _installed_version() -> str | None:
    try:
        return metadata.version("clashtag")
    except metadata.PackageNotFoundError:
        return None


def _release(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version without trailing zeros: 1.2.0rc1 gives (1, 2)."""
    leading = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(number) for number in leading[0].split(".")] if leading else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _files_problems(files: object) -> list[str]:
    if not isinstance(files, Mapping):
        return [f"files must be an object, found {files!r}"]
    problems = [f"files lacks {name!r}" for name in REQUIRED_FILES if name not in files]
    for name, entry in files.items():
        if not _is_plain_name(name):
            problems.append(f"{name!r} in files is not a plain file name")
        if not (
            isinstance(entry, Mapping)
            and set(entry) == {"sha256", "bytes"}
            and isinstance(entry["sha256"], str)
            and type(entry["bytes"]) is int
        ):
            problems.append(f"files[{name!r}] must hold sha256 and bytes, found {entry!r}")
    return problems


def _is_plain_name(name: str) -> bool:
    return re.fullmatch(r"\w[\w.-]*", name, re.ASCII) is not None


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
