"""The corpora of a run: read, numbered, cut into windows and freed of leaks into dev."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.configuration import HeadConfig
from clashtag_training.corpora.file_parts import FilePart
from clashtag_training.corpora.muc4 import locate_role_fillers
from clashtag_training.corpora.observed_ontology import observed_ontology
from clashtag_training.examples.features import LabelledWindow, LabelSpace, label_records
from clashtag_training.examples.sampling import CorpusShare
from clashtag_training.run_config import CorpusConfig, RunConfig

logger = logging.getLogger(__name__)

LEAK_SHINGLE_WORDS = 10


@dataclass(frozen=True, slots=True)
class Mixture:
    """Everything a run learns from and is selected on.

    `ontology` is the shipped head's, or None if that tags mentions. `windows` are the training
    windows of all corpora, `shares` their ranges and weights;
    `dev` holds the dev records of the corpora that select the checkpoint; `sources` says what
    was read, with hashes.
    """

    ontology: Ontology | None
    heads: dict[str, HeadConfig]
    windows: list[LabelledWindow]
    shares: list[CorpusShare]
    dev: dict[str, list[Record]]
    shared_span_roles: list[list[str]]
    sources: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The documents of records that must not be trained on, and all their runs of ten words."""

    documents: frozenset[str]
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, records: Iterable[Record], others: Iterable[Record] = ()) -> HeldOut:
        """Collect them from records of one corpus, and the runs of words from other corpora too.

        Names of documents say nothing beyond their corpus: many number them from one.
        """
        records = list(records)
        return cls(
            frozenset(name for record in records for name in _documents(record)),
            frozenset(
                shingle for record in chain(records, others) for shingle in shingles(record.text)
            ),
        )

    def holds(self, record: Record) -> bool:
        """Return whether a record of the corpus is, is part of, or quotes a held-out document."""
        if not self.documents.isdisjoint(_documents(record)):
            return True
        return not self.shingles.isdisjoint(shingles(record.text))


def _documents(record: Record) -> set[str]:
    """Return the names under which a record's text may be known: its id and its document's."""
    return {str(name) for name in (record.id, record.extra.get("document")) if name is not None}


def load_mixture(
    config: RunConfig,
    corpora_dir: Path,
    ontology: Ontology | None,
    tokenizer: Tokenizer,
    own_data_dir: Path = Path("data"),
    *,
    published_splits: Collection[str] = (),
) -> Mixture:
    """Read every corpus of a run and turn its training records into labelled windows.

    Without an ontology, the shipped head has the labels that its training records hold.
    Corpora marked `own` are read below `own_data_dir`, the others below `corpora_dir`.

    Training records that come from a document of their corpus that the run is selected on, or
    share ten consecutive words or the whole of a shorter text with one of any corpus, are left
    out, and how many is logged. Of the corpora that `published_splits` names, only what they
    share with the dev part of other corpora is left out.

    Raises:
        ConfigError: if two corpora share a name, a format is unknown, no corpus trains the
            shipped head, its ontology is missing or out of place, or a corpus cannot select.
        InputError: if a file is missing.
        RecordError: if a file breaks its format, or should be divided and lacks ids.
    """
    names = [corpus.name for corpus in config.corpora]
    if len(set(names)) < len(names):
        raise ConfigError(f"two corpora share a name: {', '.join(names)}", "rename one of them")
    blind = [c.name for c in config.corpora if c.select and c.dev is None]
    if blind:
        raise ConfigError(
            f"{', '.join(blind)} should select the checkpoint but has no dev file",
            "name its dev file, or leave out `select`",
        )
    foreign = [c.name for c in config.corpora if c.select and c.head != config.shipped_head]
    if foreign:
        raise ConfigError(
            f"{', '.join(foreign)} should select the checkpoint but does not train the shipped "
            f"head {config.shipped_head!r}, whose labels are scored",
            "leave out `select`, or give it the shipped head",
        )
    folders = {c.name: (own_data_dir if c.own else corpora_dir) / c.path for c in config.corpora}
    train = {c.name: _read(c, c.train, folders[c.name], c.share) for c in config.corpora}
    dev = {c.name: _read(c, c.dev, folders[c.name]) for c in config.corpora if c.select}
    if config.shipped_head not in {c.head for c in config.corpora}:
        raise ConfigError(
            f"no corpus trains the shipped head {config.shipped_head!r}",
            "give one corpus this head, or name another shipped_head",
        )
    ontology = _shipped_ontology(config, train, ontology)
    heads = {
        name: _head(name, config, train, ontology)
        for name in {c.head: None for c in config.corpora}
    }
    types = {} if ontology is None else ontology.types
    ontology_roles = {name: event_type.roles for name, event_type in types.items()}
    windows: list[LabelledWindow] = []
    shares: list[CorpusShare] = []
    sources: dict[str, dict[str, Any]] = {}
    shipped: list[Record] = []
    for corpus in config.corpora:
        held_out = HeldOut.of(
            [] if corpus.name in published_splits else dev.get(corpus.name, []),
            (record for name in dev if name != corpus.name for record in dev[name]),
        )
        kept = [record for record in train[corpus.name] if not held_out.holds(record)]
        logger.info(
            "%s: %d training records, %d more left out because they share text with dev",
            corpus.name,
            len(kept),
            len(train[corpus.name]) - len(kept),
        )
        allowed = ontology_roles if corpus.head == config.shipped_head else None
        labels = LabelSpace.from_head(corpus.head, heads[corpus.head], allowed)
        start = len(windows)
        windows += label_records(kept, labels, tokenizer, config.window)
        shares.append(CorpusShare(start, len(windows), corpus.passes))
        shipped += kept if corpus.head == config.shipped_head else []
        sources[corpus.name] = _source(
            corpus, folders[corpus.name], len(kept), len(windows) - start
        )
    return Mixture(ontology, heads, windows, shares, dev, _shared_span_roles(shipped), sources)


