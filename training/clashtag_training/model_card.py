"""The model card, and the README's results and speed, written from result files alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from clashtag.bench import tables
from clashtag.bench.report import BenchReport
from clashtag.errors import InputError
from clashtag_training import card_tables
from clashtag_training.card_calibration import calibration_section
from clashtag_training.card_texts import CardTexts
from clashtag_training.evaluation.report import result_notes
from clashtag_training.evidence import Evidence
from clashtag_training.markdown import replace_between, table

RESULTS_START = "<!-- results:start -->"
RESULTS_END = "<!-- results:end -->"
SPEED_START = "<!-- speed:start -->"
SPEED_END = "<!-- speed:end -->"
SPEED_PLOT = "docs/speed.svg"
TAGS = ("event-extraction", "argument-extraction", "conflict", "news", "onnx", "int8", "cpu")

_GENERATED = (
    "<!-- Written by `clashtag model-card` from result files and notes: edit those instead. -->"
)
_DEV_NOTE = (
    "All scores are on **dev** parts. Temperatures, thresholds and the rule by which an argument "
    "goes on over further words were fitted on these same records, and the recipe was chosen with "
    "them in view, so expect less on new text; no test part was used. {seeds} What int8 loses "
    "against fp32 is in the table; a mean loss above half a point is exported only on request "
    "(`--max-drop`, see Reproduce)."
)
_ONE_SEED = "One training was run, so nothing is known of how much another seed would differ."
_SEVERAL_SEEDS = "The shipped seed was chosen on them, too: the means over seeds are fairer."


def model_card(evidence: Evidence, texts: CardTexts) -> str:
    """Return the model card as Markdown with the front matter that model hubs read.

    Raises:
        InputError: if the bundle does not say what it was trained on, or a corpus of it is not
            described.
    """
    manifest = evidence.bundle.manifest
    run, corpora = _training(evidence, texts)
    parts = [
        _front_matter(evidence, run, list(corpora)),
        _GENERATED,
        f"# {manifest.name} {manifest.version}",
        _summary(evidence, run),
        "## Intended use",
        texts.notes["Intended use"],
        "## Out of scope",
        texts.notes["Out of scope"],
        "## Training data",
        _training_data(corpora, texts),
        *_evaluation(evidence),
        "## Limits",
        texts.notes["Limits"],
        "## Speed on a CPU",
        *_speed(evidence.bench),
        "## Cost of training",
        _cost(evidence),
        "## Reproduce",
        _reproduction(evidence, run),
        "## Licence",
        "Code and weights: Apache-2.0. The training texts belong to their publishers and are not "
        "part of this model or its repository.",
    ]
    return "\n\n".join(parts) + "\n"


def with_results(readme: str, evidence: Evidence) -> str:
    """Return the README with its results and its speed, between markers, written anew.

    Raises:
        InputError: if the markers are missing.
    """
    results = f"\n{card_tables.headline_table(evidence)}\n\n{_headline_note(evidence)}\n"
    speed = f"\n{_short_speed(evidence.bench)}\n"
    readme = replace_between(readme, RESULTS_START, RESULTS_END, results)
    return replace_between(readme, SPEED_START, SPEED_END, speed)


def _training(
    evidence: Evidence, texts: CardTexts
) -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    """Return the bundle's run and its training corpora, from its provenance."""
    provenance = evidence.bundle.manifest.provenance
    run, corpora = provenance.get("run"), provenance.get("corpora")
    if not isinstance(run, Mapping) or not isinstance(corpora, Mapping):
        raise InputError(
            "the bundle's provenance lacks 'run' or 'corpora'", "export it with clashtag export"
        )
    trained_on = {name: corpus for name, corpus in corpora.items() if corpus.get("records")}
    undescribed = [name for name in trained_on if name not in texts.corpora]
    if undescribed:
        raise InputError(
            f"training corpora without a description: {', '.join(undescribed)}",
            "add them to configs/corpus_cards.yaml",
        )
    return run, trained_on


def _front_matter(evidence: Evidence, run: Mapping[str, Any], corpora: list[str]) -> str:
    fields = {
        "license": "apache-2.0",
        "language": ["en"],
        "base_model": run["encoder"],
        "pipeline_tag": "token-classification",
        "library_name": "clashtag",
        "tags": list(TAGS),
        "datasets": corpora,
        "metrics": ["f1"],
        "model-index": [
            {
                "name": evidence.bundle.manifest.name,
                "results": [_index_entry(evidence, corpus) for corpus in evidence.corpora],
            }
        ],
    }
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)}---"


