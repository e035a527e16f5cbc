from __future__ import annotations

import pytest

from clashtag.errors import InputError
from clashtag.outcomes import analysing, not_tagged


@pytest.mark.parametrize(
    ("failure", "words", "advice"),
    [
        (InputError("no ISO date", "write it well"), "no ISO date", "write it well"),
        (OverflowError("out of range"), "OverflowError: out of range", "report it"),
        (RecursionError("too deep"), "RecursionError: too deep", "report it"),
        (MemoryError(), "MemoryError: ", "report it"),
    ],
)
def test_analysing_names_the_article_and_the_cause(failure, words, advice):
    with pytest.raises(InputError) as error, analysing("a.jsonl:3"):
        raise failure
    assert error.value.problem == f"a.jsonl:3: tagged, but without incidents: {words}"
    assert advice in error.value.next_step
    assert error.value.__cause__ is failure


@pytest.mark.parametrize("failure", [OSError("no space"), KeyboardInterrupt(), SystemExit(1)])
def test_analysing_blames_no_article_for_the_system_or_the_user(failure):
    with pytest.raises(type(failure)) as error, analysing("a.jsonl:3"):
        raise failure
    assert error.value is failure


def test_analysing_leaves_what_succeeds_alone():
    with analysing("a.jsonl:3"):
        pass


def test_not_tagged_names_the_article_and_the_cause():
    error = not_tagged("a.jsonl:3", RuntimeError("no memory for a tensor"))
    assert error.problem == "a.jsonl:3: could not be tagged: RuntimeError: no memory for a tensor"
