from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clashtag import Tagger
from clashtag.analysis import analyse as analyse_module
from clashtag.analysis.analyse import analyse
from clashtag.cli.app import app
from clashtag.records import Record, record_from_dict

ATTACK = "Armed gunmen said the attack killed civilians in Kyiv on Monday.\r\n"
CALM = "Talks and talks.\n"


@pytest.fixture
def run(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")

    def invoke(*arguments: object, stdin: str | bytes | None = None):
        command = ["tag", *map(str, arguments), "--model", str(tiny_bundle), "--threads", "1"]
        return CliRunner().invoke(app, command, input=stdin)

    return invoke


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "attack.txt"
    path.write_bytes(ATTACK.encode())
    return path


def records(output: bytes) -> list[Record]:
    return [record_from_dict(json.loads(line)) for line in output.splitlines()]


def test_tag_writes_one_record_per_article_in_order(run, article, tmp_path):
    lines = tmp_path / "more.jsonl"
    fields = [{"id": n, "text": CALM if n % 2 else ATTACK, "lang": "en"} for n in range(500)]
    lines.write_text("".join(json.dumps(f) + "\n" for f in fields), encoding="utf-8")
    result = run(article, lines)
    assert result.exit_code == 0, result.stderr
    first, *others = (json.loads(line) for line in result.stdout_bytes.splitlines())
    assert first["id"] == str(article)
    assert [{"id": o["id"], "text": o["text"], "lang": o["lang"]} for o in others] == fields
    assert all(bool(other["events"]) == (other["text"] == ATTACK) for other in others)
    assert not result.stderr


def test_tag_offsets_fit_the_file(run, article):
    (record,) = records(run(article).stdout_bytes)
    assert record.text == ATTACK
    assert [event.trigger.text for event in record.events] == ["attack", "killed"]
    assert record.tokens
    assert record.windows == 1


def test_tag_reads_jsonl_from_standard_input(run):
    result = run("-", stdin='\n{"id": "a", "text": "attack"}\n{"id": "b", "text": ""}\n')
    assert [record.id for record in records(result.stdout_bytes)] == ["a", "b"]


def test_tag_reads_an_article_from_standard_input(run):
    (record,) = records(run("-", stdin=ATTACK.encode()).stdout_bytes)
    assert (record.id, record.text) == ("stdin", ATTACK)


def test_tag_failed_inputs_are_reported_and_the_others_tagged(run, article, tmp_path):
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"text": "attack"}\nnot JSON\n', encoding="utf-8")
    result = run(tmp_path / "missing.txt", lines, tmp_path, article)
    assert result.exit_code == 1
    assert len(records(result.stdout_bytes)) == 2
    assert f"error: {tmp_path / 'missing.txt'}: no such file\n  -> " in result.stderr
    assert f"error: {lines}:2: not JSON" in result.stderr
    assert f"error: {tmp_path}: is a directory" in result.stderr
    assert result.stderr.endswith("3 inputs failed, 2 tagged\n")


def test_tag_many_failures_are_counted_not_listed(run):
    result = run("-", "--input-format", "jsonl", stdin="bad\n" * 1000)
    assert result.exit_code == 1
    assert result.stderr.endswith("1,000 inputs failed, 0 tagged\n")
    assert result.stderr.count("\n") < 50


