"""`clashtag model-card`: the model card, its plot and the README's results, from result files."""

from __future__ import annotations

from pathlib import Path

from clashtag.bench.plot import draw_report
from clashtag.bundle import shipped_bundle_path
from clashtag.errors import InputError
from clashtag_training.evaluation.result import write_text_atomically
from clashtag_training.model_card.card import model_card
from clashtag_training.model_card.evidence import load_evidence
from clashtag_training.model_card.readme import with_results
from clashtag_training.model_card.speed import SPEED_PLOT
from clashtag_training.model_card.texts import read_texts


def write_model_card(
    results: Path,
    notes: Path,
    corpora: Path,
    output: Path,
    *,
    readme: Path | None = None,
    model: Path | None = None,
    check: bool = False,
) -> list[Path]:
    """Write a bundle's model card and the plot beside it, and a README's results; return the files.

    Args:
        results: the folder of result files.
        notes: the hand-written sections of the card.
        corpora: the descriptions of training corpora.
        output: where the card is written.
        readme: a file with the markers for results and speed; None leaves it alone.
        model: bundle directory; if None, the model that is shipped with clashtag.
        check: write nothing, and fail where a file differs from what would be written.

    Raises:
        InputError: if something is missing or contradicts the bundle; with `check`, naming the
            files that differ.
        BundleError: if the bundle cannot be loaded.
        ConfigError: if the corpora file breaks its format.
    """
    evidence = load_evidence(results, shipped_bundle_path() if model is None else model)
    pages = {
        output: model_card(evidence, read_texts(notes, corpora)),
        output.parent / SPEED_PLOT: draw_report(evidence.bench),
    }
    if readme is not None:
        pages[readme] = with_results(readme.read_text(encoding="utf-8"), evidence)
    if check:
        stale = [str(path) for path, text in pages.items() if _current(path) != text]
        if stale:
            raise InputError(
                f"differs from the result files: {', '.join(stale)}", "run clashtag model-card"
            )
        return list(pages)
    for path, text in pages.items():
        write_text_atomically(path, text)
    return list(pages)


def _current(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
