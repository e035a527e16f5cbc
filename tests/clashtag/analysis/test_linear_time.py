"""Whatever fills an article, its analysis takes time in proportion to its length."""

from __future__ import annotations

import io
import time

import pytest

from clashtag.analysis.analyse import analyse
from clashtag.formats.acled_csv import write_acled_csv
from clashtag.formats.html import analyses_to_html
from clashtag.formats.plover_jsonl import write_plover_jsonl
from clashtag.records import Argument, Event, Record, Span

CHARACTERS = 100_000
MAX_CPU_S = 5  # against minutes where a search of the text takes quadratic time
FILLINGS = (
    *(" ", "\t", "a", "A", "é", "_", "1", ",", '"', "-", "–", "’", "("),
    *(" ,", ",11", "1,", "A-", "a’", " A", " and", " of", " the", " three, four", "eastA"),
)
ROLES = ("agent", "victim", "place", "time", "instrument")


def article(filling: str) -> Record:
    """Write an attack whose every participant is one long run, and a paragraph around another."""
    run = filling * (CHARACTERS // 2 // len(filling))
    words = f"two{run}soldiers"
    text = f"Rebels killed {words}\nHARN{run} - Police fled, the army said."
    start = text.index(words)
    arguments = tuple(Argument(role, start, start + len(words), words) for role in ROLES)
    events = (
        Event("death", span(text, "killed"), arguments, "actual"),
        Event("displacement", span(text, "fled"), (), "actual"),
    )
    return Record(text, events=events)


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words), words)


@pytest.mark.parametrize("filling", FILLINGS)
def test_analysis_takes_linear_time(filling: str) -> None:
    record = article(filling)
    started = time.process_time()
    analysis = analyse(record)
    write_acled_csv([analysis], io.BytesIO())
    write_plover_jsonl([analysis], io.BytesIO())
    analyses_to_html([analysis])
    assert time.process_time() - started < MAX_CPU_S
