"""An archive of articles: files in an order, read as parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clashtag.bulk.inputs import FileKind, Survey, find_inputs, survey_inputs
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
            output: the run's folder, which is not read.
            left_out: called with each file of a folder whose suffix tells nothing.

        Raises:
            InputError: naming whatever cannot be found or read, or is named although it is, holds
                or is part of the output.
        """
        goal = output.resolve()
        for name in self.names:
            if not Path(name).exists():  # a pattern, or a problem that is told below
                continue
            path = Path(name).resolve()
            if goal.is_relative_to(path) or path.is_relative_to(goal):
                raise InputError(
                    f"the output {str(output)!r} would be read as an input, by {name!r}",
                    "write somewhere else, or name the inputs more narrowly",
                )
        return survey_inputs(find_inputs(self.names, self.kind, output, left_out))

    def parts(self, output: Path) -> Iterator[Part]:
        """Yield the parts in order, without what patterns match in the output."""
        files = find_inputs(self.names, self.kind, output)
        return cut_parts(read_items(files, self.columns), self.part_articles)


def never() -> bool:
    """Return False."""
    return False


@dataclass(frozen=True, slots=True)
class PendingParts:
    """The parts of an archive that are not done.

    Iterating reads the others again to compare their hashes. It raises an `InputError` if the input
    of a part changed after it was done.

    Args:
        archive: what is read.
        output: the run's folder, which is not read.
        done: the hashes of the parts that are done, by number.
        is_stopping: asked at each part; once it is true, no more come.
    """

    archive: Archive
    output: Path
    done: Mapping[int, str]
    is_stopping: Callable[[], bool] = never

    def __iter__(self) -> Iterator[Part]:
        for part in self.archive.parts(self.output):
            if self.is_stopping():
                return
            if part.number not in self.done:
                yield part
            elif part.sha256 != self.done[part.number]:
                raise InputError(
                    f"the input changed: {part.places} are not what was tagged before the"
                    " interruption",
                    "restore the files, or begin again in a new folder",
                )
