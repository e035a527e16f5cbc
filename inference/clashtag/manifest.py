"""The manifest of a bundle: what the bundle is, what it needs, and its files with their hashes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from clashtag.errors import BundleError

SCHEMA = 1
MANIFEST = "manifest.json"
REQUIRES_CLASHTAG = ">=0.1"
COPY_AGAIN = "copy or export the bundle again; a bundle must not be edited in place"

_KEYS = (
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

    @classmethod
    def from_dict(cls, fields: Any, required_files: Collection[str]) -> Manifest:  # noqa: ANN401
        """Read a decoded `manifest.json`, which must name the required files.

        Raises:
            BundleError: if it is for a newer clashtag, or listing everything that is wrong.
        """
        if not isinstance(fields, Mapping):
            raise BundleError(f"{MANIFEST} must hold an object, found {fields!r}", COPY_AGAIN)
        _check_compatible(fields.get("schema"), fields.get("requires_clashtag"))
        problems = [f"it lacks {key!r}" for key in _KEYS if key not in fields]
        problems += [f"unknown key {key!r}" for key in fields if key not in _KEYS]
        for key in ("name", "version", "created"):
            if key in fields and not (isinstance(fields[key], str) and fields[key]):
                problems.append(f"{key} must be a non-empty string, found {fields[key]!r}")
        if not isinstance(fields.get("provenance", {}), Mapping):
            problems.append(f"provenance must be an object, found {fields['provenance']!r}")
        problems += _files_problems(fields.get("files", {}), required_files)
        if problems:
            raise BundleError(f"{MANIFEST}: " + "; ".join(problems), COPY_AGAIN)
        files = {name: BundleFile(**entry) for name, entry in fields["files"].items()}
        return cls(**{**fields, "files": files})


def _check_compatible(schema: object, requirement: object) -> None:
    """Refuse a manifest that this clashtag cannot be sure to understand."""
    if type(schema) is not int or schema < 1:
        raise BundleError(f"{MANIFEST}: schema must be a number, found {schema!r}", COPY_AGAIN)
    lowest = re.fullmatch(r">=(\d+(?:\.\d+)*)", str(requirement))
    if lowest is None:
        problem = f"{MANIFEST}: requires_clashtag must read like '>=0.1', found {requirement!r}"
        raise BundleError(problem, COPY_AGAIN)
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


def _files_problems(files: object, required: Collection[str]) -> list[str]:
    if not isinstance(files, Mapping):
        return [f"files must be an object, found {files!r}"]
    problems = [f"files lacks {name!r}" for name in required if name not in files]
    for name, entry in files.items():
        if not is_plain_name(name):
            problems.append(f"{name!r} in files is not a plain file name")
        if not (
            isinstance(entry, Mapping)
            and set(entry) == {"sha256", "bytes"}
            and isinstance(entry["sha256"], str)
            and type(entry["bytes"]) is int
        ):
            problems.append(f"files[{name!r}] must hold sha256 and bytes, found {entry!r}")
    return problems


def is_plain_name(name: str) -> bool:
    """Return whether a bundle may have a file of this name."""
    return re.fullmatch(r"\w[\w.-]*", name, re.ASCII) is not None
