from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from clashtag.bulk.items import Document, Item, Problem
from clashtag.bulk.parts import cut_parts, part_from_json, part_to_json
from clashtag.bulk.seen_ids import SeenIds
from clashtag.records import Record


def document(text: str, id_: str | None = None, **extra: object) -> Document:
    return Document(f"place of {text}", Record(text, id_, extra=extra))


ITEMS = st.lists(
    st.one_of(
        st.builds(document, st.text(max_size=30), st.sampled_from(["a", "b", "c", "d", None])),
        st.builds(Problem, st.text(), st.text(), st.text()),
    ),
    max_size=30,
)


def numbered(items: list[Item]) -> list[tuple[int, Item]]:
    return [(10 * number, item) for number, item in enumerate(items, start=1)]


@given(ITEMS, st.integers(1, 8), st.integers(1, 60))
def test_cut_parts_holds_every_item_once_in_order(items, max_items, max_characters):
    parts = list(cut_parts(numbered(items), max_items, max_characters))
    assert list(chain.from_iterable(part.items for part in parts)) == items
    assert [part.number for part in parts] == list(range(len(parts)))
    assert [part.first for part in parts] == [
        sum(len(before.items) for before in parts[:number]) for number in range(len(parts))
    ]
    assert [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert parts[-1].read_bytes == 10 * len(items)


@given(ITEMS, st.integers(1, 8), st.integers(1, 60))
def test_cut_parts_keeps_to_its_limits(items, max_items, max_characters):
    for part in cut_parts(numbered(items), max_items, max_characters):
        lengths = [len(i.record.text) if isinstance(i, Document) else 0 for i in part.items]
        assert len(part.items) <= max_items
        assert sum(lengths[:-1]) < max_characters
        assert part.items or part.number == 0


@given(ITEMS, st.integers(1, 8))
def test_cut_parts_reports_each_id_after_its_first(items, max_items):
    seen: set[str] = set()
    expected = []
    for number, item in enumerate(items):
        if isinstance(item, Document):
            id_ = item.record.id or item.place
            expected += [number] * (id_ in seen)
            seen.add(id_)
    parts = cut_parts(numbered(items), max_items)
    assert [part.first + index for part in parts for index in part.repeated] == expected


@given(ITEMS, st.integers(1, 8))
def test_part_survives_the_way_to_another_machine(items, max_items):
    for part in cut_parts(numbered(items), max_items):
        again = part_from_json(part_to_json(part))
        assert again == part
        assert again.sha256 == part.sha256


def test_part_hash_tells_whatever_was_read():
    items = [
        document("a", "1"),
        document("b", "1"),
        document("a", "2"),
        document("a", "1", lang="en"),
        Document("elsewhere", Record("a", "1")),
        Problem("place of a", "1", "a"),
    ]
    hashes = {next(cut_parts([(0, item)], 5)).sha256 for item in items}
    assert len(hashes) == len(items)


def test_cut_parts_reads_no_further_than_the_next_item():
    taken: list[int] = []

    def endless():
        for number in range(10**9):
            taken.append(number)
            yield number, document(str(number))

    parts = cut_parts(endless(), 4)
    next(parts)
    assert len(taken) == 5


@given(st.lists(st.lists(st.integers(0, 40).map(str), max_size=12), max_size=40))
def test_seen_ids_equals_a_set(batches):
    seen, remembered = SeenIds(), set()
    for ids in batches:
        expected = []
        for id_ in ids:
            expected.append(id_ in remembered)
            remembered.add(id_)
        assert seen.add(ids) == expected


def test_seen_ids_takes_eight_bytes_an_id():
    seen = SeenIds()
    for start in range(0, 50_000, 500):
        seen.add(str(number) for number in range(start, start + 500))
    assert sum(level.nbytes for level in seen._levels) == 8 * 50_000
    assert len(seen._levels) < 12
    assert all(seen.add(str(number) for number in range(0, 50_000, 997)))
