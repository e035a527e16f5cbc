"""The journal of a run: what it was asked to do, and which parts are written for good.

The first line holds the settings; each further line is the receipt of one part, written after the
part's files are on the disk. Whoever holds the lock on the journal owns the folder.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

from clashtag.bulk.durable import has_size, remove_partial_files, sync_folder
from clashtag.errors import InputError

JOURNAL = "journal.jsonl"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Counts:
    """What was read and found.

    Args:
        documents: tagged articles.
        failed: entries of `errors.jsonl`.
        repeated: articles whose id an earlier one has.
        events: events of all articles.
        arguments: arguments of all events.
        incidents: incidents of all articles, where they are asked for.
        tokens: tokens that the tagger read.
    """

    documents: int = 0
    failed: int = 0
    repeated: int = 0
    events: int = 0
    arguments: int = 0
    incidents: int = 0
    tokens: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(_values(self), _values(other), strict=True)))


def _values(counts: Counts) -> list[int]:
    return list(asdict(counts).values())


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a part.

    Args:
        part: its number.
        first: the place of its first item in the archive.
        items: how many items it has.
        sha256: the hash of what was read.
        read_bytes: how much of the input had been read at its end.
        is_last: whether the archive ends with it.
        counts: what was found in it.
        files: the sizes in bytes of the part's files, by table; one without rows has none.
    """

    part: int
    first: int
    items: int
    sha256: str
    read_bytes: int
    is_last: bool
    counts: Counts
    files: Mapping[str, int] = field(default_factory=dict)


class Checkpoint:
    """An output folder that this process owns, with the receipts of the parts in it."""

    def __init__(self, folder: Path, journal: FileIO, receipts: Iterable[Receipt]) -> None:
        self.folder = folder
        self.receipts = {receipt.part: receipt for receipt in receipts}
        self.counts = sum((receipt.counts for receipt in self.receipts.values()), Counts())
        self._journal = journal

    def commit(self, receipt: Receipt) -> None:
        """Enter a part whose files are on the disk.

        Raises:
            OSError: naming the journal, if it cannot be written.
        """
        self.append(_line(asdict(receipt)))
        self.receipts[receipt.part] = receipt
        self.counts += receipt.counts

    def append(self, line: bytes) -> None:
        """Write a line of the journal for good."""
        try:
            if self._journal.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._journal.fileno())
        except OSError as error:
            error.filename = str(self.folder / JOURNAL)
            raise


@contextmanager
def open_checkpoint(
    folder: Path,
    settings: Mapping[str, Any],
    is_intact: Callable[[Receipt], bool] = lambda _: True,
) -> Iterator[Checkpoint]:
    """Begin a run in a new folder, or go on with the one that a folder holds.

    Args:
        folder: where the run is written.
        settings: everything that the results depend on, as JSON can hold it.
        is_intact: whether the files of a part are there; one that is not is forgotten.

    Raises:
        InputError: if the folder holds something else, a run with other settings, or one that
            another process is at work on.
        OSError: if the folder cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{str(folder)!r} is no folder", "name a new folder for the results")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / JOURNAL
    if not path.exists() and any(folder.iterdir()):
        raise _foreign(folder)
    with path.open("ab", buffering=0) as journal:
        _lock(journal, folder)
        header = _line(settings)
        with path.open("rb") as lines:
            receipts, end = _read_journal(lines, header, folder)
        remove_partial_files(folder)
        journal.truncate(end)
        intact = [receipt for receipt in receipts.values() if is_intact(receipt)]
        checkpoint = Checkpoint(folder, journal, intact)
        if end == 0:
            checkpoint.append(header)
            sync_folder(folder)
        yield checkpoint


def finished_run(folder: Path, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the manifest of a folder whose run is finished, None if there is none.

    Raises:
        InputError: if the run was another one, the folder holds something else, or a file of the
            run is missing or has another size.
    """
    try:
        manifest: Mapping[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        _require_same(manifest["settings"], json.loads(_line(settings)), folder)
        sizes = {folder / name: file["size"] for name, file in manifest["files"].items()}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _foreign(folder) from error
    lost = [path for path, size in sizes.items() if not has_size(path, size)]
    if lost:
        raise InputError(
            f"the run in {str(folder)!r} is finished, but {', '.join(path.name for path in lost)}"
            " went missing or was changed since",
            "restore the files, or tag again into a new folder",
        )
    return manifest


def _read_journal(lines: BinaryIO, header: bytes, folder: Path) -> tuple[dict[int, Receipt], int]:
    """Return the receipts of a journal and where they end: a kill may cut the last line short.

    Raises:
        InputError: if the journal is that of another run, or none.
    """
    first = lines.readline()
    if not first.endswith(b"\n"):
        if not header.startswith(first):
            raise _foreign(folder)
        return {}, 0
    try:
        _require_same(json.loads(first), json.loads(header), folder)
    except (ValueError, TypeError, AttributeError) as error:
        raise _foreign(folder) from error
    receipts: dict[int, Receipt] = {}
    end = len(first)
    for line in lines:
        try:
            receipt = receipt_from_dict(json.loads(line))
        except ValueError:
            break
        if not line.endswith(b"\n"):
            break
        receipts[receipt.part] = receipt
        end += len(line)
    return receipts, end


def _foreign(folder: Path) -> InputError:
    return InputError(
        f"{str(folder)!r} is not empty and holds no run of clashtag that could go on",
        "name a new folder, or empty this one",
    )


def receipt_from_dict(fields: Mapping[str, Any]) -> Receipt:
    """Return the receipt of which `fields` are the JSON object."""
    return Receipt(**{**fields, "counts": Counts(**fields["counts"])})


def _line(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _require_same(then: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> None:
    old, new = dict(_flat(then)), dict(_flat(now))
    changes = [
        f"{name} was {old.get(name)!r} and is {new.get(name)!r}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]
    if changes:
        raise InputError(
            f"the run in {str(folder)!r} was begun with other inputs or settings: "
            + "; ".join(changes),
            "restore them to go on with it, or name a new folder",
        )


def _flat(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _lock(journal: FileIO, folder: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415 - not everywhere
    except ModuleNotFoundError:
        return
    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(
            f"another process is at work in {str(folder)!r}",
            "wait for it, end it, or name another folder",
        ) from error
    except OSError:  # some network drives have no locks
        return
