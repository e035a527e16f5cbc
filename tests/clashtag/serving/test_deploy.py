"""The container's files, checked without an engine that builds them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from clashtag.serving.settings import ServeSettings, refuse_unknown_variables

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose():
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2]) for line in lines]


def test_dockerfile_has_two_stages_and_an_ordinary_user():
    names = [name for name, _ in instructions()]
    assert names.count("FROM") == 2
    last_stage = instructions()[len(names) - names[::-1].index("FROM") - 1 :]
    final = dict(last_stage)
    assert final["USER"] == "10001:10001"
    assert final["ENTRYPOINT"] == '["clashtag", "serve"]'
    assert "/health/live" in final["HEALTHCHECK"]
    assert final["EXPOSE"] == str(ServeSettings.port)
    assert not any("pip install" in value for _, value in last_stage)


def test_dockerfile_copies_what_exists_and_is_not_ignored():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for name, value in instructions():
        if name == "COPY" and "--from" not in value:
            *sources, _ = value.split()
            for source in sources:
                assert (ROOT / source).exists()
                assert f"!{source}" in ignored


def test_dockerfile_health_check_works(server):
    check = dict(instructions())["HEALTHCHECK"]
    command = re.search(r"CMD (\[.*\])", check)[1]
    program, flag, code = shlex.split(command.strip("[]").replace('", "', '" "'))
    assert (program, flag) == ("python", "-c")
    port = server.url.rpartition(":")[2]
    environment = {"CLASHTAG_SERVE_PORT": port}
    python = shutil.which("python3")
    assert subprocess.run([python, "-c", code], env=environment, check=False).returncode == 0
    environment["CLASHTAG_SERVE_PORT"] = "1"
    done = subprocess.run([python, "-c", code], env=environment, check=False, capture_output=True)
    assert done.returncode != 0


def test_dockerfile_variables_are_settings(compose):
    named = re.findall(r"(CLASHTAG_SERVE_\w+)", DOCKERFILE)
    refuse_unknown_variables(dict.fromkeys(named, ""))
    refuse_unknown_variables(compose["services"]["clashtag"]["environment"])


def test_compose_is_locked_down(compose):
    service = compose["services"]["clashtag"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"] == "10001:10001"
    assert "no-new-privileges:true" in service["security_opt"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_compose_gives_the_server_time_to_stop(compose):
    service = compose["services"]["clashtag"]
    given = service["environment"]
    needed_s = float(given["CLASHTAG_SERVE_DRAIN_DELAY_S"]) + float(given["CLASHTAG_SERVE_GRACE_S"])
    assert float(service["stop_grace_period"].removesuffix("s")) > needed_s


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="needs hadolint")
def test_dockerfile_passes_hadolint():
    subprocess.run([shutil.which("hadolint"), str(DEPLOY / "Dockerfile")], check=True)
