"""An archive of articles: files in an order, read as parts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clashtag.bulk.inputs import FileKind, InputFile, Survey, find_inputs, survey_inputs
from clashtag.bulk.parts import Part, cut_parts
from clashtag.bulk.readers import read_items
from clashtag.bulk.rows import Columns
from clashtag.errors import InputError


@dataclass(frozen=True, slots=True)
class Archive:
    """Files and how they are read.

    Args:
        names: files, folders and patterns.
        kind: how every file is read; None goes by its suffix.
        columns: where rows hold the article.
        part_articles: the most items of a part.
    """

    names: tuple[str, ...]
    kind: FileKind | None
    columns: Columns
    part_articles: int

    def survey(self, output: Path, left_out: Callable[[str], None]) -> Survey:
        """Count what there is to read.

        Args:
            output: the run's folder, which must not be read.
            left_out: called with each file of a folder whose suffix tells nothing.

        Raises:
            InputError: naming whatever cannot be found or read.
        """
        return survey_inputs(self._files_outside(output, left_out))

    def pending_parts(self, done: Mapping[int, str]) -> Iterator[Part]:
        """Yield the parts that are not done, reading the others again to compare their hashes.

        Raises:
            InputError: if the input of a part changed after it was done.
        """
        files = find_inputs(self.names, self.kind)
        for part in cut_parts(read_items(files, self.columns), self.part_articles):
            if part.number not in done:
                yield part
            elif part.sha256 != done[part.number]:
                raise InputError(
                    f"the input changed: {part.places} are not what was tagged before the"
                    " interruption",
                    "restore the files, or begin again in a new folder",
                )

    def _files_outside(self, output: Path, left_out: Callable[[str], None]) -> Iterator[InputFile]:
        inside = f"{output.absolute()}{os.sep}"
        for name in self.names:
            if Path(name).is_dir() and inside.startswith(f"{Path(name).absolute()}{os.sep}"):
                raise _own_output(output, name)
        for file in find_inputs(self.names, self.kind, left_out):
            if str(Path(file.path).absolute()).startswith(inside):
                raise _own_output(output, file.path)
            yield file


def _own_output(output: Path, name: str) -> InputError:
    return InputError(
        f"the output {str(output)!r} would be read as an input: it is part of {name!r}",
        "write somewhere else, or name the inputs more narrowly",
    )
