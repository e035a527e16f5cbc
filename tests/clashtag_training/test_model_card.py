"""The model card is written from result files alone, and the one in the repository is current."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench_sketch import sketch_report
from clashtag.bench.report import to_json
from clashtag.bundle import load_bundle, seal_bundle, shipped_bundle_path
from clashtag.errors import BundleError, InputError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.card_texts import read_texts
from clashtag_training.commands.model_card import write_model_card
from clashtag_training.evaluation.result import (
    Dataset,
    EvaluationResult,
    Origin,
    current_environment,
    event_tables,
    write_result,
)
from clashtag_training.evaluation.scores import score_events
from clashtag_training.evidence import Evidence, load_evidence, manifest_sha256
from clashtag_training.markdown import replace_between, table
from clashtag_training.model_card import (
    RESULTS_END,
    RESULTS_START,
    SPEED_END,
    SPEED_START,
    model_card,
    with_results,
)

ROOT = Path(__file__).parents[2]
NOTES = ROOT / "configs" / "model_card_notes.md"
CORPORA = ROOT / "configs" / "corpus_cards.yaml"
PROVENANCE = {
    "run": {"name": "plain", "encoder": "hub/encoder", "config_sha256": "c" * 64},
    "corpora": {"current-events": {"records": 2, "windows": 2}, "rams": {"records": 0}},
    "commit": "abc1234",
    "seeds": [7],
}
README = f"# x\n\n{RESULTS_START}\nold\n{RESULTS_END}\n\n{SPEED_START}\nold\n{SPEED_END}\n\nafter\n"

NAMES = ("current-events", "voa-articles")


def sketch(identifier: str, *, is_found: bool = True) -> Record:
    text = "Rebels attacked Goma."
    event = Event("attack", Span(7, 15, "attacked"), (Argument("agent", 0, 6, "Rebels"),), "actual")
    return Record(text, identifier, (event,) if is_found else ())


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    path = write_tiny_bundle(tmp_path_factory.mktemp("card") / "tiny")
    seal_bundle(path, "tiny", "1.0.0", PROVENANCE)
    return path


@pytest.fixture
def results(bundle: Path, tmp_path: Path) -> Path:
    """A folder of result files in which the model finds three events of four."""
    folder = tmp_path / "results"
    gold = [sketch(name) for name in "abcd"]
    shipped = manifest_sha256(load_bundle(bundle))
    for corpus in NAMES:
        for form, digest in (("int8", shipped), ("fp32", "f" * 64)):
            for setting in ("end-to-end", "gold triggers"):
                guesses = [*gold[:3], sketch("d", is_found=False)]
                result = EvaluationResult(
                    task="events",
                    setting=setting,
                    dataset=Dataset(f"{corpus}/dev", "0" * 64, {"records": 4, "events": 4}),
                    predictions=Origin("bundle", "tiny", digest, "1.0.0"),
                    missing_records=0,
                    types_outside_ontology={},
                    scores=event_tables(score_events(gold, guesses, setting), samples=20, seed=0),
                    bootstrap_samples=20,
                    seeds={"bootstrap": (0,), "training": (7,)},
                    environment=current_environment(),
                    date="2026-01-02T03:04:05+00:00",
                )
                write_result(result, folder / f"{form}-{corpus}-{setting.replace(' ', '-')}.json")
    headline = {"trigger_cls": 85.71, "arg_cls_plus": 85.71}
    other = {"trigger_cls": 83.71, "arg_cls_plus": 81.71}
    runs = [
        {"seed": seed, "minutes": 31.5, **dict.fromkeys(("fp32", "int8"), dict.fromkeys(NAMES, s))}
        for seed, s in ((7, headline), (8, other))
    ]
    write_json(folder / "seeds.json", {"recipe": "plain", "config_sha256": "c" * 64, "runs": runs})
    bench = to_json(sketch_report(shipped))
    (folder / "bench.json").write_text(bench, encoding="utf-8")
    shutil.copy(ROOT / "results" / "references.json", folder)
    return folder


@pytest.fixture
def evidence(results: Path, bundle: Path) -> Evidence:
    return load_evidence(results, bundle)


def write_json(path: Path, fields: Any) -> None:
    path.write_text(json.dumps(fields), encoding="utf-8")


def edit(path: Path, change: Any) -> None:
    fields = json.loads(path.read_text(encoding="utf-8"))
    change(fields)
    write_json(path, fields)


def card_of(evidence: Evidence) -> str:
    return model_card(evidence, read_texts(NOTES, CORPORA))


def test_card_states_what_the_result_files_hold(evidence: Evidence) -> None:
    card = card_of(evidence)
    assert "| **shipped model, int8** | 85.7 (" in card
    assert "| mean of 2 seeds, int8 (± sd) | 84.7 ± 1.4 | 83.7 ± 2.8 |" in card
    assert "98.5 | 93.7 | 96.6 | 90.7 |" in card
    assert "| attack | 4 | 100.0 | 75.0 | 85.7 (" in card
    assert "| 500 words | 650 | 10.0 | 20.0 ms | 25.0 ms | 50.0 ms | 40.0 (36.0–44.0) |" in card
    assert "![Articles a second, latency and where the time goes, of transformers" in card
    assert "cost $0.56, if a core costs $0.04 an hour" in card
    assert "were fitted on these same records" in card
    assert "configs/plain.yaml --seed 7" in card


def test_card_lists_only_corpora_that_were_trained_on(evidence: Evidence) -> None:
    card = card_of(evidence)
    assert "| `current-events` |" in card
    assert "`rams`" not in card


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


def test_card_tables_are_rectangular(evidence: Evidence) -> None:
    blocks = re.findall(r"(?:^\|.*\n)+", card_of(evidence), re.MULTILINE)
    assert len(blocks) == 18
    for block in blocks:
        assert len({line.count(" | ") for line in block.splitlines() if "---" not in line}) == 1


def test_card_is_the_same_every_time(results: Path, bundle: Path) -> None:
    cards = {card_of(load_evidence(results, bundle)) for _ in range(2)}
    assert len(cards) == 1


def test_card_without_comparisons_leaves_their_cells_empty(evidence: Evidence) -> None:
    references = tuple(
        dataclasses.replace(one, scores={NAMES[0]: one.scores[NAMES[0]]})
        for one in evidence.references
    )
    assert "98.5 | 93.7 | – | – |" in card_of(dataclasses.replace(evidence, references=references))


def test_card_needs_every_training_corpus_described(evidence: Evidence, tmp_path: Path) -> None:
    corpora = tmp_path / "corpora.yaml"
    corpora.write_text("corpora: []\n", encoding="utf-8")
    with pytest.raises(InputError, match="without a description: current-events"):
        model_card(evidence, read_texts(NOTES, corpora))


def test_notes_name_missing_unknown_and_empty_sections(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("## Limits\n\n<!-- later -->\n\n## Surprise\n\nx\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_texts(notes, CORPORA)
    for part in ("'Intended use'", "'Out of scope'", "no section 'Limits'", "unknown section"):
        assert part in caught.value.problem


def test_readme_results_are_replaced_and_nothing_else(evidence: Evidence) -> None:
    readme = with_results(README, evidence)
    assert readme.startswith("# x\n")
    assert readme.endswith("\n\nafter\n")
    assert "\nold\n" not in readme
    assert "two annotators working apart" in readme
    assert "| encoder at 30% or more of the int8 ceiling | 32% | met |" in readme
    assert with_results(readme, evidence) == readme


def test_readme_without_markers_is_refused(evidence: Evidence) -> None:
    with pytest.raises(InputError, match="lacks the markers"):
        with_results("# x\n", evidence)


def test_replace_between_needs_the_markers_in_order() -> None:
    with pytest.raises(InputError):
        replace_between("end start", "start", "end", "x")


def test_table_escapes_pipes() -> None:
    assert table(["a", "b"], [["x|y", "1"]]).splitlines()[-1] == "| x\\|y | 1 |"


def test_evidence_lists_everything_that_does_not_fit(results: Path, bundle: Path) -> None:
    (results / "fp32-voa-articles-gold-triggers.json").unlink()
    other_bundle = {"predictions": {"sha256": "e" * 64}}
    edit(results / "int8-voa-articles-end-to-end.json", lambda f: merge(f, other_bundle))
    other_gold = {"dataset": {"sha256": "1" * 64}}
    edit(results / "fp32-current-events-end-to-end.json", lambda f: merge(f, other_gold))
    edit(results / "bench.json", lambda f: merge(f, {"plan": "quick", "model": {"sha256": "e"}}))
    wrong = {"trigger_cls": 0.8571, "arg_cls_plus": 85.71}
    edit(results / "seeds.json", lambda f: f["runs"][1]["int8"].update({NAMES[1]: wrong}))
    with pytest.raises(InputError) as caught:
        load_evidence(results, bundle)
    for part in (
        "no result for fp32, voa-articles, gold triggers",
        "int8 voa-articles end-to-end: scores the bundle eeeeeeeeeeee",
        "current-events: the results were scored on different gold files",
        "bench.json was measured with another bundle",
        "bench.json holds a quick bench",
        "seed 8 int8 voa-articles: not points",
    ):
        assert part in caught.value.problem


def merge(fields: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        fields[key] = {**fields[key], **value} if isinstance(value, dict) else value


def test_evidence_compares_the_shipped_seed_with_its_results(results: Path, bundle: Path) -> None:
    scores = {"trigger_cls": 85.71, "arg_cls_plus": 90.0}
    edit(results / "seeds.json", lambda f: f["runs"][0]["fp32"].update({NAMES[0]: scores}))
    with pytest.raises(InputError, match=r"fp32 arg_cls_plus 90\.0 on current-events"):
        load_evidence(results, bundle)


def test_evidence_refuses_unknown_and_mistyped_fields(results: Path, bundle: Path) -> None:
    edit(results / "seeds.json", lambda f: f.update(surprise=1, recipe=3))
    with pytest.raises(InputError) as caught:
        load_evidence(results, bundle)
    assert "seeds: unknown 'surprise'" in caught.value.problem
    assert "seeds.recipe: expected str, found 3" in caught.value.problem


def test_evidence_without_results_says_which_are_needed(results: Path, bundle: Path) -> None:
    for path in (*results.glob("int8-*.json"), *results.glob("fp32-*.json")):
        path.unlink()
    with pytest.raises(InputError, match=r"no result of clashtag evaluate \(int8-\*\.json"):
        load_evidence(results, bundle)


def test_command_writes_both_files_and_checks_them(
    results: Path, bundle: Path, tmp_path: Path
) -> None:
    card, readme = tmp_path / "model_card.md", tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")

    def run(*, check: bool) -> list[Path]:
        return write_model_card(
            results, NOTES, CORPORA, card, readme=readme, model=bundle, check=check
        )

    with pytest.raises(InputError, match="differs from the result files"):
        run(check=True)
    assert not card.exists()
    plot = tmp_path / "docs" / "speed.svg"
    assert run(check=False) == [card, plot, readme]
    assert run(check=True) == [card, plot, readme]
    plot.write_text("<svg/>", encoding="utf-8")
    with pytest.raises(InputError, match=r"speed\.svg"):
        run(check=True)
    assert run(check=False) == [card, plot, readme]
    card.write_text(card.read_text(encoding="utf-8").replace("85.7", "95.7"), encoding="utf-8")
    with pytest.raises(InputError, match=r"model_card\.md"):
        run(check=True)


def test_repository_card_and_readme_are_current() -> None:
    if not (ROOT / "model_card.md").is_file():
        pytest.skip("no model_card.md yet: clashtag model-card --readme README.md writes it")
    try:
        bundle = shipped_bundle_path()
    except BundleError as error:
        pytest.skip(error.problem)
    evidence = load_evidence(ROOT / "results", bundle)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "model_card.md").read_text(encoding="utf-8") == card_of(evidence)
    assert readme == with_results(readme, evidence)
