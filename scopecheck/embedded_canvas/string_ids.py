"""`Accept: application/json+canvas-string-ids`: every integer ID in an answer becomes a string."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from scopecheck.embedded_canvas.http import Request, Response

_ONE: Final = re.compile(r"(^|_)id$")
_MANY: Final = re.compile(r"(^|_)ids$")


def wants_string_ids(request: Request) -> bool:
    """Whether the client asks for IDs as strings; the type may be one of several."""
    return "application/json+canvas-string-ids" in request.headers.get("accept", "")


def with_string_ids(response: Response) -> Response:
    """The JSON response with its IDs as strings; any other response unchanged."""
    if not any(name == "Content-Type" and "json" in value for name, value in response.headers):
        return response
    body = json.dumps(_convert(json.loads(response.body)), ensure_ascii=False).encode()
    return replace(response, body=body)


def _convert(value: Any) -> Any:
    if isinstance(value, list):
        return [_convert(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _member(key, member) for key, member in value.items()}


def _member(key: str, value: Any) -> Any:
    if _ONE.search(key) and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if _MANY.search(key) and isinstance(value, list):
        return [str(each) if isinstance(each, int) else _convert(each) for each in value]
    return _convert(value)
