from __future__ import annotations

import pytest
from hypothesis import given, settings

from clashtag.analysis.arguments.clean import clean_arguments
from clashtag.records import Argument, Event, Record, Span
from eventful_records import records


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words), words)


def event(text: str, trigger: str, *arguments: tuple[str, str], kind: str = "attack") -> Event:
    found = (
        Argument(role, one.start, one.end, one.text)
        for role, one in ((role, span(text, words)) for role, words in arguments)
    )
    return Event(kind, span(text, trigger), tuple(found), "actual")


def cleaned(text: str, trigger: str, *arguments: tuple[str, str]) -> list[tuple[str, str]]:
    record = Record(text, events=(event(text, trigger, *arguments),))
    [after] = clean_arguments(record).events
    assert all(text[one.start : one.end] == one.text for one in after.arguments)
    return [(one.role, one.text) for one in after.arguments]


@pytest.mark.parametrize(
    ("text", "trigger", "words", "expected"),
    [
        ("They raided Odrel and the mill.", "raided", "Odrel and", "Odrel"),
        ("They raided Odrel, of which none knew.", "raided", "Odrel, of", "Odrel"),
        ("They raided in Odrel.", "raided", "in Odrel", "Odrel"),
        ("They raided at least 3 huts.", "raided", "at least 3 huts", "at least 3 huts"),
        ("Raid on New Harn\nHARN, May 8", "Raid", "New Harn\nHARN", "New Harn"),
        ('A raid on "around 40" huts', "raid", 'around 40"', "around 40"),
        ('A raid on "Radio One" there', "raid", '"Radio One"', '"Radio One"'),
        ("A raid on the KLF (Original) camp", "raid", "KLF (Original)", "KLF (Original)"),
        ("They raided the town of Odrel there.", "raided", "town of", "town of Odrel"),
        ("They raided 42 of them there.", "raided", "42 of", "42 of them"),
        ("They raided some of useful men.", "raided", "some of", "some"),
        ("They beat two passers-by there.", "beat", "two passers-by", "two passers-by"),
        ("Raid on town of\n\nHARN there", "Raid", "town of", "town"),
        ("They raided Odrel. And , of the men", "raided", "Odrel. And , of the", "Odrel. And"),
        ("They raided Odrel. and , of the men", "raided", "Odrel. and , of the", "Odrel"),
        ("They raided Odrel - of, men", "raided", "Odrel - of,", "Odrel"),
        ("They raided Band-and men", "raided", "Band-and", "Band-and"),
    ],
)
def test_edges_are_clean(text, trigger, words, expected):
    assert cleaned(text, trigger, ("target", words)) == [("target", expected)]


@pytest.mark.parametrize(
    ("text", "trigger", "words", "expected"),
    [
        (
            "What we know so far\nSoldiers loyal to Kol raided Odrel.",
            "raided",
            "so far\nSoldiers loyal to Kol",
            "Soldiers loyal to Kol",
        ),
        (
            "One.\nTwo.\nNo end yet\n\n  Soldiers raided Odrel.",
            "raided",
            "yet\n\n  Soldiers",
            "Soldiers",
        ),
        ("They raided Odrel\nWhat is next", "raided", "Odrel\nWhat is next", "Odrel"),
        ("A raid on Odrel\nHARN\nThe mill burnt", "raid", "Odrel\nHARN\nThe mill", "Odrel"),
    ],
)
def test_an_argument_keeps_the_line_nearest_to_its_trigger(text, trigger, words, expected):
    assert cleaned(text, trigger, ("target", words)) == [("target", expected)]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("HARN, June 12 – Gunmen raided Odrel.", []),
        ("HARN, Ruritania (Agency), June 12 - Gunmen raided Odrel.", []),
        ("On June 12 – a Friday – Gunmen raided Odrel.", [("time", "June 12")]),
        ("HARN - Gunmen raided Odrel on June 12.", [("time", "June 12")]),
        ("US troops on June 12 - a Friday - raided Odrel.", [("time", "June 12")]),
        ("A man on June 12 - a Friday - raided Odrel.", [("time", "June 12")]),
    ],
)
def test_the_date_of_a_dateline_is_not_the_time_of_an_event(paragraph, expected):
    assert cleaned(f"Odrel raided\n{paragraph}", "raided Odrel", ("time", "June 12")) == expected


@pytest.mark.parametrize(
    ("text", "time", "expected"),
    [
        ("The army said on Monday it raided Odrel.", "Monday", []),
        ("A 2022 report told that they raided Odrel.", "2022", []),
        ("They raided Odrel on Monday.", "Monday", ["Monday"]),
        ("Nobody said Monday's shots hit those who raided Odrel.", "Monday", ["Monday"]),
        ("Odrel was raided, it was said, on Monday.", "Monday", ["Monday"]),
    ],
)
def test_the_day_of_a_report_is_not_the_time_of_an_event(text, time, expected):
    assert [words for _, words in cleaned(text, "raided", ("time", time))] == expected


