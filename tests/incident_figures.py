"""The tables of docs/analysis/incidents.md, from the weights and the result files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "analysis" / "incidents.md"
ARTICLES = ROOT / "results" / "incidents" / "articles.json"
MUC4 = ROOT / "results" / "incidents" / "muc4-dev.json"
WEIGHTS = ROOT / "inference" / "clashtag" / "analysis" / "grouping" / "incident_weights.json"

SETTINGS = ("gold events", "predicted events")
MEANINGS = {
    "bias": "any pair",
    "related_types": "one type, or types that one happening often has together",
    "act_and_destruction": "an act, and destruction",
    "agreement_and_other": "an agreement, and something else",
    "deployment_and_other": "a deployment, and something else",
    "shared_place_or_people": "located in common",
    "second_placed": "only the second has a named place",
    "different_settings": "the settings have places, and none in common",
    "same_days": "a time in common, or days that meet",
    "one_dated": "only one has a time",
    "different_setting_days": "the settings have days, and none meet",
    "one_in_background": "only one is background",
    "both_in_background": "both are background",
    "same_sentence": "in one sentence",
    "other_paragraph": "in two paragraphs",
    "log_sentences_apart": "log(1 + sentences between the two)",
    "log_events_between": "log(1 + mentions between the two)",
    "first_in_headline": "the first is in the headline",
    "first_in_opening": "the first is in the paragraph after the headline",
    "first_is_main": "the first is in the headline, or is the first act of the text",
    "bare_reference": "the second follows *the* or *this*, and has neither named place nor time",
    "definite_same_type": "the second follows *the* or *this*, and both have one type",
    "points_elsewhere": "an *elsewhere* word before the second in its own sentence",
    "one_not_actual": "only one has the status `other`",
    "planned_in_other_paragraph": "in two paragraphs, and only the second has the status `other`, "
    "harms aside",
}


def weights_table() -> str:
    fields = read(WEIGHTS)
    rows = [("bias", fields["bias"]), *fields["weights"].items()]
    cells = [f"| `{name}` | {MEANINGS[name]} | {weight:+.1f} |" for name, weight in rows]
    return "\n".join(["| feature | of a pair | weight |", "|---|---|---:|", *cells])


def figures_table() -> str:
    scores = read(ARTICLES)["scores"]
    tables = {s: scores[f"incidents, held-out, {s}"]["rows"] for s in SETTINGS}
    rows = [f"| F1 | {' | '.join(SETTINGS)} |", "|---|---:|---:|"]
    for metric in tables[SETTINGS[0]]:
        cells = [interval(tables[setting][metric]) for setting in SETTINGS]
        rows.append(f"| {metric} | {' | '.join(cells)} |")
    return "\n".join(rows)


def gains_table() -> str:
    scores = read(ARTICLES)["scores"]
    names = scores[f"CoNLL score of baselines, held-out, {SETTINGS[0]}"]["rows"]
    rows = [
        f"|  | {SETTINGS[0]} | ours is higher by | {SETTINGS[1]} | ours is higher by |",
        "|---|---:|---:|---:|---:|",
    ]
    for name in names:
        cells = []
        for setting in SETTINGS:
            cells.append(
                percent(scores[f"CoNLL score of baselines, held-out, {setting}"]["rows"][name])
            )
            gains = scores[f"gain in CoNLL score over baselines, held-out, {setting}"]["rows"]
            cells.append(interval(gains[name]))
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def muc_table() -> str:
    scores = read(MUC4)["scores"]
    tables = [scores[name]["rows"] for name in scores]
    rows = ["| F1 of pairs | all documents | documents with several templates |", "|---|---:|---:|"]
    for name in list(tables[0])[1:]:
        rows.append(f"| {name} | {' | '.join(interval(table[name]) for table in tables)} |")
    found = " | ".join(
        f"{100 * table['fillers found']['recall']['value']:.1f}%" for table in tables
    )
    return "\n".join([*rows, f"| gold fillers that were found | {found} |"])


def interval(score: dict[str, Any]) -> str:
    f1 = score["f1"]
    return f"{percent(score)} ({100 * f1['low']:.1f} to {100 * f1['high']:.1f})"


def percent(score: dict[str, Any]) -> str:
    return f"{100 * score['f1']['value']:.1f}"


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


TABLES = {
    "weights": weights_table,
    "figures": figures_table,
    "gains": gains_table,
    "muc": muc_table,
}


def with_tables(document: str) -> str:
    """The document with the tables between its markers written anew."""
    for name, table in TABLES.items():
        before, rest = document.split(f"<!-- {name}:start -->")
        _, after = rest.split(f"<!-- {name}:end -->")
        document = f"{before}<!-- {name}:start -->\n\n{table()}\n\n<!-- {name}:end -->{after}"
    return document


if __name__ == "__main__":
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
