from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clashtag.ontology import Ontology
from clashtag.records import Record, record_from_dict
from clashtag_training.corpora.guideline_rules import RULES, Severity, guideline_problems
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.corpora.ontology_file import load_ontology

ROOT = Path(__file__).parents[3]
CORPORA = Path(os.environ.get("CLASHTAG_CORPORA", ROOT.parent / "shared" / "corpora"))


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(ROOT / "configs" / "ontology.yaml")


def marked(body: str) -> Record:
    [record] = parse_markup(f"=== a\n\n{body}\n", "test")
    return record


def found(body: str, ontology: Ontology) -> list[tuple[str, str]]:
    return [(p.rule, str(p.severity)) for p in guideline_problems(marked(body), ontology)]


FAR = "word " * 70

BROKEN = [
    ("{Raid|1:assault}", "unknown_label", "error"),
    ("{Raid|1:attack} by {X|1.doer}", "unknown_label", "error"),
    ("{Killed|1:death}: {Jo|1.target}", "role_not_allowed", "error"),
    ("{Airstrike|1:airstrike} on {Jo|1.victim}", "role_not_allowed", "error"),
    ("{Raid|1:attack} on {the camp|1.target}", "leading_article", "error"),
    ("{Raid|1:attack} on {a camp|1.target}", "leading_article", "error"),
    ("It ended. {The army|1.agent} {attacked|1:attack}", "leading_article", "warning"),
    ("{Raid |1:attack}by night", "loose_boundary", "error"),
    ("{Raid|1:attack} on {camp|1.target}s", "loose_boundary", "error"),
    ("{Raid|1:attack} on s{camp|1.target}", "loose_boundary", "error"),
    ("{Raid|1:attack} on {camp,|1.target} today", "loose_boundary", "warning"),
    ("{Raid|1:attack} by {“Lynx|1.agent}” men", "loose_boundary", "warning"),
    ("{Harn's|1.agent} {raid|1:attack}", "loose_boundary", "warning"),
    ("{Raid|1:attack} on {guards who slept|1.target}", "trailing_clause", "warning"),
    ("{deadly|1:death}", "no_trigger_word", "error"),
    ("{Protesters|1:protest}", "no_trigger_word", "error"),
    ("Rebels {raided|1:attack} Harn and killed two", "unmarked_word", "warning"),
    ("{raid with very many men|1:attack}", "long_span", "warning"),
    (f"{{Raid|1:attack}} on {{{'old ' * 12}camp|1.target}}", "long_span", "warning"),
    ("{Raid|1:attack} {in Harn|1.place}", "leading_preposition", "warning"),
    ("{In Harn|1.place} a {raid|1:attack}", "leading_preposition", "warning"),
    ("{Raid|1:attack} {on Monday|1.time}", "leading_preposition", "warning"),
    (f"{{Raid|1:attack}}\n{FAR}{{Harn|1.place}}", "far_argument", "warning"),
    (f"{{Harn|1.place}} {FAR}\n{{raid|1:attack}}", "far_argument", "warning"),
    ("{shot|1:attack,2:death}", "overlapping_triggers", "error"),
    ("{{shot|1:attack} dead|2:death}", "overlapping_triggers", "error"),
    ("{Raid|1:attack} by {men|1.agent,1.agent}", "repeated_argument", "error"),
    ("{Raid|1:attack} by {men|1.agent,1.target}", "repeated_argument", "error"),
    ("{Raid|1:attack} on {{Harn|1.target} port|1.target}", "overlapping_arguments", "warning"),
]


@pytest.mark.parametrize(("body", "rule", "severity"), BROKEN)
def test_guideline_rules_find(body: str, rule: str, severity: str, ontology: Ontology) -> None:
    assert found(body, ontology) == [(rule, severity)]


@pytest.mark.parametrize(
    "body",
    [
        "{Raid|1:attack} in {The Hague|1.place}",
        "{Raid|1:attack} at the offices of {The Courier|1.target}",
        "{Raid|1:attack} in {Washington, D.C.|1.place}",
        "{Raid|1:attack} at {9 p.m.|1.time}",
        "{Raid|1:attack} on {“Free Harn” radio|1.target}",
        "{Raid|1:attack} on the {Front (FLH)|1.target}",
        "{Killed|1:death}: {at least 26 people|1.victim}",
        "{Raid|1:attack} in {at least two towns|1.place}",
        "Workers at {In Amenas|1.place} {kidnapped|1:abduction}",
        "{Raid|1:attack} by {Lynx|1.agent,1.claimant}",
        "{{Injured|1:injury} officers|1.victim}",
        "{Shot|1:attack} {dead|2:death}",
        f"{{Raid|1:attack}} {FAR}{{Harn|1.place}}",
        "{Raid|1:attack}\n{Harn|1.place}",
    ],
)
def test_guideline_rules_accept(body: str, ontology: Ontology) -> None:
    assert found(body, ontology) == []


def test_guideline_rules_each_have_a_failing_example() -> None:
    assert {rule for _, rule, _ in BROKEN} == {rule.__name__ for rule in RULES}


def test_guideline_rules_need_a_known_status(ontology: Ontology) -> None:
    record = record_from_dict(
        {
            "text": "Raid",
            "events": [
                {"type": "attack", "trigger": {"start": 0, "end": 4, "text": "Raid"}},
            ],
        }
    )
    [problem] = guideline_problems(record, ontology)
    assert problem.message == "attack 'Raid': no status None"


def test_guideline_rules_come_in_text_order(ontology: Ontology) -> None:
    problems = guideline_problems(
        marked("{The men|1.agent} in {an attack|1:attack} on {a town|1.target}"), ontology
    )
    assert [problem.start for problem in problems] == sorted(p.start for p in problems)
    assert len(problems) == 3


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["current-events", "voa-articles"])
def test_guideline_rules_find_no_error_in_adjudicated_corpora(
    name: str, ontology: Ontology
) -> None:
    path = CORPORA / name / "train.jsonl"
    if not path.is_file():
        pytest.skip(f"no corpus {name} in {CORPORA}; set CLASHTAG_CORPORA")
    with path.open(encoding="utf-8") as lines:
        records = [record_from_dict(json.loads(line)) for line in lines]
    problems = [p for record in records for p in guideline_problems(record, ontology)]
    assert [p for p in problems if p.severity is Severity.ERROR] == []
    events = sum(len(record.events) for record in records)
    assert len(problems) < 0.03 * events  # more warnings than that would go unread
