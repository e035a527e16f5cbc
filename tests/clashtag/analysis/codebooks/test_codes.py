from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.codebooks.acled import ACLED_RULES
from clashtag.analysis.codebooks.actor_classes import (
    DECISIVE_WORDS,
    HINTING_WORDS,
    NAMED_GROUPS,
    ActorClass,
)
from clashtag.analysis.codebooks.codes import acled_code, plover_code
from clashtag.analysis.codebooks.plover import PLOVER_RULES
from clashtag.analysis.codebooks.rules import Rule, decide
from clashtag.analysis.codebooks.situation import Situation, situation_of
from clashtag.analysis.codebooks.weapons import WEAPON_WORDS, Weapon
from clashtag.analysis.findings import Code, Incident
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.corpora.markup import parse_markup
from coded_incidents import CodedIncident, Pair, incident_of, read_coded

ROOT = Path(__file__).parents[4]
DOCUMENT = (ROOT / "docs" / "analysis" / "codes.md").read_text(encoding="utf-8")
SETS = {name: read_coded(name) for name in ("dev", "heldout", "articles")}
SHORT = [*SETS["dev"], *SETS["heldout"]]
EVERY = [*SHORT, *SETS["articles"]]
CODERS = {"acled": acled_code, "plover": plover_code}
RULES = {"acled": ACLED_RULES, "plover": PLOVER_RULES}
# What the rules get wrong in whole articles, and have to be known to.
MISSES = {
    "acled": {
        "africa-059-enter-6",
        "africa-059-attacked-7",
        "asialat-065-battle-37",
        "asialat-090-plows-43",
        "meeur-002-took-46",
        "meeur-039-let-53",
    },
    "plover": {"asialat-027-extension-28"},
}


def code_of(coded: CodedIncident, codebook: str) -> Pair:
    code = CODERS[codebook](coded.incident, coded.record)
    return code.event_type, code.sub_type


def wrong(coded: Iterable[CodedIncident], codebook: str) -> set[str]:
    return {one.name for one in coded if code_of(one, codebook) != getattr(one, codebook)}


@pytest.mark.parametrize("codebook", ["acled", "plover"])
@pytest.mark.parametrize("coded", SHORT, ids=lambda coded: coded.name)
def test_codes_of_short_articles(coded: CodedIncident, codebook: str):
    assert code_of(coded, codebook) == getattr(coded, codebook)


@pytest.mark.parametrize("codebook", ["acled", "plover"])
def test_codes_of_whole_articles_but_for_known_misses(codebook: str):
    assert wrong(SETS["articles"], codebook) == MISSES[codebook]


@pytest.mark.parametrize("codebook", ["acled", "plover"])
def test_every_rule_decides_some_incident(codebook: str):
    rules = RULES[codebook]
    situations = [situation_of(coded.incident, coded.record) for coded in EVERY]
    deciding = {next(rule for rule in rules if rule.fits(s)).condition for s in situations}
    assert {rule.condition for rule in rules} == deciding


def test_an_incident_of_another_type_has_no_code_and_a_reason():
    record = Record(text="The dam broke.", events=(Event("flood", Span(8, 13, "broke")),))
    incident = Incident("#1", "flood", None, 0, (0,), {})
    reason = "no rule for incidents of type 'flood'"
    assert acled_code(incident, record) == Code(None, None, reason)
    assert plover_code(incident, record) == Code(None, None, reason)


def test_an_apposition_tells_who_a_name_is():
    text = "Gunmen shot Rahim Kol, a teacher, in Harn."
    assert acled_code(*attack(text, "Gunmen", "shot", "Rahim Kol")).sub_type == "Attack"
    unknown = text.replace(", a teacher,", "")
    assert acled_code(*attack(unknown, "Gunmen", "shot", "Rahim Kol")).reason == (
        "target unknown: civilians or an armed group"
    )


@pytest.mark.parametrize(
    ("marked", "sub_type"),
    [
        (
            "Police {arrested|2:arrest} nine at a {rally|1:protest} in Harn.",
            "Protest with intervention",
        ),
        (
            "Nurses {marched|1:protest}. Police {arrested|2:arrest} nine.",
            "Protest with intervention",
        ),
        (
            "Nurses {marched|1:protest}. Police {arrested|2:arrest} two at their homes.",
            "Peaceful protest",
        ),
        (
            "Nurses {marched|1:protest}.\nIt rained.\nPolice {arrested|2:arrest} two.",
            "Peaceful protest",
        ),
    ],
)
def test_an_arrest_is_an_intervention_where_the_protest_is(marked, sub_type):
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    code = acled_code(incident_of(record), record)
    assert code.sub_type == sub_type


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Rebels", "Non-state actor overtakes territory"),
        ("Odrel", "whoever takes the place is not known for a state's forces or an armed group"),
    ],
)
def test_who_takes_a_place_decides_its_code(agent, expected):
    marked = f"{{{agent}|1.agent}} {{captured|1:territory}} {{Harn|1.target}}."
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    code = acled_code(incident_of(record), record)
    assert expected in (code.sub_type, code.reason)


