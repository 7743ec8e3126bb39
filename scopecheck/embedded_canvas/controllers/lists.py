"""What lists have in common: the search term, and disabled tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import json_response
from scopecheck.embedded_canvas.translations import TAB_DISABLED

Record = TypeVar("Record")

_SHORTEST: Final = 3


def searched(context: Context, records: Iterable[Record], name: Callable[[Record], str]) -> list[Record]:
    """The records whose name contains `search_term`, if given."""
    term = search_term(context)
    return [record for record in records if term in name(record).lower()]


def search_term(context: Context) -> str:
    """What is searched for, in lower case; fewer than three characters are a 400 (lib/search_term_helper.rb)."""
    term = str(context.params.get("search_term") or "")
    if term and len(term) < _SHORTEST:
        error = {"field": "search_term", "code": "invalid", "message": f"{_SHORTEST} or more characters is required"}
        raise errors.Refusal(json_response({"errors": [error]}, 400))
    return term.lower()


def require_tab(context: Context, tab: str) -> None:
    """Refuse a list whose course tab is disabled (application_controller.rb)."""
    if tab in context.config.disabled_tabs:
        raise errors.message(404, context.said(TAB_DISABLED))
