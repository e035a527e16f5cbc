from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator

import pytest

from clashtag.errors import InputError
from clashtag.outcomes import analysing, not_tagged, tag_each
from clashtag.records import Record


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


class Failing:
    """A tagger that fails at texts of its failures, and tags the others."""

    def __init__(self, failures: dict[str, Exception]) -> None:
        self._failures = failures

    def tag_many(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            if record.text in self._failures:
                raise self._failures[record.text]
            yield record


def test_tag_each_finds_out_whose_failure_it_is():
    failure = RuntimeError("bad tensor")
    records = [Record(text) for text in "abcb"]
    outcomes = list(tag_each(Failing({"b": failure}), records))
    assert outcomes == [records[0], failure, records[2], failure]


def test_tag_each_blames_no_record_for_a_full_disk():
    failure = OSError(errno.ENOSPC, "no space")
    outcomes = tag_each(Failing({"b": failure}), [Record("a"), Record("b")])
    assert next(outcomes).text == "a"
    with pytest.raises(OSError, match="no space"):
        next(outcomes)
