from __future__ import annotations

import pytest
from hypothesis import given, settings

from clashtag.analysis.analyse import analyse
from clashtag.analysis.attribution.claims import name_claimants
from clashtag_training.corpora.markup import parse_markup
from eventful_records import records


def read(marked: str):
    [record] = parse_markup(f"=== a\npublished: 2026-06-12\n\n{marked}\n", "article.txt")
    return record


def claimants(marked: str) -> list[list[str]]:
    """The claimants of each event of a text in mark-up, in the order of their numbers."""
    return [
        [argument.text for argument in event.arguments if argument.role == "claimant"]
        for event in name_claimants(read(marked)).events
    ]


@pytest.mark.parametrize(
    ("marked", "claimant"),
    [
        ("The Lynx Brigade claimed the {raid|1:attack}.", "Lynx Brigade"),
        ("The Lynx Brigade has claimed a {car bombing|1:bombing} in Harn.", "Lynx Brigade"),
        ("The Lynx Brigade claimed Monday's {raid|1:attack} on Harn.", "Lynx Brigade"),
        ("IS claimed the {raid|1:attack}.", "IS"),
        ("Faction claims noon {bombing|1:bombing} in Harn", "Faction"),
        ("The rebels said no more. They claimed the {raid|1:attack}.", "rebels"),
        ("The Lynx Brigade, which claimed the {raid|1:attack}, is new.", "Lynx Brigade"),
        ("The Lynx Brigade claimed responsibility for the {raid|1:attack}.", "Lynx Brigade"),
        ("Rebels took responsibility on Friday for two {blasts|1:bombing}.", "Rebels"),
        ("Rebels claimed credit for scores of {raids|1:attack} on farms.", "Rebels"),
        ("Rebels claimed responsibility for {shelling|1:shelling} the port.", "Rebels"),
        ("Rebels claimed the {raid|1:attack} in a message and said they would stay.", "Rebels"),
        ("Rebels claimed a deadly coordinated {raid|1:attack} on Harn.", "Rebels"),
        ("Rebels claimed repeated {raids|1:attack} on armed farmers.", "Rebels"),
        ("Rebels claimed the latest planned {raid|1:attack} on a crowded market.", "Rebels"),
        ("Rebels claimed all the {raids|1:attack} carried out on Monday.", "Rebels"),
        ("Rebels claimed a {raid|1:attack} on a bus escorted by troops.", "Rebels"),
        ("Rebels claimed a {raid|1:attack} by a squad of theirs.", "Rebels"),
        ("Rebels claimed the {raid|1:attack} when soldiers fled.", "Rebels"),
        ("The Lynx Brigade owned the {blast|1:bombing}.", "Lynx Brigade"),
        ("The Lynx Brigade owned up to the {raid|1:attack}.", "Lynx Brigade"),
        ("A {raid|1:attack} hurt ten. Rebels owned up on Friday.", "Rebels"),
        ("A {raid|1:attack} hurt ten. Rebels owned up to it.", "Rebels"),
        ("A {raid|1:attack} hurt ten. Rebels took responsibility through a channel.", "Rebels"),
        (
            "A {raid|1:attack} hurt ten. The Lynx Brigade said its men were behind it.",
            "Lynx Brigade",
        ),
        # behind its act
        ("A {blast|1:bombing} claimed by the Lynx Brigade shook Harn.", "Lynx Brigade"),
        ("The {raid|1:attack} was claimed by the Lynx Brigade.", "Lynx Brigade"),
        ("A {blast|1:bombing} in Harn, which was later claimed by rebels, hurt ten.", "rebels"),
        ("A {blast|1:bombing} claimed by the Lynx Brigade hurt ten.", "Lynx Brigade"),
        ("Responsibility for the {blast|1:bombing} was claimed by rebels.", "rebels"),
        ("Two {raids|1:attack}, for which the Lynx Brigade took credit.", "Lynx Brigade"),
        # without one
        ("A {blast|1:bombing} hurt ten. The Lynx Brigade claimed responsibility.", "Lynx Brigade"),
        ("A {blast|1:bombing} hurt ten.\nRebels claimed responsibility on Friday.", "Rebels"),
        ("A {blast|1:bombing} hurt ten. Responsibility was claimed by rebels.", "rebels"),
        ("A {blast|1:bombing} hurt ten. Rebels claimed it in a video.", "Rebels"),
        ("A {blast|1:bombing} hurt ten. Rebels claimed responsibility for the attack.", "Rebels"),
        ("A {blast|1:bombing} hurt ten. Rebels claimed in a statement at noon.", "Rebels"),
        ("A {raid|1:attack} began. The militia claimed to have killed ten men.", "militia"),
        ("A {blast|1:bombing} hurt ten. The Lynx Brigade said it had done it.", "Lynx Brigade"),
        # in a clause of its own
        ("The Lynx Brigade said it had {shelled|1:shelling} the port.", "Lynx Brigade"),
        ("Rebels said in a message to reporters that it {attacked|1:attack} Harn.", "Rebels"),
        ("The Lynx Brigade said its fighters {ambushed|1:attack} a patrol.", "Lynx Brigade"),
        ("The Lynx Brigade says its men were behind the {raid|1:attack}.", "Lynx Brigade"),
        ("The Lynx Brigade said it carried out a wave of {raids|1:attack}.", "Lynx Brigade"),
        ("The front announced that it was {holding|1:abduction} two judges.", "front"),
        ("Rebels reported having {ambushed|1:attack} a patrol.", "Rebels"),
        ("Rebels claimed they {seized|1:abduction} two judges.", "Rebels"),
        ("Rebels claim it killed four guards in an {ambush|1:attack}.", "Rebels"),
    ],
)
def test_a_claimed_act_has_a_claimant(marked, claimant):
    assert claimants(marked) == [[claimant]]


