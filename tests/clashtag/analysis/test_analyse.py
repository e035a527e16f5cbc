from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clashtag.analysis.actors.aliases import AliasTable
from clashtag.analysis.analyse import analyse
from clashtag.analysis.to_json import analysis_to_dict
from clashtag.errors import InputError
from clashtag.formats.acled_csv import write_acled_csv
from clashtag.formats.html import analyses_to_html
from clashtag.formats.plover_jsonl import write_plover_jsonl
from clashtag.records import Record, record_from_dict
from clashtag_training.corpora.markup import parse_markup
from eventful_records import records

ARTICLE = """\
=== harn-1
published: 2026-05-08

Gunmen {overrun|1:attack} {army post|1.target,2.place}, {seven soldiers|2.victim} {killed|2:death}
HARN, May 8 - {Gunmen|3.agent,4.agent,5.agent} on motorcycles {attacked|3:attack} an {army post|3.target,4.place,5.place} near {Harn|3.place,4.place,5.place}, in {Mali|3.place,4.place,5.place}, on {Thursday night|3.time,4.time,5.time}, {killing|4:death} {at least seven soldiers|4.victim} and {wounding|5:injury} {11 others|5.victim}, the defence ministry said.
The {Lynx Brigade|6.agent,6.claimant} (LB) claimed the {raid|6:attack} in the {brigade|6.agent}'s name and said {15 soldiers|7.victim} were {killed|7:death}.
In {March|8.time} last year {two miners|8.victim} were {kidnapped|8:abduction} by {gunmen|8.agent} in {Odrel|8.place}.
The mayor said that the {LB|9.agent} could {shell|9:shelling?} the {port|9.target}.
"""  # noqa: E501


@pytest.fixture(scope="module")
def record() -> Record:
    [parsed] = parse_markup(ARTICLE, "article.txt")
    return parsed


@pytest.fixture(scope="module")
def analysis(record):
    return analyse(record)


def triggers(incident, record):
    return [record.events[index].trigger.text for index in incident.events]


def names(entities):
    return [entity.name for entity in entities]


def test_the_incidents_of_an_article(analysis, record):
    assert [triggers(incident, record) for incident in analysis.incidents] == [
        ["overrun", "killed", "attacked", "killing", "wounding", "raid", "killed"],
        ["kidnapped"],
        ["shell"],
    ]
    assert [i.type for i in analysis.incidents] == ["attack", "abduction", "shelling"]
    assert [i.status for i in analysis.incidents] == ["actual", "actual", "other"]
    assert [i.id for i in analysis.incidents] == ["harn-1#1", "harn-1#2", "harn-1#3"]
    assert record.events[analysis.incidents[0].lead].trigger.text == "overrun"


def test_roles_are_entities_the_most_telling_first(analysis):
    raid = analysis.incidents[0]
    assert names(raid.roles["agent"]) == ["Lynx Brigade", "Gunmen"]
    brigade = raid.roles["agent"][0]
    assert [mention.text for mention in brigade.mentions] == ["Lynx Brigade", "brigade"]
    assert names(raid.roles["claimant"]) == ["Lynx Brigade"]
    assert "place" not in raid.roles
    assert "time" not in raid.roles


def test_a_role_names_an_entity_by_its_mention_elsewhere(analysis):
    threat = analysis.incidents[2]
    [agent] = threat.roles["agent"]
    assert agent.name == "Lynx Brigade"
    assert [mention.text for mention in agent.mentions] == ["Lynx Brigade", "LB"]


def test_gunmen_of_two_incidents_are_two_actors(analysis):
    gunmen = [actor for actor in analysis.actors if actor.name.lower() == "gunmen"]
    assert len(gunmen) == 2
    assert names(analysis.actors)[0] == "Lynx Brigade"


def test_places_run_from_narrow_to_wide(analysis):
    assert names(analysis.incidents[0].places) == ["army post", "Harn", "Mali"]


