"""What `clashtag tag` writes, one article at a time: records, analyses or pictures of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType

from clashtag.analysis.findings import Analysis
from clashtag.cli.analyser import Analyser, article_name
from clashtag.cli.render import render_analysis, render_record
from clashtag.errors import InputError
from clashtag.records import Record
from clashtag.selection import Selection

if TYPE_CHECKING:
    from clashtag.tagger import Tagger


class TaggedArticles:
    """Articles with their events, in order; one that cannot be tagged is reported and left out.

    Args:
        chunks: the articles, those that are tagged together in one list.
        tagger: the model.
        selection: the events and arguments that are kept.
        analyser: what groups events into incidents, if that is asked for.
        report: called with each failure.

    Attributes:
        count: how many have been taken so far.
    """

    def __init__(
        self,
        chunks: Iterable[list[Record]],
        tagger: Tagger,
        selection: Selection,
        analyser: Analyser | None,
        report: Callable[[InputError], None],
    ) -> None:
        self.count = 0
        self._chunks = chunks
        self._tagger = tagger
        self._selection = selection
        self._analyser = analyser
        self._report = report

    def results(self, advance: Callable[[], None]) -> Iterator[Record | Analysis]:
        """Yield records, or analyses where there is one; `advance` is called after each."""
        for chunk in self._chunks:
            for record in self._tagged(chunk):
                yield self._result(record)
                self.count += 1
                advance()

    def pictures(self, width: int) -> Iterator[RenderableType]:
        """Yield the articles, tagged one by one, as readers see them, `width` columns wide."""
        for article in (article for chunk in self._chunks for article in chunk):
            begin = time.perf_counter()
            for record in self._tagged([article]):
                milliseconds = (time.perf_counter() - begin) * 1000
                result = self._result(record)
                if isinstance(result, Analysis):
                    yield render_analysis(result, width, milliseconds)
                else:
                    yield render_record(result, width, milliseconds)
                self.count += 1

    def _tagged(self, articles: list[Record]) -> Iterator[Record]:
        from clashtag.outcomes import not_tagged, tag_each

        for article, outcome in zip(articles, tag_each(self._tagger, articles), strict=True):
            if isinstance(outcome, Exception):
                self._report(not_tagged(article_name(article), outcome))
            else:
                yield self._selection.apply(outcome)

    def _result(self, record: Record) -> Record | Analysis:
        return record if self._analyser is None else self._analyser.result(record)
