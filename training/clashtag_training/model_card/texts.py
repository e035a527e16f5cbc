"""What people wrote for a model card: prose by section, and a description of each corpus."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import InputError
from clashtag_training.strict_config import load_config

NOTES_SECTIONS = ("Intended use", "Out of scope", "Limits")

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CorpusCard:
    """Where a training corpus comes from, for readers of the card."""

    name: str
    text: str
    annotation: str
    licence: str
    address: str


@dataclass(frozen=True, slots=True)
class CorpusCards:
    """The file that describes every corpus a model may be trained on."""

    corpora: tuple[CorpusCard, ...]


@dataclass(frozen=True, slots=True)
class CardTexts:
    """Sections of prose by title, and corpora by name."""

    notes: Mapping[str, str]
    corpora: Mapping[str, CorpusCard]


def read_texts(notes: Path, corpora: Path) -> CardTexts:
    """Read the notes (Markdown with the sections of `NOTES_SECTIONS`) and the corpora (YAML).

    Raises:
        InputError: if the notes cannot be read, or listing sections that are missing, unknown or
            empty.
        ConfigError: if the corpora break their format.
    """
    try:
        text = _COMMENT.sub("", notes.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {notes}: {error}", "give a UTF-8 file") from error
    _, *parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    sections = {
        title.strip(): body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)
    }
    problems = [f"no section {title!r}" for title in NOTES_SECTIONS if not sections.get(title)]
    problems += [f"unknown section {title!r}" for title in sections if title not in NOTES_SECTIONS]
    if problems:
        wanted = ", ".join(f"'## {title}'" for title in NOTES_SECTIONS)
        raise InputError(f"{notes}: " + "; ".join(problems), f"write the sections {wanted}")
    cards = load_config(corpora, CorpusCards).corpora
    return CardTexts(sections, {card.name: card for card in cards})
