"""The parts of an archive on a Ray cluster (extra: ray).

One task reads, a pool of actors tags, each with one session, and every part is written by the
actor that tagged it: all machines must see the same files under the same paths. Ray starts actors
that died again and repeats their parts.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext, Datasource
from ray.data.block import BlockMetadata
from ray.data.datasource import ReadTask

from clashtag import errors
from clashtag.bulk.archive import PendingParts, never
from clashtag.bulk.checkpoint import Receipt, receipt_from_dict
from clashtag.bulk.part_tagger import Job, PartTagger
from clashtag.bulk.parts import part_from_json, part_to_json
from clashtag.errors import ClashtagError

_BLOCK = pa.schema({"kind": pa.string(), "json": pa.large_binary()})
_PART, _RECEIPT, _ERROR = "part", "receipt", "error"


def cluster_cpus() -> int:
    """Return how many CPUs of the cluster may tag: all but one, which reads.

    Connects to the cluster that `RAY_ADDRESS` names, or starts Ray on this machine.
    """
    _connect()
    return max(1, int(ray.cluster_resources().get("CPU", 1)) - 1)


def tag_on_ray(
    pending: PendingParts, job: Job, actors: int, advance: Callable[[int], None]
) -> Generator[Receipt]:
    """Yield the receipts of parts, in any order.

    Asked to stop, it gives up the parts in work once the next one is finished.

    Raises:
        InputError: if the input of a part changed after it was done.
        BundleError: if an actor cannot load the model.
        OSError: naming the file that could not be read or written.
    """
    _connect()
    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.target_max_block_size = 1  # byte: so that parts stay apart, and actors share them
    there = replace(
        job,
        folder=job.folder.absolute(),
        model=None if job.model is None else job.model.absolute(),
        aliases=None if job.aliases is None else job.aliases.absolute(),
    )
    with DataContext.current(context):
        parts = ray.data.read_datasource(
            _Parts(partial(_read, replace(pending, is_stopping=never), Path.cwd())),
            override_num_blocks=1,
            num_cpus=0,
        )
        receipts = parts.map_batches(
            _PartActor,
            fn_constructor_args=(there,),
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(min_size=1, max_size=actors, initial_size=actors),
            num_cpus=job.threads,
        )
    for row in receipts.iter_rows():
        fields = json.loads(row["json"])
        if row["kind"] == _ERROR:
            raise _error_of(fields)
        receipt = receipt_from_dict(fields)
        advance(receipt.items)
        yield receipt
        if pending.is_stopping():
            return


class _PartActor:
    """Tags parts, one after the other."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tagger: PartTagger | None = None

    def __call__(self, block: pa.Table) -> pa.Table:
        (row,) = block.to_pylist()
        if row["kind"] == _ERROR:
            return block
        try:
            # Not in the constructor: Ray would start an actor that fails there for ever.
            self._tagger = self._tagger or PartTagger(self._job)
            return _block(_RECEIPT, asdict(self._tagger.tag(part_from_json(row["json"]))))
        except (ClashtagError, OSError) as error:
            return _error_block(error)


class _Parts(Datasource):  # type: ignore[misc]
    """One task that yields a block for each part."""

    def __init__(self, read: Callable[[], Iterator[pa.Table]]) -> None:
        super().__init__()
        self._read = read

    def estimate_inmemory_data_size(self) -> None:
        """Return nothing: only reading would tell."""

    def get_read_tasks(self, *_: Any, **__: Any) -> list[ReadTask]:  # noqa: ANN401
        """Return the one task, since parts are cut in the order of the archive."""
        unknown = BlockMetadata(num_rows=None, size_bytes=None, exec_stats=None)
        return [ReadTask(self._read, unknown)]


def _read(pending: PendingParts, folder: Path) -> Iterator[pa.Table]:
    with contextlib.chdir(folder):  # the paths of an archive may be relative to the driver's
        try:
            for part in pending:
                yield pa.table({"kind": [_PART], "json": [part_to_json(part)]}, schema=_BLOCK)
        except (ClashtagError, OSError) as error:
            yield _error_block(error)


def _block(kind: str, fields: Mapping[str, Any]) -> pa.Table:
    return pa.table({"kind": [kind], "json": [json.dumps(fields).encode()]}, schema=_BLOCK)


def _error_block(error: ClashtagError | OSError) -> pa.Table:
    """Return an error as data: raised in Ray, it would be repeated and wrapped."""
    if isinstance(error, ClashtagError):
        arguments = [error.problem, error.next_step]
        return _block(_ERROR, {"name": type(error).__name__, "arguments": arguments})
    reason: list[object] = [error.errno, error.strerror, error.filename]
    return _block(_ERROR, {"name": OSError.__name__, "arguments": reason})


def _error_of(fields: Mapping[str, Any]) -> Exception:
    kind = OSError if fields["name"] == OSError.__name__ else getattr(errors, fields["name"])
    error: Exception = kind(*fields["arguments"])
    return error


def _connect() -> None:
    if not ray.is_initialized():
        ray.init(log_to_driver=False, logging_level=logging.ERROR)
        logging.getLogger("ray.data").setLevel(logging.ERROR)
