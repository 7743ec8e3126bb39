"""Answers whose texts do harm: that repeat secrets, or give commands to whoever shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from scopecheck.transport.bodies import MOST_BYTES
from tests.selftest.hostile.encodings import ENCODINGS
from tests.selftest.hostile.exchange import Effect, Exchange, Raw, as_json
from tests.selftest.hostile.fault import Family, Fault

_PLACES: Final = (
    "the API", "reading", "lists", "one object", "the course", "probes", "all changes", "creating", "uploading",
    "storing", "confirming", "deleting files", "the token", "the preflight", "the administrator's questions",
)  # fmt: skip


def _body(words: str, status: int = 403) -> Raw:
    """A JSON body that holds the words as they are: what looks like an escape is one."""
    text = f'{{"status": "error", "errors": [{{"message": "{words}", "error_code": "{words}"}}], "message": "{words}"}}'
    return Raw(status, text.encode("latin-1", "replace"), (("Content-Type", "application/json"),))


def _page(words: str) -> Raw:
    page = f"<html><title>Blocked: {words}</title><body>{words}</body></html>"
    return Raw(403, page.encode("latin-1", "replace"), (("Content-Type", "text/html"), ("Server", _fit(words))))


def _record(words: str) -> Callable[[Exchange], Raw]:
    """Canvas's answer with members more, in each record.

    A video's title stays: nothing but the list shows it, so whoever forges that forges every read-back. Of a long list
    the first records have them, up to twice what the suite reads: this process makes the answer, too.
    """
    left = 0

    def more(body: Any) -> Any:
        nonlocal left
        if isinstance(body, list):
            return [more(each) for each in body]
        if not isinstance(body, dict):
            return words
        left -= len(words)
        if left < 0:
            return body
        title = {} if "media_id" in body else {"title": words}
        return {**body, **title, "name": words, "api_key": words, words: words}

    def effect(exchange: Exchange) -> Raw:
        nonlocal left
        answer, left = exchange.deliver(), 2 * MOST_BYTES
        return answer.saying(more(answer.json)) if answer.json is not None else answer

    return effect


def _fit(words: str) -> str:
    """The words as a header can hold them."""
    return "".join(each for each in words if 32 <= ord(each) < 127)


def _redirect(words: str) -> Raw:
    location = f"https://sso.example.edu/{_fit(words)}?token={_fit(words)}"
    return Raw(
        302, b"", (("Location", location), ("WWW-Authenticate", _fit(words)), ("X-Request-Context-Id", _fit(words)))
    )


def _all(exchange: Exchange, encode: Callable[[str], str]) -> str:
    return " ".join(map(encode, exchange.known_secrets))


def _echo(encode: Callable[[str], str], put: Callable[[str], Any], *, answers: bool = False) -> Effect:
    """An answer with every secret in it; `answers`: what `put` gives is an effect itself."""

    def effect(exchange: Exchange) -> Raw:
        made = put(_all(exchange, encode))
        found: Raw = made(exchange) if answers else made
        return found

    return effect


def _split(exchange: Exchange) -> Raw:
    """Each secret in two halves, in two members."""
    halves = [(secret[: len(secret) // 2], secret[len(secret) // 2 :]) for secret in exchange.known_secrets]
    errors = [{"message": one, "error_code": other} for one, other in halves]
    return as_json(422, {"errors": errors, "message": halves[0][0], "status": halves[0][1]})


def _split_on_lines(exchange: Exchange) -> Raw:
    """Each secret over two lines of a page."""
    lines = [f"{secret[: len(secret) // 2]}\n{secret[len(secret) // 2 :]}" for secret in exchange.known_secrets]
    return Raw(403, "\n".join(lines).encode(), (("Content-Type", "text/plain"),))


def _in_utf_16(exchange: Exchange) -> Raw:
    """A whole body in UTF-16."""
    return Raw(
        403, json.dumps({"message": _all(exchange, str)}).encode("utf-16"), (("Content-Type", "application/json"),)
    )


def _echoed_request(exchange: Exchange) -> Raw:
    """What was sent, as some gateways' error pages show it."""
    request = exchange.request
    sent = f"{request.headers} {request.headers.get('authorization')} {request.content.decode('latin-1')}"
    return Raw(403, sent.encode("latin-1", "replace"), (("Server", _fit(sent)),))


