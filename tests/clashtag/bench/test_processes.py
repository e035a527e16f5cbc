"""What runs in processes of its own: cold starts, rivals, soaks."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace

import numpy as np
import pytest

from clashtag.bench.articles import word_count
from clashtag.bench.comparison import compare
from clashtag.bench.fresh_process import measure_fresh_process
from clashtag.bench.machine import resident_megabytes, this_machine
from clashtag.bench.rivals import OURS, Rival, RivalSettings, load_system
from clashtag.bench.soak import MemorySample, run_soak, summarize
from clashtag.bench.workers import UnavailableError, running_team
from clashtag.errors import ClashtagError, InputError, MissingExtraError

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
TEXTS = ["Armed gunmen said the attack killed civilians."] * 4


@pytest.fixture
def settings(tiny_bundle):
    return RivalSettings(tiny_bundle, fp32=None, checkpoint=None, threads=1)


def test_machine_is_described():
    machine = this_machine()
    assert machine.cpu
    assert machine.cpu_count >= 1
    assert {"python", "numpy", "onnxruntime"} <= set(machine.versions)


@linux
def test_resident_memory_sees_what_is_held():
    before = resident_megabytes()
    held = np.ones(8_000_000)
    assert resident_megabytes() - before > 0.8 * held.nbytes / 1e6


@pytest.mark.usefixtures("other_processes")
def test_fresh_process_starts_and_reports_its_memory(tiny_bundle):
    found = measure_fresh_process(tiny_bundle, 1, TEXTS[0], TEXTS, starts=2)
    assert found.starts == 2
    assert 0 < found.cold_start_seconds.low <= found.cold_start_seconds.high
    assert found.first_words == 7
    assert found.peak_megabytes is None or 20 < found.peak_megabytes < 2000


@pytest.mark.usefixtures("other_processes")
def test_fresh_process_that_fails_says_why(tmp_path):
    with pytest.raises(ClashtagError, match="ended with code 1"):
        measure_fresh_process(tmp_path, 1, TEXTS[0], [], starts=1)


def test_rivals_that_cannot_run_are_listed_with_the_reason(settings):
    steps: list[str] = []
    found = compare(["fp32"], settings, TEXTS, rounds=2, on_step=steps.append)
    assert [system.name for system in found.systems] == [OURS]
    [missing] = found.unavailable
    assert missing.name == "fp32"
    assert missing.reason.startswith("needs the model's fp32 form: give --fp32")
    assert steps == ["loading clashtag", "loading fp32", "rivals in turns"]


def test_rival_is_measured_beside_the_tagger(settings, tiny_bundle):
    found = compare(
        ["fp32"], replace(settings, fp32=tiny_bundle), TEXTS, rounds=2, on_step=lambda _: None
    )
    assert [system.name for system in found.systems] == [OURS, "fp32"]
    for system in found.systems:
        assert system.articles == len(TEXTS)
        assert system.scope == "whole job"
        assert system.has_our_weights is False  # a bundle that does not say where it is from
    ours, theirs = (system.documents_per_second.high for system in found.systems)
    assert found.systems[0].ours_over_theirs.median == 1
    assert found.systems[1].ours_over_theirs.high <= ours / (
        found.systems[1].documents_per_second.low
    )
    assert theirs > 0


def test_tagger_that_cannot_run_is_an_error(settings, tmp_path):
    broken = replace(settings, model=tmp_path)
    with pytest.raises(UnavailableError, match=r"manifest\.json"):
        compare([], broken, TEXTS, rounds=1, on_step=lambda _: None)


def test_team_shares_the_texts_and_survives_no_death(settings):
    with running_team(OURS, replace(settings, processes=2, threads=2)) as team:
        assert team.wait_until_loaded().scope == "whole job"
        team.run(TEXTS)
        process, _ = team._members[1]
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(UnavailableError, match="ended with code -9"):
            team.run(TEXTS)
    assert all(not process.is_alive() for process, _ in team._members)


def test_rival_without_its_package_names_the_extra(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    monkeypatch.delitem(sys.modules, "clashtag.bench.rivals.spacy_cnn", raising=False)
    with pytest.raises(MissingExtraError, match=r"pip install 'clashtag\[bench\]'"):
        load_system("spacy", settings)


def test_a_bug_in_a_rival_is_not_a_missing_package(settings, monkeypatch):
    registry = {"broken": Rival("no_such_module", "bench")}
    monkeypatch.setattr("clashtag.bench.rivals.RIVALS", registry)
    with pytest.raises(ModuleNotFoundError):
        load_system("broken", settings)


@pytest.mark.parametrize(
    ("megabytes", "has_plateau"),
    [
        (lambda n: 200 + 40 * (1 - 0.9**n) + (n * 7) % 5, True),
        (lambda n: 200 + 0.2 * n, False),
        (lambda n: 200 + 0 * n, True),
        (lambda n: 300 - n, True),
    ],
)
def test_soak_tells_a_plateau_from_a_leak(megabytes, has_plateau):
    samples = [MemorySample(50 * n, megabytes(n)) for n in range(201)]
    assert summarize(samples, words=1, seconds=1.0).has_plateau is has_plateau


def test_soak_measures_the_rise_of_the_second_half():
    soak = summarize([MemorySample(n, 100.0 + n) for n in range(101)], words=1, seconds=1.0)
    assert soak.rise_megabytes == pytest.approx(50)
    assert (soak.before_megabytes, soak.peak_megabytes, soak.mean_megabytes) == (100, 200, 175)


@linux
def test_soak_tags_all_articles(tiny_bundle, articles):
    seen: list[int] = []
    soak = run_soak(tiny_bundle, 1, articles.texts, 20, on_sample=seen.append)
    assert seen == list(range(21))
    assert soak.articles == 20
    assert soak.words > 20 * 20
    assert len(soak.samples) == 21


@linux
def test_soak_without_a_model_says_so(tmp_path, articles):
    with pytest.raises(ClashtagError, match=r"ended with code 1 after 0 of 100 articles"):
        run_soak(tmp_path, 1, articles.texts, 100, on_sample=lambda _: None)


def test_word_counts_are_of_white_space():
    assert word_count(" a  b\nc ") == 3


def test_checkpoint_is_asked_for(settings):
    with pytest.raises(InputError, match="needs the trained weights"):
        settings.require_checkpoint()
