"""`clashtag seeds`: the bundles of one recipe's seeds, summed up for the model card."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clashtag.bundle import load_bundle
from clashtag.errors import InputError
from clashtag_training.evaluation.result import write_text_atomically


def collect_seeds(bundles: Sequence[Path], output: Path, *, machine: str | None = None) -> None:
    """Write `seeds.json` from bundles that one recipe gave with several seeds.

    Args:
        bundles: folders that `clashtag export` wrote, in int8 form.
        output: the file to write.
        machine: what the runs were trained on, in words.

    Raises:
        BundleError: if a bundle is missing or corrupt.
        InputError: if the bundles come from different configurations or lack a form.
    """
    origins = [load_bundle(path).manifest.provenance for path in bundles]
    recipes = {(o["run"]["name"], o["run"]["config_sha256"]) for o in origins}
    mixtures = {json.dumps(_corpora(origin), sort_keys=True) for origin in origins}
    if len(recipes) != 1 or len(mixtures) != 1:
        raise InputError(
            f"the bundles come from {len(recipes)} configurations and {len(mixtures)} states of "
            "the corpora",
            "give bundles that differ in nothing but their seed",
        )
    recipe, config_sha256 = recipes.pop()
    fields: dict[str, Any] = {
        "recipe": recipe,
        "config_sha256": config_sha256,
        "runs": sorted((_run(origin) for origin in origins), key=lambda run: run["seed"]),
    }
    if machine is not None:
        fields["machine"] = machine
    write_text_atomically(output, _compact(json.dumps(fields, indent=2)) + "\n")


def _corpora(origin: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a bundle's corpora, but for the dev parts that it was neither tuned nor scored on."""
    scored = {corpus for scores in origin["dev_f1"].values() for corpus in scores}
    return {
        name: corpus if name in scored else {**corpus, "sha256": {**corpus["sha256"], "dev": None}}
        for name, corpus in origin["corpora"].items()
    }


def _run(origin: Any) -> dict[str, Any]:  # noqa: ANN401
    scores = origin["dev_f1"]
    if not {"fp32", "int8"} <= set(scores):
        raise InputError(
            f"the bundle of seed {origin['seeds'][0]} was measured in one form only",
            "export it without --fp32",
        )
    return {
        "seed": origin["seeds"][0],
        "fp32": scores["fp32"],
        "int8": scores["int8"],
        "minutes": origin["training_minutes"],
    }


def _compact(text: str) -> str:
    """Put each corpus's pair of scores on one line."""
    return re.sub(
        r"\{\s+(\"trigger_cls\": [\d.]+),\s+(\"arg_cls_plus\": [\d.]+)\s+\}", r"{\1, \2}", text
    )
