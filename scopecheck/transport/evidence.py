"""Turns an answer into the evidence that reports show: redacted, shortened, and only with headers that help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from scopecheck.model.answer import Answer
from scopecheck.model.secret import Secret, redact, redact_signed
from scopecheck.model.verdict import Exchange

_HEADERS: Final = ("www-authenticate", "location", "link", "server", "content-type", "x-request-cost",
                   "x-rate-limit-remaining", "x-request-context-id", "retry-after")  # fmt: skip
_LONGEST: Final = 2000


def exchange(answer: Answer, secrets: Iterable[Secret]) -> Exchange:
    """The evidence of one answer, without anything secret."""
    known = list(secrets)

    def clean(text: str) -> str:
        return redact_signed(redact(text, known))

    parts = urlsplit(answer.url)
    where = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Exchange(
        request=clean(f"{answer.method} {where}"),
        sent=_short(clean(answer.sent)),
        status=answer.status,
        headers={name: clean(answer.headers[name]) for name in _HEADERS if name in answer.headers},
        body=_short(clean(answer.fault or answer.text)),
        elapsed_ms=answer.elapsed_ms,
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters in all)"
