"""Which characters an article may hold, for files, archives and the server alike."""

from __future__ import annotations

from clashtag.errors import InputError


def require_characters(text: str, name: str) -> None:
    """Refuse NUL and half characters; every other character, control characters too, is kept.

    Raises:
        InputError: naming the text by `name`, with the place of the first such character.
    """
    null = text.find("\0")
    if null >= 0:
        raise InputError(
            f"{name} holds NUL (U+0000) at character {null}",
            "take it out: it is no part of a text, and many databases cannot hold it",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} holds half a character (a lone surrogate) at character {error.start}",
            "write the character as one UTF-8 sequence or as a pair of \\u escapes",
        ) from error
