from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clashtag.bulk.checkpoint import Counts, Receipt
from clashtag.bulk.progress import Progress
from clashtag.cli import run_command
from clashtag.cli.app import app
from clashtag.cli.feedback import stderr_console
from clashtag.cli.stop_request import StopRequest
from clashtag.errors import InputError
from clashtag.threads import most_threads

from .conftest import ATTACK, CALM, files_in


@pytest.fixture
def run(tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: object):
        options = ["--output", tmp_path / "out", "--model", tiny_bundle, "--processes", "1"]
        return CliRunner().invoke(app, ["run", *map(str, [*arguments, *options])])

    return invoke


def documents(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_run_reads_all_kinds_of_inputs_and_says_what_it_did(run, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(ATTACK, encoding="utf-8")
    (tmp_path / "in" / "b.csv").write_text(f"id,text\nb,{CALM}\n", encoding="utf-8")
    packed = gzip.compress(json.dumps({"id": "c", "text": ATTACK}).encode())
    (tmp_path / "in" / "c.jsonl.gz").write_bytes(packed)
    (tmp_path / "in" / "d.pdf").write_bytes(b"%PDF")
    result = run(tmp_path / "in", "--format", "jsonl")
    assert result.exit_code == 0, result.stderr
    assert [document["id"] for document in documents(tmp_path / "out")] == [
        str(tmp_path / "in" / "a.txt"),
        "b",
        "c",
    ]
    assert result.stderr.splitlines() == [
        "left out 1 file in folders (.pdf); --input-format would read them",
        f"3 articles in {tmp_path / 'out'}: 4 events, 16 arguments",
    ]
    assert result.stdout == ""


def test_run_writes_parquet_by_default(run, articles, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    assert run(articles).exit_code == 1
    assert pq.read_table(tmp_path / "out" / "documents.parquet").num_rows == 47


def test_run_failed_articles_give_exit_code_1_each_time(run, articles, tmp_path):
    for _ in range(2):
        result = run(articles, "--format", "jsonl")
        assert result.exit_code == 1
        assert f"error: {articles}:13: not JSON" in result.stderr
        assert f"3 inputs failed: {tmp_path / 'out' / 'errors.jsonl'}" in result.stderr
        assert f"2 articles have the id of an earlier one: {tmp_path}" in result.stderr


def test_run_file_that_cannot_be_read_is_one_input_with_its_reason(run, tmp_path):
    table = tmp_path / "nocol.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    result = run(table, "--format", "jsonl")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"0 articles in {tmp_path / 'out'}: 0 events, 0 arguments",
        f"error: {table}: no column 'text'; it has 'a', 'b'",
        "  -> name the columns with --text-column, --id-column, --published-column and --keep",
        f"1 input failed: {tmp_path / 'out' / 'errors.jsonl'}",
    ]


@pytest.mark.parametrize("option", ["--threads", "--processes"])
def test_run_refuses_more_processes_than_the_machine_could_bear(articles, tmp_path, option):
    command = ["run", str(articles), "--output", str(tmp_path / "out"), option, "100000"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert f"error: {option} 100000: more than {most_threads()}" in result.stderr
    assert not (tmp_path / "out").exists()


def test_run_columns_go_by_their_options(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"url,body,date,lang,html\nu,{ATTACK},2026-01-02,en,x\n", encoding="utf-8")
    options = ["--text-column", "body", "--id-column", "url", "--published-column", "date"]
    assert run(path, "--format", "jsonl", *options, "--keep", "lang").exit_code == 0
    (document,) = documents(tmp_path / "out")
    assert list(document) == ["id", "lang", "published", "text", "events", "tokens", "windows"]
    assert (document["id"], document["published"]) == ("u", "2026-01-02")


def test_run_options_of_tag_mean_the_same(run, articles, tmp_path):
    run(articles, "--format", "jsonl", "--types", "death, airstrike", "--min-score", "0.5")
    found = {event["type"] for fields in documents(tmp_path / "out") for event in fields["events"]}
    assert found == {"death"}


def test_run_unknown_type_is_a_usage_error_that_lists_the_known(run, articles, tmp_path):
    result = run(articles, "--types", "deaths")
    assert result.exit_code == 2
    assert "airstrike" in result.stderr
    assert not (tmp_path / "out").exists()


def test_run_incidents_are_counted(run, articles, tmp_path):
    result = run(articles, "--format", "jsonl", "--incidents")
    assert " incidents\n" in result.stderr
    assert (tmp_path / "out" / "incidents.csv").is_file()
    assert documents(tmp_path / "out")[1]["incidents"][0]["type"] == "attack"


def test_run_aliases_name_the_actors_of_incidents(run, tmp_path):
    (tmp_path / "a.txt").write_text(ATTACK, encoding="utf-8")
    names = tmp_path / "names.tsv"
    names.write_text("name\tkind\taliases\nNorthern Band\tgroup\tArmed gunmen\n", encoding="utf-8")
    assert run(tmp_path / "a.txt", "--aliases", names).exit_code == 2
    result = run(tmp_path / "a.txt", "--format", "jsonl", "--incidents", "--aliases", names)
    assert result.exit_code == 0, result.stderr
    assert "Northern Band" in (tmp_path / "out" / "incidents.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.jsonl"], "none.jsonl: no such file"),
        (["-"], "standard input cannot be read again"),
        (["a.jsonl", "--model", "none"], "there is no bundle"),
    ],
)
def test_run_problems_are_explained(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").touch()
    result = CliRunner().invoke(app, ["run", *arguments, "--output", "out", "--processes", "1"])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert words in result.stderr
    assert "\n  -> " in result.stderr
    assert not (tmp_path / "out").exists()


def test_run_max_errors_stops_it(run, articles):
    result = run(articles, "--format", "jsonl", "--max-errors", "0", "--part-articles", "5")
    assert result.exit_code == 1
    assert "more than the 0 that --max-errors allows" in result.stderr


def test_run_without_pyarrow_names_the_extra(tmp_path, articles, tiny_bundle):
    code = (
        "import sys\n"
        "sys.modules['pyarrow'] = None\n"
        "from clashtag.cli import main\n"
        f"sys.argv = ['clashtag', 'run', {str(articles)!r}, '-o', {str(tmp_path / 'out')!r},"
        f" '--model', {str(tiny_bundle)!r}, '--processes', '1', *sys.argv[1:]]\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'clashtag[run]'" in done.stderr
    assert not (tmp_path / "out").exists()
    done = subprocess.run([*command, "-f", "jsonl"], capture_output=True, text=True, check=False)
    assert "47 articles in" in done.stderr


def test_run_takes_one_process_for_each_thread(monkeypatch, tmp_path, articles, tiny_bundle):
    calls: list[tuple[int, int]] = []

    def record(_, job, *, processes, **__):
        calls.append((processes, job.threads))
        raise KeyboardInterrupt

    monkeypatch.setattr("clashtag.bulk.engine.run", record)
    monkeypatch.setattr("clashtag.threads.available_threads", lambda: 6)
    options = ["run", str(articles), "-o", str(tmp_path / "out"), "--model", str(tiny_bundle)]
    for more in (
        [],
        ["--threads", "4"],
        ["--processes", "2"],
        ["--processes", "2", "--threads", "8"],
    ):
        CliRunner().invoke(app, [*options, *more])
    assert calls == [(6, 1), (4, 1), (2, 3), (2, 4)]


def test_progress_lines_come_now_and_then(monkeypatch, capsys, tmp_path):
    now = [0.0]
    monkeypatch.setattr(run_command.time, "monotonic", lambda: now[0])
    progress = Progress(1000)
    progress.advance(10)
    progress.finish(Receipt(0, 0, 10, "s", 100, is_last=False, counts=Counts(10)))
    with run_command._shown_progress(stderr_console(), tmp_path, StopRequest()) as show:
        for now[0] in (1, 29, 31, 32, 60, 62):
            show(progress)
    assert capsys.readouterr().err == "tagged 10 of about 100 articles\n" * 2


def test_finished_folder_says_how_it_was_made(run, articles, tmp_path):
    run(articles, "--format", "jsonl")
    settings = json.loads(files_in(tmp_path / "out")["manifest.json"])["settings"]
    assert settings["columns"] == {"text": "text", "id": None, "published": None, "keep": None}
    assert settings["part_articles"] == 256
    assert set(settings["versions"]) == {"clashtag", "onnxruntime", "tokenizers"}


def test_runtime_of_the_command_is_that_of_every_worker(monkeypatch, articles, tmp_path):
    jobs = []

    def stop(_archive, job, **_):
        jobs.append(job)
        raise InputError("stopped", "nothing to do")

    monkeypatch.setenv("CLASHTAG_RUNTIME", "onnxruntime")
    monkeypatch.setattr("clashtag.bulk.engine.run", stop)
    stopped = CliRunner().invoke(app, ["run", str(articles), "--output", str(tmp_path / "out")])
    assert stopped.stderr.startswith("error: stopped")
    assert [job.runtime for job in jobs] == ["onnxruntime"]

    monkeypatch.setenv("CLASHTAG_RUNTIME", "tpu")
    refused = CliRunner().invoke(app, ["run", str(articles), "--output", str(tmp_path / "out")])
    assert refused.exit_code == 1
    assert "CLASHTAG_RUNTIME must be one of" in refused.stderr
