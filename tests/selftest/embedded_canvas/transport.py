"""A client's transport to an embedded Canvas in this process, without a socket."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import httpx

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request


def transport(canvas: Canvas) -> httpx.BaseTransport:
    """An httpx transport that passes each request to the Canvas and returns its response."""
    return httpx.MockTransport(lambda request: _exchange(canvas, request))


def _exchange(canvas: Canvas, request: httpx.Request) -> httpx.Response:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    answer = canvas.handle(Request(request.method, path, query, headers, request.content, request.url.scheme))
    if isinstance(answer, Broken):
        if answer.hang:
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        raise httpx.RemoteProtocolError("Server disconnected without sending a complete response", request=request)
    # As every server adds it.
    sent = [("Date", format_datetime(datetime.now(UTC), usegmt=True)), *answer.headers]
    return httpx.Response(answer.status, headers=sent, content=answer.body)
