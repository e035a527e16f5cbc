"""The machine a bench runs on, and the memory of a process."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from clashtag.cli.debug import cpu_facts
from clashtag.errors import InputError
from clashtag.threads import cgroup_quota

_PACKAGES = ("clashtag", "numpy", "onnxruntime", "tokenizers")
_CPU_INFO = Path("/proc/cpuinfo")
_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")
_OWN_MEMORY = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Machine:
    """The CPU and its instructions, the limits on the process, and the software.

    Args:
        cpu: the CPU's model.
        cpu_features: those instructions that it has of avx2, avx512, vnni and amx.
        cpu_count: CPUs of the machine.
        affinity: CPUs that the process may run on; None where the system does not say.
        cgroup_quota: CPUs that its container pays for; None for no limit.
        memory_megabytes: the machine's memory; None where the system does not say.
        platform: system and architecture.
        load_before: processes that wanted a CPU, on average over the minute before; None where
            the system does not say.
        versions: of Python and of the packages that were measured.
    """

    cpu: str
    cpu_features: tuple[str, ...]
    cpu_count: int
    affinity: int | None
    cgroup_quota: float | None
    memory_megabytes: int | None
    platform: str
    load_before: float | None
    versions: Mapping[str, str]


def this_machine() -> Machine:
    """Return the machine as it is now, before anything is measured."""
    facts = cpu_facts(_text(_CPU_INFO))
    has_affinity = hasattr(os, "sched_getaffinity")
    return Machine(
        cpu=facts["cpu"],
        cpu_features=tuple(name for name, value in facts.items() if value is True),
        cpu_count=os.cpu_count() or 1,
        affinity=len(os.sched_getaffinity(0)) if has_affinity else None,
        cgroup_quota=cgroup_quota(_CGROUPS, _OWN_CGROUP),
        memory_megabytes=_memory_megabytes(),
        platform=f"{platform.system()} {platform.machine()}",
        load_before=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        versions={"python": platform.python_version(), **package_versions(_PACKAGES)},
    )


def package_versions(names: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of those packages that are installed."""
    versions = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def resident_megabytes() -> float:
    """Return the memory of this process that is in RAM now, in MB (10^6 bytes).

    Raises:
        InputError: on a system without `/proc`.
    """
    try:
        pages = int(_OWN_MEMORY.read_text(encoding="ascii").split()[1])
    except OSError as error:
        raise InputError(
            f"resident memory cannot be read on {platform.system()}: {error}",
            "measure memory on Linux",
        ) from error
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _memory_megabytes() -> int | None:
    names = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" not in names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
