"""Error analyses name the same counts in the same order, whichever process makes them."""

from __future__ import annotations

import os
import subprocess
import sys

from clashtag.records import Argument, Event, Record, Span
from clashtag_training.benchmarks.errors import analyse_errors


def record(identifier, *roles):
    arguments = (Argument(role, 2 * n, 2 * n + 1, "x") for n, role in enumerate(roles))
    return Record("x" * 40, identifier, (Event("attack", Span(38, 39, "x"), tuple(arguments)),))


def test_outcomes_and_confusions_stand_commonest_first_then_by_name():
    errors = analyse_errors(
        "events",
        "gold triggers",
        [record("a", "time", "victim", "target", "agent"), record("b", "target", "victim")],
        [record("a", "time", "target", "place", "victim"), record("b", "place", "target")],
    )
    assert list(errors.outcomes["arguments"].items()) == [
        ("wrong role", 5),
        ("correct", 1),
        ("missed", 0),
        ("spurious", 0),
    ]
    assert list(errors.confusions.items()) == [
        ("target → place", 2),
        ("victim → target", 2),
        ("agent → victim", 1),
    ]


# The one filler of PerpInd fits both gold entities of that role; the strings of the one that is
# left decide what the other predictions are.
ANALYSES = """
import json
from dataclasses import asdict

from clashtag.records import Event, Record, Span
from clashtag_training.benchmarks.errors import analyse_errors

def events(types):
    found = (Event(name, Span(2 * n, 2 * n + 1, "x")) for n, name in enumerate(types))
    return Record("x" * 40, "a", tuple(found))

def fillers(**entities):
    return Record("", "a", extra={"role_fillers": entities})

types = [f"type{number}" for number in range(9)]
named = analyse_errors("events", "end-to-end", [events(types)], [events(types[::-1])])
filled = analyse_errors(
    "role_fillers",
    "end-to-end",
    [fillers(PerpInd=[["rebels", "men"], ["rebels", "boys"]], Victim=[["boys"]])],
    [fillers(PerpInd=[["rebels"]], Target=[["men"]], Weapon=[["boys"]])],
)
print(json.dumps([asdict(named), asdict(filled)]))
"""


def analyses(hash_seed):
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": paths}
    command = [sys.executable, "-c", ANALYSES]
    run = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=100
    )
    return run.stdout


def test_error_analyses_are_the_same_in_every_process():
    assert len({analyses(seed) for seed in ("0", "1", "2", "3")}) == 1
