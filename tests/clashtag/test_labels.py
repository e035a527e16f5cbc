import json
from dataclasses import replace

import pytest

from clashtag.errors import BundleError
from clashtag.labels import Continuation, Labels
from tiny_model import LABELS


def labels_with(path, value):
    fields = json.loads(json.dumps(LABELS.to_dict()))
    *parents, last = path.split(".")
    section = fields
    for key in parents:
        section = section[key]
    section[last] = value
    return fields


def test_labels_survive_json():
    assert Labels.from_dict(json.loads(json.dumps(LABELS.to_dict()))) == LABELS
    other = replace(LABELS, continuation=Continuation(roles=0.35))
    assert Labels.from_dict(json.loads(json.dumps(other.to_dict()))) == other


def test_labels_of_older_bundles_have_no_continuation():
    fields = replace(LABELS, continuation=Continuation(roles=0.35)).to_dict()
    assert fields.pop("continuation") == {"roles": 0.35}
    assert Labels.from_dict(fields).continuation == Continuation(roles=0.2)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("colour", 1, "unknown key 'colour'"),
        ("ontology.types", {}, "types: must be a mapping"),
        ("thresholds", None, "thresholds must be an object"),
        ("thresholds.triggers", {"attack": 0.5}, "thresholds.triggers lacks 'airstrike'"),
        ("thresholds.roles.driver", 0.5, "thresholds.roles has the unknown key 'driver'"),
        ("thresholds.roles.agent", 1.5, "thresholds.roles.agent must be a number from 0.0 to 1.0"),
        ("thresholds.roles.agent", True, "found True"),
        ("thresholds.roles.agent", float("nan"), "found nan"),
        ("temperature.roles", 0, "temperature.roles must be a number from 0.001"),
        ("continuation", 0.2, "continuation must be an object, found 0.2"),
        ("continuation", {}, "continuation lacks 'roles'"),
        ("continuation.mood", 1, "continuation has the unknown key 'mood'"),
        ("continuation.roles", -0.1, "continuation.roles must be a number from 0.0 to 1.0"),
        ("continuation.roles", 1.01, "continuation.roles must be a number from 0.0 to 1.0"),
        ("continuation.roles", "0.2", "found '0.2'"),
        ("temperature.mood", 1, "temperature has the unknown key 'mood'"),
        ("shared_span_roles", [["agent"]], "pairs of two known roles, found ['agent']"),
        ("shared_span_roles", [["agent", "driver"]], "pairs of two known roles"),
        ("shared_span_roles", {}, "shared_span_roles must be a list"),
        ("windows.stride", 3, "windows has the unknown key 'stride'"),
        ("windows.max_tokens", 2, "windows.max_tokens must be at least 3"),
        ("windows.max_tokens", 64.0, "windows.max_tokens must be a whole number"),
        ("windows.overlap_tokens", 16, "windows.overlap_tokens must be at most 15"),
        ("windows.role_context_tokens", 0, "windows.role_context_tokens must be at least 1"),
        ("special_tokens.cls", "[CLS]", "special_tokens.cls must be a whole number"),
    ],
)
def test_labels_are_read_strictly(path, value, problem):
    with pytest.raises(BundleError) as caught:
        Labels.from_dict(labels_with(path, value))
    assert problem in caught.value.problem


def test_labels_list_every_problem():
    fields = labels_with("temperature.roles", -1)
    fields["windows"]["max_tokens"] = 0
    with pytest.raises(BundleError) as caught:
        Labels.from_dict(fields)
    assert "temperature.roles" in caught.value.problem
    assert "windows.max_tokens" in caught.value.problem
