from __future__ import annotations

import pytest

from clashtag.analysis.codebooks.codes import acled_code
from clashtag.formats.acled_actors import Actors, acled_actors
from coded_incidents import read_coded

CODED = {coded.name: coded for name in ("dev", "heldout") for coded in read_coded(name)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ambush-convoy", Actors("Gunmen", (), "army convoy")),
        ("village-raid", Actors("Armed men on motorcycles", (), "Civilians", ("eleven farmers",))),
        ("raid-on-houses-with-clash", Actors("Security forces")),
        ("raid-on-houses-soldier-hurt", Actors("Security forces")),
        ("massacre-then-clash", Actors("Militiamen", (), "Civilians", ("twelve refugees",))),
        ("clash-patrol", Actors("Soldiers", (), "rebels")),
        (
            "assassination",
            Actors("Unidentified gunmen", (), "Civilians", ("mayor of Ostrava Mare",)),
        ),
        ("airstrike", Actors("Warplanes", (), "Civilians")),
        ("ied", Actors(None, (), "Civilians", ("eight passengers",))),
        ("interception", Actors("Air defences")),
        ("troops-sent", Actors("Kestria")),
        ("peaceful-march", Actors("Protesters", ("Thousands of teachers",))),
        ("protest-shot", Actors("Protesters", ("Demonstrators",), "Police")),
        ("gas-on-crowd", Actors("Protesters", ("marchers",), "Gendarmes")),
        ("mob-lynch", Actors("Rioters", ("mob",))),
        ("police-against-march", Actors("Rioters", ("Protesters",), "police")),
        ("ceasefire", Actors("government", (), "rebels")),
        ("signed", Actors("government", (), "three armed groups")),
        ("threatened", Actors("rebels")),
        ("deaths-alone", Actors()),
    ],
)
def test_acled_actors(name: str, expected: Actors):
    coded = CODED[name]
    code = acled_code(coded.incident, coded.record)
    assert acled_actors(coded.incident, coded.record, code) == expected
