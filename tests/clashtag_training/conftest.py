"""A small ontology, articles annotated by it, and a tiny encoder to train on them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag.windows import load_tokenizer
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.corpora.record_files import write_records
from tiny_encoder import write_tiny_encoder

# Not in the order of the alphabet, so that sorted keys are told from kept ones.
ONTOLOGY = Ontology.from_dict(
    {
        "version": 1,
        "statuses": {"other": "It may not have happened.", "actual": "It happened."},
        "roles": {
            "victim": "Who is hurt.",
            "agent": "Who does it.",
            "place": "Where it happens.",
            "claimant": "Who claims it.",
        },
        "types": {
            "death": {"definition": "People die.", "roles": ["victim", "agent", "place"]},
            "attack": {
                "definition": "One-sided violence.",
                "roles": ["agent", "place", "claimant"],
            },
        },
    }
)

ARTICLES = """\
=== a1

{Masked gunmen|1.agent,2.agent} {opened fire|1:attack} in {Belmar|1.place,2.place}, {killing|2:death} {two porters|2.victim}.

=== a2

The {Lynx Brigade|1.agent,1.claimant} said it had carried out the {ambush|1:attack} near {Harn|1.place}.

=== a3

Police feared that {rebels|1.agent} would {attack|1:attack?} {Odrel|1.place} before winter.

=== a4

{Three miners|1.victim} {died|1:death} in {Karst|1.place} on Sunday.

=== a5

The grain market reopened in Varn, and prices fell for the first time since spring.
"""  # noqa: E501

DEV_ARTICLES = """\
=== d1

{Rebels|1.agent,2.agent} {opened fire|1:attack} near {Karst|1.place,2.place}, {killing|2:death} {two miners|2.victim}.

=== d2

Nothing happened in Varn on Sunday.
"""  # noqa: E501


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return ONTOLOGY


@pytest.fixture(scope="session")
def records() -> list[Record]:
    return parse_markup(ARTICLES, "articles.txt")


@pytest.fixture(scope="session")
def dev_records() -> list[Record]:
    return parse_markup(DEV_ARTICLES, "dev.txt")


@pytest.fixture(scope="session")
def corpora_dir(tmp_path_factory, records, dev_records) -> Path:
    """A folder with the corpus `tiny`, and the ontology beside it."""
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "tiny").mkdir()
    write_records(folder / "tiny" / "train.jsonl", records)
    write_records(folder / "tiny" / "dev.jsonl", dev_records)
    (folder / "ontology.yaml").write_text(json.dumps(ONTOLOGY.to_dict()), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def encoder_dir(tmp_path_factory, records, dev_records) -> Path:
    pytest.importorskip("transformers")
    pytest.importorskip("torch")
    texts = [record.text for record in [*records, *dev_records]]
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"), texts)


@pytest.fixture(scope="session")
def tokenizer(encoder_dir):
    return load_tokenizer(encoder_dir / "tokenizer.json")


@pytest.fixture(scope="session")
def head():
    """The label space of the ontology."""
    from clashtag_training.configuration import HeadConfig

    return HeadConfig(
        kind="events",
        types=list(ONTOLOGY.types),
        roles=list(ONTOLOGY.roles),
        statuses=list(ONTOLOGY.statuses),
    )


@pytest.fixture(scope="session")
def label_space(head):
    from clashtag_training.examples.features import LabelSpace

    return LabelSpace.from_head("ours", head, {n: t.roles for n, t in ONTOLOGY.types.items()})


@pytest.fixture(scope="session")
def run_config(encoder_dir):
    """A run of two epochs, a second or two long."""
    from clashtag.labels import WindowSettings
    from clashtag_training.run_config import CorpusConfig, OptimisationConfig, RunConfig

    return RunConfig(
        name="tiny",
        ontology=Path("ontology.yaml"),
        shipped_head="ours",
        corpora=(CorpusConfig(name="tiny", path=Path("tiny"), head="ours", select=True),),
        encoder=str(encoder_dir),
        window=WindowSettings(max_tokens=64, overlap_tokens=8, role_context_tokens=32),
        optimisation=OptimisationConfig(
            epochs=2,
            batch_tokens=64,
            encoder_learning_rate=3e-3,
            role_layer_learning_rate=3e-3,
            head_learning_rate=1e-2,
            precision="fp32",
            report_to=(),
        ),
    )


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, run_config, corpora_dir) -> Path:
    """The folder of a run that has learnt something in forty epochs."""
    from clashtag_training.training import train

    optimisation = dataclasses.replace(
        run_config.optimisation, epochs=40, first_evaluation_epoch=40, kept_checkpoints=1
    )
    config = dataclasses.replace(run_config, optimisation=optimisation)
    output = tmp_path_factory.mktemp("runs") / "finished"
    train(config, corpora_dir / "run.yaml", corpora_dir, output)
    return output


@pytest.fixture(scope="session")
def trained(finished_run):
    """The finished run's model, in the form that exports."""
    from clashtag_training.model.modeling import ConflictTagger

    return ConflictTagger.from_pretrained(finished_run / "final", attn_implementation="sdpa").eval()


@pytest.fixture(scope="session")
def graphs(tmp_path_factory, trained) -> Path:
    """A folder with its two graphs in fp32."""
    import onnx

    from clashtag_training.export.onnx_graphs import encoder_graph, role_graph
    from clashtag_training.export.onnx_products import ExactProducts

    folder = tmp_path_factory.mktemp("graphs")
    onnx.save(encoder_graph(trained, "ours", ExactProducts()), folder / "encoder.onnx")
    onnx.save(role_graph(trained, "ours", ExactProducts()), folder / "roles.onnx")
    return folder
