from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import Analysis
from clashtag.formats.html import analyses_to_html
from clashtag.records import Argument, Event, Record, Span
from viewed_articles import PUBLISHED, RAID, event, raid, raid_record, records

VOID = {"meta", "input", "br", "img", "link"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)></style>\"'&amp;$title"


class Page(HTMLParser):
    """A page taken apart: its ids, links, tags and texts; tags must be closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.text_of: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert len(attributes) == len(attrs)
        self.tags.append((tag, attributes))
        name = str(attributes.get("id") or "")
        if name:
            self.ids.append(name)
        if "href" in attributes:
            self.links.append(str(attributes["href"]))
        if tag not in VOID:
            self._open.append((tag, name))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] in ("script", "style"):
            return
        self.texts.append(data)
        for _, name in self._open:
            self.text_of[name] = self.text_of.get(name, "") + data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return "".join(self.texts)


def page_of(*analyses: Analysis) -> Page:
    return Page(analyses_to_html(analyses))


def check(page: Page) -> None:
    """Check what holds for every page."""
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids)
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "style")]
    assert len(page.named("script")) == len(page.named("style")) == 1


def test_a_card_answers_what_a_reader_asks():
    page = page_of(raid())
    check(page)
    for words in ("Who", "To whom", "Where", "When", "Toll", "Claimed by", "Told by", "ACLED"):
        assert words in page.texts
    for words in ("11 June 2026, night", "7 killed", "Lynx Brigade", "2 incidents in 1 article"):
        assert words in page.texts
    assert "planned, feared, denied or general" in page.texts


def test_each_cell_leads_to_its_words():
    page = analyses_to_html([raid()])
    text_of = Page(page).text_of
    [target] = re.findall(r'<a class="answer" href="#([^"]+)"[^>]*><bdi>7 killed', page)
    [spans] = re.findall(r'data-spans="([^"]+)"><bdi>7 killed', page)
    numbers = spans.split()
    assert target == f"a1-s{numbers[0]}"
    words = [text_of[f"a1-s{number}"].partition("\xa0")[0] for number in numbers]
    assert words[:2] == ["seven", "seven soldiers"]
    [gunmen] = re.findall(r'href="#(a1-s\d+)"[^>]*><bdi>Gunmen', page)
    assert text_of[gunmen] == "Gunmen\xa0agent"


def test_the_label_of_a_trigger_leads_to_its_incident():
    page = analyses_to_html([raid()])
    for trigger, card in {"killing": "a1-i1", "shell": "a1-i2"}.items():
        assert re.search(rf'>{trigger}<span class="label">&nbsp;<a href="#{card}">', page)


def test_the_timeline_follows_the_days_and_ends_with_what_has_none():
    texts = {
        "night": "Gunmen attacked Harn on Thursday night.",
        "morning": "Gunmen attacked Belmar on Thursday morning.",
        "year": "Gunmen attacked Tora in 2019.",
        "none": "Gunmen attacked Kurat.",
    }
    analyses = []
    for name, text in texts.items():
        words = text.removesuffix(".").partition(" on ")[2] or "2019"
        times = {"time": words} if words in text else {}
        record = Record(text, id=name, events=(event(text, "attack", "attacked", **times),))
        analyses.append(analyse(record, published=PUBLISHED))
    page = analyses_to_html(analyses)
    timeline = page[page.index('id="timeline"') : page.index('<div id="articles"')]
    assert re.findall(r'class="date"[^>]*>([^<]+)', timeline) == [
        "2019",
        "11 June 2026, morning",
        "11 June 2026, night",
        "no date",
    ]
    assert re.findall(r"article (\d)", timeline) == ["3", "2", "1", "4"]


def test_the_filter_counts_the_types_of_incidents():
    page = analyses_to_html([raid(), raid()])
    assert re.findall(r'value="(\w+)"> \w+ (\d)', page) == [("territory", "2"), ("shelling", "2")]
    assert '<form id="controls" hidden>' in page


def test_articles_of_one_text_have_ids_of_their_own():
    page = page_of(raid(), raid(), raid())
    check(page)
    assert [i for i in page.ids if i.endswith("-i1")] == ["a1-i1", "a2-i1", "a3-i1"]


def test_the_policy_lets_only_this_style_and_this_script_run():
    page = analyses_to_html([raid()])
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        [content] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_nothing_is_fetched():
    page = analyses_to_html([raid()])
    assert not re.search(r"https?:|//\w|url\(|@import|src=|<link", page)


def test_hostile_texts_stay_text():
    text = f"Gunmen {HOSTILE} attacked {HOSTILE} on Monday."
    start = text.index("attacked")
    roles = (Argument("agent", 0, start - 1, text[: start - 1]),)
    attack = Event(HOSTILE, Span(start, start + 8, "attacked"), roles, HOSTILE)
    record = Record(text, id=HOSTILE, events=(attack,), extra={"title": HOSTILE})
    page = page_of(analyse(record, published=PUBLISHED))
    check(page)
    assert page.text.count(HOSTILE) >= 6
    assert not page.named("img")
    assert "$title" in page.text


def test_right_to_left_texts_and_controls_keep_to_themselves():
    text = "قتل مسلحون سبعة جنود\nAn \u202eattack\x00\x1b[31m 🙏🏾."
    start = text.index("attack")
    attack = Event("attack", Span(start, start + 6, "attack"))
    page = analyses_to_html([analyse(Record(text, id="\u202eid", events=(attack,)))])
    assert page.count('<p dir="auto">') == 2
    assert "<bdi>\u202eid</bdi>" in page
    assert not {"\x00", "\x1b"}.intersection(page)
    assert "🙏🏾" in page
    check(Page(page))


def test_articles_without_incidents_texts_or_dates_have_a_place():
    page = page_of(analyse(Record("Calm.")), analyse(Record("")))
    check(page)
    assert page.texts.count("No incidents found.") == 2
    assert "no date of publication" in page.text
    assert "Article 2" in page.text
    empty = page_of()
    check(empty)
    assert "No articles." in empty.texts


def test_titles_are_what_the_record_says_or_its_first_line():
    long = Record(f"\n  {'Rebels advance ' * 20}\nMore.")
    titled = Record("Text.", id="a", extra={"title": "Raid at Harn"})
    untitled = Record("Text.", id="a", extra={"title": 7})
    page = analyses_to_html(analyse(record) for record in (long, titled, untitled))
    titles = re.findall(r'<h2 id="a\d-title">.*?<bdi>([^<]+)', page)
    assert titles[1:] == ["Raid at Harn", "Text."]
    assert titles[0].endswith("advance …")
    assert len(titles[0]) < 100


def test_a_long_article_with_many_events_is_drawn():
    count = 400
    text = f"{RAID}\n" * count
    shifted = [
        replace(
            one,
            trigger=Span(one.trigger.start + by, one.trigger.end + by, one.trigger.text),
            arguments=tuple(replace(a, start=a.start + by, end=a.end + by) for a in one.arguments),
        )
        for by in range(0, len(text), len(RAID) + 1)
        for one in raid_record().events[1:2]
    ]
    record = Record(text, events=tuple(shifted))
    page = page_of(Analysis(record, PUBLISHED, (), (), record))
    check(page)
    assert len([a for a in page.named("mark") if "trigger" in str(a["class"])]) == count


def test_a_notebook_shows_the_page_in_a_frame_of_its_own():
    shown = Page(raid()._repr_html_())
    [frame] = shown.named("iframe")
    assert shown.tags == [("iframe", frame)]
    assert frame["sandbox"] == "allow-scripts"
    assert frame["srcdoc"] == analyses_to_html([raid()])


def test_the_page_is_valid_html():
    html5lib = pytest.importorskip("html5lib")
    parser = html5lib.HTMLParser(strict=True)
    for analyses in ([], [raid()], [raid(), analyse(Record(HOSTILE))]):
        parser.parse(analyses_to_html(analyses))


@settings(max_examples=40, deadline=None)
@given(st.lists(records(), max_size=3))
def test_any_records_make_a_sound_page(drawn):
    page = page_of(*(analyse(record, published=PUBLISHED) for record in drawn))
    check(page)
    marks = {str(a["data-span"]) for a in page.named("mark")}
    for attributes in page.named("a"):
        assert set(str(attributes.get("data-spans", "")).split()) <= marks
