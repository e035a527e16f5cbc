"""The alias table: names that one actor or country goes by, read from tab-separated files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from clashtag.errors import InputError

HEADER = ("name", "kind", "aliases")
KINDS = ("country", "group", "force", "organisation")
_HYPHEN = re.compile("[-‐–]")
_NO_LETTER = re.compile(r"[^\w\s]|_")
_EXAMPLE = "Lynx Brigade<TAB>group<TAB>LB|Brigade of the Lynx"


@dataclass(frozen=True, slots=True)
class AliasTable:
    """Canonical names and their kinds, by the folded form of each name and alias.

    Only words with a capital letter are looked up, and an acronym such as US only in capitals.
    """

    names: Mapping[str, str]
    kinds: Mapping[str, str]

    @classmethod
    def shipped(cls) -> AliasTable:
        """Return the table that is part of the package: countries and well-known actors."""
        return _shipped()

    @classmethod
    def from_file(cls, path: Path | str) -> AliasTable:
        """Read a table: UTF-8, the header `name, kind, aliases`, tabs between, aliases by `|`.

        Raises:
            InputError: if the file cannot be read, or listing every line that is wrong.
        """
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"cannot read the alias table {path}: {error}",
                "give the path of a tab-separated UTF-8 file",
            ) from error
        return _parsed(text, str(path))

    def extended(self, other: AliasTable) -> AliasTable:
        """Return this table with the entries of another, whose names win where both know one."""
        return AliasTable(
            MappingProxyType({**self.names, **other.names}),
            MappingProxyType({**self.kinds, **other.kinds}),
        )

    def canonical(self, name: str) -> str | None:
        """Return the name that a text's words are an alias of, None where the table has none."""
        has_capital = any(character.isupper() for character in name)
        return self.names.get(_alias_key(name)) if has_capital else None

    def kind(self, name: str) -> str | None:
        """Return what the words of a text name: a kind of `KINDS`, or None."""
        canonical = self.canonical(name)
        return None if canonical is None else self.kinds[canonical]


def fold(name: str) -> str:
    """Return a name without case, accents, apostrophes and hyphens, its words one space apart."""
    folded = name.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_NO_LETTER.sub("", _HYPHEN.sub(" ", folded)).split())


def _alias_key(name: str) -> str:
    bare = name.removeprefix("the ").removeprefix("The ").strip()
    for ending in ("'s", "’s"):
        bare = bare.removesuffix(ending)
    letters = [c for c in bare if c.isalpha()]
    is_acronym = bool(letters) and len(letters) <= 6 and all(c.isupper() for c in letters)
    return bare.replace(".", "") if is_acronym else fold(bare)


@cache
def _shipped() -> AliasTable:
    file = resources.files("clashtag.analysis.actors") / "aliases.tsv"
    return _parsed(file.read_text(encoding="utf-8"), "aliases.tsv")


def _parsed(text: str, source: str) -> AliasTable:
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    problems: list[str] = []
    for number, fields in _lines(text):
        where = f"{source}:{number}"
        if len(fields) != len(HEADER):
            problems.append(f"{where}: {len(fields)} columns instead of {len(HEADER)}")
            continue
        name, kind, aliases = fields
        if number == 1:
            if tuple(fields) != HEADER:
                problems.append(f"{where}: the header must be {', '.join(HEADER)}, found {fields}")
            continue
        if kind not in KINDS:
            problems.append(f"{where}: unknown kind {kind!r}; known: {', '.join(KINDS)}")
        if name in kinds:
            problems.append(f"{where}: {name!r} is named on an earlier line")
        kinds[name] = kind
        problems += [f"{where}: {p}" for p in _add(names, name, [name, *_split(aliases)])]
    if not kinds and not problems:
        problems.append(f"{source}: holds no name")
    if problems:
        raise InputError(
            f"the alias table has {len(problems)} problem(s):\n  " + "\n  ".join(problems),
            f"write one name a line, such as {_EXAMPLE}",
        )
    return AliasTable(MappingProxyType(names), MappingProxyType(kinds))


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, [field.strip() for field in line.split("\t")]


def _split(aliases: str) -> list[str]:
    return aliases.split("|") if aliases else []


def _add(names: dict[str, str], name: str, aliases: Iterable[str]) -> Iterable[str]:
    """Enter the aliases of a name, and yield what is wrong with them."""
    for alias in aliases:
        key = _alias_key(alias)
        if not key:
            yield f"an empty name or alias of {name!r}"
        elif names.get(key, name) != name:
            yield f"{alias!r} stands for both {names[key]!r} and {name!r}"
        else:
            names[key] = name
