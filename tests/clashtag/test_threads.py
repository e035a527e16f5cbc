import os

import pytest

from clashtag import threads
from clashtag.errors import InputError
from clashtag.threads import (
    available_threads,
    cgroup_quota,
    most_threads,
    parse_cfs,
    parse_cpu_max,
    require_few_threads,
)


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("200000 100000\n", 2.0),
        ("50000 100000", 0.5),
        ("max 100000\n", float("inf")),
        ("", float("inf")),
        ("200000 0", float("inf")),
    ],
)
def test_parse_cpu_max(text, cpus):
    assert parse_cpu_max(text) == cpus


@pytest.mark.parametrize(
    ("quota", "period", "cpus"),
    [("150000\n", "100000\n", 1.5), ("-1\n", "100000\n", float("inf")), ("", "", float("inf"))],
)
def test_parse_cfs(quota, period, cpus):
    assert parse_cfs(quota, period) == cpus


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def test_quota_is_the_tightest_of_a_v2_cgroup_and_its_parents(tmp_path):
    membership = tmp_path / "membership"
    _write(membership, "0::/pod/container\n")
    _write(tmp_path / "fs/pod/container/cpu.max", "400000 100000")
    _write(tmp_path / "fs/pod/cpu.max", "150000 100000")
    assert cgroup_quota(tmp_path / "fs", membership) == 1.5


def test_quota_is_found_at_the_mount_when_the_cgroup_path_is_the_hosts(tmp_path):
    membership = tmp_path / "membership"
    _write(membership, "4:cpu,cpuacct:/docker/1234\n3:memory:/docker/1234\n")
    _write(tmp_path / "fs/cpu/cpu.cfs_quota_us", "300000\n")
    _write(tmp_path / "fs/cpu/cpu.cfs_period_us", "100000\n")
    assert cgroup_quota(tmp_path / "fs", membership) == 3.0


@pytest.mark.parametrize("membership", ["", "0::/\n", "not a cgroup list\n"])
def test_quota_is_none_without_a_limit(tmp_path, membership):
    _write(tmp_path / "membership", membership)
    assert cgroup_quota(tmp_path / "fs", tmp_path / "membership") is None


@pytest.mark.parametrize(
    ("affinity", "quota", "expected"), [(8, 1.5, 2), (8, 0.1, 1), (2, 16.0, 2), (4, None, 4)]
)
def test_available_threads_is_the_affinity_capped_by_the_quota(
    monkeypatch, affinity, quota, expected
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(affinity)), raising=False)
    monkeypatch.setattr(threads, "cgroup_quota", lambda *_: quota)
    assert available_threads() == expected


@pytest.mark.parametrize(("cpus", "most"), [(1, 64), (2, 64), (128, 512)])
def test_most_threads_goes_by_the_cpus(cpus, most):
    assert most_threads(cpus) == most


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_require_few_threads_names_the_limit_and_the_number(count):
    with pytest.raises(InputError, match=f"threads must be from 1 to {most_threads()} .* {count}"):
        require_few_threads("threads", count)


def test_require_few_threads_allows_all_up_to_the_limit():
    for count in (1, most_threads()):
        require_few_threads("threads", count)
