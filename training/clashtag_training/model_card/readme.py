"""The parts of the README that are written from result files, between markers."""

from __future__ import annotations

from clashtag_training.markdown import replace_between
from clashtag_training.model_card.evaluation import headline_note
from clashtag_training.model_card.evidence import Evidence
from clashtag_training.model_card.score_tables import headline_table
from clashtag_training.model_card.speed import short_speed

RESULTS_START = "<!-- results:start -->"
RESULTS_END = "<!-- results:end -->"
SPEED_START = "<!-- speed:start -->"
SPEED_END = "<!-- speed:end -->"


def with_results(readme: str, evidence: Evidence) -> str:
    """Return the README with its results and its speed, between markers, written anew.

    Raises:
        InputError: if the markers are missing.
    """
    results = f"\n{headline_table(evidence)}\n\n{headline_note(evidence)}\n"
    speed = f"\n{short_speed(evidence.bench)}\n"
    readme = replace_between(readme, RESULTS_START, RESULTS_END, results)
    return replace_between(readme, SPEED_START, SPEED_END, speed)
