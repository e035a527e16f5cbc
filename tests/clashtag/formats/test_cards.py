from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given

from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import (
    Entity,
    Incident,
    Interval,
    Quantity,
    ResolvedTime,
    Toll,
)
from clashtag.formats.cards import answers_of
from clashtag.formats.incident_cells import reported_count, shown_times, shown_tolls
from clashtag.records import Span
from viewed_articles import PUBLISHED, RAID, raid, records, span

INCIDENT = Incident("x#1", "attack", "actual", 0, (0,), {})


def texts(incident: Incident) -> dict[str, list[str]]:
    return {
        question: [answer.text for answer in answers]
        for question, answers in answers_of(incident).items()
    }


def entity(name: str, start: int = 0, canonical: str | None = None) -> Entity:
    return Entity(name, (Span(start, start + len(name), name),), canonical)


def toll(outcome: str, number: int, start: int, source: str | None = None) -> Toll:
    words = Span(start, start + 3, "six")
    by = Span(start + 50, start + 50 + len(source), source) if source else None
    victims = Span(start, start + 9, "six people")
    return Toll(outcome, Quantity(number, number, False, words), victims, 0, by)  # type: ignore[arg-type]


def test_an_incident_answers_what_a_reader_asks():
    first, second = raid().incidents
    answers = texts(first)
    assert answers["who"] == ["Gunmen"]
    assert set(answers["to whom"]) == {"army post", "seven soldiers"}
    assert answers["where"] == ["Harn"]
    assert answers["when"] == ["11 June 2026, night"]
    assert answers["toll"] == ["7 killed"]
    assert answers["claimed by"] == ["Lynx Brigade"]
    assert list(texts(second)) == ["who", "to whom"]


def test_each_answer_keeps_the_words_it_was_read_from():
    for incident in raid().incidents:
        for answers in answers_of(incident).values():
            for answer in answers:
                assert answer.spans
                assert all(RAID[s.start : s.end] == s.text for s in answer.spans)
    (when,) = answers_of(raid().incidents[0])["when"]
    assert when.note == "Thursday night"
    assert Span(*span(RAID, "Thursday night")) in when.spans


def test_equal_tolls_are_one_answer_and_rivals_stand_side_by_side():
    tolls = (
        toll("injured", 3, 400),
        toll("killed", 6, 0, "army"),
        toll("killed", 9, 200, "rebels"),
        toll("killed", 6, 100, "hospital"),
    )
    answers = answers_of(replace(INCIDENT, tolls=tolls))["toll"]
    assert [(answer.text, answer.note) for answer in answers] == [
        ("6 killed", "army; hospital"),
        ("9 killed", "rebels"),
        ("3 injured", ""),
    ]
    assert {s.start for s in answers[0].spans} == {0, 50, 100, 150}


def test_a_name_in_two_roles_counts_once_with_all_of_its_mentions():
    roles = {"target": (entity("Rovers"),), "victim": (entity("Rovers", 90),)}
    (answer,) = answers_of(replace(INCIDENT, roles=roles))["to whom"]
    assert (answer.role, [s.start for s in answer.spans]) == ("target", [0, 90])


def test_pronouns_stand_only_where_nothing_else_does():
    both = {"agent": (entity("they"), entity("Gunmen", 9))}
    alone = {"agent": (entity("they"),)}
    assert texts(replace(INCIDENT, roles=both))["who"] == ["Gunmen"]
    assert texts(replace(INCIDENT, roles=alone))["who"] == ["they"]


def test_the_name_of_the_alias_table_is_a_note():
    roles = {"agent": (entity("GSIM", canonical="Support Group for Islam and Muslims"),)}
    (answer,) = answers_of(replace(INCIDENT, roles=roles))["who"]
    assert answer.note == "Support Group for Islam and Muslims"


def test_times_that_differ_from_the_date_are_told_with_their_reason():
    day, earlier = date(2026, 6, 11), date(2025, 8, 1)
    monday, august, later = (Span(0, 6, "Monday"), Span(9, 15, "August"), Span(20, 25, "later"))
    times = (
        ResolvedTime(later, None, "no day named: 'later'"),
        ResolvedTime(monday, Interval(day, day, "day")),
        ResolvedTime(august, Interval(earlier, date(2025, 8, 31), "month")),
    )
    incident = replace(INCIDENT, times=times, interval=Interval(day, day, "day"))
    assert [(answer.text, answer.note) for answer in answers_of(incident)["when"]] == [
        ("11 June 2026", "Monday"),
        ("later", "no day named: 'later'"),
        ("August", "August 2025"),
    ]
    undated = replace(incident, interval=None)
    assert texts(undated)["when"] == ["later", "Monday", "August"]


def test_a_time_without_words_of_time_is_not_shown():
    day, words = date(2026, 6, 11), (Span(0, 6, "Monday"), Span(9, 10, "M"))
    times = (
        ResolvedTime(words[0], Interval(day, day, "day")),
        ResolvedTime(words[1], None, "not a date: 'M'"),
    )
    incident = replace(INCIDENT, times=times, interval=Interval(day, day, "day"))
    assert texts(incident)["when"] == ["11 June 2026"]
    assert "when" not in texts(replace(INCIDENT, times=times[1:]))


def test_a_toll_of_nobody_is_shown_only_alone():
    seven, nobody = toll("killed", 7, 0), toll("killed", 0, 9)
    unhurt = toll("injured", 0, 20)
    answers = texts(replace(INCIDENT, tolls=(nobody, seven, unhurt)))
    assert answers["toll"] == ["7 killed", "0 injured"]
    assert reported_count((nobody, seven), "killed") == 7
    assert reported_count((nobody,), "killed") == 0
    assert reported_count((nobody,), "injured") is None


def test_roles_of_other_ontologies_are_questions_of_their_own():
    roles = {"get_away": (entity("motorcycle"),), "from": (entity("Tora", 20),)}
    answers = texts(replace(INCIDENT, roles={**roles, "origin": (entity("Harn", 40),)}))
    assert answers == {"from": ["Harn", "Tora"], "get away": ["motorcycle"]}


@given(records())
def test_every_role_but_pronouns_has_an_answer(record):
    for incident in analyse(record, published=PUBLISHED).incidents:
        answers = answers_of(incident)
        asked = {s for of in answers.values() for answer in of for s in answer.spans}
        for toll in shown_tolls(incident.tolls):
            assert toll.victims in asked
        for time in shown_times(incident):
            assert time.words in asked
        for role, entities in incident.roles.items():
            assert any(m in asked for one in entities for m in one.mentions), role
