import csv
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clashtag.analysis.findings import Quantity
from clashtag.analysis.quantities.number_lexicon import VAGUE
from clashtag.analysis.quantities.read import number_after, number_before, read_quantity
from clashtag.records import Span

TABLE = Path(__file__).with_name("quantities.tsv")
DOCUMENTATION = Path(__file__).parents[4] / "docs" / "analysis" / "quantities.md"
SMALL = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def marked(text):
    """The text without its brackets, and the start and end of what stood inside."""
    start = text.index("[")
    end = text.index("]") - 1
    return text.replace("[", "").replace("]", ""), start, end


def read(text):
    return read_quantity(*marked(text))


def bounds(quantity):
    return quantity and (quantity.minimum, quantity.maximum, quantity.approximate)


def spelled(number, *, joint=" and ", hyphen="-"):
    if number >= 1_000_000:
        return joined(number, 1_000_000, "million", joint, hyphen)
    if number >= 1_000:
        return joined(number, 1_000, "thousand", joint, hyphen)
    if number >= 100:
        return joined(number, 100, "hundred", joint, hyphen)
    if number < 20:
        return SMALL[number]
    tens, unit = TENS[number // 10 - 2], number % 10
    return f"{tens}{hyphen}{SMALL[unit]}" if unit else tens


def joined(number, size, name, joint, hyphen):
    head = f"{spelled(number // size, joint=joint, hyphen=hyphen)} {name}"
    rest = number % size
    if not rest:
        return head
    return head + (joint if rest < 100 else " ") + spelled(rest, joint=joint, hyphen=hyphen)


with TABLE.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_table_holds_as_many_phrasings_as_the_documentation_says():
    assert [row["part"] for row in ROWS].count("develop") == 253
    assert [row["part"] for row in ROWS].count("first-time") == 80
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def documented(title):
    """The phrases of a table of the documentation, each with the numbers it stands for."""
    section = DOCUMENTATION.read_text(encoding="utf-8").split(f"## {title}")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    found = []
    for phrases, *columns in rows[2:]:
        names = phrases.split("; ")
        cells = [column.replace(",", "").split("; ") for column in columns]
        for number, name in enumerate(names):
            row = [cell[number] if len(cell) > 1 else cell[0] for cell in cells]
            found.append((name, *row))
    return found


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("[The defence and finance ministers] went.", 2, "The defence and finance ministers"),
        ("[The interior, defence and trade ministers] went.", 3, None),
        ("[the foreign and defence policies] failed.", None, None),
        ("[defence and finance officials] went.", None, None),
        ("[the defence minister] went.", 1, "the defence minister"),
        ("[10,5 people] came.", None, None),
        ("[1,5 million people] fled.", 1_500_000, "1,5 million"),
        ("[1,234 people] fled.", 1_234, "1,234"),
        ("[2,50,000 people] fled.", 250_000, "2,50,000"),
    ],
)
def test_lists_of_offices_and_decimal_commas(text, expected, words):
    quantity = read(text)
    assert bounds(quantity) == (expected and (expected, expected, False))
    assert words is None or quantity.words.text == words


def number_in(cell):
    return None if cell in {"open", "none"} else int(cell)


@pytest.mark.parametrize(("text", "minimum", "maximum", "approximate"), documented("What a"))
def test_quantity_is_what_the_documentation_says(text, minimum, maximum, approximate):
    quantity = read_quantity(text, 0, len(text))
    expected = (number_in(minimum), number_in(maximum), approximate == "yes")
    assert bounds(quantity) == (None if minimum == "none" else expected)


@pytest.mark.parametrize(("words", "minimum", "maximum"), documented("Vague words"))
def test_quantity_of_vague_words_is_what_the_documentation_says(words, minimum, maximum):
    linked = words if words.endswith("of") or words in {"several", "a few"} else f"{words} of"
    assert bounds(read(f"They shot [{linked} people].")) == (int(minimum), int(maximum), True)


def test_documentation_lists_every_vague_word():
    listed = {row[0].removeprefix("a ").removesuffix(" of") for row in documented("Vague words")}
    assert set(VAGUE) <= listed


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_quantity_of_each_phrasing(row):
    quantity = read(row["text"])
    expected = None
    if row["minimum"] != "none":
        minimum, maximum = (
            None if row[field] == "open" else int(row[field]) for field in ("minimum", "maximum")
        )
        expected = (minimum, maximum, row["approximate"] == "yes")
    assert bounds(quantity) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Troops shot [at least 26 men, including four boys].", "at least 26"),
        ("At least [26 villagers] died.", "At least 26"),
        ("A [soldier] fell.", "A soldier"),
        ("[Dozens] of recruits fled.", "Dozens"),
        ("They shot [between 12 and 15 goats].", "between 12 and 15"),
        ("Police say [12] to 15 men died.", "12 to 15"),
        ("From [20 to 25 pupils] are missing.", "From 20 to 25"),
        ("[30 people] or more are missing.", "30 people or more"),
        ("[A woman and her two children] died.", "A woman and her two"),
        ("[No one] was hurt.", "No one"),
        ("No [civilians] were hurt.", "No"),
        ("[A 40-strong patrol] fled.", "40-strong"),
        ("[At least 10 but no more than 15 men] ran.", "At least 10 but no more than 15"),
        ("A [hundred and fifty] had to go.", "A hundred and fifty"),
        ("[Tens of thousands of Syrians] left.", "Tens of thousands"),
    ],
)
def test_quantity_keeps_the_words_it_was_read_from(text, words):
    quantity = read(text)
    assert quantity is not None
    plain, _, _ = marked(text)
    start = plain.index(words)
    assert quantity.words == Span(start, start + len(words), words)


