from __future__ import annotations

import pytest

from clashtag.analysis.merging.leads import lead_of
from clashtag_training.corpora.markup import parse_markup


@pytest.mark.parametrize(
    ("marked", "lead"),
    [
        ("Gunmen {killed|1:death} two in a {raid|2:attack}.", "raid"),
        ("Troops {arrived|1:deployment} after a {raid|2:attack} {hurt|3:injury} one.", "raid"),
        ("A {raid|1:attack?} was feared; {fires|2:destruction} {hurt|3:injury} two.", "fires"),
        ("{Fighting|1:clash} spread\nThe two {clashed|2:clash} in Harn.", "clashed"),
        ("Since the {invasion|1:attack} began, rebels {shelled|2:shelling} Harn.", "shelled"),
        ("They {surrounded|1:territory} Harn and {stormed|2:attack} it.", "stormed"),
        ("The {siege|1:territory} {killed|2:death} two.", "siege"),
        ("Weekly note\n{Arrests|1:arrest}. Police {held|2:arrest} four men at Harn.", "held"),
        ("Harn {raided|1:attack}\nGunmen {stormed|2:attack} Harn.", "raided"),
    ],
    ids=[
        "act before harm",
        "act before deployment",
        "actual before feared",
        "word for the whole in the headline",
        "word for the whole in the background",
        "what sets the scene",
        "nothing else",
        "label over a paragraph",
        "short headline",
    ],
)
def test_what_leads(marked, lead):
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    found = lead_of(record, range(len(record.events)))
    assert record.events[found].trigger.text == lead
