"""Conversations (conversations_controller.rb)."""

from __future__ import annotations

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.routing import route


@route("GET", "/api/v1/conversations/unread_count", "conversations#unread_count")
def unread_count(_context: Context) -> Response:
    """How many unread conversations the caller has, as text: none."""
    return json_response({"unread_count": "0"})