@pytest.mark.parametrize(
    "marked",
    [
        # nobody, not, not yet
        "No group has claimed the {raid|1:attack}.",
        "A {raid|1:attack} hurt ten. No group has owned up.",
        "A {raid|1:attack} hurt ten. Rebels owned two farms.",
        "Rebels owned the mill that was {bombed|1:bombing}.",
        "Rebels falsely claimed the {raid|1:attack}.",
        "The {raid|1:attack} was claimed by the mayor to be a stunt.",
        "Residents said it {hit|1:attack} a school.",
        "The mayor said it {shelled|1:shelling} the town.",
        "A {raid|1:attack} killed ten. The president took responsibility.",
        "A {raid|1:attack} killed ten. The insurer paid. The club took the credit.",
        "A {raid|1:attack} began. No one claimed responsibility.",
        "A {raid|1:attack} began. There was no claim of responsibility.",
        "A {raid|1:attack} began. Responsibility was not claimed by rebels.",
        "Rebels have not claimed the {raid|1:attack}.",
        "Rebels could claim the {raid|1:attack}.",
        "If rebels claimed the {raid|1:attack}, the army would act.",
        # denials and blame
        "Rebels denied the {raid|1:attack}.",
        "The army blamed rebels for the {raid|1:attack}.",
        "The army said rebels were behind the {raid|1:attack}.",
        "The army said that its men were {attacked|1:attack}.",
        "The army said it was {attacked|1:attack} at dawn.",
        # other senses
        "The {raid|1:attack} claimed 12 lives.",
        "Police claim six rebels {shot|1:attack}",
        "The mayor claimed that residents {attacked|1:attack} the post.",
        "The mayor claimed the {raid|1:attack} killed ten farmers.",
        "Rebels claimed the town that was {shelled|1:shelling}.",
        "Gunmen {attacked|1:attack} farmers on land claimed by two districts.",
        # what somebody says that others did
        "Residents claimed the army carried out the {attack|1:attack}.",
        "Opposition activists claimed police launched the {raid|1:attack}.",
        "Kyiv claimed Russian forces staged the {bombing|1:bombing}.",
        "Kyiv claimed Russian forces reportedly staged {bombings|1:bombing}.",
        "The party claimed soldiers launched {raids|1:attack} on farms.",
        "The party claims the militia carries out {raids|1:attack} on farms.",
        "The party claimed the army will stage an {attack|1:attack}.",
        "The party claimed an {airstrike|1:airstrike} hit the market.",
        "The party claimed a {raid|1:attack} on the market struck two homes.",
        "The party claimed the {raid|1:attack} failed.",
        "The party claimed a {raid|1:attack} damaged the market.",
        "The party claimed an {attack|1:attack} by soldiers on the market.",
        "The party claims army {attack|1:attack} hit market",
        "Villagers claimed an {airstrike|1:airstrike} on the market.",
        "Villagers claimed it {shelled|1:shelling} the market.",
        "Eyewitnesses claimed they {shelled|1:shelling} the market.",
        "A rights group alleges an {attack|1:attack} on the market.",
        # no such act, or no fact
        "Rebels claimed the {killing|1:death}.",
        "Rebels claimed the {march|1:protest}.",
        "Rebels claimed a {truce|1:agreement}.",
        "The Lynx Brigade claimed responsibility for a {raid|1:attack?}.",
        # the act told last is of another story
        "A {raid|1:attack} began.\nIt rained.\nRebels claimed responsibility.",
        "It claimed the {raid|1:attack}.",
    ],
)
def test_what_nobody_claims_has_no_claimant(marked):
    assert claimants(marked) == [[]]


