"""The model card: its front matter and its sections, top to bottom."""

from __future__ import annotations

from clashtag_training.model_card.description import summary, training_data
from clashtag_training.model_card.evaluation import evaluation_section
from clashtag_training.model_card.evidence import Evidence
from clashtag_training.model_card.front_matter import front_matter
from clashtag_training.model_card.provenance import read_provenance
from clashtag_training.model_card.reproduction import reproduction, training_cost
from clashtag_training.model_card.speed import speed_section
from clashtag_training.model_card.texts import CardTexts

_GENERATED = (
    "<!-- Written by `clashtag model-card` from result files and notes: edit those instead. -->"
)


def model_card(evidence: Evidence, texts: CardTexts) -> str:
    """Return the model card as Markdown with the front matter that model hubs read.

    Raises:
        InputError: if the bundle does not say what it was trained on, or a corpus of it is not
            described.
    """
    manifest = evidence.bundle.manifest
    provenance = read_provenance(evidence.bundle)
    parts = [
        front_matter(evidence, provenance),
        _GENERATED,
        f"# {manifest.name} {manifest.version}",
        summary(evidence.bundle, provenance),
        "## Intended use",
        texts.notes["Intended use"],
        "## Out of scope",
        texts.notes["Out of scope"],
        "## Training data",
        training_data(provenance, texts),
        *evaluation_section(evidence),
        "## Limits",
        texts.notes["Limits"],
        "## Speed on a CPU",
        *speed_section(evidence.bench),
        "## Cost of training",
        training_cost(evidence.seeds, evidence.teachers),
        "## Reproduce",
        reproduction(evidence, provenance),
        "## Licence",
        "Code and weights: Apache-2.0. The training texts belong to their publishers and are not "
        "part of this model or its repository.",
    ]
    return "\n\n".join(parts) + "\n"
