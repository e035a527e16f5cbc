"""The tagger with the bundle that is measured or the same model in fp32, in either runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from clashtag.bench.rivals import RivalSettings, System
from clashtag.bundle import load_bundle
from clashtag.errors import InputError
from clashtag.runtimes.choice import DEFAULT_RUNTIME
from clashtag.tagger import Tagger


def load(
    settings: RivalSettings,
    form: Literal["measured", "fp32"] = "measured",
    runtime: str = DEFAULT_RUNTIME,
) -> System:
    """Load a bundle.

    Raises:
        InputError: if the fp32 form is asked for and none was given.
        BundleError: if the bundle cannot be loaded.
        MissingExtraError: if the runtime is not installed.
    """
    path = settings.model if form == "measured" else settings.fp32
    if path is None:
        raise InputError(
            "needs the model's fp32 form",
            "give --fp32 FOLDER, which clashtag export --fp32-output writes",
        )
    bundle = load_bundle(path)
    tagger = Tagger(bundle, threads=settings.threads_each, runtime=runtime)

    def run(texts: Sequence[str]) -> None:
        for _ in tagger.tag_many(texts):
            pass

    name = f"{bundle.manifest.name} {bundle.manifest.version}"
    in_form = " in fp32" if form == "fp32" else ""
    by_runtime = "" if runtime == DEFAULT_RUNTIME else f", run by {runtime}"
    return System(
        run,
        f"`Tagger.tag_many` with {name}{in_form}{by_runtime}",
        "whole job",
        settings.has_weights(bundle.manifest.provenance.get("checkpoint_sha256")),
    )
