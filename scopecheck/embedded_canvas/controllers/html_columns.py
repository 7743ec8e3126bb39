"""HTML that a client sends for a column: sanitized, and refused if it is too long or nested too deep."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import errors, html
from scopecheck.embedded_canvas.context import Context

LONGEST: Final = 500 * 1024 - 1
"""The most characters of a body, description, message or syllabus (500 KiB minus one)."""
LONGEST_TITLE: Final = 255
"""The most characters of a title or name."""


def stored(context: Context, column: str, text: Any, *, unparsable: str | None = None) -> str | None:
    """The text as Canvas stores it in the column.

    Raises a Refusal (400) for text that is too long or nested too deep (old Canvas had no such limit). `unparsable` is
    the attribute that the latter is reported under, if it is not the column itself.
    """
    sent = None if text is None else str(text)
    if sent and not context.config.is_old and html.is_too_deep(sent):
        raise errors.invalid_text(**{unparsable or column: "is nested too deep"})
    clean = html.incoming(sent, context.request)
    if clean and len(clean) > LONGEST:
        raise errors.invalid({column: [("too_long", f"is too long (maximum is {LONGEST} characters)")]})
    return clean


def refuse_long_title(column: str, title: str) -> None:
    """Refuse a title of more than 255 characters."""
    if len(title) > LONGEST_TITLE:
        raise errors.invalid({column: [("too_long", f"is too long (maximum is {LONGEST_TITLE} characters)")]})
