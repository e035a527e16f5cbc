"""The section of a model card that says how far scores can be taken for probabilities."""

from __future__ import annotations

from collections.abc import Iterator

from clashtag_training.evaluation.reliability import BINS, Reliability
from clashtag_training.markdown import percent, table
from clashtag_training.model_card.evidence import FORMS, Evidence, Form

_HEADER = ("", "predictions", "mean score", "right", *(f"ECE, {form}" for form in FORMS))
_ABSENT = "–"


def calibration_section(evidence: Evidence) -> Iterator[str]:
    """Yield the section, of the int8 form unless said otherwise; nothing without measurements."""
    rows = [
        (f"{corpus} {kind}", *_cells(evidence, corpus, kind))
        for corpus in evidence.corpora
        for kind in _measured(evidence, "int8", corpus)
    ]
    if not rows:
        return
    temperature = evidence.bundle.labels.temperature
    yield "### Calibration"
    yield (
        "Scores are softmax probabilities after temperatures fitted on dev (triggers "
        f"{temperature.triggers:.2f}, roles {temperature.roles:.2f}, statuses "
        f"{temperature.statuses:.2f}). ECE, the expected calibration error, is the mean distance "
        "in points between scores and the share of predictions that are right, in "
        f"{BINS} bins of about equal size: triggers against trigger-cls, arguments of right "
        "triggers against arg-cls+, end to end. A score speaks of a span's first word; a wrong "
        "end makes a span wrong all the same."
    )
    yield table(_HEADER, rows)


def _cells(evidence: Evidence, corpus: str, kind: str) -> Iterator[str]:
    shipped = _measured(evidence, "int8", corpus)[kind]
    yield f"{shipped.predictions:,}"
    yield percent(shipped.mean_score)
    yield percent(shipped.correct)
    for form in FORMS:
        measured = _measured(evidence, form, corpus).get(kind)
        yield percent(measured.calibration_error) if measured else _ABSENT


def _measured(evidence: Evidence, form: Form, corpus: str) -> dict[str, Reliability]:
    return dict(evidence.results[form, corpus, "end-to-end"].calibration or {})
