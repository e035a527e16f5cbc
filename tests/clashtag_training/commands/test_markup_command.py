from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from clashtag.errors import InputError
from clashtag.ontology import Ontology
from clashtag_training.commands.markup import app, check_markup
from clashtag_training.corpora.ontology_file import load_ontology

ONTOLOGY = Path(__file__).parents[3] / "configs" / "ontology.yaml"
RAW = "=== a\nkind: conflict\n\nQuiet day\nRebels raided the {old} camp.\n"
ANNOTATED = (
    "=== a\nkind: conflict\n\nQuiet day\n"
    "{Rebels|1.agent} {raided|1:attack} the {\\{old\\} camp|1.target}.\n"
)


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(ONTOLOGY)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "one.txt").write_text(RAW, encoding="utf-8")
    return folder


@pytest.fixture
def annotated(tmp_path: Path) -> Path:
    path = tmp_path / "one.txt"
    path.write_text(ANNOTATED, encoding="utf-8")
    return path


def test_check_markup_passes_clean_files(annotated: Path, raw: Path, ontology: Ontology) -> None:
    assert check_markup([annotated], ontology, raw) == []
    assert check_markup([annotated], ontology, raw / "one.txt") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Quiet day", "A quiet day", "4: error: the text was changed: 'A quiet day"),
        ("camp", "camps", "5: error: the text was changed:"),
        ("kind: conflict", "kind: near-miss", "4: error: article 'a': the header differs"),
        ("=== a", "=== b", "1: error: article 'a' of the raw file is missing"),
        ("=== a", "=== b", "4: error: article 'b' is not in the raw file"),
        ("the {\\{", "{the \\{", "5: error: 'the {old} camp' begins with an article"),
        ("|1.target}", "|1.target", "5: error: no '}' after the labels '1.target.'"),
    ],
)
def test_check_markup_reports_file_and_line(
    old: str, new: str, expected: str, annotated: Path, raw: Path
) -> None:
    annotated.write_text(ANNOTATED.replace(old, new), encoding="utf-8")
    shown = [str(problem) for problem in check_markup([annotated], load_ontology(ONTOLOGY), raw)]
    assert any(line.startswith(f"{annotated}:{expected}") for line in shown), shown


def test_check_markup_explains_an_unreadable_file(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "latin.txt").write_bytes(b"=== a\n\n\xe9")
    for name in ("latin.txt", "missing.txt"):
        with pytest.raises(InputError, match=f"cannot read .*{name}"):
            check_markup([tmp_path / name], ontology)


def test_check_command_exits_with_1_only_for_errors(annotated: Path, raw: Path) -> None:
    arguments = ["check", str(annotated), "--raw", str(raw), "--ontology", str(ONTOLOGY)]
    good = CliRunner().invoke(app, arguments)
    assert (good.exit_code, good.stdout) == (0, "0 errors, 0 warnings in 1 files\n")
    annotated.write_text(ANNOTATED + "\nmore", encoding="utf-8")
    bad = CliRunner().invoke(app, arguments)
    assert bad.exit_code == 1
    assert "1 errors, 0 warnings" in bad.stdout


def test_check_command_exits_with_2_when_it_cannot_read(tmp_path: Path) -> None:
    path = str(tmp_path / "missing.txt")
    result = CliRunner().invoke(app, ["check", path, "--ontology", str(ONTOLOGY)])
    assert result.exit_code == 2
    assert "missing.txt" in result.stderr


def test_compare_command_shows_lines_and_scores(annotated: Path, tmp_path: Path) -> None:
    other = tmp_path / "two.txt"
    other.write_text(ANNOTATED.replace("{Rebels|1.agent}", "Rebels"), encoding="utf-8")
    result = CliRunner().invoke(app, ["compare", str(annotated), str(other)])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{annotated}:5: agent 'Rebels' of 'raided' | nothing",
        "agreement: triggers 1.000, arguments 0.667, status 1.000",
    ]
