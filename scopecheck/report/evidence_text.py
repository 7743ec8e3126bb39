"""One exchange as plain text, as it went over the wire, for attachments."""

from __future__ import annotations

from collections.abc import Iterator

from scopecheck.model.verdict import Exchange


def name(exchange: Exchange) -> str:
    """The call and the status of its answer."""
    return f"{exchange.request}: {exchange.status or 'no answer'}"


def text(exchange: Exchange) -> str:
    """Call, status, headers and body, as redacted as the exchange is."""
    return "\n".join(_lines(exchange)) + "\n"


def _lines(exchange: Exchange) -> Iterator[str]:
    yield exchange.request
    if exchange.sent:
        yield from ("", exchange.sent)
    answered = "no answer" if exchange.status is None else f"answered {exchange.status}"
    yield from ("", f"{answered} after {exchange.elapsed_ms} ms")
    yield from (f"{header}: {value}" for header, value in exchange.headers.items())
    if exchange.body:
        yield from ("", exchange.body)
