"""Words that several modules read by are the same in all of them."""

from __future__ import annotations

import pytest

from clashtag.analysis.actors.phrases import read_phrase
from clashtag.analysis.analyse import analyse
from clashtag.analysis.arguments.clean import clean_arguments
from clashtag.analysis.dates.words import (
    MONTH_ABBREVIATIONS,
    MONTH_NAMES,
    MONTH_WORDS,
    month_number,
)
from clashtag.analysis.quantities.read import read_quantity
from clashtag.analysis.text.passages import passages_of
from clashtag.analysis.text.pronouns import PRONOUNS
from clashtag.records import Span
from clashtag_training.corpora.markup import parse_markup


@pytest.mark.parametrize("month", [*MONTH_NAMES, *MONTH_ABBREVIATIONS])
def test_every_form_of_a_month_is_read_everywhere(month):
    assert 1 <= month_number(month.lower()) <= 12
    [record] = parse_markup(f"=== a\n\nGunmen {{raided|1:attack}} Odrel on {month} 3.\n", "a.txt")
    [event] = clean_arguments(record).events
    assert [one.text for one in event.arguments if one.role == "time"] == [f"{month} 3"]
    assert read_quantity(f"on {month} 3 they", 3, 5 + len(month)) is None
    if month in MONTH_ABBREVIATIONS:
        assert len(passages_of(f"They left on {month}. 3 May be. It rained.").sentence_starts) == 2


def test_months_are_twelve():
    assert len(MONTH_NAMES) == 12
    assert {month_number(word) for word in MONTH_WORDS} == set(range(1, 13))


@pytest.mark.parametrize("pronoun", sorted(PRONOUNS - {"one"}))  # a number there
def test_every_pronoun_is_one_to_the_reader_of_phrases(pronoun):
    text = f"They shot {pronoun} at noon."
    assert read_phrase(text, Span(10, 10 + len(pronoun), pronoun)).kind == "pronoun"


def test_nobody_is_called_me():
    [record] = parse_markup("=== a\n\nThey {robbed|1:attack} {me|1.target} in Harn.\n", "a.txt")
    [incident] = analyse(record).incidents
    assert incident.roles == {}
