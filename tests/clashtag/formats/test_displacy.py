from __future__ import annotations

import pytest
from hypothesis import given

from clashtag.formats.displacy import DISPLACY_COLORS, to_displacy
from clashtag.formats.families import FAMILIES
from clashtag.records import Argument, Event, Record, Span
from viewed_articles import RAID, event, raid_record, records


def test_spans_are_exactly_their_tokens():
    drawn = to_displacy(raid_record())
    assert drawn["text"] == RAID
    words = {
        (" ".join(drawn["tokens"][s["start_token"] : s["end_token"]]), s["label"])
        for s in drawn["spans"]
    }
    assert ("army post", "target") in words
    assert ("seven soldiers", "victim") in words
    assert ("attacked", "attack") in words


def test_equal_spans_are_drawn_once():
    text = "Gunmen killed six and wounded two."
    both = (
        event(text, "death", "killed", agent="Gunmen"),
        event(text, "injury", "wounded", agent="Gunmen"),
    )
    labels = [s["label"] for s in to_displacy(Record(text, events=both))["spans"]]
    assert sorted(labels) == ["agent", "death", "injury"]


def test_every_type_of_ours_has_a_colour():
    assert {name for names in FAMILIES.values() for name in names} <= set(DISPLACY_COLORS)


@given(records())
def test_tokens_join_to_the_words_of_each_span(record):
    drawn = to_displacy(record)
    for one in drawn["spans"]:
        tokens = drawn["tokens"][one["start_token"] : one["end_token"]]
        shown = "".join("".join(tokens).split())
        words = record.text[one["start"] : one["end"]]
        assert len(shown) == len("".join(words.split()))
    assert "".join(drawn["tokens"]).count(" ") <= len(record.text)


def test_displacy_draws_it_and_hostile_texts_stay_text():
    displacy = pytest.importorskip("spacy.displacy")
    text = "<script>x</script> raid"
    hostile = Record(
        text,
        id="<b>id</b>",
        events=(Event("<i>", Span(19, 23, "raid"), (Argument("<u>", 0, 8, "<script>"),)),),
    )
    page = displacy.render(
        to_displacy(hostile), style="span", manual=True, options={"colors": DISPLACY_COLORS}
    )
    for tag in ("<script>", "<b>", "<i>", "<u>"):
        assert tag not in page
    assert "&lt;script&gt;" in page