def _shipped_ontology(
    config: RunConfig, train: dict[str, list[Record]], given: Ontology | None
) -> Ontology | None:
    """Return the given ontology, else that of the training data, or None for mentions."""
    corpora = [corpus for corpus in config.corpora if corpus.head == config.shipped_head]
    if corpora[0].kind == "mentions":
        if given is not None:
            raise ConfigError(
                f"the shipped head {config.shipped_head!r} tags mentions, which no ontology lists",
                "write `ontology: null`",
            )
        return None
    if given is not None:
        return given
    records = [record for corpus in corpora for record in train[corpus.name]]
    return observed_ontology(records, config.min_type_count)


def _shared_span_roles(records: Iterable[Record]) -> list[list[str]]:
    """Return the pairs of roles that the annotation gives to one span for one trigger."""
    pairs: set[tuple[str, str]] = set()
    for record in records:
        for event in record.events:
            roles_by_span: dict[tuple[int, int], set[str]] = {}
            for argument in event.arguments:
                roles_by_span.setdefault((argument.start, argument.end), set()).add(argument.role)
            for roles in roles_by_span.values():
                pairs.update(combinations(sorted(roles), 2))
    return [list(pair) for pair in sorted(pairs)]


def _source(corpus: CorpusConfig, folder: Path, records: int, windows: int) -> dict[str, Any]:
    files = {
        split: file_sha256(folder / FilePart.parse(name).name)
        for split, name in (("train", corpus.train), ("dev", corpus.dev))
        if name is not None and (folder / FilePart.parse(name).name).is_file()
    }
    return {"records": records, "windows": windows, "passes": corpus.passes, "sha256": files}


def shingles(text: str) -> Iterator[tuple[str, ...]]:
    """Yield every run of ten words of a text, lower-cased and without punctuation.

    Of a shorter text it is all of its words.
    """
    words = re.findall(r"\w+", text.lower())
    if 0 < len(words) < LEAK_SHINGLE_WORDS:
        yield tuple(words)
    for start in range(len(words) - LEAK_SHINGLE_WORDS + 1):
        yield tuple(words[start : start + LEAK_SHINGLE_WORDS])


def _read(
    corpus: CorpusConfig, file_name: str | None, folder: Path, share: float = 1.0
) -> list[Record]:
    if file_name is None:
        return []
    records = FilePart.parse(file_name).read(corpus.format, folder, share)
    if corpus.kind == "mentions":
        return [locate_role_fillers(r) if "role_fillers" in r.extra else r for r in records]
    return records


def _head(
    name: str, config: RunConfig, train: dict[str, list[Record]], ontology: Ontology | None
) -> HeadConfig:
    corpora = [corpus for corpus in config.corpora if corpus.head == name]
    if name == config.shipped_head and ontology is not None:
        return HeadConfig(
            kind="events",
            types=list(ontology.types),
            roles=list(ontology.roles),
            statuses=list(ontology.statuses),
        )
    records = [record for corpus in corpora for record in train[corpus.name]]
    if corpora[0].kind == "mentions":
        labels = Counter(mention.label for record in records for mention in record.mentions)
        return HeadConfig(
            kind="mentions", types=_frequent(labels, config.min_type_count), roles=[], statuses=[]
        )
    return _observed_head(records, config.min_type_count)


def _observed_head(records: Sequence[Record], min_count: int) -> HeadConfig:
    events = [event for record in records for event in record.events]
    types = _frequent(Counter(event.type for event in events), min_count)
    roles = {argument.role for event in events for argument in event.arguments}
    statuses = {event.status for event in events if event.status is not None}
    return HeadConfig(kind="events", types=types, roles=sorted(roles), statuses=sorted(statuses))


def _frequent(counts: Counter[str], min_count: int) -> list[str]:
    return sorted(label for label, count in counts.items() if count >= min_count)
