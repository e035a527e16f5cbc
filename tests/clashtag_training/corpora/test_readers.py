"""Each published format, in a sample written for this test."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import ConfigError, InputError, RecordError
from clashtag.records import Argument, Event, Mention, Span
from clashtag_training.corpora import READERS, read_corpus
from clashtag_training.corpora.muc4 import locate_role_fillers
from clashtag_training.corpora.token_text import join_tokens

TOKENS = ["Two", "guards", "shot", "the", "thief", "."]
TEXT = "Two guards shot the thief ."
SHOT = Span(11, 15, "shot")
GUARDS = Argument("Attacker", 4, 10, "guards")


def linked(**changes):
    """One record of the OneIE family, as WikiEvents and GENEVA publish it."""
    return {
        "doc_id": "d1",
        "wnd_id": "w1",
        "tokens": TOKENS,
        "entity_mentions": [{"id": "e1", "start": 1, "end": 2, "text": "guards"}],
        "event_mentions": [
            {
                "event_type": "Conflict.Attack.Shooting",
                "trigger": {"start": 2, "end": 3, "text": "shot"},
                "arguments": [{"entity_id": "e1", "role": "Attacker", "text": "guards"}],
            }
        ],
    } | changes


def rams(**changes):
    return {
        "doc_key": "r1",
        "sentences": [TOKENS[:3], TOKENS[3:]],
        "evt_triggers": [[2, 2, [["conflict.attack.n/a", 0.4], ["conflict.attack.shot", 0.9]]]],
        "gold_evt_links": [[[2, 2], [3, 4], "evt007arg02target"]],
    } | changes


def sentence(**changes):
    return {
        "sentence_id": "VOA_1_12",
        "words": TOKENS,
        "golden-event-mentions": [
            {
                "event_type": "Conflict:Attack",
                "trigger": {"start": 2, "end": 3, "text": "shot"},
                "arguments": [{"role": "Attacker", "start": 1, "end": 2, "text": "guards"}],
            }
        ],
    } | changes


def read(tmp_path, name, *objects, array=False):
    path = tmp_path / "sample.json"
    text = json.dumps(objects) if array else "\n".join(json.dumps(o) for o in objects)
    path.write_text(text, encoding="utf-8")
    return read_corpus(name, path)


def test_wikievents_cuts_types_to_two_levels(tmp_path):
    (record,) = read(tmp_path, "wikievents", linked())
    assert (record.id, record.text) == ("d1", TEXT)
    assert record.events == (Event("Conflict.Attack", SHOT, (GUARDS,)),)


def test_geneva_takes_the_window_id_and_keeps_types(tmp_path):
    (record,) = read(tmp_path, "geneva", linked())
    assert record.id == "w1"
    assert record.events == (Event("Conflict.Attack.Shooting", SHOT, (GUARDS,)),)


def test_m2e2_reads_an_array_and_names_the_article(tmp_path):
    (record,) = read(tmp_path, "m2e2", sentence(), array=True)
    assert record.extra == {"document": "VOA_1"}
    assert record.events == (Event("Conflict:Attack", SHOT, (GUARDS,)),)


def test_rams_counts_the_last_token_in_and_takes_the_surest_type(tmp_path):
    (record,) = read(tmp_path, "rams", rams())
    assert record.text == TEXT
    assert record.extra == {"only_one_event_annotated": True}
    thief = Argument("target", 16, 25, "the thief")
    assert record.events == (Event("conflict.attack.shot", SHOT, (thief,)),)


@pytest.mark.parametrize(
    ("name", "broken", "part"),
    [
        ("wikievents", linked(tokens=None), "'tokens' must be a list, found None"),
        ("wikievents", linked(entity_mentions=[]), "unknown entity 'e1'"),
        ("geneva", linked(tokens=TOKENS[:2]), "tokens 2:3 do not fit a text of 2 tokens"),
        ("geneva", linked(tokens=["", *TOKENS]), "token 0 must be a non-empty string"),
        ("m2e2", {"words": TOKENS}, "lacks 'sentence_id'"),
        ("m2e2", sentence(words="Two guards"), "'words' must be a list"),
        ("rams", rams(gold_evt_links=[[[0, 0], [3, 4], "role"]]), "unknown trigger [0, 0]"),
        ("rams", rams(evt_triggers=[[2, 2, []]]), "a trigger has no type"),
        ("rams", rams(evt_triggers=[[2, 2, [["attack", None]]]]), "[name, score]"),
        ("rams", rams(sentences=["Two"]), "a sentence must be a list"),
        ("muc4", {"docid": "m", "doctext": "t"}, "neither 'extracts' (GRIT) nor 'templates'"),
        ("muc4", {"docid": "m", "doctext": "t", "extracts": {"PerpInd": []}}, "lacks 'PerpOrg'"),
    ],
)
def test_readers_say_what_is_wrong(tmp_path, name, broken, part):
    with pytest.raises(RecordError) as caught:
        read(tmp_path, name, broken, broken)
    assert "2 bad record(s)" in caught.value.problem
    assert "sample.json:1" in caught.value.problem
    assert part in caught.value.problem


NO_FILLERS = {"PerpInd": [], "PerpOrg": [], "Target": [], "Victim": [], "Weapon": []}
MUC_TEXT = "a  terrorist of the front fled; terrorists of the front were  armed."


def test_muc4_reads_grit_and_gtt_entities(tmp_path):
    fillers = NO_FILLERS | {"PerpInd": [[["a terrorist", 0], ["terrorists", 32]]]}
    grit = {"docid": "m1", "doctext": MUC_TEXT, "extracts": fillers}
    gtt = {
        "docid": "m1",
        "doctext": MUC_TEXT,
        "templates": [{"incident_type": "attack", **fillers}],
    }
    from_grit, from_gtt = read(tmp_path, "muc4", grit, gtt)
    entities = NO_FILLERS | {"PerpInd": [["a terrorist", "terrorists"]]}
    assert from_grit.extra == {"role_fillers": entities}
    assert from_gtt.extra == {"templates": [{"incident_type": "attack", **entities}]}
    located = [locate_role_fillers(record).mentions for record in (from_grit, from_gtt)]
    assert (
        located[0]
        == located[1]
        == (
            Mention("PerpInd", 0, 12, "a  terrorist"),
            Mention("PerpInd", 32, 42, "terrorists"),
        )
    )


def test_locate_role_fillers_finds_whole_words_and_the_longest_filler(tmp_path):
    fillers = NO_FILLERS | {
        "PerpInd": [[["terrorist", 3]]],
        "PerpOrg": [[["front", 20]], [["terrorists of the front", 32]]],
        "Victim": [[["absent", 0]]],
    }
    (record,) = read(tmp_path, "muc4", {"docid": "m", "doctext": MUC_TEXT, "extracts": fillers})
    assert [(m.label, m.text) for m in locate_role_fillers(record).mentions] == [
        ("PerpInd", "terrorist"),
        ("PerpOrg", "front"),
        ("PerpOrg", "terrorists of the front"),
    ]


def test_re3d_joins_documents_and_entities_of_each_source(tmp_path):
    source = tmp_path / "Some Ministry"
    source.mkdir()
    document = {"_id": {"$oid": "d1"}, "text": "Troops left Aleppo."}
    entities = [
        {"documentId": "d1", "begin": 12, "end": 18, "type": "Location", "value": "Aleppo"},
        {"documentId": "d1", "begin": 0, "end": 6, "type": "Organisation", "value": "Troops"},
    ]
    (source / "documents.json").write_text(json.dumps(document), encoding="utf-8")
    (source / "entities.json").write_text("\n".join(map(json.dumps, entities)), encoding="utf-8")
    (record,) = read_corpus("re3d", tmp_path)
    assert (record.id, record.extra) == ("d1", {"source": "Some Ministry"})
    assert record.mentions == (
        Mention("Organisation", 0, 6, "Troops"),
        Mention("Location", 12, 18, "Aleppo"),
    )


def test_re3d_refuses_an_entity_that_is_not_in_its_place(tmp_path):
    entity = {"documentId": "d1", "begin": 0, "end": 6, "type": "Location", "value": "Aleppo"}
    (tmp_path / "documents.json").write_text('{"_id": "d1", "text": "Troops left Aleppo."}')
    (tmp_path / "entities.json").write_text(json.dumps(entity))
    with pytest.raises(RecordError, match="'Aleppo' does not stand at 0:6"):
        read_corpus("re3d", tmp_path)


def test_re3d_needs_the_folder_of_the_release(tmp_path):
    with pytest.raises(InputError, match=r"holds no documents\.json"):
        read_corpus("re3d", tmp_path)


def test_re3d_conll_reads_bio_labels(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text(
        "The B-Organisation\nArmy I-Organisation\nMonday B-Temporal\nMay B-Temporal\nleft O\n"
        "\n\nHoms\tI-Location\nfell\tO\n",
        encoding="utf-8",
    )
    first, second = read_corpus("re3d-conll", path)
    assert (first.id, second.id) == ("re3d-train-0000", "re3d-train-0001")
    assert first.mentions == (
        Mention("Organisation", 0, 8, "The Army"),
        Mention("Temporal", 9, 15, "Monday"),
        Mention("Temporal", 16, 19, "May"),
    )
    assert second.mentions == (Mention("Location", 0, 4, "Homs"),)


def test_re3d_conll_lists_every_line_without_two_columns(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text("The O\nArmy\nleft O O\n", encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        read_corpus("re3d-conll", path)
    assert "train.txt:2" in caught.value.problem
    assert "train.txt:3" in caught.value.problem


def test_read_corpus_lists_the_formats_it_knows(tmp_path):
    with pytest.raises(ConfigError, match="unknown corpus format 'ace'") as caught:
        read_corpus("ace", tmp_path)
    assert all(name in caught.value.next_step for name in READERS)


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=8), st.data())
def test_token_spans_hold_the_text_of_their_tokens(tokens, data):
    text = join_tokens(tokens)
    first = data.draw(st.integers(0, len(tokens) - 1))
    end = data.draw(st.integers(first + 1, len(tokens)))
    span = text.span(first, end)
    assert span.text == text.text[span.start : span.end] == " ".join(tokens[first:end])
