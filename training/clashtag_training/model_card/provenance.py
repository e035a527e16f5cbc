"""What a bundle's manifest says of its training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clashtag.bundle import Bundle
from clashtag.errors import InputError


@dataclass(frozen=True, slots=True)
class Provenance:
    """The run that a bundle was exported from.

    `training_records` counts them by corpus, of those that the run trained on; `dev_f1` holds, by
    form and corpus, the F1 of each headline metric in points.
    """

    encoder: str
    config_sha256: str
    training_records: Mapping[str, int]
    commit: str | None
    seeds: tuple[int, ...]
    dev_f1: Mapping[str, Mapping[str, Mapping[str, float]]]


def read_provenance(bundle: Bundle) -> Provenance:
    """Return a bundle's provenance.

    Raises:
        InputError: if the bundle does not say what it was trained on.
    """
    fields = bundle.manifest.provenance
    run, corpora = fields.get("run"), fields.get("corpora")
    if (
        not isinstance(run, Mapping)
        or not {"encoder", "config_sha256"} <= set(run)
        or not isinstance(corpora, Mapping)
        or not all(isinstance(corpus, Mapping) for corpus in corpora.values())
    ):
        raise InputError(
            "the bundle's provenance lacks 'run' with 'encoder' and 'config_sha256', or 'corpora'",
            "export it with clashtag export",
        )
    records = {name: corpus.get("records") for name, corpus in corpora.items()}
    return Provenance(
        encoder=run["encoder"],
        config_sha256=run["config_sha256"],
        training_records={name: count for name, count in records.items() if count},
        commit=fields.get("commit"),
        seeds=tuple(fields.get("seeds") or ()),
        dev_f1=fields.get("dev_f1", {}),
    )
