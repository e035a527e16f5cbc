from pathlib import Path

import pytest

pytest.importorskip("yaml")

from clashtag_training.corpora.ontology_file import load_ontology
from clashtag_training.run_config import RunConfig
from clashtag_training.strict_config import load_config

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize("name", ["conflict-events", "articles", "smoke"])
def test_shipped_run_configurations_load(name):
    path = CONFIGS / f"{name}.yaml"
    config = load_config(path, RunConfig)
    assert config.name == name
    assert load_ontology(path.parent / config.ontology).types
    assert config.shipped_head in {corpus.head for corpus in config.corpora}
    for corpus in config.corpora:
        if corpus.own:
            folder = path.parent / config.own_data_dir / corpus.path
            assert all((folder / file).is_file() for file in (corpus.train, corpus.dev))