def _index_entry(evidence: Evidence, corpus: str) -> dict[str, Any]:
    exact = evidence.results["int8", corpus, "end-to-end"].scores["exact"].rows
    metrics = [
        {
            "type": "f1",
            "name": f"{card_tables.display(metric)} F1, exact spans, end to end",
            "value": round(100 * exact[metric].f1.value, 1),
        }
        for metric in card_tables.HEADLINES
    ]
    return {
        "task": {"type": "token-classification", "name": "event extraction"},
        "dataset": {"name": f"{corpus} (dev)", "type": corpus, "split": "dev"},
        "metrics": metrics,
    }


def _summary(evidence: Evidence, run: Mapping[str, Any]) -> str:
    labels, files = evidence.bundle.labels, evidence.bundle.manifest.files
    ontology, windows = labels.ontology, labels.windows
    megabytes = sum(file.bytes for file in files.values()) / 1e6
    return (
        "Finds conflict events in English news: what happened (a trigger, a type and a status), and"
        " who did what to whom, where, when and with what (roles). It is a fine-tuned "
        f"`{run['encoder']}` in two int8 ONNX graphs, {megabytes:.0f} MB with its tokenizer, and "
        "runs on a CPU without torch. Texts of any length are read in windows of "
        f"{windows.max_tokens} tokens; the roles of a trigger are sought in the "
        f"{windows.role_context_tokens} tokens around it.\n\n"
        f"**{len(ontology.types)} types:** {', '.join(ontology.types)}. "
        f"**{len(ontology.roles)} roles:** {', '.join(ontology.roles)}. "
        f"**Status:** {', '.join(ontology.statuses)}. "
        "[`configs/ontology.yaml`](configs/ontology.yaml) defines them."
    )


def _training_data(corpora: Mapping[str, Mapping[str, Any]], texts: CardTexts) -> str:
    rows = []
    for name, corpus in corpora.items():
        card = texts.corpora[name]
        records = f"{corpus['records']:,}"
        rows.append((f"`{name}`", card.text, card.annotation, card.licence, card.address, records))
    header = ("corpus", "text", "annotation", "licence", "address", "training records")
    return (
        table(header, rows, numbers_from=5)
        + "\n\nA corpus with labels other than the ontology's trains a head of its own, which "
        "teaches the encoder and is not shipped."
    )


def _evaluation(evidence: Evidence) -> Iterator[str]:
    yield "## Evaluation"
    several = len(evidence.seeds.runs) > 1
    yield _DEV_NOTE.format(seeds=_SEVERAL_SEEDS if several else _ONE_SEED)
    sizes = [
        f"`{corpus}` dev holds "
        + ", ".join(f"{count:,} {name}" for name, count in result.dataset.sizes.items())
        + f" (sha256 `{result.dataset.sha256[:16]}…`)"
        for corpus in evidence.corpora
        for result in [evidence.results["int8", corpus, "end-to-end"]]
    ]
    yield "; ".join(sizes) + "."
    yield "### End to end"
    yield card_tables.headline_table(evidence)
    yield _headline_note(evidence)
    yield card_tables.seed_table(evidence)
    yield "Each cell: trigger-cls / arg-cls+ F1."
    yield "### With gold triggers"
    yield card_tables.gold_trigger_table(evidence)
    yield "### Status"
    yield card_tables.status_table(evidence)
    yield from calibration_section(evidence)
    for corpus in evidence.corpora:
        result = evidence.results["int8", corpus, "end-to-end"]
        yield f"### `{corpus}` dev in detail (int8, end to end)"
        yield from (f"**{note}**" for note in result_notes(result))
        yield card_tables.metric_table(result)
        yield card_tables.type_table(result)
        yield card_tables.role_table(result)


def _headline_note(evidence: Evidence) -> str:
    result = evidence.results["int8", evidence.corpora[0], "end-to-end"]
    return (
        "F1 over exact spans on dev, end to end, with 95% intervals from "
        f"{result.bootstrap_samples:,} bootstrap draws over documents. `trigger-cls`: span and type"
        " of the trigger; `arg-cls+`: span and role of an argument, attached to the right trigger. "
        "Thresholds were tuned on the same dev records."
    )


