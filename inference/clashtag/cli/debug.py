"""`clashtag debug`: what a bug report or a slow machine needs to be understood."""

from __future__ import annotations

import json
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clashtag.bundle import load_bundle, shipped_bundle_path
from clashtag.errors import BundleError
from clashtag.threads import available_threads, cgroup_quota

_REQUIRED = ("clashtag", "numpy", "onnxruntime", "tokenizers", "typer", "rich")
_OPTIONAL = (
    "openvino",
    "pyyaml",
    "torch",
    "transformers",
    "datasets",
    "accelerate",
    "evaluate",
    "onnx",
)
_CPU_INFO = Path("/proc/cpuinfo")
_CPU_FEATURES = {
    "avx2": ("avx2",),
    "avx512": ("avx512f",),
    "vnni": ("avx512_vnni", "avx_vnni"),
    "bf16": ("avx512_bf16", "amx_bf16"),
    "amx": ("amx_int8", "amx_tile"),
}


def debug(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Print versions, CPU features, threads and the shipped model, for bug reports."""
    facts = collect_facts()
    if as_json:
        typer.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    for title, values in facts.items():
        unknown = {"versions": "not installed", "threads": "none"}.get(title, "unknown")
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="dim", min_width=16)
        table.add_column(overflow="fold")
        for name, value in values.items():
            table.add_row(name.replace("_", " "), Text(_shown(value, unknown)))
        console.print(Text(title, style="bold"), table, "", sep="\n")


def collect_facts() -> dict[str, dict[str, Any]]:
    """Return everything the command prints, as JSON values under a title each."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    quota = cgroup_quota(Path("/sys/fs/cgroup"), Path("/proc/self/cgroup"))
    return {
        "versions": {"python": platform.python_version()}
        | {name: _version(name) for name in (*_REQUIRED, *_OPTIONAL)},
        "machine": {"platform": platform.platform(), **cpu_facts(_read(_CPU_INFO))},
        "threads": thread_facts(available_threads(), affinity, quota),
        "onnxruntime": _onnxruntime_facts(),
        "model": _model_facts(),
    }


def cpu_facts(cpu_info: str) -> dict[str, Any]:
    """Return the CPU's model and the instructions that matter, from the text of /proc/cpuinfo.

    A feature is None where the text does not list the CPU's flags.
    """
    fields: dict[str, str] = {}
    for line in cpu_info.splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    flags = set(fields.get("flags", "").split())
    features = {
        name: not flags.isdisjoint(any_of) if flags else None
        for name, any_of in _CPU_FEATURES.items()
    }
    model = fields.get("model name") or platform.processor() or platform.machine()
    return {"cpu": model, "cpus": os.cpu_count(), **features}


def thread_facts(used: int, affinity: int | None, quota: float | None) -> dict[str, Any]:
    """Return the threads that tagging will use, and which limit decides."""
    allowed = "the CPUs of this machine" if affinity is None else "the CPUs of its affinity"
    if quota is None:
        why = f"{allowed}; no cgroup quota"
    elif used < (affinity or os.cpu_count() or 1):
        why = f"its cgroup's quota of {quota:g} CPUs, rounded up"
    else:
        why = f"{allowed}; its cgroup's quota of {quota:g} CPUs allows them"
    return {"used": used, "why": why, "affinity": affinity, "cgroup_quota": quota}


def _onnxruntime_facts() -> dict[str, Any]:
    try:
        import onnxruntime
    except ImportError as error:
        return {"error": str(error)}
    return {"providers": onnxruntime.get_available_providers()}


def _model_facts() -> dict[str, Any]:
    try:
        bundle = load_bundle(shipped_bundle_path())
    except BundleError as error:
        return {"verified": False, "problem": error.problem, "next_step": error.next_step}
    manifest = bundle.manifest
    return {
        "name": manifest.name,
        "version": manifest.version,
        "created": manifest.created,
        "megabytes": round(sum(file.bytes for file in manifest.files.values()) / 1e6, 1),
        "verified": True,
        "path": str(bundle.path),
    }


def _shown(value: object, unknown: str) -> str:
    if value is None:
        return unknown
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
