"""One analysed article as HTML: its incidents as cards beside the text that they come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from clashtag.analysis.findings import Analysis, Code, Incident
from clashtag.formats.cards import Answer, answers_of
from clashtag.formats.families import family_of
from clashtag.formats.marked_text import Label, Mark, attribute_list, escaped, marked_paragraphs
from clashtag.formats.wording import counted, label_words, one_line
from clashtag.records import Span

_STATUS_WORDS = {"other": "planned, feared, denied or general"}
_LONGEST_TITLE = 90


@dataclass(slots=True)
class _Draft:
    """What is found out about a span before it is marked."""

    labels: dict[Label, None] = field(default_factory=dict)
    incidents: dict[int, None] = field(default_factory=dict)
    family: str | None = None
    role: str | None = None
    is_fact: bool = False


class ArticleView:
    """An article with ids that no other article of the page has.

    Args:
        analysis: an article with its incidents.
        number: its place on the page, from 1.
    """

    def __init__(self, analysis: Analysis, number: int) -> None:
        self.analysis = analysis
        self.number = number
        self.id = f"a{number}"
        self.title = _title(analysis, number)
        self._answers = [answers_of(incident) for incident in analysis.incidents]
        drafts = self._drafts()
        self._number_of = {bounds: number for number, bounds in enumerate(sorted(drafts), 1)}
        self._marks = [
            self._mark(number, bounds, drafts[bounds]) for bounds, number in self._number_of.items()
        ]

    def card_id(self, number: int) -> str:
        """Return the id of the card of an incident, which are counted from 1."""
        return f"{self.id}-i{number}"

    def summary(self, number: int) -> str:
        """Return an incident in a line: who, whom, where and the toll."""
        answers = self._answers[number - 1]
        shown = {"who": "by ", "to whom": "", "where": "in ", "toll": ""}
        return " · ".join(
            words + ", ".join(answer.text for answer in answers[question][:2])
            for question, words in shown.items()
            if question in answers
        )

    def html(self, *, is_numbered: bool) -> str:
        """Return the article as an `<article>` element, with its number if there are others."""
        title_id, record = f"{self.id}-title", self.analysis.record
        number = f'<span class="number">{self.number}</span> ' if is_numbered else ""
        paragraphs = "\n".join(marked_paragraphs(record.text, self._marks))
        cards = "\n".join(self._cards())
        incidents = f"<ol>\n{cards}\n</ol>" if cards else "<p>No incidents found.</p>"
        return f"""<article id="{self.id}" aria-labelledby="{title_id}" tabindex="-1">
