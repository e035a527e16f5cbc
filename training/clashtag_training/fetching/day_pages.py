"""The news items of a day page of Wikipedia's Portal:Current events, from its wikitext.

A page lists items as bullets under bold headings, nested under topics; each ends with links to
its sources. The texts were made from pages as a reader sees them, so the few templates that occur
in items are written out as they are shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import mwparserfromhell
from mwparserfromhell.nodes import (
    HTMLEntity,
    Node,
    Tag,
    Template,
    Text,
    Wikilink,
)
from mwparserfromhell.wikicode import Wikicode

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_END_OF_ITEMS = "<!-- All news items above this line"
_UNLINKED_SOURCES = re.compile(r"(?:[\s,]*\([^()]*\))*[\s,]*$")
_HIDDEN_TAGS = frozenset({"ref", "references", "gallery", "math", "templatestyles"})
_HIDDEN_LINKS = ("file:", "image:", "category:")
_LANGUAGE_LINKS = frozenset(
    {"ill", "ill2", "interlanguage link", "interlanguage link multi", "illm", "iw2"}
)
_FIRST_ARGUMENT = frozenset(
    {"nowrap", "nobr", "abbr", "w", "small", "tooltip", "not a typo", "sic"}
)
_SECOND_ARGUMENT = frozenset({"lang", "transliteration", "transl"})
_SYMBOLS = {
    "'": "'",
    "'s": "'s",
    "!": "|",
    "-": "-",
    "nbsp": " ",
    "space": " ",
    "snd": " – ",
    "spnd": " – ",
    "ndash": "–",
    "endash": "–",
    "mdash": "—",
    "emdash": "—",
    "citation needed": "[citation needed]",
    "cn": "[citation needed]",
    "unreliable source?": "[unreliable source?]",
    "better source needed": "[better source needed]",
    "clarify": "[clarification needed]",
}
_CURRENCIES = {"us$": "US$", "usd": "US$", "euro": "€", "€": "€", "gbp": "£", "£": "£", "inr": "₹"}


def page_title(day: dt.date) -> str:
    """Return the title of a day's page."""
    return f"Portal:Current events/{day.year} {day:%B} {day.day}"


def item_lines(wikitext: str) -> list[str]:
    """Return the wikitext of every bullet of a day page, topics among them."""
    body = _COMMENT.sub("", wikitext.partition(_END_OF_ITEMS)[0])
    lines = (line.strip() for line in body.split("\n"))
    return [line.lstrip("*:# ").strip() for line in lines if line.startswith(("*", ":*"))]


def item_texts(line: str) -> Iterator[str]:
    """Yield the texts that a bullet may have been shown as, likeliest first.

    What a page showed depends on more than its wikitext: a link to another language's Wikipedia
    loses its mark once the article exists, and sources without a link are part of the text.
    """
    if line.count("{{") < line.count("}}"):  # the end of the template around the page's items
        line = line.removesuffix("}}")
    code = mwparserfromhell.parse(line)
    for marks_languages in (True, False):
        text = " ".join(_shown(code, marks_languages=marks_languages).split())
        yield from dict.fromkeys((text, _UNLINKED_SOURCES.sub("", text)))


def _shown(code: Wikicode | None, *, marks_languages: bool) -> str:
    if code is None:
        return ""
    return "".join(_shown_node(node, marks_languages) for node in code.nodes)


def _shown_node(node: Node, marks_languages: bool) -> str:
    shown = ""  # links to sources, comments
    match node:
        case Text():
            shown = str(node.value)
        case HTMLEntity():
            shown = node.normalize()
        case Wikilink():
            shown = _shown_link(node, marks_languages)
        case Template():
            shown = _shown_template(node, marks_languages)
        case Tag():
            name = str(node.tag).strip().lower()
            if name == "br":
                shown = " "
            elif name not in _HIDDEN_TAGS:
                shown = _shown(node.contents, marks_languages=marks_languages)
    return shown


def _shown_link(link: Wikilink, marks_languages: bool) -> str:
    title = str(link.title).strip()
    if title.lower().startswith(_HIDDEN_LINKS):
        return ""
    label = link.text if link.text else title.removeprefix(":")
    return label if isinstance(label, str) else _shown(label, marks_languages=marks_languages)


def _shown_template(template: Template, marks_languages: bool) -> str:
    name = str(template.name).strip().replace("_", " ").lower()
    arguments = [
        _shown(parameter.value, marks_languages=marks_languages).strip()
        for parameter in template.params
        if not parameter.showkey
    ]
    if name in _LANGUAGE_LINKS and arguments:
        named = [str(template.get(key).value) for key in ("lt", "display") if template.has(key)]
        languages = "; ".join(arguments[1::2])
        mark = f" [{languages}]" if marks_languages and languages else ""
        return (named or arguments)[0] + mark
    if name in _CURRENCIES and arguments:
        return _CURRENCIES[name] + arguments[0]
    if name in _FIRST_ARGUMENT and arguments:
        return arguments[0]
    if name in _SECOND_ARGUMENT and len(arguments) > 1:
        return arguments[1]
    return _SYMBOLS.get(name, "")
