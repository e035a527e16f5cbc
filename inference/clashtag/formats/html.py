"""Analysed articles as one HTML page that needs nothing but itself.

Everything from outside is escaped, and a content security policy lets only the page's own style
sheet and script run. Without a script the page can be read, and its links lead from each cell to
its words; the script adds marking, the filter and switching labels off.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from importlib import resources
from itertools import groupby
from string import Template

from clashtag.analysis.findings import Analysis, Incident, Interval
from clashtag.formats.families import family_of
from clashtag.formats.html_article import ArticleView, type_chip, unusual_status
from clashtag.formats.marked_text import attribute_list, escaped
from clashtag.formats.wording import counted, interval_words, label_words, one_line

_CLOCK_OF_PART = {
    "early morning": "03:00",
    "dawn": "05:00",
    "morning": "08:00",
    "noon": "12:00",
    "afternoon": "14:00",
    "dusk": "18:00",
    "evening": "19:00",
    "night": "22:00",
    "midnight": "24:00",
}


def analyses_to_html(analyses: Iterable[Analysis]) -> str:
    """Return one self-contained page with the incidents, a timeline and the texts of articles."""
    articles = [ArticleView(analysis, number) for number, analysis in enumerate(analyses, 1)]
    incidents = [incident for view in articles for incident in view.analysis.incidents]
    style, script = _asset("colours.css") + _asset("page.css"), _asset("page.js")
    title = articles[0].title if len(articles) == 1 else counted(len(articles), "article")
    return Template(_asset("page.html")).substitute(
        policy=(
            f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)};"
            " base-uri 'none'; form-action 'none'"
        ),
        style=style,
        script=script,
        title=escaped(title),
        summary=f"{counted(len(incidents), 'incident')} in {counted(len(articles), 'article')}",
        filters=_filters(incidents),
        contents=_contents(articles),
        timeline=_timeline(articles),
        articles="\n".join(view.html(is_numbered=len(articles) > 1) for view in articles)
        or "<p>No articles.</p>",
    )


def notebook_html(analysis: Analysis) -> str:
    """Return the page of one article in a frame of its own, as notebooks display it."""
    return (
        f'<iframe srcdoc="{escape(analyses_to_html([analysis]))}" sandbox="allow-scripts"'
        ' title="Conflict incidents" style="width: 100%; height: 40rem; border: 0"></iframe>'
    )


def _asset(name: str) -> str:
    return (resources.files("clashtag.formats") / "page" / name).read_text(encoding="utf-8")


def _source(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _filters(incidents: Iterable[Incident]) -> str:
    counts = Counter(incident.type for incident in incidents)
    return "\n".join(
        f'<label class="chip family-{family_of(name)}"><input type="checkbox" name="type"'
        f' value="{escaped(name)}"> {escaped(label_words(name))} {count}</label>'
        for name, count in counts.most_common()
    )


def _contents(articles: Sequence[ArticleView]) -> str:
    if len(articles) < 2:
        return ""
    items = "\n".join(
        f'<li><a href="#{view.id}"><bdi>{escaped(view.title)}</bdi></a>'
        f' <span class="note">{counted(len(view.analysis.incidents), "incident")}</span></li>'
        for view in articles
    )
    return f'<nav aria-label="Articles">\n<h2>Articles</h2>\n<ol>\n{items}\n</ol>\n</nav>'


def _timeline(articles: Sequence[ArticleView]) -> str:
    """Return the dated incidents of all articles by their days, then those without a date."""
    entries = [
        (incident.interval, view, number)
        for view in articles
        for number, incident in enumerate(view.analysis.incidents, start=1)
    ]
    if not entries:
        return ""
    entries.sort(key=lambda entry: _order(entry[0]))
    items = "\n".join(
        f'<li class="day">{_heading(interval)}\n<ul>\n'
        + "\n".join(_entry(view, number, len(articles) > 1) for _, view, number in group)
        + "\n</ul></li>"
        for interval, group in groupby(entries, key=lambda entry: entry[0])
    )
    return (
        '<section class="timeline" aria-labelledby="timeline">\n'
        f'<h2 id="timeline">Timeline</h2>\n<ol>\n{items}\n</ol>\n</section>'
    )


def _order(interval: Interval | None) -> tuple[date, date, str]:
    """Return what intervals are sorted by; no interval goes last."""
    if interval is None:
        return date.max, date.max, ""
    time_of_day = interval.time_of_day or ""
    return interval.first_day, interval.last_day, _CLOCK_OF_PART.get(time_of_day, time_of_day)


def _heading(interval: Interval | None) -> str:
    if interval is None:
        return '<span class="date">no date</span>'
    words = escaped(interval_words(interval))
    return f'<time class="date" datetime="{interval.first_day}">{words}</time>'


def _entry(view: ArticleView, number: int, names_article: bool) -> str:
    incident = view.analysis.incidents[number - 1]
    lead = view.analysis.record.events[incident.lead].trigger
    status = unusual_status(incident)
    attributes = {"class": "unusual"} if status else {}
    notes = [status, view.summary(number), f"article {view.number}" if names_article else ""]
    return (
        f"<li{attribute_list(attributes | {'data-type': incident.type})}>"
        f'<a href="#{view.card_id(number)}">'
        f"{type_chip(incident)} <q><bdi>{escaped(one_line(lead.text))}</bdi></q></a>"
        f"{''.join(_note(note) for note in notes if note)}</li>"
    )


def _note(text: str) -> str:
    return f' <span class="note"><bdi>{escaped(text)}</bdi></span>'
