"""Text in tables that a spreadsheet may open: articles are written by strangers."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s\x00-\x1f\x7f]*[=+\-@＝＋－＠]")


def guarded(text: str) -> str:
    """Return a text as a cell, after an apostrophe if a spreadsheet may run it as a formula.

    Such a text begins with `=`, `+`, `-`, `@` or their full-width forms, white space and control
    characters set aside. Source: OWASP, CSV Injection.
    """
    return f"'{text}" if _FORMULA.match(text) else text
