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
MAX_CPU_S = 5  # against more than a minute where a search of the text takes quadratic time
FILLINGS = (
    *(" ", "\t", "\n", "a", "A", "é", "_", "1", ",", '"', "-", "–", "’", "("),
    *(" ,", ",11", "1,", "A-", "a’", " A", " and", " of", " the", " three, four", "eastA"),
)
PHRASES = {
    "agent": "rebels{} of",
    "trigger": "killed",
    "victim": "two{}soldiers",
    "place": "town{}of Harn",
    "time": "Monday{}night",
}


def article(filling: str) -> Record:
    """Write a killing whose participants, and what stands around it, hold one long run."""
    run = filling * (CHARACTERS // len(PHRASES) // len(filling))
    text, spans = f"HARN {run}", {}
    for role, phrase in PHRASES.items():
        words = phrase.format(run)
        text += f"{' ' if role == 'trigger' else run}"
        spans[role] = (len(text), len(text) + len(words), words)
        text += words
    arguments = tuple(Argument(role, *span) for role, span in spans.items() if role != "trigger")
    killing = Event("death", Span(*spans["trigger"]), arguments, "actual")
    return Record(f"{text}, police said. They left.", events=(killing,))


@pytest.mark.parametrize("filling", FILLINGS)
def test_analysis_takes_linear_time(filling: str):
    record = article(filling)
    started = time.process_time()
    analysis = analyse(record)
    write_acled_csv([analysis], io.BytesIO())
    write_plover_jsonl([analysis], io.BytesIO())
    analyses_to_html([analysis])
    assert time.process_time() - started < MAX_CPU_S
