"""What the tagger is compared with; each rival is a module that is imported when it is asked for.

A rival's module has one function, `load(settings)`, that returns a `System`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from clashtag.bundle import load_bundle
from clashtag.errors import InputError, MissingExtraError

Scope = Literal["whole job", "triggers only", "another task"]
OURS = "clashtag"


@dataclass(frozen=True, slots=True)
class RivalSettings:
    """What a system may need to be built.

    Args:
        model: the bundle that is measured.
        fp32: the same model's bundle in fp32, or None.
        checkpoint: the training run's `final` folder that the bundle was exported from, or None.
        threads: CPU threads that the system may use in all.
        processes: how many processes share the articles; each has `threads // processes`.
    """

    model: Path
    fp32: Path | None
    checkpoint: Path | None
    threads: int
    processes: int = 1

    @property
    def threads_each(self) -> int:
        """Threads of one process."""
        return max(1, self.threads // self.processes)

    def has_weights(self, checkpoint_sha256: str | None) -> bool:
        """Return whether the bundle was exported from the checkpoint with this hash."""
        exported_from = load_bundle(self.model).manifest.provenance.get("checkpoint_sha256")
        return exported_from is not None and exported_from == checkpoint_sha256

    def require_checkpoint(self) -> Path:
        """Return the checkpoint.

        Raises:
            InputError: if none was given.
        """
        if self.checkpoint is None:
            raise InputError("needs the trained weights", "give --checkpoint runs/NAME/final")
        return self.checkpoint


@dataclass(frozen=True, slots=True)
class System:
    """Something that reads articles, ready to run.

    Args:
        run: reads articles to the end; what it returns is not looked at.
        description: what it is, and what it leaves out, in a sentence.
        scope: whether it does the tagger's whole job.
        has_our_weights: whether its weights are those of the bundle; None where it has random
            ones and only its speed means anything.
    """

    run: Callable[[Sequence[str]], object]
    description: str
    scope: Scope
    has_our_weights: bool | None


@dataclass(frozen=True, slots=True)
class Rival:
    """Where a rival is defined, the extra that brings its packages, and how it uses the CPUs."""

    module: str
    extra: str
    options: tuple[str, ...] = ()
    is_single_threaded: bool = False


RIVALS: Mapping[str, Rival] = MappingProxyType(
    {
        "transformers": Rival("transformers_pipeline", "train"),
        "transformers-bf16": Rival("transformers_pipeline", "train", ("bf16",)),
        "torch-compile": Rival("transformers_pipeline", "train", ("compiled",)),
        "plain-onnx": Rival("plain_onnx", "train"),
        "fp32": Rival("bundle", "bench", ("fp32",)),
        "openvino": Rival("bundle", "openvino", ("measured", "openvino")),
        "openvino-fp32": Rival("bundle", "openvino", ("fp32", "openvino")),
        "spacy": Rival("spacy_cnn", "bench", is_single_threaded=True),
        "gliner": Rival("gliner_small", "train"),
    }
)
_OURS = Rival("bundle", "bench")


def load_system(name: str, settings: RivalSettings) -> System:
    """Build a rival, or the tagger itself under the name `clashtag`.

    Raises:
        InputError: if it needs something that the settings lack.
        MissingExtraError: if a package that it needs is not installed.
    """
    rival = _OURS if name == OURS else RIVALS[name]
    try:
        module = importlib.import_module(f"clashtag.bench.rivals.{rival.module}")
        system: System = module.load(settings, *rival.options)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ("clashtag", "clashtag_training"):
            raise
        raise MissingExtraError(
            f"needs the module {error.name!r}, which is not installed",
            f"pip install 'clashtag[{rival.extra}]'",
        ) from error
    return system
