from __future__ import annotations

import pytest

from clashtag.errors import InputError
from clashtag.records import Mention, Record
from clashtag_training.evaluation.counts import Counts
from clashtag_training.evaluation.entities import score_mentions


def record(*mentions: tuple[str, int, int], identifier: str = "a") -> Record:
    return Record(
        text="." * 40,
        id=identifier,
        mentions=tuple(Mention(label, start, end, ".") for label, start, end in mentions),
    )


def test_entities_hand_computed() -> None:
    # Person 0:5 is right; Place 10:15 has the wrong end; Weapon 20:25 has the wrong label.
    gold = record(("Person", 0, 5), ("Place", 10, 15), ("Weapon", 20, 25))
    predicted = record(("Person", 0, 5), ("Place", 10, 16), ("Person", 20, 25))
    table = score_mentions([gold], [predicted])
    assert table["Person"] == Counts(1, 2, 1)
    assert table["Place"] == Counts(1, 1, 0)
    assert table["Weapon"] == Counts(1, 0, 0)
    assert table.micro() == Counts(3, 3, 1)
    assert table.macro_f1() == pytest.approx((2 / 3 + 0 + 0) / 3)


def test_entities_duplicates_count_once() -> None:
    table = score_mentions([record(("Person", 0, 5))], [record(("Person", 0, 5), ("Person", 0, 5))])
    assert table.micro() == Counts(1, 1, 1)


def test_entities_missing_and_unknown_records() -> None:
    gold = [record(("Person", 0, 5)), record(identifier="b")]
    assert score_mentions(gold, []).micro() == Counts(1, 0, 0)
    with pytest.raises(InputError, match="'c'"):
        score_mentions(gold, [record(identifier="c")])