def test_an_incident_is_dated_by_its_own_times_never_by_the_publication_date(analysis):
    raid, abduction, threat = analysis.incidents
    assert raid.interval is not None
    assert raid.interval.first_day == date(2026, 5, 7)
    assert abduction.interval is not None
    assert abduction.interval.first_day == date(2025, 3, 1)
    assert threat.interval is None
    assert threat.times == ()


def test_without_a_publication_date_weekdays_stay_open(record):
    undated = Record(record.text, record.id, record.events)
    raid = analyse(undated).incidents[0]
    assert raid.interval is None
    assert all(time.reason for time in raid.times)
    dated = analyse(undated, published=date(2026, 5, 8)).incidents[0]
    assert dated.interval is not None


def test_conflicting_tolls_stay_side_by_side_with_their_sources(analysis):
    tolls = [
        (
            toll.outcome,
            toll.quantity.minimum,
            toll.quantity.maximum,
            toll.source and toll.source.text,
        )
        for toll in analysis.incidents[0].tolls
    ]
    assert tolls == [
        ("killed", 7, 7, None),
        ("killed", 7, None, "defence ministry"),
        ("injured", 11, 11, "defence ministry"),
        ("killed", 15, 15, "Lynx Brigade"),
    ]


def test_sources_stand_once_each_in_text_order(analysis):
    assert [s.text for s in analysis.incidents[0].sources] == ["defence ministry", "Lynx Brigade"]
    assert [s.text for s in analysis.incidents[2].sources] == ["mayor"]


def test_arrests_beside_a_riot_are_counted_and_far_reports_name_their_source():
    [record] = parse_markup(
        """\
=== harn-2
published: 2026-05-08

Police end riot in Harn
HARN - {Youths|1.agent} {rioted|1:riot} in {Harn|1.place,2.place} on {Monday|1.time} and {25 men|2.victim} were {arrested|2:arrest}, police said.
The {riot|3:riot} in {Harn|3.place} on {Monday|3.time} lasted an hour, a baker said.
""",  # noqa: E501
        "article.txt",
    )
    [incident] = [one for one in analyse(record).incidents if one.type == "riot"]
    assert len(incident.events) == 3
    assert [(toll.outcome, toll.quantity.minimum) for toll in incident.tolls] == [("detained", 25)]
    assert [source.text for source in incident.sources] == ["police", "baker"]


def test_an_incident_takes_the_time_told_before_it_in_its_paragraph():
    [record] = parse_markup(
        """\
=== harn-3
published: 2026-05-08

A week in Harn
{Rebels|1.agent} {attacked|1:attack} a {convoy|1.target} near {Belmar|1.place} on {Monday|1.time}. A court heard of it. Elsewhere, in {Odrel|2.place}, {500 people|2.victim} {fled|2:displacement}.
""",  # noqa: E501
        "article.txt",
    )
    flight = next(one for one in analyse(record).incidents if one.type == "displacement")
    assert flight.interval is not None
    assert flight.interval.first_day == date(2026, 5, 4)


def test_codes_are_filled_in(analysis):
    assert analysis.incidents[1].acled is not None
    assert analysis.incidents[1].acled.sub_type == "Abduction/forced disappearance"
    assert analysis.incidents[2].acled is not None
    assert analysis.incidents[2].acled.reason


def test_a_users_aliases_reach_the_actors(record, tmp_path):
    path = tmp_path / "aliases.tsv"
    path.write_text("name\tkind\taliases\nSons of the Lynx\tgroup\tLynx Brigade\n")
    table = AliasTable.shipped().extended(AliasTable.from_file(path))
    assert analyse(record, aliases=table).actors[0].canonical == "Sons of the Lynx"


