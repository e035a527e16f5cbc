from __future__ import annotations

import pytest

from clashtag.analysis.merging.participants import tells, told_spans
from clashtag.records import Event, Span
from clashtag_training.corpora.markup import parse_markup

ARTICLE = """\
=== harn-1

Raid on a post near Harn, guards dead
{Gunmen|1.agent,2.agent} {raided|1:attack} {army post|1.target,2.place} near {Harn|1.place}; {two guards|2.victim} were {killed|2:death}. {Police|3.agent} {arrested|3:arrest} {five men|3.victim}.
{Six people|4.victim} {died|4:death} at a {clinic|4.place}. {Lynx Brigade|5.agent} claimed the {raid|5:attack}. {Rebels|6.agent} {fired|6:shelling} at the {town of Odrel|6.target}.
"""  # noqa: E501
[RECORD] = parse_markup(ARTICLE, "article.txt")


def told(lead: int, *others: int) -> dict[str, list[str]]:
    events = [RECORD.events[index] for index in (lead, *others)]
    spans = told_spans(RECORD.text, events[0], events)
    return {role: [span.text for span in of] for role, of in spans.items()}


def test_the_lead_and_its_harm_say_who_and_whom():
    found = told(0, 1)
    assert found == {
        "agent": ["Gunmen"],
        "target": ["army post"],
        "victim": ["two guards"],
        "place": ["army post", "Harn"],
    }


def test_other_happenings_say_nothing():
    assert told(0, 2)["agent"] == ["Gunmen"]
    assert "victim" not in told(0, 2)


def test_what_stands_near_the_lead_goes_before_what_stands_far():
    assert told(0, 1, 3)["victim"] == ["two guards"]
    assert "victim" not in told(0, 3)
    assert told(0, 3)["place"] == ["Harn"]
    assert told(1, 3)["victim"] == ["two guards"]


def test_what_points_back_is_near():
    assert told(0, 4)["agent"] == ["Gunmen", "Lynx Brigade"]


def test_a_town_that_is_hit_is_where_it_was():
    assert told(5)["place"] == ["town of Odrel"]


@pytest.mark.parametrize(
    ("marked", "place"),
    [
        ("They {shelled|1:shelling} {Harn|1.target}. Families in Harn fled.", "Harn"),
        (
            "They {raided|1:attack} {southern Odrel|1.target}. All is calm in southern Odrel.",
            "southern Odrel",
        ),
        ("Rebels {took|1:territory} {Harn|1.target}.", "Harn"),
        ("They {shelled|1:shelling} {Harn|1.target}.", "Harn"),
        ("Drones fell in {raids|1:airstrike} on {Port Harn|1.target}.", "Port Harn"),
        ("Rebels {took|1:territory} a {pumping station|1.target}.", "pumping station"),
        ("They {burned|1:destruction} the {mayor's house|1.target}.", "mayor's house"),
        ("They {attacked|1:attack} {Harn|1.target}. Fighters of Harn fled.", None),
        ("They {shelled|1:shelling} the {LNX|1.target}.", None),
        ("Drones fell in {raids|1:airstrike} on {President Okoro|1.target}.", None),
        ("A drone {killed|1:airstrike} {Abel Okoro|1.target}.", None),
        ("They {shelled|1:shelling} {Hamas|1.target}.", None),
        ("They {burned|1:destruction} {three houses|1.target}.", None),
        ("They {shelled|1:shelling} the {town|1.target}.", "town"),
        ("They {shelled|1:shelling} a {town|1.target}.", None),
        ("Harn {sent|1:deployment} the {garrison|1.target}.", None),
        ("They {shot|1:attack} {Abel Okoro|1.target}. He died in Harn.", None),
        ("They {burned|1:destruction} {two cars|1.target}.", None),
        ("They {burned|1:destruction} a {mill|1.target} in {Odrel|1.place}.", "Odrel"),
    ],
)
def test_a_place_that_is_hit_is_where_it_was_if_no_other_is_told(marked, place):
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    found = told_spans(record.text, record.events[0], record.events).get("place", [])
    assert [span.text for span in found] == ([place] if place else [])


def test_a_protest_tells_of_its_dead_and_not_of_its_arrests():
    def mention(kind: str) -> Event:
        return Event(kind, Span(0, 4, "Raid"))

    assert tells(mention("protest"), mention("death"))
    assert not tells(mention("protest"), mention("arrest"))
    assert not tells(mention("protest"), mention("displacement"))
    assert tells(mention("attack"), mention("displacement"))


def test_a_building_that_is_hit_stands_back_behind_a_place_that_another_mention_tells():
    marked = """\
=== harn-2

Gunmen {overrun|1:territory} {border post|1.target}
Gunmen {attacked|2:attack} an {army post|2.target} near {Harn|2.place}.
"""
    [record] = parse_markup(marked, "article.txt")
    spans = told_spans(record.text, record.events[0], record.events)
    assert [span.text for span in spans["place"]] == ["Harn"]
