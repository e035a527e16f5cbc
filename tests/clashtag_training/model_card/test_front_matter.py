from __future__ import annotations

import pytest
import yaml

from clashtag_training.model_card.evidence import Evidence

from .conftest import NAMES, card_of


def test_card_front_matter_is_what_hubs_read(evidence: Evidence) -> None:
    _, front, _ = card_of(evidence).split("---\n", 2)
    fields = yaml.safe_load(front)
    assert fields["license"] == "apache-2.0"
    assert fields["base_model"] == "hub/encoder"
    assert fields["datasets"] == ["current-events"]
    [model] = fields["model-index"]
    assert [entry["dataset"]["type"] for entry in model["results"]] == list(NAMES)
    assert model["results"][0]["metrics"][0]["value"] == 85.7


@pytest.mark.training
def test_card_front_matter_is_valid_for_the_hub(evidence: Evidence) -> None:
    hub = pytest.importorskip("huggingface_hub")
    data = hub.ModelCard(card_of(evidence)).data
    assert {result.metric_value for result in data.eval_results} == {85.7}
    assert data.library_name == "clashtag"
