"""The corpus formats that training and evaluation read, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from clashtag.errors import ConfigError
from clashtag.records import Record
from clashtag_training.corpora.geneva import read_geneva
from clashtag_training.corpora.m2e2 import read_m2e2
from clashtag_training.corpora.muc4 import read_muc4
from clashtag_training.corpora.rams import read_rams
from clashtag_training.corpora.re3d import read_re3d, read_re3d_conll
from clashtag_training.corpora.record_files import read_records
from clashtag_training.corpora.wikievents import read_wikievents

Reader = Callable[[Path], list[Record]]

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "record": read_records,
        "geneva": read_geneva,
        "m2e2": read_m2e2,
        "muc4": read_muc4,
        "rams": read_rams,
        "re3d": read_re3d,
        "re3d-conll": read_re3d_conll,
        "wikievents": read_wikievents,
    }
)


def read_corpus(format_name: str, path: Path) -> list[Record]:
    """Read a corpus file (for re3d, its folder) in one of the formats of `READERS`.

    Raises:
        ConfigError: if there is no such format.
        InputError: if the path cannot be read.
        RecordError: listing everything in the file that breaks the format.
    """
    if format_name not in READERS:
        raise ConfigError(
            f"unknown corpus format {format_name!r}", f"use one of: {', '.join(READERS)}"
        )
    return READERS[format_name](path)
