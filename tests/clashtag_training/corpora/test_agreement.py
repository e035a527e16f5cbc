from __future__ import annotations

import dataclasses

import pytest

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.corpora.agreement import agreement
from clashtag_training.corpora.markup import parse_markup

FIRST = "{Rebels|1.agent} {raided|1:attack} {Harn|1.place} and {killed|2:death} {two men|2.victim}."
SECOND = (
    "{Rebels|1.agent} {raided|1:attack} {Harn|1.target} and {killed|2:death?} two {men|2.victim}."
)


def marked(*bodies: str) -> list[Record]:
    text = "\n".join(f"=== a{i}\n\n{body}\n" for i, body in enumerate(bodies))
    return parse_markup(text, "test")


def test_agreement_of_equal_annotations_is_perfect() -> None:
    found = agreement(marked(FIRST, SECOND), marked(FIRST, SECOND))
    assert found.disagreements == ()
    assert found.scores.exact["arg_cls_plus"].f1 == 1.0


def test_agreement_lists_both_sides_of_each_disagreement() -> None:
    found = agreement(marked(FIRST), marked(SECOND))
    assert [(d.start, d.first, d.second) for d in found.disagreements] == [
        (14, "place 'Harn' of 'raided'", "target 'Harn' of 'raided'"),
        (23, "death 'killed', actual", "death 'killed', other"),
        (30, "victim 'two men' of 'killed'", "victim 'men' of 'killed'"),
    ]
    assert found.scores.exact["trigger_cls"].f1 == 1.0
    assert found.scores.exact["arg_cls_plus"].f1 == pytest.approx(1 / 3)


def test_agreement_is_symmetric() -> None:
    there, back = agreement(marked(FIRST), marked(SECOND)), agreement(marked(SECOND), marked(FIRST))
    assert there.scores.exact["arg_cls_plus"].f1 == back.scores.exact["arg_cls_plus"].f1
    assert {(d.start, d.second, d.first) for d in there.disagreements} == {
        (d.start, d.first, d.second) for d in back.disagreements
    }


def test_agreement_lists_a_missed_trigger_without_its_arguments() -> None:
    found = agreement(marked(FIRST), marked("Rebels {raided|1:attack} Harn and killed two men."))
    assert [d.first for d in found.disagreements if d.second is None] == [
        "agent 'Rebels' of 'raided'",
        "place 'Harn' of 'raided'",
        "death 'killed', actual",
    ]


def test_agreement_refuses_other_articles() -> None:
    with pytest.raises(InputError, match="only one annotator has: \\['a1'\\]"):
        agreement(marked(FIRST, FIRST), marked(FIRST))


def test_agreement_refuses_changed_text() -> None:
    [record] = marked(FIRST)
    changed = dataclasses.replace(record, text="Other", events=())
    with pytest.raises(InputError, match="texts that differ"):
        agreement([record], [changed])
