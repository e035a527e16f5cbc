"""What the model of a card is, and what it was trained on."""

from __future__ import annotations

from clashtag.bundle import Bundle
from clashtag.errors import InputError
from clashtag_training.markdown import table
from clashtag_training.model_card.provenance import Provenance
from clashtag_training.model_card.texts import CardTexts


def summary(bundle: Bundle, provenance: Provenance) -> str:
    """Return what the model does, how big it is, and its types, roles and statuses."""
    labels, files = bundle.labels, bundle.manifest.files
    ontology, windows = labels.ontology, labels.windows
    megabytes = sum(file.bytes for file in files.values()) / 1e6
    return (
        "Finds conflict events in English news: what happened (a trigger, a type and a status), and"
        " who did what to whom, where, when and with what (roles). It is a fine-tuned "
        f"`{provenance.encoder}` in two int8 ONNX graphs, {megabytes:.0f} MB with its tokenizer, "
        "and runs on a CPU without torch. Texts of any length are read in windows of "
        f"{windows.max_tokens} tokens; the roles of a trigger are sought in the "
        f"{windows.role_context_tokens} tokens around it.\n\n"
        f"**{len(ontology.types)} types:** {', '.join(ontology.types)}. "
        f"**{len(ontology.roles)} roles:** {', '.join(ontology.roles)}. "
        f"**Status:** {', '.join(ontology.statuses)}. "
        "[`configs/ontology.yaml`](configs/ontology.yaml) defines them."
    )


def training_data(provenance: Provenance, texts: CardTexts) -> str:
    """Return the table of the corpora that the model was trained on.

    Raises:
        InputError: if a corpus is not described.
    """
    undescribed = [name for name in provenance.training_records if name not in texts.corpora]
    if undescribed:
        raise InputError(
            f"training corpora without a description: {', '.join(undescribed)}",
            "add them to configs/corpus_cards.yaml",
        )
    rows = []
    for name, records in provenance.training_records.items():
        card = texts.corpora[name]
        source = (card.text, card.annotation, card.licence, card.address)
        rows.append((f"`{name}`", *source, f"{records:,}"))
    header = ("corpus", "text", "annotation", "licence", "address", "training records")
    return (
        table(header, rows, numbers_from=5)
        + "\n\nA corpus with labels other than the ontology's trains a head of its own, which "
        "teaches the encoder and is not shipped."
    )
