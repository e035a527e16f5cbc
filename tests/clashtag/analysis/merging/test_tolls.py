import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.analysis.merging.tolls import read_tolls
from clashtag.records import Argument, Event, Record, Span

TYPES = ("death", "injury", "abduction", "arrest", "displacement")


def article(text, *events):
    """A record whose events are told as (type, trigger, victims, status); words stand once."""

    def bounds(words):
        assert text.count(words) == 1, words
        start = text.index(words)
        return start, start + len(words), words

    return Record(
        text,
        events=tuple(
            Event(
                kind,
                Span(*bounds(trigger)),
                tuple(Argument("victim", *bounds(victim)) for victim in victims),
                status="".join(status) or "actual",
            )
            for kind, trigger, victims, *status in events
        ),
    )


def shown(toll):
    """A toll in short: "killed 26", "killed 26-", "killed -50", "killed ~12-99"."""
    low, high = toll.quantity.minimum, toll.quantity.maximum
    ends = str(low) if low == high else f"{'' if low is None else low}-{high or ''}"
    return f"{toll.outcome} {'~' * toll.quantity.approximate}{ends}"


def tolls(text, *events):
    record = article(text, *events)
    found = read_tolls(record, range(len(record.events)))
    for toll in found:
        for span in (toll.victims, toll.quantity.words):
            assert text[span.start : span.end] == span.text
        assert toll.source is None
    return [shown(toll) for toll in found]