def test_a_claim_of_several_acts():
    marked = (
        "Rebels claimed the {raid|1:attack} on Harn and the {blast|2:bombing} in Odrel, and the"
        " army {shelled|3:shelling} Odrel."
    )
    assert claimants(marked) == [["Rebels"], ["Rebels"], []]


def test_an_act_in_the_clause_goes_before_one_told_earlier():
    marked = (
        "A {raid|1:attack} began. Rebels claimed to have killed ten men in an {ambush|2:attack}."
    )
    assert claimants(marked) == [[], ["Rebels"]]


def test_a_second_verb_has_the_subject_of_the_first():
    marked = (
        "The Lynx Brigade claimed the {raid|1:attack} and said its fighters had"
        " {fired|2:shelling} mortars."
    )
    assert claimants(marked) == [["Lynx Brigade"]] * 2


def test_a_claimant_that_was_tagged_stays():
    marked = "The {LB|1.claimant} is known. Rebels claimed the {raid|1:attack}."
    assert claimants(marked) == [["LB"]]


@pytest.mark.parametrize(
    ("marked", "times"),
    [
        ("Rebels claimed the {raid|1:attack} in a message on {Friday|1.time}.", []),
        ("Rebels claimed responsibility on {Friday|1.time} for the {raid|1:attack}.", []),
        ("Rebels on {Friday|1.time} claimed the {raid|1:attack}.", []),
        ("Rebels, on {Friday|1.time}, claimed the {raid|1:attack}.", []),
        ("Rebels claimed the {raid|1:attack} on a TV channel on {Friday|1.time}.", ["Friday"]),
        ("Rebels said on {Friday|1.time} that it had {raided|1:attack} Harn.", []),
        (
            "Rebels claimed on {Friday|1.time} the {raid|1:attack} of {Monday|1.time}.",
            ["Monday"],
        ),
        ("Rebels claimed {Friday|1.time}'s {raid|1:attack}.", ["Friday"]),
        ("Rebels claimed the {raid|1:attack} on {Friday|1.time}.", ["Friday"]),
        (
            "On {Friday|1.time} rebels {raided|1:attack} Harn. It claimed responsibility.",
            ["Friday"],
        ),
        ("No group claimed the {raid|1:attack} in a message on {Friday|1.time}.", ["Friday"]),
    ],
)
def test_the_day_of_a_claim_is_not_that_of_the_act(marked, times):
    [event] = name_claimants(read(marked)).events
    assert [one.text for one in event.arguments if one.role == "time"] == times


def test_an_incident_has_the_claimant_and_not_the_day_of_the_claim():
    record = read(
        "The {Lynx Brigade|9.agent} claimed the {raid|1:attack} in a message on {Friday|1.time} and"
        " said {its fighters|2.agent} had {used|2:shelling} {mortars|2.instrument}.\n"
        "{Troops|9.agent} {withdrew|9:deployment}."
    )
    claimed = [one for one in analyse(record).incidents if one.type != "deployment"]
    assert claimed
    for incident in claimed:
        assert [entity.name for entity in incident.roles["claimant"]] == ["Lynx Brigade"]
        assert incident.interval is None


@settings(max_examples=100)
@given(records())
def test_only_claimants_are_added_and_only_times_left_out(record):
    named = name_claimants(record)
    assert named.text == record.text
    for before, after in zip(record.events, named.events, strict=True):
        added = [one for one in after.arguments if one not in before.arguments]
        left_out = [one for one in before.arguments if one not in after.arguments]
        assert {one.role for one in added} <= {"claimant"}
        assert {one.role for one in left_out} <= {"time"}
        for one in added:
            assert record.text[one.start : one.end] == one.text
    assert name_claimants(named) == named
