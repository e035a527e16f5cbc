from __future__ import annotations

import json
import platform

import pytest
from typer.testing import CliRunner

from clashtag.cli.app import app
from clashtag.cli.debug import cpu_facts, thread_facts

CPU_INFO = """processor\t: 0
model name\t: Example CPU @ 2.00GHz
flags\t\t: fpu sse2 avx2 avx512f avx_vnni

processor\t: 1
model name\t: Second
"""


def test_cpu_facts_reads_the_first_processor():
    facts = cpu_facts(CPU_INFO)
    assert facts["cpu"] == "Example CPU @ 2.00GHz"
    features = {name: facts[name] for name in ("avx2", "avx512", "vnni", "amx")}
    assert features == {"avx2": True, "avx512": True, "vnni": True, "amx": False}


def test_cpu_facts_without_flags_claims_nothing():
    facts = cpu_facts("")
    assert facts["cpu"]
    assert facts["avx2"] is None


@pytest.mark.parametrize(
    ("used", "affinity", "quota", "words"),
    [
        (4, 4, None, "CPUs of its affinity; no cgroup quota"),
        (2, 8, 1.5, "quota of 1.5 CPUs, rounded up"),
        (2, 2, 16.0, "CPUs of its affinity; its cgroup's quota of 16 CPUs allows them"),
        (2, None, None, "CPUs of this machine"),
    ],
)
def test_thread_facts_say_which_limit_decides(used, affinity, quota, words):
    assert words in thread_facts(used, affinity, quota)["why"]


def test_debug_json_holds_every_part():
    result = CliRunner().invoke(app, ["debug", "--json"])
    assert result.exit_code == 0
    facts = json.loads(result.stdout)
    assert set(facts) == {"versions", "machine", "threads", "onnxruntime", "model"}
    assert facts["versions"]["python"] == platform.python_version()
    assert "CPUExecutionProvider" in facts["onnxruntime"]["providers"]
    assert facts["threads"]["used"] >= 1
    assert isinstance(facts["model"]["verified"], bool)


def test_debug_prints_for_readers():
    result = CliRunner().invoke(app, ["debug"])
    assert result.exit_code == 0
    assert platform.python_version() in result.stdout
    assert "avx512" in result.stdout
