"""Turns an answer into the evidence that reports show: by an allow-list, masked, and only with headers that help."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from scopecheck.model.answer import Answer
from scopecheck.model.foreign_text import shortened
from scopecheck.model.secret import KnownSecrets
from scopecheck.model.told import told_address, told_headers, told_sent, unquoted
from scopecheck.model.verdict import Exchange
from scopecheck.transport import hiding

_LONGEST: Final = 2000


def exchange(answer: Answer, secrets: KnownSecrets, *, shown: Collection[str] | None = None) -> Exchange:
    """The evidence of one answer, without anything secret or unknown (`model.told`).

    `shown`: the words of paths that may be shown, where the answer is about what lies outside the sandbox course. Of
    that only what `hiding` lets through is kept. None: it is about the sandbox course.
    """

    def fit(text: str) -> str:
        return shortened(secrets.mask(text), _LONGEST)

    headers = told_headers(answer.headers)
    if shown is not None and "location" in headers:
        headers["location"] = hiding.origin(answer.headers["location"])
    return Exchange(
        request=secrets.mask(f"{answer.method} {told_address(answer.url, shown)}"),
        sent=fit(told_sent(answer.sent)) if answer.sent else "",
        status=answer.status,
        headers={name: fit(value) for name, value in headers.items()},
        body=fit((unquoted(answer.fault) if answer.fault else answer.told()) if shown is None
                 else hiding.body(answer, shown)),
        elapsed_ms=answer.elapsed_ms,
    )  # fmt: skip
