from __future__ import annotations

import pytest

from clashtag.errors import InputError, OntologyError, RecordError
from clashtag.ontology import Ontology
from clashtag.records import Argument, Event, Mention, Record, Span
from clashtag_training.converters.brat import read_brat, write_brat
from clashtag_training.converters.brat_config import annotation_conf

TEXT = "🚁 Rebels killed two\nmen and two boys."


def span(words: str) -> tuple[int, int, str]:
    start = TEXT.index(words)
    return start, start + len(words), words


RECORD = Record(
    TEXT,
    "a/1",
    (
        Event(
            "death",
            Span(*span("killed")),
            (
                Argument("agent", *span("Rebels")),
                Argument("victim", *span("two\nmen")),
                Argument("victim", *span("two boys")),
            ),
            "actual",
        ),
    ),
    extra={"published": "2026-01-02"},
)


def test_brat_files_look_as_brat_writes_them(tmp_path):
    write_brat([RECORD], tmp_path / "out", None)
    assert (tmp_path / "out" / "a-1.txt").read_text(encoding="utf-8") == TEXT
    assert (tmp_path / "out" / "a-1.ann").read_text(encoding="utf-8").splitlines() == [
        "T1\tdeath 9 15\tkilled",
        "T2\targument 2 8\tRebels",
        "T3\targument 16 19;20 23\ttwo men",
        "T4\targument 28 36\ttwo boys",
        "E1\tdeath:T1 agent:T2 victim:T3 victim2:T4",
        "A1\tstatus E1 actual",
    ]
    assert read_brat(tmp_path / "out") == [RECORD]


def read(tmp_path, annotations: str, text: str = TEXT) -> list[Record]:
    (tmp_path / "b.txt").write_bytes(text.encode("utf-8"))
    (tmp_path / "b.ann").write_bytes(annotations.encode("utf-8"))
    return read_brat(tmp_path)


def test_a_folder_that_brat_made_has_file_names_as_ids(tmp_path):
    annotations = (
        "T7\tdeath 9 15\tkilled\r\nT8\tperson 2 8\tRebels\r\nE3\tdeath:T7 agent:T8\r\n"
        "T9\tperson 28 36\ttwo boys\r\n#1\tAnnotatorNotes T9\tunclear\r\n"
    )
    [record] = read(tmp_path, annotations)
    agent = Argument("agent", *span("Rebels"))
    assert record.id == "b"
    assert record.events == (Event("death", Span(*span("killed")), (agent,)),)
    assert record.mentions == (Mention("person", *span("two boys")),)


def test_every_line_that_cannot_be_read_is_listed(tmp_path):
    lines = [
        "T1\tdeath 9 16\tkilled",
        "T2\tdeath 9 99\tkilled",
        "T3\targument 2 8;16 19\tRebels two",
        "R1\tSame Arg1:T1 Arg2:T2",
        "A1\tNegation E1",
        "E1\tdeath:T1",
        "X",
    ]
    with pytest.raises(InputError) as error:
        read(tmp_path, "\n".join(lines))
    for number in (1, 2, 3, 4, 5, 7):
        assert f"b.ann:{number}: " in error.value.problem
    assert "E1 refers to T1, which does not exist" in error.value.problem


def test_an_argument_that_nothing_refers_to_is_an_error(tmp_path):
    with pytest.raises(RecordError, match="'Rebels' at 2 belongs to no trigger"):
        read(tmp_path, "T1\targument 2 8\tRebels\n")


def test_what_brat_cannot_hold_is_listed(tmp_path):
    trigger = Span(0, 2, "\na")
    events = (
        Event("Life.Die", trigger, (Argument("place2", 1, 2, "a", 0.5),), "actual", 0.25),
        Event("two words", Span(1, 2, "a")),
    )
    with pytest.raises(RecordError) as error:
        write_brat([Record("\na", "x", events)], tmp_path / "out", None)
    for problem in ("2 scores", "'Life.Die'", "'two words'", "'place2'", "line break"):
        assert problem in error.value.problem
    assert "--drop scores" in error.value.next_step
    assert not (tmp_path / "out").exists()


def test_a_folder_with_files_is_never_written_into(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    with pytest.raises(InputError, match="not an empty folder"):
        write_brat([RECORD], tmp_path / "out", None)


def test_the_configuration_names_every_label(ontology):
    assert annotation_conf(ontology, ["person"]).splitlines() == [
        "[entities]",
        "argument",
        "person",
        "",
        "[relations]",
        "",
        "[events]",
        "death\tvictim*:argument, agent*:argument, place*:argument",
        "attack\tagent*:argument, place*:argument, claimant*:argument",
        "",
        "[attributes]",
        "status\tArg:<EVENT>, Value:other|actual",
    ]


def test_the_configuration_refuses_names_that_brat_cannot_read():
    fields = {
        "version": 1,
        "statuses": {"actual": "It happened."},
        "roles": {"who?": "Somebody."},
        "types": {"a b": {"definition": "Something.", "roles": ["who?"]}},
    }
    with pytest.raises(OntologyError, match=r"type 'a b'.*role 'who\?'"):
        annotation_conf(Ontology.from_dict(fields))