@pytest.mark.parametrize(
    ("text", "events", "expected"),
    [
        # one mention, one toll
        ("Mortars killed 26 men.", [("death", "killed", ["26 men"])], ["killed 26"]),
        ("Mortars hurt dozens.", [("injury", "hurt", ["dozens"])], ["injured ~12-99"]),
        ("They seized a guard.", [("abduction", "seized", ["guard"])], ["abducted 1"]),
        ("They held up to 50 men.", [("arrest", "held", ["up to 50 men"])], ["detained -50"]),
        ("2,000 people fled.", [("displacement", "fled", ["2,000 people"])], ["displaced 2000"]),
        ("Men were shot dead.", [("death", "dead", ["Men"])], []),
        ("Rebels freed 12 men.", [("agreement", "freed", ["12 men"])], []),
        # victims of one mention add up
        (
            "A mine killed a nurse and two porters.",
            [("death", "killed", ["nurse", "two porters"])],
            ["killed 3"],
        ),
        (
            "Gunmen took the headmaster, his wife, and three boys.",
            [("abduction", "took", ["headmaster", "his wife", "three boys"])],
            ["abducted 5"],
        ),
        (
            "Clubs hurt seven officers and an unknown number of rioters.",
            [("injury", "hurt", ["seven officers", "unknown number of rioters"])],
            ["injured 7-"],
        ),
        (
            "They took 87 women and children.",
            [("abduction", "took", ["87 women", "children"])],
            ["abducted 87"],
        ),
        (
            "They took us girls, the youngest of the camp, and a boy.",
            [("abduction", "took", ["us girls", "boy"])],
            ["abducted 1-"],
        ),
        # a pronoun beside a noun counts nobody again
        (
            "The blast hurt a digger. It burned him badly.",
            [("injury", "burned", ["digger", "him"])],
            ["injured 1"],
        ),
        ("It burned him badly.", [("injury", "burned", ["him"])], ["injured 1"]),
        # one who is told of beside others is counted with them
        (
            "He was killed along with 3 others.",
            [("death", "killed", ["He", "3 others"])],
            ["killed 4"],
        ),
        (
            "She was seized together with her son.",
            [("abduction", "seized", ["She", "her son"])],
            ["abducted 2"],
        ),
        (
            "The blast killed him and two of his guards.",
            [("death", "killed", ["him", "two of his guards"])],
            ["killed 3"],
        ),
        (
            "The blast killed two guards and him.",
            [("death", "killed", ["two guards", "him"])],
            ["killed 3"],
        ),
        (
            "A nurse was hurt. It burned him. It burned a cook and her.",
            [("injury", "hurt", ["A nurse", "him"])],
            ["injured 1"],
        ),
        # one person by a noun and by a name
        (
            'A fifth, known as "Colonel Tiger", was killed.',
            [("death", "killed", ["A fifth", "Colonel Tiger"])],
            ["killed 1"],
        ),
        (
            "A guard, also known as the Tiger of Harn, was killed.",
            [("death", "killed", ["A guard", "Tiger of Harn"])],
            ["killed 1"],
        ),
        (
            "The band's leader, Abel Odrel, was killed.",
            [("death", "killed", ["leader", "Abel Odrel"])],
            ["killed 1"],
        ),
        (
            "A guard, Abel Odrel, and a cook were killed.",
            [("death", "killed", ["A guard", "Abel Odrel", "cook"])],
            ["killed 3"],
        ),
        # two offices of one noun
        (
            "The defence and finance ministers were detained.",
            [("arrest", "detained", ["The defence and finance ministers"])],
            ["detained 2"],
        ),
        ("Mortars killed 10,5 people.", [("death", "killed", ["10,5 people"])], []),
        # a number alone, and with its noun
        (
            "Police detain fifty-three. In all 53 people were held.",
            [("arrest", "detain", ["fifty-three"]), ("arrest", "held", ["53 people"])],
            ["detained 53"],
        ),
        (
            "Police detain one. Later a thief was held.",
            [("arrest", "detain", ["one"]), ("arrest", "held", ["thief"])],
            ["detained 1", "detained 1"],
        ),
        # one who is named before without a number is counted where there is one
        (
            "Farmer shot dead. A 19-year-old farmer died.",
            [("death", "dead", ["Farmer"]), ("death", "died", ["19-year-old farmer"])],
            ["killed 1"],
        ),
        # a part is no toll of its own
        (
            "Bombs killed at least 26 people, including four boys.",
            [("death", "killed", ["at least 26 people", "four boys"])],
            ["killed 26-"],
        ),
        (
            "Bombs killed 26 people, including four boys and two girls.",
            [("death", "killed", ["26 people", "four boys", "two girls"])],
            ["killed 26"],
        ),
        (
            "Nine people, among them two nuns and a priest, died.",
            [("death", "died", ["Nine people", "two nuns", "priest"])],
            ["killed 9"],
        ),
        (
            "At least 23 killed, nun among them.",
            [("death", "killed", ["At least 23", "nun"])],
            ["killed 23-"],
        ),
        (
            "19 civilians died (5 children, 4 women).",
            [("death", "died", ["19 civilians", "5 children", "4 women"])],
            ["killed 19"],
        ),
        (
            "Nine were hurt, two of them badly.",
            [("injury", "hurt", ["Nine", "two of them"])],
            ["injured 9"],
        ),
        (
            "Shells killed 12 men. Four of them perished in hospital.",
            [("death", "killed", ["12 men"]), ("death", "perished", ["Four of them"])],
            ["killed 12"],
        ),
        (
            "Ten men came under fire and three of them died.",
            [("death", "died", ["three of them"])],
            ["killed 3"],
        ),
        (
            "Shells hit villagers, killing many, including two teachers.",
            [("death", "killing", ["two teachers"])],
            ["killed 2-"],
        ),
        (
            "There were 39 captives, of whom six were wounded.",
            [("injury", "wounded", ["six"])],
            ["injured 6"],
        ),
        (
            "1,385 suspects were detained, of whom 402 were jailed.",
            [("arrest", "detained", ["1,385 suspects"]), ("arrest", "jailed", ["402"])],
            ["detained 1385"],
        ),
        # conflicting tolls stand side by side
        (
            "The army said 12 were killed. Elders spoke of 30 dead.",
            [("death", "killed", ["12"]), ("death", "dead", ["30"])],
            ["killed 12", "killed 30"],
        ),
        (
            "The dead, put by the army at sixty and by itself at four, lay there.",
            [("death", "dead", ["sixty", "four"])],
            ["killed 60", "killed 4"],
        ),
        (
            "Police say 12 people died, but doctors say that it was 30 people.",
            [("death", "died", ["12 people", "30 people"])],
            ["killed 12", "killed 30"],
        ),
        # what repeats an earlier toll
        (
            "The slaying of 40 informers: the men were burnt.",
            [("death", "slaying", ["40 informers"]), ("death", "burnt", ["40 informers"])],
            ["killed 40"],
        ),
        (
            "A driver was shot and died. He perished at once.",
            [("death", "died", ["driver"]), ("death", "perished", ["He"])],
            ["killed 1"],
        ),
        (
            "Bombs killed 23 people, including a Mexican nun. The old nun died on Monday.",
            [("death", "killed", ["23 people", "Mexican nun"]), ("death", "died", ["old nun"])],
            ["killed 23"],
        ),
        (
            "A soldier was killed. Later the soldiers said another soldier had died.",
            [("death", "killed", ["A soldier"]), ("death", "died", ["another soldier"])],
            ["killed 1", "killed 1"],
        ),
        (
            "Twelve people were shot dead. It says the 12 people died at once.",
            [("death", "dead", ["Twelve people"]), ("death", "died", ["12 people"])],
            ["killed 12"],
        ),
        (
            "Rockets killed nine men and wounded nine women.",
            [("death", "killed", ["nine men"]), ("injury", "wounded", ["nine women"])],
            ["killed 9", "injured 9"],
        ),
        # what was planned or denied, and nobody
        ("They may kill 12 men.", [("death", "kill", ["12 men"], "other")], []),
        ("No one was hurt.", [("injury", "hurt", ["No one"], "other")], ["injured 0"]),
        ("So far no one has been arrested.", [("arrest", "arrested", [], "other")], ["detained 0"]),
        ("There were no civilian casualties.", [("death", "casualties", [])], ["killed 0"]),
        ("There were no more casualties.", [("death", "casualties", [])], []),
        (
            "Two men were hurt. Nobody was maimed.",
            [("injury", "hurt", ["Two men"]), ("injury", "maimed", ["Nobody"], "other")],
            ["injured 2"],
        ),
        ("The mayor put the dead at nine.", [("death", "dead", [])], ["killed 9"]),
        ("The mayor put the dead at nine schools.", [("death", "dead", [])], []),
        # one of the wounded died
        (
            "A blast killed six and wounded four, one of whom died later.",
            [
                ("death", "killed", ["six"]),
                ("injury", "wounded", ["four"]),
                ("death", "died", ["one of whom"]),
            ],
            ["killed 6", "injured 4", "killed 1"],
        ),
        (
            "A blast wounded four, one of whom died later.",
            [("injury", "wounded", ["four"]), ("death", "died", [])],
            ["injured 4", "killed 1"],
        ),
        # families are not people
        (
            "Some 120 families, or 510 people, moved.",
            [("displacement", "moved", ["Some 120 families", "510 people"])],
            ["displaced 510"],
        ),
        ("Hundreds of families ran.", [("displacement", "ran", ["Hundreds of families"])], []),
        (
            "Three members of two families died.",
            [("death", "died", ["Three members of two families"])],
            ["killed 3"],
        ),
        # numbers that no argument holds
        ("The death toll rose to 14.", [("death", "death toll", [])], ["killed 14"]),
        (
            "The death toll from the blast in Kano rose from 12 to about 14 on Friday.",
            [("death", "death toll", [])],
            ["killed ~14"],
        ),
        ("That took the death toll to at least 9.", [("death", "death toll", [])], ["killed 9-"]),
        ("The death toll has passed 100.", [("death", "death toll", [])], ["killed 101-"]),
        ("The toll of 2016 was the worst.", [("death", "toll", [])], []),
        ("The toll at 12 schools is not known.", [("death", "toll", [])], []),
        ("The toll at 10 am was 30.", [("death", "toll", [])], ["killed 30"]),
        (
            "The number of soldiers killed stood at over 40.",
            [("death", "killed", ["soldiers"])],
            ["killed 41-"],
        ),
        (
            "The number of highlanders who left rose above 4,000 by Friday.",
            [("displacement", "left", ["highlanders"])],
            ["displaced 4001-"],
        ),
        ("We counted 33 confirmed kills.", [("death", "kills", [])], ["killed 33"]),
        ("The raid left 12 dead.", [("death", "dead", [])], ["killed 12"]),
        (
            "A guard named Okoro was killed.",
            [("death", "killed", ["guard", "Okoro"])],
            ["killed 1"],
        ),
        (
            "They killed Abel Okoro, 36, a guard, at noon.",
            [("death", "killed", ["Abel Okoro", "guard"])],
            ["killed 1"],
        ),
        ("Killed: 12. Wounded: 30.", [("death", "Killed", [])], ["killed 12"]),
        ("The army attacked 12 posts and killings went on.", [("death", "killings", [])], []),
    ],
)
def test_tolls_of_an_incident(text, events, expected):
    assert tolls(text, *events) == expected