def test_tag_output_takes_its_name_when_complete(run, article, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    result = run(article, "--output", folder / "tagged.jsonl")
    assert result.exit_code == 0
    assert not result.stdout_bytes
    assert len(records((folder / "tagged.jsonl").read_bytes())) == 1
    assert [path.name for path in folder.iterdir()] == ["tagged.jsonl"]


def test_tag_output_in_a_missing_folder_is_explained(run, article, tmp_path):
    goal = tmp_path / "missing" / "out.jsonl"
    result = run(article, "--output", goal)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {goal}: No such file or directory\n  -> ")


def test_tag_pretty_draws_the_events(run, article):
    result = run(article, "--format", "pretty")
    assert result.exit_code == 0
    for words in ("what", "to whom", "death", "Armed gunmen", "2 events"):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_tag_pretty_output_file_holds_no_escapes(run, article, tmp_path):
    goal = tmp_path / "out.txt"
    assert run(article, "--format", "pretty", "--output", goal).exit_code == 0
    text = goal.read_text(encoding="utf-8")
    assert "2 events" in text
    assert "\x1b" not in text


def test_tag_svg_draws_the_article(run, article, tmp_path):
    goal = tmp_path / "out.svg"
    result = run(article, "--svg", goal)
    assert (result.exit_code, result.stdout) == (0, "")
    assert goal.read_text(encoding="utf-8").startswith("<svg")


def test_tag_svg_excludes_other_outputs(run, article, tmp_path):
    result = run(article, "--svg", tmp_path / "a.svg", "--output", tmp_path / "a.jsonl")
    assert result.exit_code == 2
    assert not (tmp_path / "a.svg").exists()


INCIDENT_FORMATS = ["incidents", "html", "acled-csv", "plover-jsonl"]


def test_tag_pretty_shows_incidents_first_and_leaves_them_out_on_request(run, article):
    shown = run(article, "--format", "pretty", "--published", "2026-06-12").stdout
    assert shown.index("8 June 2026") < shown.index("Armed gunmen said")
    assert "1 incident · 2 events" in shown
    plain = run(article, "--format", "pretty", "--no-incidents").stdout
    assert " incident" not in plain
    assert "8 June" not in plain
    assert "2 events" in plain


def test_tag_incidents_are_records_with_incidents_and_actors(run, article):
    (plain,) = (json.loads(line) for line in run(article).stdout_bytes.splitlines())
    result = run(article, "--format", "incidents", "--published", "2026-06-12")
    (fields,) = (json.loads(line) for line in result.stdout_bytes.splitlines())
    assert {key: fields[key] for key in plain} == plain
    assert fields["published"] == "2026-06-12"
    [incident] = fields["incidents"]
    assert incident["interval"]["first_day"] == "2026-06-08"
    assert [actor["name"] for actor in fields["actors"]] == ["Armed gunmen"]
    same = run(article, "--format", "jsonl", "--incidents", "--published", "2026-06-12")
    assert same.stdout_bytes == result.stdout_bytes


def test_tag_jsonl_stays_as_it_is_without_incidents(run, article):
    result = run(article)
    assert not {"incidents", "actors", "published"}.intersection(json.loads(result.stdout))
    assert run(article, "--no-incidents").stdout_bytes == result.stdout_bytes


def test_tag_records_are_dated_by_their_own_field(run):
    lines = "".join(
        json.dumps({"id": n, "text": ATTACK, "published": f"2026-06-{day}T08:00:00Z"}) + "\n"
        for n, day in enumerate([12, 20])
    )
    result = run("-", "--format", "incidents", stdin=lines)
    days = [
        json.loads(line)["incidents"][0]["interval"]["first_day"]
        for line in result.stdout_bytes.splitlines()
    ]
    assert days == ["2026-06-08", "2026-06-15"]


def test_tag_a_record_that_cannot_be_dated_is_reported_and_the_others_written(run):
    lines = '{"id": "a", "text": "attack", "published": "June"}\n{"id": "b", "text": "attack"}\n'
    result = run("-", "--format", "incidents", stdin=lines)
    assert result.exit_code == 1
    undated, dated = map(json.loads, result.stdout_bytes.splitlines())
    assert (undated["id"], "incidents" in undated) == ("a", False)
    assert (dated["id"], "incidents" in dated) == ("b", True)
    assert "'published' is 'June'" in result.stderr
    assert result.stderr.endswith("1 input failed, 2 tagged\n")
    assert run("-", stdin=lines).exit_code == 0


@pytest.fixture
def analysis_that_fails(monkeypatch):
    """Make the analysis of texts with `boom` fail."""

    def fail(record, **settings):
        if "boom" in record.text:
            raise OverflowError("date value out of range")
        return analyse(record, **settings)

    monkeypatch.setattr(analyse_module, "analyse", fail)


@pytest.mark.usefixtures("analysis_that_fails")
@pytest.mark.parametrize("output_format", [*INCIDENT_FORMATS, "pretty"])
def test_tag_article_that_makes_the_analysis_fail_fails_alone(run, tmp_path, output_format):
    (tmp_path / "boom.txt").write_text(f"A boom. {ATTACK}", encoding="utf-8")
    (tmp_path / "good.txt").write_text(ATTACK, encoding="utf-8")
    result = run(tmp_path / "boom.txt", tmp_path / "good.txt", "--format", output_format)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == (
        f"error: article '{tmp_path / 'boom.txt'}': tagged, but without incidents:"
        " OverflowError: date value out of range"
    )
    assert result.stderr.endswith("1 input failed, 2 tagged\n")
    assert "Armed gunmen" in result.stdout
    if output_format in ("incidents", "pretty"):
        assert "A boom." in result.stdout, "what was tagged is not lost"


@pytest.mark.usefixtures("analysis_that_fails")
def test_tag_article_without_an_id_is_named_by_how_it_begins(run):
    lines = '{"text": " A boom was heard, and then there was an attack."}\n'
    result = run("-", "--incidents", stdin=lines)
    assert "error: the article that begins 'A boom was heard, and then there was an " in (
        result.stderr
    )


def test_tag_article_that_makes_the_tagger_fail_fails_alone(run, monkeypatch):
    tag_many = Tagger.tag_many

    def fail(tagger, texts):
        for record in tag_many(tagger, texts):
            if record.id == "b":
                raise RuntimeError("no room for a tensor")
            yield record

    monkeypatch.setattr(Tagger, "tag_many", fail)
    lines = "".join(json.dumps({"id": id_, "text": ATTACK}) + "\n" for id_ in "abc")
    result = run("-", stdin=lines)
    assert result.exit_code == 1
    assert [record.id for record in records(result.stdout_bytes)] == ["a", "c"]
    assert "error: article 'b': could not be tagged: RuntimeError: no room" in result.stderr
    assert result.stderr.endswith("1 input failed, 2 tagged\n")


def test_tag_html_is_one_page_of_all_articles(run, article, tmp_path):
    goal = tmp_path / "page.html"
    result = run(article, article, "--format", "html", "--output", goal)
    assert (result.exit_code, result.stdout) == (0, "")
    page = goal.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<article ") == 2
    assert "Armed gunmen" in page


def test_tag_acled_csv_and_plover_hold_a_line_for_each_incident(run, article):
    header, row, *others = run(article, "--format", "acled-csv").stdout_bytes.splitlines()
    assert header.startswith(b"event_date,year,")
    assert b"Armed gunmen" in row
    assert not others
    (line,) = run(article, "--format", "plover-jsonl").stdout_bytes.splitlines()
    assert json.loads(line)["article_id"] == str(article)


@pytest.mark.parametrize("output_format", INCIDENT_FORMATS)
def test_tag_formats_of_incidents_without_articles_are_whole(run, tmp_path, output_format):
    goal = tmp_path / "out"
    calm = tmp_path / "calm.txt"
    calm.write_text(CALM, encoding="utf-8")
    assert run(calm, "--format", output_format, "--output", goal).exit_code == 0
    assert goal.is_file()
    assert run(calm, "--format", output_format, "--no-incidents").exit_code == 2


def test_tag_aliases_name_actors(run, article, tmp_path):
    table = tmp_path / "aliases.tsv"
    table.write_text("name\tkind\taliases\nHarn Front\tgroup\tArmed gunmen\n", encoding="utf-8")
    result = run(article, "--format", "incidents", "--aliases", table)
    [actor] = json.loads(result.stdout)["actors"]
    assert actor["canonical"] == "Harn Front"


def test_tag_aliases_that_cannot_be_read_are_explained(run, article, tmp_path):
    table = tmp_path / "aliases.tsv"
    table.write_text("no header\n", encoding="utf-8")
    for path in (table, tmp_path / "missing.tsv"):
        result = run(article, "--format", "html", "--aliases", path)
        assert result.exit_code == 1
        assert str(path) in result.stderr
        assert "\n  -> " in result.stderr


@pytest.mark.parametrize("option", [("--published", "2026-06-12"), ("--aliases", "a.tsv")])
def test_tag_options_of_incidents_need_incidents(run, article, option):
    result = run(article, "--format", "jsonl", *option)
    assert result.exit_code == 2
    assert "--incidents" in result.stderr


def test_tag_published_must_be_a_date(run, article):
    assert run(article, "--format", "html", "--published", "12 June").exit_code == 2


def test_tag_types_keeps_only_these_events(run, article):
    (record,) = records(run(article, "--types", "death, airstrike").stdout_bytes)
    assert [event.type for event in record.events] == ["death"]


def test_tag_unknown_type_is_a_usage_error_that_lists_the_known(run, article):
    result = run(article, "--types", "deaths")
    assert result.exit_code == 2
    assert "deaths" in result.stderr
    assert "airstrike" in result.stderr


def test_tag_min_score_drops_what_is_less_sure(run, article):
    (record,) = records(run(article, "--min-score", "1").stdout_bytes)
    assert not record.events
    assert run(article, "--min-score", "1.1").exit_code == 2


def test_tag_bad_model_path_is_explained(article, tmp_path):
    result = CliRunner().invoke(app, ["tag", str(article), "--model", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert "\n  -> " in result.stderr
    assert "Traceback" not in result.stderr


def test_tag_without_a_file_is_a_usage_error(run):
    assert run().exit_code == 2


@pytest.mark.parametrize("option", ["--output", "--svg"])
def test_tag_refuses_to_write_over_an_input(tmp_path, tiny_bundle, option):
    article = tmp_path / "a.txt"
    article.write_text("attack near town", encoding="utf-8")
    result = CliRunner().invoke(
        app, ["tag", str(article), "--model", str(tiny_bundle), option, str(article)]
    )
    assert result.exit_code == 2
    assert article.read_text(encoding="utf-8") == "attack near town"