<h2 id="{title_id}">{number}<bdi>{escaped(self.title)}</bdi></h2>
<p class="meta">{" · ".join(self._facts())}</p>
<div class="columns">
<section class="cards" aria-label="Incidents of article {self.number}">
{incidents}
</section>
<section class="text" aria-label="Text of article {self.number}" tabindex="0">
{paragraphs}
</section>
</div>
</article>"""

    def _facts(self) -> Iterator[str]:
        published, record = self.analysis.published, self.analysis.record
        if record.id is not None and one_line(record.id) != self.title:
            yield f"<bdi>{escaped(record.id)}</bdi>"
        if published is None:
            yield "no date of publication"
        else:
            yield f'published <time datetime="{published}">{published}</time>'
        yield counted(len(self.analysis.incidents), "incident")
        yield counted(len(record.events), "event mention")

    def _drafts(self) -> dict[tuple[int, int], _Draft]:
        """Collect the spans of events and answers that hold a visible character."""
        record, drafts = self.analysis.record, defaultdict[tuple[int, int], _Draft](_Draft)
        incident_of: dict[int, int] = {}
        for number, incident in enumerate(self.analysis.incidents, start=1):
            incident_of |= dict.fromkeys(incident.events, number)
            for answer in self._all_answers(number):
                for span in answer.spans:
                    drafts[span.start, span.end].incidents[number] = None
        for index, event in enumerate(record.events):
            trigger = drafts[event.trigger.start, event.trigger.end]
            trigger.family = trigger.family or family_of(event.type)
            trigger.is_fact |= event.status in (None, "actual")
            number_of_incident = incident_of.get(index)
            target = self.card_id(number_of_incident) if number_of_incident else None
            trigger.labels[Label(label_words(event.type), target)] = None
            touched = [trigger]
            for argument in event.arguments:
                draft = drafts[argument.start, argument.end]
                draft.role = draft.role or argument.role
                draft.labels[Label(label_words(argument.role))] = None
                touched.append(draft)
            if number_of_incident:
                for draft in touched:
                    draft.incidents[number_of_incident] = None
        return {
            bounds: draft for bounds, draft in drafts.items() if record.text[slice(*bounds)].strip()
        }

    def _all_answers(self, number: int) -> Iterator[Answer]:
        for answers in self._answers[number - 1].values():
            yield from answers

    def _mark(self, number: int, bounds: tuple[int, int], draft: _Draft) -> Mark:
        start, end = bounds
        words = self.analysis.record.text[start:end]
        kind = "trigger" if draft.family else "argument" if draft.role else "evidence"
        classes = [kind, f"family-{draft.family}"] if draft.family else [kind]
        if draft.family and not draft.is_fact:
            classes.append("unusual")
        attributes = {"class": " ".join(classes), "data-span": str(number), "tabindex": "-1"}
        if draft.role:
            attributes["data-role"] = draft.role
        if draft.incidents:
            attributes["data-incidents"] = " ".join(map(str, sorted(draft.incidents)))
        return Mark(
            start + len(words) - len(words.lstrip()),
            end - len(words) + len(words.rstrip()),
            f"{self.id}-s{number}",
            attributes,
            tuple(draft.labels),
        )

    def _cards(self) -> Iterator[str]:
        for number, incident in enumerate(self.analysis.incidents, start=1):
            lead = self.analysis.record.events[incident.lead].trigger
            status = unusual_status(incident)
            attributes = {
                "class": f"card family-{family_of(incident.type)}{' unusual' if status else ''}",
                "id": self.card_id(number),
                "data-type": incident.type,
                "tabindex": "-1",
            }
            yield (
                f"<li{attribute_list(attributes)}>\n"
                f'<h3><span class="number">{number}</span>'
                f" {type_chip(incident)} <q><bdi>{escaped(one_line(lead.text))}</bdi></q></h3>\n"
                + (f'<p class="status">{escaped(status)}</p>\n' if status else "")
                + f"<dl>\n{''.join(self._rows(number, incident))}</dl>\n</li>"
            )

    def _rows(self, number: int, incident: Incident) -> Iterator[str]:
        for question, answers in self._answers[number - 1].items():
            yield _row(question, map(self._answer, answers), has_notes=any(a.note for a in answers))
        triggers = [self.analysis.record.events[index].trigger for index in incident.events]
        mentions = [Answer(one_line(trigger.text), "trigger", (trigger,)) for trigger in triggers]
        yield _row("told by", map(self._answer, mentions))
        codes = {"ACLED": _code(incident.acled), "PLOVER": _code(incident.plover)}
        if codes["ACLED"] == codes["PLOVER"]:
            codes = {", ".join(codes): codes["ACLED"]}
        for codebook, code in codes.items():
            if code:
                yield _row(codebook, [code])

    def _answer(self, answer: Answer) -> str:
        """Return an answer as a link to its words; the links of a page work without a script."""
        note = (
            f' <span class="note"><bdi>{escaped(answer.note)}</bdi></span>' if answer.note else ""
        )
        return f"<span>{self._link(answer)}{note}</span>"

    def _link(self, answer: Answer) -> str:
        words = f"<bdi>{escaped(answer.text)}</bdi>"
        numbers = self._numbers(answer.spans)
        if not numbers:
            return words
        attributes = {
            "class": "answer",
            "href": f"#{self.id}-s{numbers[0]}",
            "data-role": answer.role,
            "data-spans": " ".join(map(str, numbers)),
        }
        return f"<a{attribute_list(attributes)}>{words}</a>"

    def _numbers(self, spans: Iterable[Span]) -> list[int]:
        bounds = ((span.start, span.end) for span in spans)
        return [self._number_of[one] for one in bounds if one in self._number_of]


def type_chip(incident: Incident) -> str:
    """Return the type of an incident as a coloured word."""
    family = family_of(incident.type)
    return f'<span class="chip family-{family}">{escaped(label_words(incident.type))}</span>'


def unusual_status(incident: Incident) -> str:
    """Return the status of what is not told as fact in words, nothing for what is."""
    if incident.status in (None, "actual"):
        return ""
    return _STATUS_WORDS.get(str(incident.status), label_words(str(incident.status)))


def _row(question: str, answers: Iterable[str], *, has_notes: bool = False) -> str:
    """Return the answers to a question in one cell; with notes, each on a line of its own."""
    title = escaped(question[:1].upper() + question[1:])
    lines = ' class="lines"' if has_notes else ""
    return f"<div><dt>{title}</dt><dd{lines}>{' '.join(answers)}</dd></div>\n"


def _code(code: Code | None) -> str:
    if code is None:
        return ""
    types = ": ".join(filter(None, (code.event_type, code.sub_type)))
    reason = f'<span class="note">{escaped(code.reason)}</span>' if code.reason else ""
    return " ".join(filter(None, (escaped(types), reason)))


def _title(analysis: Analysis, number: int) -> str:
    """Return what the record calls itself, or its first line, or its id."""
    record = analysis.record
    first_line = next((line for line in record.text.splitlines() if line.strip()), "")
    given = record.extra.get("title")
    title = one_line(given if isinstance(given, str) and given.strip() else first_line)
    if len(title) > _LONGEST_TITLE:
        title = f"{title[:_LONGEST_TITLE].rsplit(' ', 1)[0]} …"
    return title or one_line(record.id or "") or f"Article {number}"
