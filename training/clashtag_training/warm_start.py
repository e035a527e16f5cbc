"""A run that begins with what another one has learnt, and puts its own heads on it."""

from __future__ import annotations

from pathlib import Path

from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256
from clashtag_training.model.modeling import ConflictTagger

WEIGHTS_FILE = "model.safetensors"
_HEADS = ("trigger_heads.", "role_heads.")


def load_checkpoint(folder: Path, attention: str, role: str) -> ConflictTagger:
    """Return the tagger of a run's folder `final`, as it computes without rounding.

    Args:
        folder: holds the checkpoint.
        attention: the implementation of attention, as transformers names it.
        role: what the checkpoint is for, in error messages.

    Raises:
        ConfigError: if there is no checkpoint.
    """
    if not (folder / WEIGHTS_FILE).is_file():
        raise ConfigError(
            f"no {role} at {folder}: it holds no {WEIGHTS_FILE}",
            f"train it first; a {role} is the folder final of a run",
        )
    model: ConflictTagger = ConflictTagger.from_pretrained(folder, attn_implementation=attention)
    return model.without_rounding()


def warm_start(model: ConflictTagger, folder: Path) -> str:
    """Give a new tagger the encoder, conditioning and role layers of a trained one.

    Heads are taken over too where both taggers have one of the same name and labels.

    Returns:
        The sha256 of the weights that were read.

    Raises:
        ConfigError: if there is no checkpoint, or if its parts have other shapes.
    """
    trained = load_checkpoint(folder, model.config._attn_implementation, "warm start")
    same_heads = {
        name for name, head in model.config.heads.items() if trained.config.heads.get(name) == head
    }
    wanted = model.state_dict()
    taken = {
        name: weights
        for name, weights in trained.state_dict().items()
        if not name.startswith(_HEADS) or name.split(".")[1] in same_heads
    }
    misfits = [
        name
        for name in wanted.keys() | taken.keys()
        if not (name.startswith(_HEADS) and name not in taken)
        and (name not in wanted or name not in taken or wanted[name].shape != taken[name].shape)
    ]
    if misfits:
        raise ConfigError(
            f"the warm start {folder} has other parts than this run's model: {min(misfits)} and "
            f"{len(misfits) - 1} more",
            "give the run the encoder and the model settings of the warm start",
        )
    model.load_state_dict(taken, strict=False)
    return file_sha256(folder / WEIGHTS_FILE)
