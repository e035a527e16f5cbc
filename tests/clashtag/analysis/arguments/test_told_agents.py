from __future__ import annotations

import time

import pytest
from hypothesis import given, settings

from clashtag.analysis.arguments.told_agents import name_agents
from clashtag_training.corpora.markup import parse_markup
from eventful_records import records


def agents(marked: str) -> list[list[str]]:
    """The agents of each event of a text in mark-up, once those that it tells of are named."""
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    return [
        [argument.text for argument in event.arguments if argument.role == "agent"]
        for event in name_agents(record).events
    ]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("The rebels came at dawn. {They|1.agent} {shot|1:attack} a guard.", ["They", "rebels"]),
        ("The rebels came at dawn. They {shot|1:attack} a guard.", ["rebels"]),
        ("The rebels came back. On Monday night they {shot|1:attack} him.", ["rebels"]),
        (
            "Two years ago the men of the Lynx came, and by noon they had {shot|1:attack} him.",
            ["men of the Lynx"],
        ),
        ("The Lynx Brigade wants the port. It {shelled|1:shelling} Harn.", ["Lynx Brigade"]),
        ("If the Odrelians came, all would end. They have {shelled|1:shelling} it.", ["Odrelians"]),
        ("HARN, 12 June - Diggers came. They {burned|1:destruction} a mill.", ["Diggers"]),
    ],
)
def test_a_pronoun_means_the_subject_before_it(marked, expected):
    assert agents(marked) == [expected]


@pytest.mark.parametrize(
    "marked",
    [
        "Residents said soldiers came. They {shot|1:attack} a guard.",  # not those who say it
        "A neighbour went to look. It {blew up|1:bombing}.",
        "The drones were back. They {hit|1:airstrike} a mill.",
        "The rebels came.\nThey {shot|1:attack} a guard.",
        "They overran the gate. They {shot|1:attack} a guard.",
        "The army came. The mayor says it {burned|1:destruction} a mill.",
        "The farmers came. They {fled|1:displacement}.",
        "The guards came. They {died|1:death}.",
        "Fishermen from Harn spoke. “They {left|1:deployment} at night,” said one.",
        "The army came. The village it {burned|1:destruction} is Harn.",
    ],
)
def test_a_pronoun_whose_subject_is_in_doubt_means_nobody(marked):
    assert agents(marked) == [[]]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Harn accused the Lynx of {shelling|1:shelling} it.", ["Lynx"]),
        ("Elders accused an army unit of carrying out the {raid|1:attack}.", ["army unit"]),
        ("A {truce|1:agreement} with the Lynx Brigade ended.", ["Lynx Brigade"]),
        ("Two died in {clashes|1:clash} with police in Harn.", ["police"]),
        ("Three died in a {raid|1:attack}. The raiders fled.", ["raiders"]),
        ("A man was {stabbed|1:attack}. Nobody came. His two attackers fled.", ["two attackers"]),
        ("There were {attacks|1:attack}. The attackers fled.", ["attackers"]),
    ],
)
def test_others_say_who_did_it(marked, expected):
    assert agents(marked) == [expected]


@pytest.mark.parametrize(
    "marked",
    [
        "He was accused in his absence of {bombing|1:bombing} it.",
        "Six were accused and convicted of the {raid|1:attack}.",
        "They fought a {battle|1:clash} with drones.",
        "They {fought|1:clash} with sticks.",
        "Three died in a {raid|1:attack}. The raiders are still unknown.",
        "Three died in a {raid|1:attack}. The third attacker fled.",
        "There were {attacks|1:attack}. The attacker fled.",
        "Three died in a {raid|1:attack}. One fled. All wept. All went. The raiders fled.",
        "Three died in a {raid|1:attack}.\nThe raiders fled.",
        "They planned a {raid|1:attack?}. The raiders fled.",
        "The killer was {shot|1:attack}. The attacker is in hospital.",
    ],
)
def test_what_leaves_a_doubt_names_nobody(marked):
    assert agents(marked) == [[]]


def test_who_is_named_stays_alone():
    marked = "The army came. {Gunmen|1.agent} {shot|1:attack} a guard. The attackers fled."
    assert agents(marked) == [["Gunmen"]]


def test_raiders_are_named_only_where_the_incident_names_nobody():
    marked = (
        "Three {died|1:death} in a raid. The raiders fled. {Rebels|2.agent} {fired|2:shelling}."
    )
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    assert name_agents(record, [(0, 1)]) == record
    assert name_agents(record, [(0,), (1,)]) != record


@settings(max_examples=100)
@given(records())
def test_agents_are_only_added_and_stand_in_the_text(record):
    named = name_agents(record)
    for before, after in zip(record.events, named.events, strict=True):
        assert after.arguments[: len(before.arguments)] == before.arguments
        for added in after.arguments[len(before.arguments) :]:
            assert added.role == "agent"
            assert record.text[added.start : added.end] == added.text.strip() != ""


def test_a_chain_of_words_before_a_pronoun_takes_no_exponential_time():
    chain = "as as ago " * 150
    before = time.perf_counter()
    agents(f"Men of the band waited, and {chain}x they {{attacked|1:attack}} the village.")
    assert time.perf_counter() - before < 5  # 24 such words took minutes
