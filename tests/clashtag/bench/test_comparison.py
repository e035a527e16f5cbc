"""Comparisons with teams that are quick, slow or mortal on purpose, on a clock of their own."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from clashtag.bench import comparison, rounds
from clashtag.bench.comparison import compare
from clashtag.bench.rivals import OURS, RivalSettings
from clashtag.bench.workers import SystemFacts, UnavailableError

TEXTS = ["one", "two", "three", "four"]


class FakeTeam:
    def __init__(self, clock, *, processes: int, seconds: float, runs: float):
        self.clock = clock
        self.processes = processes
        self.seconds = seconds
        self.runs = runs

    def wait_until_loaded(self) -> SystemFacts:
        return SystemFacts("a fake", "whole job", has_our_weights=True, load_seconds=0.1)

    def run(self, texts) -> None:
        if not self.runs:
            raise UnavailableError("its process ended with code -9", "mend it")
        self.runs -= 1
        self.clock.now += self.seconds * len(texts)


@pytest.fixture
def teams(monkeypatch):
    """Seconds an article and runs before death, by name; by default quick and immortal."""
    chosen: dict[str, dict[str, float]] = {}
    clock = SimpleNamespace(now=0.0)

    @contextmanager
    def running_team(name, settings):
        limits = {"seconds": 1.0, "runs": float("inf")} | chosen.get(name, {})
        yield FakeTeam(clock, processes=settings.processes, **limits)

    monkeypatch.setattr(comparison, "running_team", running_team)
    monkeypatch.setattr(rounds, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    return chosen


def run_comparison(*names: str, threads: int = 1):
    settings = RivalSettings(Path("model"), fp32=None, checkpoint=None, threads=threads)
    return compare(names, settings, TEXTS, rounds=3, on_step=lambda _: None)


def test_systems_are_compared_round_by_round(teams):
    teams["fp32"] = {"seconds": 2.0}
    ours, theirs = run_comparison("fp32").systems
    assert ours.documents_per_second.median == pytest.approx(1)
    assert theirs.documents_per_second.median == pytest.approx(0.5)
    assert theirs.ours_over_theirs.low == pytest.approx(2)
    assert ours.ours_over_theirs.high == 1


def test_slow_system_reads_fewer_articles(teams):
    teams["gliner"] = {"seconds": 4.0}
    teams["plain-onnx"] = {"seconds": 40.0}
    articles = {each.name: each.articles for each in run_comparison("gliner", "plain-onnx").systems}
    assert articles == {OURS: 4, "gliner": 2, "plain-onnx": 1}


@pytest.mark.parametrize("runs", [0, 1, 2, 3, 5])
def test_rival_that_dies_is_listed_and_the_others_go_on(teams, runs):
    teams["fp32"] = {"runs": runs}
    found = run_comparison("fp32", "spacy")
    assert [system.name for system in found.systems] == [OURS, "spacy"]
    assert [each.reason for each in found.unavailable] == ["its process ended with code -9"]


def test_tagger_that_dies_ends_the_comparison(teams):
    teams[OURS] = {"runs": 4}
    with pytest.raises(UnavailableError):
        run_comparison("fp32")


@pytest.mark.usefixtures("teams")
def test_single_threaded_rival_has_a_process_for_each_thread():
    found = run_comparison("spacy", "fp32", threads=3)
    assert {each.name: each.processes for each in found.systems} == {OURS: 1, "spacy": 3, "fp32": 1}
