"""Turns an answer into the evidence that reports show: redacted, shortened, and only with headers that help."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import urlsplit

from scopecheck.model.answer import Answer
from scopecheck.model.foreign_text import shortened
from scopecheck.model.secret import Secret, redact, redact_signed
from scopecheck.model.verdict import Exchange
from scopecheck.transport import hiding

_HEADERS: Final = ("www-authenticate", "location", "link", "server", "content-type", "x-request-cost",
                   "x-rate-limit-remaining", "x-request-context-id", "retry-after")  # fmt: skip
_LONGEST: Final = 2000


def exchange(answer: Answer, secrets: Iterable[Secret], *, shown: Collection[str] | None = None) -> Exchange:
    """The evidence of one answer, without anything secret.

    `shown`: the words of paths that may be shown, where the answer is about what lies outside the sandbox course. Of
    that only what `hiding` lets through is kept. None: everything may be shown.
    """
    known = list(secrets)

    def clean(text: str) -> str:
        return redact_signed(redact(text, known))

    headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
    if shown is not None:
        headers |= {name: _HIDE[name](value) for name, value in headers.items() if name in _HIDE}
    return Exchange(
        request=clean(f"{answer.method} {_where(answer.url) if shown is None else hiding.address(answer.url, shown)}"),
        sent=shortened(clean(answer.sent), _LONGEST),
        status=answer.status,
        headers={name: clean(value) for name, value in headers.items()},
        body=shortened(clean(answer.fault or answer.text if shown is None else hiding.body(answer, shown)), _LONGEST),
        elapsed_ms=answer.elapsed_ms,
    )


_HIDE: Final = {"link": hiding.link, "location": hiding.origin}
"""Headers that may hold what people wrote, and what is told of them."""


def _where(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
