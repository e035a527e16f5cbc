from __future__ import annotations

import pytest

from clashtag.analysis.actors.aliases import AliasTable
from clashtag.analysis.findings import Entity
from clashtag.analysis.merging.places import order_places
from clashtag.records import Span


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("at the market in Belmar, in northern Mali", ["market", "Belmar", "northern Mali"]),
        ("In Isiro, at three crossroads", ["three crossroads", "Isiro"]),
        ("in Harn district, in the town of Odrel", ["town of Odrel", "Harn district"]),
        ("in Ethiopia's Amhara region, near Gishe", ["Gishe", "Amhara region", "Ethiopia"]),
        ("in Notu Gat and Beti areas of Shalka", ["Notu Gat", "Beti areas", "Shalka"]),
        ("in Tamen's Mill Square", ["Mill Square", "Tamen"]),
        ("in Tamen's Lower Kessi", ["Lower Kessi", "Tamen"]),
        ("in the Sahel, in Mali, in Gao", ["Gao", "Mali", "Sahel"]),
        ("on Bourbon Street in New Harn, Ruritania", ["Bourbon Street", "New Harn", "Ruritania"]),
    ],
)
def test_places_run_from_narrow_to_wide(text, places):
    entities = []
    for place in places:
        start = text.index(place)
        span = Span(start, start + len(place), place)
        entities.append(Entity(place, (span,)))
    table = AliasTable.shipped()
    for given in (entities, entities[::-1]):
        assert [place.name for place in order_places(text, given, table)] == places
