from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.actors.aliases import KINDS, AliasTable, fold
from clashtag.errors import InputError

HEADER = "name\tkind\taliases\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "aliases.tsv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        ("US", "United States", "country"),
        ("U.S.", "United States", "country"),
        ("Israeli", "Israel", "country"),
        ("Ukraine's", "Ukraine", "country"),
        ("Burkinabè", "Burkina Faso", "country"),
        ("al Shabab", "Al-Shabaab", "group"),
        ("Hizbullah", "Hezbollah", "group"),
        ("the IDF", "Israel Defense Forces", "force"),
        ("GSIM", "Jama'at Nusrat al-Islam wal-Muslimin", "group"),
        ("us", None, None),
        ("is", None, None),
        ("poles", None, None),
        ("Lynx Brigade", None, None),
        ("", None, None),
    ],
)
def test_shipped_table(words, name, kind):
    table = AliasTable.shipped()
    assert table.canonical(words) == name
    assert table.kind(words) == kind


def test_shipped_table_has_only_known_kinds_and_finds_every_own_name():
    table = AliasTable.shipped()
    assert len(table.kinds) > 150
    assert set(table.kinds.values()) <= set(KINDS)
    for name in table.kinds:
        assert table.canonical(name) == name


def test_a_users_table_extends_the_shipped_one(tmp_path):
    path = write(tmp_path, HEADER + "# ours\n\nLynx Brigade\tgroup\tLB|Brigade of the Lynx\n")
    table = AliasTable.shipped().extended(AliasTable.from_file(path))
    assert table.canonical("Brigade of the Lynx") == table.canonical("LB") == "Lynx Brigade"
    assert table.canonical("Israeli") == "Israel"
    assert AliasTable.shipped().canonical("LB") is None


def test_a_users_alias_wins_over_the_shipped_one(tmp_path):
    path = write(tmp_path, HEADER + "Rural Support Force\tforce\tRSF\n")
    table = AliasTable.shipped().extended(AliasTable.from_file(path))
    assert table.canonical("RSF") == "Rural Support Force"
    assert table.canonical("Rapid Support Forces") == "Rapid Support Forces"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "holds no name"),
        (HEADER, "holds no name"),
        ("name\taliases\nX\tY\n", ":1: 2 columns instead of 3"),
        ("who\tkind\taliases\nX\tgroup\tY\n", "the header must be name, kind, aliases"),
        (HEADER + "Lynx Brigade\tgroup\n", ":2: 2 columns instead of 3"),
        (HEADER + "Lynx Brigade\tarmy\tLB\n", "unknown kind 'army'"),
        (HEADER + "Lynx\tgroup\tLB||LX\n", "empty name or alias of 'Lynx'"),
        (HEADER + "Lynx\tgroup\tLB\nOtter\tgroup\tLB\n", "'LB' stands for both 'Lynx' and 'Otter'"),
        (HEADER + "Lynx\tgroup\tLB\nLynx\tforce\tLX\n", "'Lynx' is named on an earlier line"),
    ],
)
def test_a_broken_table_is_explained(tmp_path, text, problem):
    with pytest.raises(InputError) as caught:
        AliasTable.from_file(write(tmp_path, text))
    assert problem in str(caught.value)


def test_every_problem_is_listed_at_once(tmp_path):
    text = HEADER + "A1\tarmy\tX\nB\nC1\tgroup\tX\n"
    with pytest.raises(InputError, match=r"3 problem\(s\)"):
        AliasTable.from_file(write(tmp_path, text))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_an_unreadable_table_is_explained(tmp_path, content):
    path = tmp_path / "none.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="cannot read the alias table"):
        AliasTable.from_file(path)


@given(st.text(max_size=30))
def test_folding_is_idempotent(name):
    assert fold(fold(name)) == fold(name)
