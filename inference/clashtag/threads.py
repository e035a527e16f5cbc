"""How many threads this process may really use: its CPU affinity, capped by its cgroup quota."""

from __future__ import annotations

import math
import os
from pathlib import Path, PurePosixPath

from clashtag.errors import InputError

_MOST_PER_CPU = 4
_ALWAYS_ALLOWED = 64
_CGROUP_ROOT = Path("/sys/fs/cgroup")
_CGROUP_MEMBERSHIP = Path("/proc/self/cgroup")


def available_threads() -> int:
    """Return the number of CPUs the process may run on, at least 1.

    A container's CPU quota hides from `os.cpu_count()`; more threads than the quota pays for
    only wait for one another.
    """
    quota = cgroup_quota(_CGROUP_ROOT, _CGROUP_MEMBERSHIP)
    affinity = _affinity()
    return affinity if quota is None else max(1, min(affinity, math.ceil(quota)))


def most_threads(cpus: int | None = None) -> int:
    """Return how many threads or processes may be asked for: four for each CPU, at least 64.

    Args:
        cpus: how many CPUs there are; by default those that this process may run on.
    """
    return max(_ALWAYS_ALLOWED, _MOST_PER_CPU * (cpus or available_threads()))


def require_few_threads(name: str, count: int) -> None:
    """Refuse a number of threads or processes below 1, or beyond what a machine could bear.

    Raises:
        InputError: naming the number by `name`, and the limit.
    """
    if not 1 <= count <= most_threads():
        raise InputError(
            f"{name} must be from 1 to {most_threads()} on this machine, found {count}",
            f"leave {name} out, or give about one for each CPU",
        )


def cgroup_quota(root: Path, membership: Path) -> float | None:
    """Return the tightest CPU quota, in CPUs, on a process's cgroups; None where there is none.

    Args:
        root: where the cgroup file systems are mounted, `/sys/fs/cgroup`.
        membership: the process's list of cgroups, `/proc/self/cgroup`.
    """
    quotas: list[float] = []
    for line in _text(membership).splitlines():
        _, _, controllers_and_path = line.partition(":")
        controllers, _, path = controllers_and_path.partition(":")
        if not controllers:
            folders = _with_parents(root, path)
            quotas += [parse_cpu_max(_text(folder / "cpu.max")) for folder in folders]
        elif "cpu" in controllers.split(","):
            for folder in _with_parents(root / "cpu", path):
                period = _text(folder / "cpu.cfs_period_us")
                quotas.append(parse_cfs(_text(folder / "cpu.cfs_quota_us"), period))
    tightest = min(quotas, default=math.inf)
    return tightest if math.isfinite(tightest) else None


def parse_cpu_max(text: str) -> float:
    """Return the CPUs that a cgroup v2 `cpu.max` ("200000 100000") allows; infinite for none."""
    quota, _, period = text.strip().partition(" ")
    return parse_cfs(quota, period)


def parse_cfs(quota: str, period: str) -> float:
    """Return the CPUs that a cgroup v1 quota and period in microseconds allow; -1 is no limit."""
    try:
        cpus = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):
        return math.inf
    return cpus if cpus > 0 else math.inf


def _with_parents(mount: Path, cgroup: str) -> list[Path]:
    """Return the folders of a cgroup and of its parents: each of them may set a quota."""
    inside = PurePosixPath(cgroup.lstrip("/"))
    return [mount / folder for folder in (inside, *inside.parents)]


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
