from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.attribution.sources import source_of
from clashtag.records import Event, Span

# The event is between asterisks, its source between underscores; without underscores there is none.
MARKED = """
*Shells* fell on the market in Harn, the _defence ministry_ said.
*Shells* fell on the market in Harn, said the _defence ministry_.
_IS_ claimed that it had *shelled* the market in Harn.
An _IS affiliate_ said that it had *shelled* the market in Harn.
The _defence ministry_ said that *shells* fell on the market in Harn.
The _interior ministry in Harn_ nevertheless says rebels *seized* two villages.
The _army_ says rebels *seized* two villages.
Rebels *seized* two villages, according to _residents_.
According to the _Harn relief office_, 40 families *fled*.
According to the _Military Police_ a party was *raided* at dawn.
_Colonel Abel Okoro_ told reporters that the patrol was *ambushed*.
Three guards *died*, the _prosecutor's office_ told the radio on Friday.
The _Lynx Brigade_ claimed the *raid* in a message on Friday.
The _Lynx Brigade_ claimed responsibility for the *bombing*.
The Lynx Brigade's spokesman, _Abel Okoro_, said it had *shelled* the port.
The _mayor_, who was abroad, said two men were *arrested*.
The _health worker_, at Belmar hospital, said nine were *wounded*.
_One of them_, a farmer who lost his goats, said a drone had *hit* the barn.
A convoy was *ambushed* near Odrel, _two security sources_ said on Tuesday.
Within days, the _army_ said, rebels had *taken* the bridge.
Asked about the dead, a _spokesman for the governor_ confirmed the *attack*.
"They *killed* my brother," said _Mina Abadi_, a nurse.
“They *killed* my brother,” _Mina Abadi_ said.
Police said nothing. The _UN_ has acknowledged that a convoy was *hit*.
Six people were *killed* by the _rescue service_'s count.
Four *died*, by the _army_'s own telling, on the road.
GUNMEN *KILL* FOUR IN HARN - _POLICE_
Rebels *take* Harn, _civil society_ says
The blast went off at noon, the _agency_, known as ILK, said, and nobody was *hurt*.
Shots were heard on the ridge and _Harn officials_ said that a boat had been *hit*.
10:31 A _military source_ says a patrol *came under fire*.
11:48 _Garrison command_: “two attackers were *detained*.”
_Mina Abadi_ said soldiers came. She said they *burnt* the barn.
“Soldiers came,” said _Mina Abadi_. “They *burnt* the barn. They left.”
The _garrison_ assured that a column had been *sent*.
Soldiers *burned* two presses, _villagers_ complained.
The _health ministry_ gave 212 *deaths* for the week.
The _hospital_ gave a toll of nine *dead*.
_Researchers_ logged about 40 *deaths* in Harn.
Nine *deaths*, recorded by the _relief office_, are not in the list.
Guards were *shelled*, said a _corporal_ being treated in Harn.
According to _relatives and a lawyers' club_, 23 *died*.
According to _figures of the academy_ that counts such things, 23 *died*.
People *fled*, 800 to 1,500 by one estimate, on Tuesday.
The goats gave him *trouble*.
The army denied the *attack*.
Rebels *seized* two villages.
Two alleged lookouts were *arrested* at a toll booth.
Rebels *attacked* fishermen in land claimed by two districts.
No group has claimed the *kidnapping*.
He said they *burnt* the barn.
The return of the town was said to be *agreed*.
The mayor said it rained. Rebels *seized* two villages.
""".strip().splitlines()


def read(marked: str) -> tuple[str, Event, str | None]:
    text = marked.replace("*", "").replace("_", "")
    plain = marked.replace("_", "")
    start = plain.index("*")
    end = plain.index("*", start + 1) - 1
    event = Event("attack", Span(start, end, text[start:end]))
    source = marked.split("_")[1] if "_" in marked else None
    return text, event, source and source.replace("*", "")


@pytest.mark.parametrize("marked", MARKED)
def test_source(marked):
    text, event, expected = read(marked)
    found = source_of(text, event)
    assert (found and found.text) == expected
    assert found is None or text[found.start : found.end] == found.text


def test_a_quotation_over_sentences_is_its_speakers():
    text = "Mina Abadi saw it. “They came at night. They shot my brother. They left,” she said."
    start = text.index("shot")
    assert source_of(text, Event("attack", Span(start, start + 4, "shot"))) is None
    named = text.replace("she said", "said Mina Abadi")
    source = source_of(named, Event("attack", Span(start, start + 4, "shot")))
    assert source is not None
    assert source.text == "Mina Abadi"


def test_the_nearer_of_two_attributions_governs():
    text = "A guard said the post was lost; the governor says it was moved."
    for trigger, expected in (("lost", "guard"), ("moved", "governor")):
        start = text.index(trigger)
        source = source_of(text, Event("territory", Span(start, start + len(trigger), trigger)))
        assert source is not None
        assert source.text == expected


@given(
    st.lists(
        st.sampled_from(
            ["said", "the army", "Okoro", ",", ".", " ", "“", "”", "according to", "claimed", "\n"]
        ),
        min_size=1,
        max_size=25,
    )
)
def test_a_source_is_a_span_of_the_text_outside_the_trigger(parts):
    text = " ".join(parts) + " raid"
    start = len(text) - 4
    source = source_of(text, Event("attack", Span(start, len(text), "raid")))
    if source is not None:
        assert text[source.start : source.end] == source.text
        assert source.end <= start