def test_tolls_name_the_victims_and_the_mention_they_come_from():
    record = article(
        "On Monday gunmen fired. A nurse and two porters died.",
        ("attack", "fired", ["gunmen"]),
        ("death", "died", ["nurse", "two porters"]),
    )
    (toll,) = read_tolls(record, [0, 1])
    assert toll.event == 1
    assert toll.victims.text == "nurse and two porters"
    assert toll.quantity.words.text == "A nurse and two"


def test_tolls_of_another_incident_are_left_out():
    record = article(
        "Bombs killed six men. Later a mine hurt two boys.",
        ("death", "killed", ["six men"]),
        ("injury", "hurt", ["two boys"]),
    )
    assert [shown(toll) for toll in read_tolls(record, [1])] == ["injured 2"]
    assert read_tolls(record, []) == ()


def test_tolls_do_not_depend_on_the_order_of_events():
    record = article(
        "The army said 12 were killed. Elders spoke of 30 dead.",
        ("death", "killed", ["12"]),
        ("death", "dead", ["30"]),
    )
    assert read_tolls(record, [1, 0, 1]) == read_tolls(record, [0, 1])


@st.composite
def records(draw):
    words = [
        "12",
        "a",
        "man",
        "and",
        "no",
        "of them",
        "dozens",
        "(",
        ",",
        "including",
        "\n",
        "toll",
    ]
    pieces = st.lists(st.sampled_from(words), min_size=1, max_size=12).map(" ".join)
    text = draw(st.one_of(st.text(min_size=1, max_size=60), pieces))

    def bounds():
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        return start, end, text[start:end]

    return Record(
        text,
        events=tuple(
            Event(
                draw(st.sampled_from(TYPES)),
                Span(*bounds()),
                tuple(Argument("victim", *bounds()) for _ in range(draw(st.integers(0, 3)))),
                draw(st.sampled_from(["actual", "other", None])),
            )
            for _ in range(draw(st.integers(0, 3)))
        ),
    )


@settings(deadline=None, max_examples=300)
@given(records())
def test_tolls_never_raise_and_their_spans_are_exact(record):
    found = read_tolls(record, range(len(record.events)))
    for toll in found:
        for span in (toll.victims, toll.quantity.words):
            assert record.text[span.start : span.end] == span.text
    assert len({(toll.outcome, toll.quantity.words) for toll in found}) == len(found)
