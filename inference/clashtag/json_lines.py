"""Values as JSON that UTF-8 can hold, and objects as lines of JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def json_text(value: object) -> str:
    """Return a value as JSON on one line, non-ASCII characters as they are.

    All of them are escaped where a string holds a lone surrogate, which has no UTF-8 form.
    """
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def json_line(fields: Mapping[str, Any]) -> bytes:
    """Return a JSON object as a line in UTF-8, its newline included."""
    return json_text(fields).encode() + b"\n"
