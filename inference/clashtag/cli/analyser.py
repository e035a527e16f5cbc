"""From tagged records to their incidents, as the command line asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from clashtag.analysis.findings import Analysis
from clashtag.errors import InputError
from clashtag.records import Record

if TYPE_CHECKING:
    from clashtag.analysis.aliases import AliasTable


@dataclass(frozen=True, slots=True)
class Analyser:
    """Analyses records one by one and reports those that cannot be.

    `published` is the date of all articles, or None where each record has its own.
    """

    published: date | None
    aliases: AliasTable
    report: Callable[[InputError], None]

    @classmethod
    def with_aliases(
        cls, published: date | None, file: Path | None, report: Callable[[InputError], None]
    ) -> Analyser:
        """Add the names of a file, if there is one, to the shipped alias table.

        Raises:
            InputError: if the file cannot be read, or listing every line that is wrong.
        """
        from clashtag.analysis.aliases import AliasTable

        aliases = AliasTable.shipped()
        if file is not None:
            aliases = aliases.extended(AliasTable.from_file(file))
        return cls(published, aliases, report)

    def analyses(self, records: Iterable[Record]) -> Iterator[Analysis]:
        """Yield the analysis of each record that has one."""
        from clashtag.analysis.analyse import analyse

        for record in records:
            try:
                analysis = analyse(record, published=self.published, aliases=self.aliases)
            except InputError as error:
                self.report(error)
            else:
                yield analysis
