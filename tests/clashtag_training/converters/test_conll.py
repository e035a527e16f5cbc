from __future__ import annotations

import pytest

from clashtag.errors import RecordError
from clashtag.records import Argument, Event, Mention, Record, Span
from clashtag_training.converters.conll import read_conll, write_conll

TEXT = "Rebels killed two men."
RECORD = Record(
    TEXT,
    "a",
    (
        Event(
            "death",
            Span(7, 13, "killed"),
            (Argument("agent", 0, 6, "Rebels"), Argument("claimant", 0, 6, "Rebels")),
            "actual",
        ),
    ),
    (Mention("person", 14, 21, "two men"),),
)
COLUMNS = """\
# record = {"id": "a", "text": "Rebels killed two men."}
# columns = WORD START END TRIGGER STATUS ARGUMENT:1 ARGUMENT:1 MENTION
Rebels\t0\t6\tO\t_\tB-agent\tB-claimant\tO
killed\t7\t13\tB-death\tactual\tO\tO\tO
two\t14\t17\tO\t_\tO\tO\tB-person
men\t18\t21\tO\t_\tO\tO\tI-person
.\t21\t22\tO\t_\tO\tO\tO

"""


def test_a_record_has_a_column_per_event_and_layer(tmp_path):
    write_conll([RECORD], tmp_path / "a.conll", None)
    assert (tmp_path / "a.conll").read_text(encoding="utf-8") == COLUMNS
    assert read_conll(tmp_path / "a.conll") == [RECORD]


def test_what_columns_cannot_hold_is_listed(tmp_path):
    events = (
        Event("death", Span(7, 13, "killed"), (Argument("agent", 1, 6, "ebels"),), "_", 0.5),
        Event("at\ttack", Span(7, 17, "killed two")),
    )
    with pytest.raises(RecordError) as error:
        write_conll([Record(TEXT, "a", events)], tmp_path / "a.conll", None)
    for problem in ("1 scores", "'ebels' at 1", "overlap", "'_'", r"'at\ttack'"):
        assert problem in error.value.problem
    assert not (tmp_path / "a.conll").exists()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("# record = {", "# record = ", "not JSON"),
        ("# record", "# document", "a block begins with"),
        ("STATUS", "STATE", "do not begin with"),
        ("ARGUMENT:1 MENTION", "ARGUMENT:2 MENTION", "ARGUMENT:2"),
        ("two\t14\t17", "two\t14\t18", "is not 'two'"),
        ("I-person", "I-place", "continues no span"),
        ("B-person", "O", "continues no span"),
        ("\tI-person", "", "7 cells where 8"),
    ],
)
def test_broken_blocks_are_listed_with_their_line(tmp_path, old, new, problem):
    broken = COLUMNS.replace(old, new, 1)
    (tmp_path / "a.conll").write_text(COLUMNS + broken, encoding="utf-8")
    with pytest.raises(RecordError) as error:
        read_conll(tmp_path / "a.conll")
    assert "a.conll:9: " in error.value.problem
    assert problem in error.value.problem