def test_quantity_of_an_empty_span_is_none():
    assert read_quantity("12 men", 3, 3) is None
    assert read_quantity("", 0, 0) is None
    assert read_quantity("12   men", 3, 4) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In May [12 soldiers] fell.", (12, 12, False)),
        ("On May [12] soldiers fell.", None),
        ("May 7 - [41 migrants] freed", (41, 41, False)),
        ("A dispute over [two prisoners] went on.", (2, 2, False)),
        ("The raid left over [60 people] dead.", (61, None, False)),
        ("[They]'re free.", None),
        ("[I]'ve fled.", (1, 1, False)),
        ("He said that [gunmen] fled.", None),
        ("[Their second-in-command] was caught.", (1, 1, False)),
        ("[His cousin Nayef] was shot.", (1, 1, False)),
        ("[Her two daughters-in-law] fled.", (2, 2, False)),
        ("[Her daughters-in-law] fled.", None),
        ("A deminer named [Periyan], 36, died.", (1, 1, False)),
        ("[Hamas] was hit.", None),
        ("[All but one] had wounds.", None),
        ("At 6 p.m. they fled; at [6] p.m. they came.", None),
        ("They shot [1,00,000 men].", (100_000, 100_000, False)),
        ("[At least 10 but no more than 5 men] ran.", (10, None, False)),
        ("[At least up to 50 men] ran.", (None, 50, False)),
        ("They shot [" + "9" * 5_000 + " men].", None),
    ],
)
def test_quantity_of_what_articles_taught(text, expected):
    assert bounds(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("at least 14|deaths", (14, None, False), None),
        ("rose to|about 14 on Monday", None, (14, 14, True)),
        ("no number|here", None, None),
        ("12 men|fell", None, None),
    ],
)
def test_number_beside_an_offset(text, before, after):
    offset = text.index("|")
    text = text.replace("|", " ")
    assert bounds(number_before(text, offset)) == before
    assert bounds(number_after(text, offset + 1)) == after


@settings(deadline=None)
@given(st.integers(1, 999_999_999), st.sampled_from(["{}", "{:,}"]))
def test_quantity_round_trips_digits(number, style):
    shown = style.format(number)
    text = f"Officials said {shown} people had fled."
    start = text.index(shown)
    quantity = read_quantity(text, start, start + len(f"{shown} people"))
    assert quantity == Quantity(
        number, number, approximate=False, words=Span(start, start + len(shown), shown)
    )


@settings(deadline=None)
@given(
    st.integers(0, 999_999_999),
    st.sampled_from([" and ", " "]),
    st.sampled_from(["-", " ", "‑"]),
    st.sampled_from([str.lower, str.upper, str.capitalize]),
)
@example(700_042, " and ", "-", str.lower)
def test_quantity_round_trips_number_words(number, joint, hyphen, case):
    shown = case(spelled(number, joint=joint, hyphen=hyphen))
    quantity = read_quantity(f"{shown} people fled", 0, len(f"{shown} people"))
    assert quantity == Quantity(number, number, approximate=False, words=Span(0, len(shown), shown))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[3 billion people] live there.", (3 * 10**9, 3 * 10**9, False)),
        ("[1.5bn people] live there.", (15 * 10**8, 15 * 10**8, False)),
        ("[two trillion locusts] came.", (2 * 10**12, 2 * 10**12, False)),
        ("[a billion two million people] live there.", (1_002 * 10**6, 1_002 * 10**6, False)),
        ("[billions of locusts] came.", (10**9, 10**12 - 1, True)),
        ("[hundreds of billions of locusts] came.", (10**11, 10**12 - 1, True)),
        ("[a few trillion locusts] came.", (3 * 10**12, 9 * 10**12, True)),
        ("[3 billion dollars] were lost.", None),
    ],
)
def test_billions_and_trillions(text, expected):
    assert bounds(read(text)) == expected


@settings(deadline=None)
@given(st.integers(1, 998), st.integers(1, 999), st.sampled_from(["{}-{}", "{} to {}", "{}–{}"]))
def test_quantity_of_a_range_holds_its_ends(low, step, style):
    text = style.format(low, low + step) + " men"
    assert bounds(read_quantity(text, 0, len(text))) == (low, low + step, False)


PIECES = st.sampled_from(
    [row["text"].replace("[", "").replace("]", "") for row in ROWS]
    + [
        "12",
        "1.2",
        "million",
        "of",
        "a",
        "and",
        "-",
        ",",
        "\n",
        "no",
        "dozens",
        "’s",
        "\u0301",
        "²",
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=6).map(" ".join)),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_quantity_never_raises_and_its_words_are_exact(text, one, other):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    for quantity in (
        read_quantity(text, start, end),
        number_before(text, start),
        number_after(text, start),
    ):
        if quantity:
            words = quantity.words
            assert text[words.start : words.end] == words.text
            assert words.text
            assert quantity.minimum is None or quantity.minimum >= 0
            if quantity.minimum is not None and quantity.maximum is not None:
                assert quantity.minimum <= quantity.maximum


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,' \u00a0٠٣", max_size=30))
def test_quantity_never_raises_on_digits_and_separators(text):
    read_quantity(text, 0, len(text))
