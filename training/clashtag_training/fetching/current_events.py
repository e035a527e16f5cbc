"""The texts of the corpus `current-events`, from day pages of Wikipedia's Portal:Current events."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clashtag_training.corpora.json_items import read_text
from clashtag_training.corpora.record_files import read_records
from clashtag_training.corpora.standoff import text_sha256
from clashtag_training.fetching.day_pages import item_lines, item_texts, page_title
from clashtag_training.fetching.files import write_whole
from clashtag_training.fetching.mediawiki import TITLES_A_REQUEST, MediaWiki

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DayPages:
    """Day pages in a folder, fetched from a wiki where they are not there yet.

    `DAY.wiki` is the page's wikitext; `DAY.past.wiki` holds the bullets of its older revisions.

    Args:
        folder: where the pages lie; every page is written as soon as it has come.
        wiki: where missing pages come from; without one there are only those in the folder.
        reads_past: whether items that a page no longer has are looked for in its history.
    """

    folder: Path
    wiki: MediaWiki | None = None
    reads_past: bool = True

    def find_texts(
        self, wanted: Mapping[dt.date, set[str]], say: Say = lambda _: None
    ) -> dict[str, str]:
        """Return the texts that were found, by their hash.

        Args:
            wanted: the sha256 of each text, by the day of its page.
            say: is told how far the work is.

        Raises:
            InputError: if the wiki refuses a request or cannot be reached, or a file be read.
        """
        found = self._stored_records(wanted)
        self._fetch_pages(sorted(wanted), say)
        for day in sorted(wanted):
            if self._page(day).is_file():
                found |= _matches(item_lines(read_text(self._page(day))), wanted[day])
        if self.reads_past:
            found |= self._find_past_texts(
                {day: left for day in sorted(wanted) if (left := wanted[day] - found.keys())}, say
            )
        return found

    def _page(self, day: dt.date) -> Path:
        return self.folder / f"{day}.wiki"

    def _past(self, day: dt.date) -> Path:
        return self.folder / f"{day}.past.wiki"

    def _stored_records(self, wanted: Mapping[dt.date, set[str]]) -> dict[str, str]:
        """Return wanted texts of files in the record format, which may lie in the folder too."""
        hashes = set().union(*wanted.values())
        paths = sorted(self.folder.glob("*.jsonl"))
        texts = {text_sha256(r.text): r.text for path in paths for r in read_records(path)}
        return {digits: text for digits, text in texts.items() if digits in hashes}

    def _fetch_pages(self, days: Iterable[dt.date], say: Say) -> None:
        if self.wiki is None:
            return
        absent = [day for day in days if not self._page(day).is_file()]
        for start in range(0, len(absent), TITLES_A_REQUEST):
            batch = absent[start : start + TITLES_A_REQUEST]
            texts = self.wiki.page_texts([page_title(day) for day in batch])
            for day in batch:
                if page_title(day) in texts:
                    write_whole(self._page(day), texts[page_title(day)].encode("utf-8"))
                else:
                    say(f"{page_title(day)} does not exist")
            say(f"{start + len(batch)} of {len(absent)} pages asked for")

    def _find_past_texts(self, wanted: Mapping[dt.date, set[str]], say: Say) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, (day, hashes) in enumerate(wanted.items(), start=1):
            if self._past(day).is_file():
                found |= _matches(read_text(self._past(day)).split("\n"), hashes)
            elif self.wiki is not None and self._page(day).is_file():
                say(f"history of {day}, {number} of {len(wanted)}: {len(hashes)} item(s)")
                lines, texts = _search(self.wiki.past_texts(page_title(day)), hashes)
                write_whole(self._past(day), "\n".join(lines).encode("utf-8"))
                found |= texts
        return found


def _search(wikitexts: Iterator[str], hashes: set[str]) -> tuple[list[str], dict[str, str]]:
    """Read revisions until all texts are found; return the distinct bullets and the texts."""
    lines: dict[str, None] = {}
    found: dict[str, str] = {}
    for wikitext in wikitexts:
        new = [line for line in item_lines(wikitext) if line not in lines]
        lines |= dict.fromkeys(new)
        found |= _matches(new, hashes)
        if found.keys() == hashes:
            break
    return list(lines), found


def _matches(lines: Iterable[str], hashes: set[str]) -> dict[str, str]:
    texts = itertools.chain.from_iterable(map(item_texts, lines))
    return {digits: text for text in texts if (digits := text_sha256(text)) in hashes}