@pytest.mark.parametrize(
    ("text", "victim", "is_kept"),
    [
        ("They seized 40 head of cattle.", "40 head of cattle", False),
        ("They seized two white trucks.", "two white trucks", False),
        ("They seized a truck driver.", "truck driver", True),
        ("They seized nine people in a car.", "nine people in a car", True),
        ("They seized the owner of the goats.", "owner of the goats", True),
        ("They seized the crew and its truck.", "crew and its truck", True),
    ],
)
def test_things_are_not_abducted(text, victim, is_kept):
    record = Record(text, events=(event(text, "seized", ("victim", victim), kind="abduction"),))
    [after] = clean_arguments(record).events
    assert bool(after.arguments) == is_kept


def test_pieces_of_one_phrase_are_joined():
    text = "They raided the settlement of Peshka at night."
    found = cleaned(text, "raided", ("target", "settlement of"), ("target", "Peshka"))
    assert found == [("target", "settlement of Peshka")]


@pytest.mark.parametrize(
    ("text", "role", "words"),
    [
        ("By the 2nd the gunmen raided Harn.", "agent", "2nd"),
        ("On Monday they raided Harn.", "agent", "Monday"),
        ("They raided Harn and two towns.", "place", "two"),
        ("They raided Harn at night.", "time", "at"),
    ],
)
def test_what_cannot_play_a_role_is_left_out(text, role, words):
    assert (role, words) not in cleaned(text, "raided", (role, words))


def test_a_day_is_no_part_of_who_acts():
    text = "On the 4th troops raided Harn."
    assert cleaned(text, "raided", ("agent", "4th troops")) == [
        ("agent", "troops"),
        ("time", "4th"),
    ]
    text = "Near the 4th Brigade gunmen raided Harn."
    assert cleaned(text, "raided", ("agent", "4th Brigade")) == [("agent", "4th Brigade")]


def test_a_trigger_is_not_its_own_victim():
    assert cleaned("Seventeen arrests followed.", "arrests", ("victim", "Seventeen arrests")) == [
        ("victim", "Seventeen")
    ]
    assert cleaned("The wounded came.", "wounded", ("victim", "wounded")) == []


REPORT = """\
Raid on a mill
Gunmen raided the Odrel mill on Monday. Two guards died there. Police came later.
In Harn the army shot a thief. He was a baker.
"""


@pytest.mark.parametrize(
    ("trigger", "argument", "is_kept"),
    [
        ("Raid", ("time", "Monday"), True),  # a headline is told in the paragraph after it
        ("died", ("place", "Odrel mill"), True),  # an earlier sentence
        ("died", ("agent", "Police"), False),  # a later sentence
        ("raided", ("place", "Harn"), False),  # a later paragraph
        ("shot", ("place", "Odrel mill"), True),  # the opening places the article
        ("shot", ("agent", "Gunmen"), False),
        ("shot", ("victim", "baker"), False),
    ],
)
def test_arguments_stand_near_their_trigger(trigger, argument, is_kept):
    assert (argument in cleaned(REPORT, trigger, argument)) == is_kept


def test_a_longer_span_elsewhere_does_not_bring_the_trigger_back():
    text = "Seventeen arrests and a death followed."
    record = Record(
        text,
        events=(
            event(text, "arrests", ("victim", "Seventeen arrests"), kind="arrest"),
            event(text, "death", ("victim", "Seventeen arrests"), kind="death"),
        ),
    )
    first, second = clean_arguments(record).events
    assert [one.text for one in first.arguments] == ["Seventeen"]
    assert [one.text for one in second.arguments] == ["Seventeen arrests"]


def test_the_longest_of_overlapping_spans_is_taken():
    text = "They raided Dawa Kella and shot a guard."
    record = Record(
        text,
        events=(
            event(text, "raided", ("place", "Dawa Kella")),
            event(text, "shot", ("place", "Dawa")),
        ),
    )
    places = [one.arguments[0].text for one in clean_arguments(record).events]
    assert places == ["Dawa Kella", "Dawa Kella"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Gunmen shot two guards on Monday.", "Monday"),
        ("KARA, Oct 9 - Gunmen shot two guards.", None),  # the dateline's
        ("The army said on Monday that gunmen shot two guards.", None),
        ("Gunmen shot two guards, who had come on Monday.", None),
        ("By the 2nd gunmen had shot two guards.", None),
        ("On Monday gunmen came. They shot two guards.", "Monday"),
        ("Gunmen came on a Monday market day. They shot two guards.", None),
        ("On Monday gunmen came. They have shot two guards.", None),
        ("Gunmen shot a guard on Monday and another on 4 May.", None),
        ("A mill burned after gunmen shot two guards on Monday", "Monday"),
    ],
)
def test_an_untagged_time_is_read_where_one_is_plain(text, time):
    found = dict(cleaned(text, "shot"))
    assert found.get("time") == time


@settings(max_examples=100)
@given(records())
def test_clean_arguments_fit_the_text_and_stay_as_they_are(record):
    once = clean_arguments(record)
    assert clean_arguments(once) is once
    assert [one.trigger for one in once.events] == [one.trigger for one in record.events]
    for one in once.events:
        for argument in one.arguments:
            assert record.text[argument.start : argument.end] == argument.text
            assert argument.text.strip()