def _speed(bench: BenchReport) -> Iterator[str]:
    yield _picture(bench)
    yield tables.machine_line(bench)
    for each in tables.report_tables(bench):
        yield f"### {each.title}"
        yield table(each.header, each.rows, each.numbers_from)
        if each.note:
            yield each.note
    yield "### Start, memory and price"
    yield tables.process_line(bench)
    if soak := tables.soak_line(bench):
        yield soak
    yield "[`docs/speed.md`](docs/speed.md) says how to read these figures and how to repeat them."


def _short_speed(bench: BenchReport) -> str:
    """Return the speed section of the README: the picture, the targets and the price."""
    targets = tables.target_table(bench)
    parts = [
        _picture(bench),
        table(targets.header, targets.rows),
        tables.process_line(bench),
        tables.machine_line(bench),
    ]
    return "\n\n".join(parts)


def _picture(bench: BenchReport) -> str:
    names = [system.name for system in bench.comparison.systems] if bench.comparison else []
    compared = f", of {', '.join(names)}" if names else ""
    return f"![Articles a second, latency and where the time goes{compared}]({SPEED_PLOT})"


def _cost(evidence: Evidence) -> str:
    seeds = evidence.seeds
    minutes = [run.minutes for run in seeds.runs]
    bounds = sorted({f"{min(minutes):.0f}", f"{max(minutes):.0f}"}, key=int)
    where = f" on {seeds.machine}" if seeds.machine else ""
    return (
        f"One training takes {' to '.join(bounds)} minutes{where}; those reported here took "
        f"{sum(minutes) / 60:.1f} hours together, after others to choose the recipe. Tagging needs "
        "no accelerator."
    )


def _max_drop(evidence: Evidence) -> str:
    """Return the export option without which the bundle's own loss would be refused."""
    scores = evidence.bundle.manifest.provenance.get("dev_f1", {})
    if not {"fp32", "int8"} <= set(scores):
        return ""
    drops = [
        sum(scores["fp32"][c][metric] - scores["int8"][c][metric] for c in scores["fp32"])
        / len(scores["fp32"])
        for metric in ("trigger_cls", "arg_cls_plus")
    ]
    return " --max-drop 1" if max(drops) > 0.5 else ""


def _reproduction(evidence: Evidence, run: Mapping[str, Any]) -> str:
    recipe = evidence.seeds.recipe
    provenance = evidence.bundle.manifest.provenance
    seeds = provenance.get("seeds") or [evidence.seeds.runs[0].seed]
    dev = {corpus: f'"$CLASHTAG_CORPORA/{corpus}/dev.jsonl"' for corpus in evidence.corpora}
    export = f"clashtag export runs/{recipe}-seed{seeds[0]}/final " + " ".join(
        f"--dev {path}" for path in dev.values()
    )
    commit = provenance.get("commit")
    lines = ["pip install -e '.[train,fetch,bench]'"]
    lines += [
        f'clashtag data fetch {corpus} "$CLASHTAG_CORPORA/{corpus}"' for corpus in evidence.corpora
    ]
    lines += [f"git checkout {commit} -- data/articles"] if commit else []
    lines += [f"clashtag train configs/{recipe}.yaml --seed {seed}" for seed in seeds]
    lines += [f"{export} --output int8 --fp32-output fp32{_max_drop(evidence)}"]
    for form in ("int8", "fp32"):
        for corpus, path in dev.items():
            evaluate = f"clashtag evaluate {path} --model {form}"
            result = f"results/{form}-{corpus}"
            lines.append(f"{evaluate} -o {result}.json")
            lines.append(f"{evaluate} --gold-triggers -o {result}-gold-triggers.json")
    lines.append("clashtag seeds int8 OTHER_SEEDS_BUNDLES")
    rivals = f"--against all --checkpoint runs/{recipe}-seed{seeds[0]}/final --fp32 fp32"
    lines.append(f"clashtag bench --model int8 {rivals} --soak 50000 -o results/bench.json")
    lines.append("clashtag model-card --model int8 --readme README.md")
    commands = "\n".join(lines)
    return (
        f"```sh\n{commands}\n```\n\n"
        f"Recipe [`configs/{recipe}.yaml`](configs/{recipe}.yaml), settings sha256 "
        f"`{run['config_sha256']}`. The model was trained at commit `{commit}`, whose articles the "
        "checkout above restores; it was exported and scored with the code beside this card. The "
        "other seeds are trained and exported in the same way. "
        "`CLASHTAG_CORPORA` names the folder of the corpora in the record format of "
        "[`data/README.md`](data/README.md)."
    )
