"""Dates without a year, in articles that give their month one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clashtag.analysis.analyse import analyse
from clashtag.analysis.dates import resolve_time
from clashtag.analysis.to_json import analysis_to_dict
from clashtag.formats.cards import answers_of
from clashtag.records import Span
from clashtag_training.corpora.markup import parse_markup

PUBLISHED = date(2026, 6, 8)
TRIAL = "Two men were tried for the killing of 30 farmers in Odrel in November 2014.\n"


def read(marked: str, published: date | None = PUBLISHED):
    before, _, rest = marked.partition("[[")
    words, _, after = rest.partition("]]")
    return resolve_time(before + words + after, len(before), len(before + words), published)


def days(marked: str, published: date | None = PUBLISHED) -> tuple[date, date] | None:
    interval = read(marked, published).interval
    return None if interval is None else (interval.first_day, interval.last_day)


@pytest.mark.parametrize(
    ("marked", "first_day", "last_day"),
    [
        (TRIAL + "Soldiers came at dawn on [[9 November]].", "2014-11-09", "2014-11-09"),
        (TRIAL + "Soldiers came at [[dawn on Nov. 9]].", "2014-11-09", "2014-11-09"),
        (TRIAL + "It went on [[between 3 and 7 November]].", "2014-11-03", "2014-11-07"),
        (TRIAL + "They left in [[early November]].", "2014-11-01", "2014-11-10"),
        (TRIAL + "They left in [[November]].", "2014-11-01", "2014-11-30"),
        (TRIAL + "They came on [[Sunday, 9 November]].", "2014-11-09", "2014-11-09"),
        (TRIAL + "They came on 9 November. On [[the 10th]] they left.", "2014-11-10", "2014-11-10"),
        (
            "On 9 November 2014 they came.\nOn [[12 November]] they left.",
            "2014-11-12",
            "2014-11-12",
        ),
        # the next one would be to come
        ("A man died in July 2014. He fell on [[3 July]].", "2014-07-03", "2014-07-03"),
        # a year of its own
        (TRIAL + "They came again on [[9 November 2019]].", "2019-11-09", "2019-11-09"),
        (TRIAL + "They came again [[last November]].", "2025-11-01", "2025-11-30"),
        # another month, or none with a year before it
        (TRIAL + "They left on [[3 October]].", "2025-10-03", "2025-10-03"),
        ("They came on [[9 November]].\n" + TRIAL, "2025-11-09", "2025-11-09"),
        # two years
        (
            TRIAL + "In November 2019 rain fell. On [[9 November]] it froze.",
            "2025-11-09",
            "2025-11-09",
        ),
        # news of the month before publication
        ("The worst raid since May 2014.\nGunmen came on [[29 May]].", "2026-05-29", "2026-05-29"),
        ("The worst raid since June 2014.\nGunmen came on [[5 June]].", "2026-06-05", "2026-06-05"),
        # what is to come, and what was not yet
        (TRIAL + "The court will meet on [[9 November]].", "2026-11-09", "2026-11-09"),
        ("A plan for October 2027. He came on [[9 October]].", "2025-10-09", "2025-10-09"),
        # no date
        ("He may 2014 times ask. He came on [[9 May]].", "2026-05-09", "2026-05-09"),
    ],
)
def test_a_date_takes_the_year_that_its_month_was_given(marked, first_day, last_day):
    assert days(marked) == (date.fromisoformat(first_day), date.fromisoformat(last_day))


def test_an_article_without_a_date_gives_the_year_too():
    assert days(TRIAL + "Soldiers came on [[9 November]].", None) == (date(2014, 11, 9),) * 2


def test_the_words_of_the_year_are_kept():
    resolved = read(TRIAL + "Soldiers came on [[9 November]].")
    start = TRIAL.index("November 2014")
    assert resolved.year == Span(start, start + 13, "November 2014")
    assert read("Soldiers came on [[9 November 2014]].").year is None


def test_a_reader_is_led_to_the_words_of_the_year():
    [parsed] = parse_markup(
        "=== a\n\nA trial\nTwo men were tried for the dead of November 2014, a court said.\n"
        "Then {soldiers|1.agent} {surrounded|1:attack} {Odrel|1.target} at dawn on"
        " {9 November|1.time}.\n",
        "article.txt",
    )
    analysis = analyse(replace(parsed, extra={"published": PUBLISHED.isoformat()}))
    [incident] = analysis.incidents
    [when] = answers_of(incident)["when"]
    assert when.text == "9 November 2014"
    assert [span.text for span in when.spans] == ["November 2014", "9 November"]
    [time] = analysis_to_dict(analysis)["incidents"][0]["times"]
    assert time["year"]["text"] == "November 2014"
