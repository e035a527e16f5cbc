"""The evaluation section of a model card: the scores on dev, in tables."""

from __future__ import annotations

from collections.abc import Iterator

from clashtag_training.evaluation.report import result_notes
from clashtag_training.model_card import score_tables
from clashtag_training.model_card.calibration import calibration_section
from clashtag_training.model_card.evidence import Evidence

_DEV_NOTE = (
    "All scores are on **dev** parts. Temperatures, thresholds and the rule by which an argument "
    "goes on over further words were fitted on these same records, and the recipe was chosen with "
    "them in view, so expect less on new text; no test part was used. {seeds} What int8 loses "
    "against fp32 is in the table; a mean loss above half a point is exported only on request "
    "(`--max-drop`, see Reproduce)."
)
_ONE_SEED = "One training was run, so nothing is known of how much another seed would differ."
_TAUGHT_SEED = "One training was run; how much its teachers differ says how much seeds do."
_SEVERAL_SEEDS = "The shipped seed was chosen on them, too: the means over seeds are fairer."


def evaluation_section(evidence: Evidence) -> Iterator[str]:
    """Yield the section, its headings, notes and tables."""
    yield "## Evaluation"
    several = evidence.teachers is not None and len(evidence.teachers.runs) > 1
    one_seed = _TAUGHT_SEED if several else _ONE_SEED
    yield _DEV_NOTE.format(seeds=_SEVERAL_SEEDS if len(evidence.seeds.runs) > 1 else one_seed)
    sizes = [
        f"`{corpus}` dev holds "
        + ", ".join(f"{count:,} {name}" for name, count in result.dataset.sizes.items())
        + f" (sha256 `{result.dataset.sha256[:16]}…`)"
        for corpus in evidence.corpora
        for result in [evidence.results["int8", corpus, "end-to-end"]]
    ]
    yield "; ".join(sizes) + "."
    yield "### End to end"
    yield score_tables.headline_table(evidence)
    yield headline_note(evidence)
    yield "### Seeds"
    yield score_tables.seed_table(evidence.seeds, evidence.corpora)
    yield "Each cell: trigger-cls / arg-cls+ F1."
    if evidence.teachers:
        recipe = evidence.teachers.recipe
        yield "### Teachers"
        yield f"The model learnt from these, one seed each of `configs/{recipe}.yaml`."
        yield score_tables.seed_table(evidence.teachers, evidence.corpora)
    yield "### With gold triggers"
    yield score_tables.gold_trigger_table(evidence)
    yield "### Status"
    yield score_tables.status_table(evidence)
    yield from calibration_section(evidence)
    for corpus in evidence.corpora:
        result = evidence.results["int8", corpus, "end-to-end"]
        yield f"### `{corpus}` dev in detail (int8, end to end)"
        yield from (f"**{note}**" for note in result_notes(result))
        yield score_tables.metric_table(result)
        yield score_tables.type_table(result)
        yield score_tables.role_table(result)


def headline_note(evidence: Evidence) -> str:
    """Return how the table of headline scores is read."""
    result = evidence.results["int8", evidence.corpora[0], "end-to-end"]
    return (
        "F1 over exact spans on dev, end to end, with 95% intervals from "
        f"{result.bootstrap_samples:,} bootstrap draws over documents. `trigger-cls`: span and type"
        " of the trigger; `arg-cls+`: span and role of an argument, attached to the right trigger. "
        "Thresholds were tuned on the same dev records."
    )
