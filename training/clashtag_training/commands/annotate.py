"""The command `clashtag annotate`: articles, tagged by the model, for an annotator to correct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from clashtag.cli.output import open_output
from clashtag.errors import InputError
from clashtag.records import Record
from clashtag.tagger import Tagger
from clashtag_training.active_learning import PreTagged, most_uncertain_first, pre_tag
from clashtag_training.converters.limits import Part, without
from clashtag_training.converters.registry import FORMATS, guess_format
from clashtag_training.corpora.ontology_file import load_ontology

HOLDS_SCORES = frozenset({"records", "label-studio", "spacy"})
"""The formats that keep what the tagger says of its work: scores and the number of tokens."""


def annotate(
    articles: Iterable[Record],
    output: Path,
    *,
    output_format: str | None = None,
    model: Path | None = None,
    by_uncertainty: bool = True,
    limit: int | None = None,
    ontology: Path | None = None,
    scores: Path | None = None,
    threads: int | None = None,
    advance: Callable[[], None] = lambda: None,
) -> list[PreTagged]:
    """Tag articles, write them in the format of an annotation tool, and return what was written.

    Args:
        articles: what to tag; read once, and all of them held unless they come in their order.
        output: the file to write, replaced if it exists, or the new folder.
        output_format: a name of `FORMATS`; by default guessed from the path. Formats outside
            `HOLDS_SCORES` get the events without scores.
        model: a bundle, instead of the shipped one.
        by_uncertainty: whether the most uncertain articles come first; else input order.
        limit: how many articles are written, from the first one in this order.
        ontology: an ontology file to set the tool up with, instead of the model's ontology.
        scores: where to write the uncertainty of each article as tab-separated values.
        threads: CPU threads; None takes every CPU that the process may use.
        advance: called after each article that is tagged.

    Raises:
        InputError: if there is no article, or the output has no format or is a folder in use.
        BundleError: if the bundle is missing, corrupt or made for another clashtag.
        OntologyError: listing everything wrong with the ontology.
        RecordError: listing what the format cannot hold.
    """
    name = _output_format(output_format, output)
    labels = None if ontology is None else load_ontology(ontology)
    tagger = Tagger.from_pretrained(model, threads=threads)
    tagged = []
    for article in articles if by_uncertainty else islice(articles, limit):
        tagged.append(pre_tag(tagger.pipeline, article))
        advance()
    if not tagged:
        raise InputError("no article could be read", "give text files or JSON Lines with articles")
    chosen = most_uncertain_first(tagged)[:limit] if by_uncertainty else tagged
    records = [_for_format(article.record, name) for article in chosen]
    FORMATS[name].write(records, output, labels or tagger.ontology)
    if scores is not None:
        _write_scores(chosen, scores)
    return chosen


def _output_format(name: str | None, output: Path) -> str:
    """Return the format's name; an output that cannot be written fails before articles are read."""
    name = name or guess_format(output, "--to")
    if name not in FORMATS:
        raise InputError(f"--to {name!r} is no format", f"give one of {', '.join(FORMATS)}")
    if not output.resolve().parent.is_dir():
        raise InputError(f"{output.parent} is no folder", "make it first, or write elsewhere")
    if output.is_dir() and (FORMATS[name].document_suffix is None or any(output.iterdir())):
        raise InputError(f"{output} is a folder in use", "give a new name, so that no work is lost")
    return name


def _for_format(record: Record, name: str) -> Record:
    if name in HOLDS_SCORES:
        return record
    return replace(without(record, {Part.SCORES}), tokens=None, windows=None)


def _write_scores(articles: Sequence[PreTagged], path: Path) -> None:
    lines = ["id\tnats_per_word\tevents\n"]
    for article in articles:
        record = article.record
        name = " ".join((record.id or "").split())
        lines.append(f"{name}\t{article.uncertainty:.6f}\t{len(record.events)}\n")
    with open_output(path) as file:
        file.write("".join(lines).encode("utf-8", errors="replace"))