def test_json_holds_the_record_and_what_was_found(analysis, record):
    fields = json.loads(json.dumps(analysis_to_dict(analysis)))
    assert record_from_dict(fields).events == record.events
    assert fields["published"] == "2026-05-08"
    raid = fields["incidents"][0]
    assert list(raid) == [
        "id", "type", "status", "lead", "events", "interval", "places", "roles", "tolls",
        "sources", "times", "acled", "plover",
    ]  # fmt: skip
    assert raid["events"] == [0, 1, 2, 3, 4, 5, 6]
    assert raid["interval"]["first_day"] == "2026-05-07"
    assert raid["roles"]["claimant"][0]["name"] == "Lynx Brigade"
    toll = raid["tolls"][1]
    assert (toll["outcome"], toll["min"], toll["max"]) == ("killed", 7, None)
    words = toll["words"]
    assert fields["text"][words["start"] : words["end"]] == words["text"] == "at least seven"
    assert set(raid["acled"]) == {"event_type", "sub_event_type", "reason"}
    assert set(raid["plover"]) == {"event_type", "mode", "reason"}
    assert fields["actors"][0]["name"] == "Lynx Brigade"


def test_an_article_without_events_has_no_incidents():
    analysis = analyse(Record("Nothing happened.", id="a"))
    assert analysis.incidents == analysis.actors == ()
    fields = analysis_to_dict(analysis)
    assert fields["published"] is None
    assert fields["incidents"] == fields["actors"] == []


def test_a_bad_publication_date_is_an_error():
    with pytest.raises(InputError, match="no ISO date"):
        analyse(Record("It burnt.", extra={"published": "8 May"}))


def spans_in(value):
    """Every span of decoded JSON."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= set(value):
            yield value
        for inner in value.values():
            yield from spans_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from spans_in(inner)


@settings(deadline=None)
@given(records())
def test_every_span_of_an_analysis_is_exactly_the_text(record):
    analysis = analyse(record)
    fields = json.loads(json.dumps(analysis_to_dict(analysis)))
    indexes = sorted(index for incident in analysis.incidents for index in incident.events)
    assert indexes == list(range(len(record.events)))
    for incident in analysis.incidents:
        assert incident.lead in incident.events
    for span in spans_in({"incidents": fields["incidents"], "actors": fields["actors"]}):
        assert record.text[span["start"] : span["end"]] == span["text"]


def test_a_role_that_only_a_pronoun_plays_is_left_out():
    [parsed] = parse_markup(
        "=== a\n\n{They|1.victim} were {released|1:agreement}.\n", "article.txt"
    )
    [incident] = analyse(parsed).incidents
    assert incident.roles == {}


TIMES = [
    *("Monday", "yesterday", "tomorrow", "overnight", "last week", "next year", "the weekend"),
    *("two weeks ago", "since Monday", "May", "1 January", "31 December", "winter", "noon"),
]


@settings(deadline=None, max_examples=25)
@given(st.dates(), st.lists(st.sampled_from(TIMES), min_size=1, max_size=3))
@example(date.min, ["Monday", "yesterday"])
@example(date.max, ["Monday", "tomorrow"])
def test_an_article_of_any_day_of_the_calendar_is_analysed_and_written(published, times):
    lines = [
        f"{{Rebels|{n}.agent}} {{raided|{n}:attack}} {{Harn|{n}.place}} on {{{time}|{n}.time}}."
        for n, time in enumerate(times, 1)
    ]
    [parsed] = parse_markup("=== a\n\n" + "\n".join(lines) + "\n", "article.txt")
    dated = replace(parsed, extra={"published": published.isoformat()})
    analysis = analyse(dated)
    assert analysis.published == published
    assert sum(len(incident.events) for incident in analysis.incidents) == len(times)
    analyses_to_html([analysis])
    for write in (write_acled_csv, write_plover_jsonl):
        write([analysis], io.BytesIO())


def test_an_incident_of_a_denial_has_no_toll():
    [record] = parse_markup("=== a\n\nPolice came. No one was {hurt|1:injury?}.\n", "article.txt")
    [incident] = analyse(record).incidents
    assert incident.tolls == ()