def attack(text: str, agent: str, trigger: str, target: str) -> tuple[Incident, Record]:
    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words), words)

    arguments = tuple(
        Argument(role, span(words).start, span(words).end, words)
        for role, words in (("agent", agent), ("target", target))
    )
    record = Record(text=text, events=(Event("attack", span(trigger), arguments, "actual"),))
    return incident_of(record), record


SITUATIONS = st.builds(
    Situation,
    type=st.sampled_from(sorted({name for rule in ACLED_RULES for name in rule.types})),
    is_fact=st.booleans(),
    types=st.frozensets(st.sampled_from(["clash", "protest", "riot", "death", "territory"])),
    has_agent=st.booleans(),
    agents=st.frozensets(st.sampled_from(list(ActorClass))),
    targets=st.frozensets(st.sampled_from(list(ActorClass))),
    captors=st.frozensets(st.sampled_from(list(ActorClass))),
    weapons=st.frozensets(st.sampled_from(list(Weapon))),
    context=st.text(),
)


@given(SITUATIONS)
def test_a_blank_code_has_a_reason_and_a_whole_one_has_none(situation: Situation):
    code = decide(ACLED_RULES, situation)
    assert (code.reason is None) == (code.sub_type is not None)
    assert code.event_type is not None or code.sub_type is None
    code = decide(PLOVER_RULES, situation)
    assert (code.reason is not None) or code.event_type is not None
    assert code.event_type is not None or code.sub_type is None


def test_the_ontology_lists_only_codes_that_some_rule_gives():
    yaml = pytest.importorskip("yaml")
    ontology = yaml.safe_load((ROOT / "configs" / "ontology.yaml").read_text(encoding="utf-8"))
    for name, fields in ontology["types"].items():
        for codebook, rules in RULES.items():
            given_codes = {
                (rule.code.event_type, rule.code.sub_type or "")
                for rule in rules
                if not rule.types or name in rule.types
            }
            assert {tuple(code) for code in fields[codebook]} <= given_codes, (name, codebook)
            last = next(rule for rule in reversed(rules) if name in rule.types)
            assert last.condition == "otherwise", (name, codebook)


# The document


def section(name: str) -> str:
    found = re.search(rf"<!-- {name}:start -->(.*?)<!-- {name}:end -->", DOCUMENT, re.DOTALL)
    assert found, f"docs/analysis/codes.md has no section {name}"
    return found.group(1).strip()


def rules_table(rules: Iterable[Rule], second: str) -> str:
    lines = [f"| types | when | event type | {second} |", "|---|---|---|---|"]
    for rule in rules:
        types = ", ".join(rule.types) or "every type"
        code = rule.code
        sub_type = f"*{code.reason}*" if code.reason else code.sub_type or ""
        lines.append(f"| {types} | {rule.condition} | {code.event_type or ''} | {sub_type} |")
    return "\n".join(lines)


def words_table() -> str:
    lines = ["| actor | words that decide | words that hint |", "|---|---|---|"]
    for name in ActorClass:
        decisive, hinting = DECISIVE_WORDS.get(name, ""), HINTING_WORDS.get(name, "")
        if name is ActorClass.REBELS:
            decisive = f"{decisive}; named groups: {NAMED_GROUPS}"
        lines.append(f"| {name} | {decisive} | {hinting} |")
    lines += ["", "| weapon | words |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {words} |" for name, words in WEAPON_WORDS.items())])


def accuracy_table() -> str:
    lines = ["| incidents | | ACLED right now | PLOVER right now |", "|---|---:|---:|---:|"]
    names = {
        "dev": "short articles the rules were written on",
        "heldout": "short articles written afterwards",
        "articles": "incidents of whole articles",
    }
    for name, title in names.items():
        coded = SETS[name]
        right = [len(coded) - len(wrong(coded, codebook)) for codebook in CODERS]
        lines.append(f"| {title} | {len(coded)} | {right[0]} | {right[1]} |")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acled", rules_table(ACLED_RULES, "sub-event type, or *why it is blank*")),
        ("plover", rules_table(PLOVER_RULES, "mode, or *why it is blank*")),
        ("words", words_table()),
        ("accuracy", accuracy_table()),
    ],
)
def test_the_document_states_what_the_code_does(name: str, expected: str):
    assert section(name) == expected