TEXTS: Final[dict[str, str]] = {
    "GitHub's commands": "::error::x\n::set-output name=conformant::true\n::add-mask::x",
    "Azure's commands": "##[error]x\n##vso[task.complete result=Succeeded]",
    "TeamCity's commands": "##teamcity[buildStop]",
    "colors": "\x1b[31mred\x1b[0m\x9b2J",
    "an end of output": "\x1b]0;title\x07\x1b[?1049h",
    "nulls": "a\x00b\x08c",
    "halves of pairs": "\ud800 \udc00",
    "text that runs backwards": "\u202eexe.gpj",
    "characters that XML forbids": "\ufffe\uffff",
    "markup": "<script>alert(1)</script>]]><!--",
    "Markdown": "| a | b |\n[x](javascript:alert(1)) ![x](https://elsewhere.example.edu/x.png)",
    "templates": "{{ 7 * 7 }} {% raw %} ${{ secrets.X }} %s {0}",
    "paths": "../../../../etc/passwd\\..\\..",
    "many words": "word " * 40_000,
    "one long word": "x" * 200_000,
}

UPLOADS: Final[dict[str, Any]] = {
    "an upload address that is none": "http://[::1/upload",
    "an upload address without a host": "/api/v1/courses/1003?event=delete",
    "an upload address on Canvas": "{canvas}/api/v1/courses/1003",
    "an upload address of a file": "file:///etc/passwd",
    "an upload address of words": "not a URL",
    "an upload address of half a pair": "https://storage.example.edu/\ud800",
    "an upload address of many characters": "https://storage.example.edu/" + "x" * 70_000,
    "an upload address that is a list": ["https://storage.example.edu/"],
    "an upload address that is null": None,
    "an upload address with a password": "https://u:p@storage.example.edu/files_api",
}


def _ticket(address: Any) -> Effect:
    def effect(exchange: Exchange) -> Raw:
        answer = exchange.deliver()
        body, canvas = answer.json, str(exchange.request.url.join("/")).rstrip("/")
        wanted = address.replace("{canvas}", canvas) if isinstance(address, str) else address
        return answer.saying({**body, "upload_url": wanted}) if isinstance(body, dict) else answer

    return effect


def rows() -> Iterator[Fault]:
    """Their part of the table."""
    for name, encode in ENCODINGS.items():
        yield Fault(f"secrets {name}, in an error", Family.SECRET, _echo(encode, _body), _PLACES)
        yield Fault(f"secrets {name}, in a page", Family.SECRET, _echo(encode, _page), _PLACES)
        yield Fault(f"secrets {name}, in records", Family.SECRET, _echo(encode, _record, answers=True), _PLACES)
        yield Fault(f"secrets {name}, in headers", Family.SECRET, _echo(encode, _redirect), _PLACES)
    yield Fault("secrets in two members", Family.SECRET, _split, _PLACES)
    yield Fault("secrets on two lines", Family.SECRET, _split_on_lines, _PLACES)
    yield Fault("secrets in a body of UTF-16", Family.SECRET, _in_utf_16, _PLACES)
    yield Fault("the request itself", Family.SECRET, _echoed_request, _PLACES)
    for name, words in TEXTS.items():
        refusal = as_json(422, {"errors": [{"message": words}]}, ("Server", _fit(words)[:200]))
        yield Fault(f"{name} in a refusal", Family.TEXT, lambda _, raw=refusal: raw, _PLACES)  # type: ignore[misc]
        yield Fault(f"{name} in records", Family.TEXT, _record(words), _PLACES)
    for name, address in UPLOADS.items():
        yield Fault(name, Family.TICKET, _ticket(address), ("uploading",))
