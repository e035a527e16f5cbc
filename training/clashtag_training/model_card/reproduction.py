"""What the training of a model cost, and the commands that repeat it and its figures."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from statistics import mean

from clashtag.bench.report import BenchReport
from clashtag.bench.rivals import OURS
from clashtag_training.model_card.evidence import Evidence, SeedRuns
from clashtag_training.model_card.provenance import Provenance
from clashtag_training.model_card.score_tables import HEADLINES

# The loss in points of dev F1 up to which clashtag export needs no --max-drop.
_ALLOWED_DROP = 0.5


def training_cost(seeds: SeedRuns, teachers: SeedRuns | None) -> str:
    """Return how long the trainings took, those of the teachers apart."""
    minutes = [run.minutes for run in seeds.runs]
    bounds = sorted({f"{min(minutes):.0f}", f"{max(minutes):.0f}"}, key=int)
    where = f" on {seeds.machine}" if seeds.machine else ""
    total = sum(minutes)
    taught = ""
    if teachers:
        before = sum(run.minutes for run in teachers.runs)
        total += before
        count = len(teachers.runs)
        whom = "teacher" if count == 1 else f"{count} teachers"
        taught = f", and its {whom} {before:.0f} minutes before"
    return (
        f"One training takes {' to '.join(bounds)} minutes{where}{taught}; those reported here "
        f"took {total / 60:.1f} hours together, after others to choose the recipe. Tagging needs "
        "no accelerator."
    )


def reproduction(evidence: Evidence, provenance: Provenance) -> str:
    """Return the commands that repeat the model and its result files, and what they start from."""
    recipe = evidence.seeds.recipe
    commands = "\n".join(_commands(evidence, provenance))
    return (
        f"```sh\n{commands}\n```\n\n"
        f"Recipe [`configs/{recipe}.yaml`](configs/{recipe}.yaml), settings sha256 "
        f"`{provenance.config_sha256}`. The model was trained at commit `{provenance.commit}`, "
        "whose articles the checkout above restores; it was exported and scored with the code "
        f"beside this card. {_not_repeated(evidence)}"
        "`CLASHTAG_CORPORA` names the folder of the corpora in the record format of "
        "[`data/README.md`](data/README.md)."
    )


def _not_repeated(evidence: Evidence) -> str:
    """Return what the commands leave to the reader."""
    sentences = []
    if len(evidence.seeds.runs) > 1:
        sentences.append("The other seeds are trained and exported in the same way. ")
    if evidence.teachers:
        sentences.append(
            "Texts without annotation that its teachers tagged are not published, so without them "
            "the weights come out similar and not equal. "
        )
    return "".join(sentences)


def _commands(evidence: Evidence, provenance: Provenance) -> Iterator[str]:
    recipe = evidence.seeds.recipe
    seeds = provenance.seeds or (evidence.seeds.runs[0].seed,)
    checkpoint = f"runs/{recipe}-seed{seeds[0]}/final"
    dev = {corpus: f'"$CLASHTAG_CORPORA/{corpus}/dev.jsonl"' for corpus in evidence.corpora}
    yield "pip install -e '.[train,fetch,bench]'"
    for corpus in evidence.corpora:
        yield f'clashtag data fetch {corpus} "$CLASHTAG_CORPORA/{corpus}"'
    if evidence.teachers:
        yield from _teacher_commands(evidence.teachers)
    if provenance.commit:
        yield f"git checkout {provenance.commit} -- data/articles"
    for seed in seeds:
        yield f"clashtag train configs/{recipe}.yaml --seed {seed}"
    tuned_on = " ".join(f"--dev {path}" for path in dev.values())
    forms = f"--output int8 --fp32-output fp32{_max_drop(provenance)}"
    version = f"--version {evidence.bundle.manifest.version}"
    yield f"clashtag export {checkpoint} {tuned_on} {forms} {version}"
    for form in ("int8", "fp32"):
        for corpus, path in dev.items():
            evaluate = f"clashtag evaluate {path} --model {form}"
            result = f"results/{form}-{corpus}"
            yield f"{evaluate} -o {result}.json"
            yield f"{evaluate} --gold-triggers -o {result}-gold-triggers.json"
    yield "clashtag seeds int8" + (" OTHER_SEEDS_BUNDLES" if len(evidence.seeds.runs) > 1 else "")
    yield _bench_command(evidence.bench, checkpoint)
    yield "clashtag model-card --model int8 --readme README.md"


def _teacher_commands(teachers: SeedRuns) -> Iterator[str]:
    yield "# the head of each configuration says what comes before its run"
    for run in teachers.runs:
        yield f"clashtag train configs/{teachers.recipe}.yaml --seed {run.seed}"


def _bench_command(bench: BenchReport, checkpoint: str) -> str:
    """Return the command of the very run that the card shows."""
    options = ["clashtag bench --model int8"]
    if bench.comparison:
        rivals = [system.name for system in bench.comparison.systems if system.name != OURS]
        options.append(f"--against {','.join(rivals)} --checkpoint {checkpoint} --fp32 fp32")
    if bench.soak:
        options.append(f"--soak {bench.soak.articles}")
    return " ".join([*options, "-o results/bench.json"])


def _max_drop(provenance: Provenance) -> str:
    """Return the export option without which the bundle's own loss would be refused.

    It is rounded up to tenths of a point.
    """
    scores = provenance.dev_f1
    if not {"fp32", "int8"} <= set(scores):
        return ""
    drops = [
        mean(
            exact[metric] - scores["int8"][corpus][metric]
            for corpus, exact in scores["fp32"].items()
        )
        for metric in HEADLINES
    ]
    if max(drops) <= _ALLOWED_DROP:
        return ""
    return f" --max-drop {ceil(10 * max(drops)) / 10}"
