"""Turns an answer into the evidence that reports show: redacted, shortened, and only with headers that help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from scopecheck.model.answer import Answer
from scopecheck.model.foreign_text import shortened
from scopecheck.model.secret import Secret, redact, redact_signed
from scopecheck.model.verdict import Exchange

_HEADERS: Final = ("www-authenticate", "location", "link", "server", "content-type", "x-request-cost",
                   "x-rate-limit-remaining", "x-request-context-id", "retry-after")  # fmt: skip
_LONGEST: Final = 2000


_ROWS_SHOWN: Final = 1


def exchange(answer: Answer, secrets: Iterable[Secret], *, content: bool = True) -> Exchange:
    """The evidence of one answer, without anything secret.

    `content`: whether the body of a success is shown. Of what lies outside the sandbox course only its members, their
    types and the number of rows are: nothing of a production course's content is kept.
    """
    known = list(secrets)

    def clean(text: str) -> str:
        return redact_signed(redact(text, known))

    return Exchange(
        request=clean(f"{answer.method} {_path(answer.url)}"),
        sent=shortened(clean(answer.sent), _LONGEST),
        status=answer.status,
        headers={name: clean(answer.headers[name]) for name in _HEADERS if name in answer.headers},
        body=shortened(
            clean(answer.fault or (answer.text if content or not answer.ok else _shape(answer.json))), _LONGEST
        ),
        elapsed_ms=answer.elapsed_ms,
    )


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _shape(body: Any) -> str:
    """Members and types of a JSON body: `[{"id": number, "name": text}, … 12 rows]`."""
    if isinstance(body, dict):
        return "{" + ", ".join(f'"{name}": {_shape(value)}' for name, value in body.items()) + "}"
    if isinstance(body, list):
        shown = ", ".join(_shape(row) for row in body[:_ROWS_SHOWN])
        return f"[{shown}]" if len(body) <= _ROWS_SHOWN else f"[{shown}, … {len(body)} rows]"
    if body is None or isinstance(body, bool):
        return {None: "null", True: "true", False: "false"}[body]
    return "text" if isinstance(body, str) else "number"
