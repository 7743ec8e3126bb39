"""Pages of lists, and their Link header (lib/api.rb)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.http import Request

_DEFAULT, _LARGEST = 10, 100
_OWN = frozenset({"page", "per_page", "access_token", "api_key"})
"""Parameters that the links do not repeat."""


def page_numbers(params: Mapping[str, Any]) -> tuple[int, int]:
    """The page and page size asked for; a page that is not a number is 404, and sizes are clamped to 1..100."""
    page = str(params.get("page", "1"))
    if not page.isdecimal() or int(page) < 1:
        raise errors.not_found()
    size = params.get("per_page")
    if size is None:
        return int(page), _DEFAULT
    asked = int(size) if str(size).isdecimal() else 0
    return int(page), min(max(asked, 1), _LARGEST)


def link_header(
    request: Request, page: int, size: int, count: int, *, total: bool = True, path: str | None = None
) -> str:
    """Links current, next, prev, first, last, joined by commas without spaces; `last` only if a total is known."""
    kept = [(key, value) for key, value in parse_qsl(request.query, keep_blank_values=True) if key not in _OWN]
    last = max(1, -(-count // size))
    pages = {"current": page}
    if page < last:
        pages["next"] = page + 1
    if page > 1:
        pages["prev"] = page - 1
    pages["first"] = 1
    if total:
        pages["last"] = last
    base = f"{request.origin}{path or request.path}"
    return ",".join(
        f'<{base}?{urlencode([*kept, ("page", number), ("per_page", size)])}>; rel="{rel}"'
        for rel, number in pages.items()
    )
