"""The gold records of a benchmark: the splits that the user has, and the training part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import InputError
from clashtag.hashing import file_sha256
from clashtag.records import Record
from clashtag_training.benchmarks.config import DEV, Benchmark, BenchmarkConfig
from clashtag_training.corpora.file_parts import FilePart
from clashtag_training.evaluation.result import Dataset
from clashtag_training.evaluation.sizes import sizes_of
from clashtag_training.run_config import CorpusConfig

GUIDE = "docs/benchmarks/README.md says where each corpus comes from; name its folder by --corpora"


@dataclass(frozen=True, slots=True)
class Split:
    """The gold records of a split, and how a result identifies them."""

    name: str
    records: Sequence[Record]
    dataset: Dataset


def read_splits(benchmark: Benchmark, corpora: Path) -> list[Split]:
    """Read the splits of the scored corpus that are there; dev must be.

    Raises:
        InputError: if there is no dev file, or a file cannot be read or holds nothing that could
            be scored.
        RecordError: if a file breaks its format.
    """
    corpus, config = benchmark.corpus, benchmark.config
    folder = corpus_folder(benchmark, corpus, corpora)
    splits = []
    for name, file_name in config.splits.items():
        part = FilePart.parse(file_name)
        path = folder / part.name
        if not path.exists():
            if name == DEV:
                raise InputError(f"{config.name} needs {path}, which does not exist", GUIDE)
            continue
        records = part.read(corpus.format, folder)
        sizes = sizes_of(config.task, records)
        _check_gold(records, sizes, config, folder / file_name)
        dataset = Dataset(f"{corpus.name}/{file_name}", file_sha256(path), sizes)
        splits.append(Split(name, records, dataset))
    return splits


def _check_gold(
    records: Sequence[Record], sizes: Mapping[str, int], config: BenchmarkConfig, path: Path
) -> None:
    lacking = [what for what, count in sizes.items() if not count]
    if lacking:
        raise InputError(f"{path} holds no {' and no '.join(lacking)} to score", GUIDE)
    is_partial = any(record.extra.get("only_one_event_annotated") for record in records)
    if is_partial and config.setting == "end-to-end":
        raise InputError(
            f"{path} marks one event per text only, so found events may be right but unmarked",
            "score arguments alone, with `setting: gold triggers`",
        )


def dev_of(splits: Sequence[Split]) -> Sequence[Record]:
    """Return the dev records."""
    return next(split.records for split in splits if split.name == DEV)


def training_records(benchmark: Benchmark, corpora: Path) -> list[Record]:
    """Read what the scored corpus is trained on, its share, none where it names no file.

    Raises:
        InputError: if the file cannot be read.
        RecordError: if it breaks its format.
    """
    corpus = benchmark.corpus
    if corpus.train is None:
        return []
    return FilePart.parse(corpus.train).read(
        corpus.format, corpus_folder(benchmark, corpus, corpora), corpus.share
    )


def selection_records(benchmark: Benchmark, corpora: Path) -> dict[str, list[Record]]:
    """Read the dev records of every corpus of the run that selects the checkpoint.

    Raises:
        InputError: if a file cannot be read.
        RecordError: if a file breaks its format.
    """
    return {
        corpus.name: FilePart.parse(corpus.dev).read(
            corpus.format, corpus_folder(benchmark, corpus, corpora)
        )
        for corpus in benchmark.run.corpora
        if corpus.select and corpus.dev is not None
    }


def corpus_folder(benchmark: Benchmark, corpus: CorpusConfig, corpora: Path) -> Path:
    """Return the folder of a corpus of the run."""
    own_data_dir = benchmark.run_path.parent / benchmark.run.own_data_dir
    return (own_data_dir if corpus.own else corpora) / corpus.path
