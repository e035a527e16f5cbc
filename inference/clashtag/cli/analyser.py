"""From tagged records to their incidents, as the command line asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from clashtag.analysis.findings import Analysis
from clashtag.errors import InputError
from clashtag.records import Record

if TYPE_CHECKING:
    from clashtag.analysis.actors.aliases import AliasTable

_FIRST_CHARACTERS = 40


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
        from clashtag.analysis.actors.aliases import AliasTable

        aliases = AliasTable.shipped()
        if file is not None:
            aliases = aliases.extended(AliasTable.from_file(file))
        return cls(published, aliases, report)

    def result(self, record: Record) -> Analysis | Record:
        """Return the analysis of a record, or, once that is reported, the record without one."""
        from clashtag.analysis.analyse import analyse
        from clashtag.outcomes import analysing

        try:
            with analysing(article_name(record)):
                return analyse(record, published=self.published, aliases=self.aliases)
        except InputError as error:
            self.report(error)
            return record


def article_name(record: Record) -> str:
    """Return what an article is called in a message: by its id, or by how it begins."""
    if record.id is not None:
        return f"article {record.id!r}"
    return f"the article that begins {record.text.strip()[:_FIRST_CHARACTERS]!r}"
