"""The configuration of a conflict tagger: its encoder, its role layers and its heads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypedDict

from transformers import BertConfig, PretrainedConfig

from clashtag.ontology import Ontology


class HeadConfig(TypedDict):
    """The label space of one corpus: what its head predicts.

    An `events` head has trigger types, roles and perhaps statuses; a `mentions` head tags
    labelled spans only, with `types` as its labels.
    """

    kind: Literal["events", "mentions"]
    types: list[str]
    roles: list[str]
    statuses: list[str]


class ConflictTaggerConfig(PretrainedConfig):
    """Configuration of `ConflictTagger`.

    Args:
        encoder: the fields of the encoder's `BertConfig`.
        heads: the label space of each head, by corpus name.
        shipped_head: the head that export turns into a bundle.
        role_layers: transformer layers run once per trigger over its context.
        role_context_tokens: tokens around a trigger in which its arguments are sought.
        max_distance_tokens: distances to the trigger beyond this share one embedding.
        head_dropout: dropout before each classifier.
        type_dropout: share of triggers whose type is hidden from the role layers in training,
            so that a wrongly typed trigger still finds its arguments.
        ontology: the ontology of the shipped head, as `clashtag.Ontology.to_dict` gives it.
        window: token counts of the windows the model was trained on.
        shared_span_roles: pairs of roles that one span may play for one trigger.
    """

    model_type = "conflict-tagger"

    def __init__(
        self,
        *,
        encoder: dict[str, Any] | None = None,
        heads: dict[str, HeadConfig] | None = None,
        shipped_head: str = "",
        role_layers: int = 1,
        role_context_tokens: int = 128,
        max_distance_tokens: int = 64,
        head_dropout: float = 0.1,
        type_dropout: float = 0.1,
        ontology: dict[str, Any] | None = None,
        window: dict[str, int] | None = None,
        shared_span_roles: list[list[str]] | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        self.encoder = encoder or BertConfig().to_dict()
        self.heads = heads or {}
        self.shipped_head = shipped_head
        self.role_layers = role_layers
        self.role_context_tokens = role_context_tokens
        self.max_distance_tokens = max_distance_tokens
        self.head_dropout = head_dropout
        self.type_dropout = type_dropout
        self.ontology = ontology or {}
        self.window = window or {}
        self.shared_span_roles = shared_span_roles or []
        super().__init__(**kwargs)

    def shipped_ontology(self) -> Ontology:
        """Return the ontology with its labels in the order of the shipped head's outputs.

        A saved configuration has its keys sorted, so the mappings alone do not keep that order.
        """
        head = self.heads[self.shipped_head]
        ontology = Ontology.from_dict(self.ontology)
        return replace(
            ontology,
            types={name: ontology.types[name] for name in head["types"]},
            roles={name: ontology.roles[name] for name in head["roles"]},
            statuses={name: ontology.statuses[name] for name in head["statuses"]},
        )

    def encoder_config(self) -> BertConfig:
        """Return the encoder's configuration as transformers' own class."""
        return BertConfig(**self.encoder)
