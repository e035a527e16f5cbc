"""The ACLED and PLOVER codes of incidents, by the rules in docs/analysis/codes.md."""

from __future__ import annotations

from clashtag.analysis.codebooks.acled import ACLED_RULES
from clashtag.analysis.codebooks.plover import PLOVER_RULES
from clashtag.analysis.codebooks.rules import decide
from clashtag.analysis.codebooks.situation import situation_of
from clashtag.analysis.findings import Code, Incident
from clashtag.records import Record


def acled_code(incident: Incident, record: Record) -> Code:
    """Return the ACLED event and sub-event type of an incident of a record.

    What the text does not tell stays None, with a reason.
    """
    return decide(ACLED_RULES, situation_of(incident, record))


def plover_code(incident: Incident, record: Record) -> Code:
    """Return the PLOVER event type and mode of an incident of a record.

    What the text does not tell stays None, with a reason. Types that PLOVER gives no mode have
    none, and no reason.
    """
    return decide(PLOVER_RULES, situation_of(incident, record))
