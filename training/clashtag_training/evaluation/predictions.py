"""Predictions that are scored: what a model returns for gold texts, and which model it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from clashtag.bundle import load_bundle, shipped_bundle_path
from clashtag.hashing import file_sha256
from clashtag.manifest import MANIFEST
from clashtag.records import Event, Record
from clashtag_training.evaluation.result import Origin


@dataclass(frozen=True, slots=True)
class Predictions:
    """Records in the order of the gold ones, and what made them."""

    records: Sequence[Record]
    origin: Origin
    ontology_types: frozenset[str] | None = None
    training_seeds: tuple[int, ...] = ()


class EventTagger(Protocol):
    """What evaluation asks of a model; `clashtag.Tagger` is one."""

    def tag_many(self, texts: Iterable[str]) -> Iterator[Record]:
        """Yield one record per text, in order."""

    def tag_roles(self, texts: Sequence[str], events: Sequence[Sequence[Event]]) -> list[Record]:
        """Return one record per text, with arguments for the given triggers."""


def predict_with_model(
    gold: Sequence[Record], model: Path | None, *, gold_triggers: bool
) -> Predictions:
    """Return what a bundle, by default the shipped one, predicts for gold texts.

    Raises:
        BundleError: if the bundle cannot be loaded.
    """
    # Scoring a predictions file must not need the runtime that a model needs.
    from clashtag.tagger import Tagger  # noqa: PLC0415

    bundle = load_bundle(shipped_bundle_path() if model is None else model)
    tagger = Tagger.from_pretrained(bundle.path)
    types = frozenset(bundle.labels.ontology.types)
    manifest = bundle.manifest
    digest = file_sha256(bundle.path / MANIFEST)
    seeds = manifest.provenance.get("seeds")
    return Predictions(
        records=predict_records(tagger, gold, gold_triggers, types),
        origin=Origin("bundle", manifest.name, digest, manifest.version),
        ontology_types=types,
        training_seeds=tuple(seeds) if isinstance(seeds, list) else (),
    )


def predict_records(
    tagger: EventTagger,
    gold: Sequence[Record],
    gold_triggers: bool,
    ontology_types: frozenset[str],
) -> list[Record]:
    """Return a model's records for gold texts, under the gold ids.

    With `gold_triggers`, the model sees the triggers and types of gold events, never their
    arguments; events of types outside its ontology are left out, and so are missed.
    """
    texts = [record.text for record in gold]
    if gold_triggers:
        given = [
            [Event(e.type, e.trigger) for e in record.events if e.type in ontology_types]
            for record in gold
        ]
        tagged = tagger.tag_roles(texts, given)
    else:
        tagged = list(tagger.tag_many(texts))
    return [replace(guess, id=record.id) for record, guess in zip(gold, tagged, strict=True)]
