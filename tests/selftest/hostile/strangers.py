"""Answers that other software gives in Canvas's place, in JSON, in HTML and in none: statuses, bodies and headers.

Each is there twice: given while Canvas never sees the request, and after Canvas has done what was asked.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any, Final

from tests.selftest.hostile.exchange import Effect, Exchange, Headers, Raw, as_json
from tests.selftest.hostile.fault import Family, Fault
from tests.selftest.transport.hostile import bomb

_ERROR: Final[Any] = {"errors": [{"message": "The specified resource does not exist."}]}
_INSUFFICIENT: Final[Any] = {"errors": [{"message": "Insufficient scopes on access token."}]}
_NOT_PERMITTED: Final[Any] = {
    "status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]
}  # fmt: skip
_BEARER: Final = ("WWW-Authenticate", 'Bearer realm="canvas-lms"')
_THROTTLED: Final = b"403 Forbidden (Rate Limit Exceeded)\n"
_LOGIN: Final = b"<!DOCTYPE html><html><title>Sign in to continue</title><form action='/saml'></form></html>"


def _page(status: int, body: bytes = _LOGIN, *headers: tuple[str, str]) -> Raw:
    return Raw(status, body, (("Content-Type", "text/html; charset=utf-8"), *headers))


def _text(status: int, body: bytes, *headers: tuple[str, str]) -> Raw:
    return Raw(status, body, (("Content-Type", "text/plain; charset=utf-8"), *headers))


ANSWERS: Final[dict[str, Raw]] = {
    # Successes
    "200 []": as_json(200, []),
    "200 {}": as_json(200, {}),
    "200 null": as_json(200, None),
    "200 true": as_json(200, True),
    "200 in text": _text(200, b"OK"),
    "200 empty": Raw(200),
    "200 ok": as_json(200, {"ok": True}),
    "200 a record": as_json(200, {"id": 1, "name": "anything"}),
    "200 a list of records": as_json(200, [{"id": 1, "name": "anything", "title": "anything", "url": "anything"}]),
    "200 errors": as_json(200, _ERROR),
    "200 an old cache": as_json(200, [], ("Age", "86400"), ("X-Cache", "HIT")),
    "201 {}": as_json(201, {}),
    "202 accepted": as_json(202, {"status": "queued"}),
    "204": Raw(204),
    "206 a part": as_json(206, [{"id": 1}], ("Content-Range", "bytes 0-9/999")),
    # Redirects
    "301 to itself": _page(301, b"", ("Location", "/")),
    "302 to a login": _page(302, b"", ("Location", "https://sso.example.edu/login?code=abc")),
    "303 to a course": _page(303, b"", ("Location", "/api/v1/courses/1003?event=delete")),
    "304": Raw(304),
    "307 to another host": _page(307, b"", ("Location", "https://elsewhere.example.edu/api/v1/courses")),
    # What looks like a refusal by Canvas without its headers
    "401 an object of errors": as_json(401, {"errors": {"base": [{"message": "not allowed"}]}}),
    "401 session expired": as_json(401, {"status": "unauthorized", "errors": [{"message": "Session expired"}]}),
    "401 unauthenticated": as_json(401, {"status": "unauthenticated", "errors": [{"message": "login required"}]}),
    "401 a scope": as_json(401, _INSUFFICIENT),
    "401 in text": _text(401, b"Unauthorized"),
    "401 Basic": _page(401, b"", ("WWW-Authenticate", 'Basic realm="proxy"')),
    "401 a dead token": as_json(401, {"errors": [{"message": "Invalid access token."}]}),
    "403 not permitted": as_json(403, _NOT_PERMITTED),
    "403 a firewall": _page(403, b"<html>Request rejected. Support ID 4711</html>", ("Server", "BigIP")),
    "403 in JSON": as_json(403, {"message": "Forbidden"}),
    "404 in Canvas's words": as_json(404, _ERROR),
    "404 no route": as_json(404, {"message": "no Route matched with those values"}),
    "404 a page": _page(404, b"<html><h1>Not Found</h1></html>", ("Server", "nginx")),
    "404 a tab": as_json(404, {"message": "That page has been disabled for this course"}),
    "400 in JSON": as_json(400, {"errors": {"title": [{"attribute": "title", "type": "blank", "message": "blank"}]}}),
    "400 empty": Raw(400),
    "405": as_json(405, {"message": "method not allowed"}, ("Allow", "GET")),
    "407": _page(407, b"<html>Proxy Authentication Required</html>", ("Proxy-Authenticate", "Basic")),
    "408": _text(408, b"Request Timeout"),
    "409": as_json(409, {"errors": [{"message": "conflict"}]}),
    "410": as_json(410, {"message": "gone"}),
    "411": _page(411, b"<html>Length Required</html>"),
    "413": _page(413, b"<html>Request Entity Too Large</html>", ("Server", "nginx")),
    "414": _page(414, b"<html>Request-URI Too Large</html>"),
    "415": as_json(415, {"message": "unsupported media type"}),
    "418": _text(418, b"short and stout"),
    "422": as_json(422, {"errors": [{"message": "unprocessable"}]}),
    "423": as_json(423, {"message": "locked"}),
    "426": _text(426, b"Upgrade Required", ("Upgrade", "h2c")),
    "451": _page(451, b"<html>Unavailable For Legal Reasons</html>"),
    # Throttles
    "403 throttled": _text(403, _THROTTLED),
    "429 throttled": _text(429, _THROTTLED, ("X-Rate-Limit-Remaining", "0.0")),
    "429 for an hour": as_json(429, {"message": "slow down"}, ("Retry-After", "3600")),
    "429 until a day": as_json(429, {"message": "slow down"}, ("Retry-After", "Mon, 01 Jun 2037 08:00:00 GMT")),
    "503 for an hour": _page(503, b"<html>maintenance</html>", ("Retry-After", "3600")),
    "503 for no time": _page(503, b"<html>maintenance</html>", ("Retry-After", "-inf")),
    # Failures
    "500 in JSON": as_json(500, {"errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}]}),
    "500 a page": _page(500, b"<html><h1>Page Error</h1></html>"),
    "502": _page(502, b"<html>Bad Gateway</html>", ("Server", "nginx")),
    "502 in JSON": as_json(502, {"errors": [{"message": "bad gateway", "error_code": "bad_gateway"}]}),
    "503": _page(503, b"<html>Canvas is down for maintenance</html>"),
    "504": _page(504, b"<html>Gateway Time-out</html>"),
    "520": _page(520, b"<html>Web server is returning an unknown error</html>", ("Server", "cloudflare")),
    "599": Raw(599),
    # Bodies
    "200 a login page": _page(200),
    "200 HTML said to be JSON": Raw(200, _LOGIN, (("Content-Type", "application/json"),)),
    "200 cut JSON": Raw(200, b'[{"id": 1, "name": "cut o', (("Content-Type", "application/json"),)),
    "200 two values": Raw(200, b"[]{}", (("Content-Type", "application/json"),)),
    "200 a while(1)": Raw(200, b"while(1);[]", (("Content-Type", "application/json"),)),
    "200 NaN": Raw(200, b'{"id": NaN, "name": Infinity}', (("Content-Type", "application/json"),)),
    "200 a huge number": Raw(200, b'{"id": ' + b"9" * 5000 + b"}", (("Content-Type", "application/json"),)),
    "200 a deep list": Raw(200, b"[" * 60_000 + b"]" * 60_000, (("Content-Type", "application/json"),)),
    "200 UTF-16": Raw(200, '[{"id": 1}]'.encode("utf-16"), (("Content-Type", "application/json"),)),
    "200 one member twice": Raw(200, b'{"id": 1001, "id": 1003}', (("Content-Type", "application/json"),)),
}  # fmt: skip
"""What such software answers, whoever asked for what."""

_ASKED: Final = ("everything", "the API", "reading", "probes", "all changes", "changing texts", "deleting files",
                 "uploading", "storing", "confirming", "creating", "changing captions", "the course")  # fmt: skip
_CHANGES: Final = ("all changes", "changing texts", "changing files", "changing media", "changing captions",
                   "changing the course", "deleting files", "deleting", "creating", "uploading", "storing",
                   "confirming")  # fmt: skip


def _instead(answer: Raw) -> Effect:
    return lambda _: answer


def _landed(answer: Raw) -> Effect:
    def effect(exchange: Exchange) -> Raw:
        exchange.deliver()
        return answer

    return effect


def _slow(seconds: float) -> Effect:
    def effect(exchange: Exchange) -> Raw:
        exchange.wait(seconds)
        return exchange.deliver()

    return effect


def _gzip(body: bytes) -> Raw:
    headers: Headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    return Raw(200, body, headers)


def _recoded(change: dict[str, str]) -> Effect:
    """Canvas's answer with headers replaced; an empty value takes one away."""

    def effect(exchange: Exchange) -> Raw:
        answer = exchange.deliver().without(*(name.lower() for name, value in change.items() if not value))
        return answer.having(*((name, value) for name, value in change.items() if value))

    return effect


def _endless(link: str) -> Effect:
    """Canvas's answer, with another address for the next page."""
    return lambda exchange: exchange.deliver().having(
        ("Link", f'<{link if "//" in link else exchange.request.url.join(link)}>; rel="next"')
    )


def _rows(count: int) -> bytes:
    return json.dumps([{"id": number} for number in range(count)]).encode()


BODIES: Final[dict[str, Effect]] = {
    "a gzip of a gigabyte": lambda _: _gzip(bomb()),
    "no gzip": _instead(_gzip(b"[]")),
    "a cut gzip": _instead(_gzip(gzip.compress(_rows(100))[:-9])),
    "brotli": _instead(Raw(200, b"\x8b\x02\x80[]\x03", (("Content-Encoding", "br"),))),
    "8 MB of text": _instead(Raw(200, b'["' + b"x" * 8_000_000 + b'"]', (("Content-Type", "application/json"),))),
    "300,000 items": _instead(Raw(200, b"[" + b"{}," * 300_000 + b"{}]", (("Content-Type", "application/json"),))),
    "an error of 3 MB": _instead(as_json(422, {"errors": [{"message": "x" * 3_000_000}]})),
    "a next page forever": _endless(""),
    "a next page elsewhere": _endless("https://elsewhere.example.edu/api/v1/courses?page=2"),
    "a next page that deletes": _endless("/api/v1/courses/1003?event=delete"),
    "a next page that is none": _endless("http://[::1/api"),
    "a late answer": _slow(25.0),
    "no answer in time": _slow(60.0),
    "no Canvas headers": _recoded(dict.fromkeys(
        ("X-Request-Context-Id", "X-Canvas-Meta", "X-Canvas-User-Id", "X-Runtime", "X-Request-Cost",
         "X-Rate-Limit-Remaining", "X-Session-Id"), "")),
    "no user": _recoded({"X-Canvas-User-Id": "", "X-Canvas-Meta": ""}),
    "no links": _recoded({"Link": ""}),
    "no room left": _recoded({"X-Rate-Limit-Remaining": "0.0"}),
    "room that is no number": _recoded({"X-Rate-Limit-Remaining": "nan", "X-Request-Cost": "-1"}),
}  # fmt: skip


def rows() -> Iterator[Fault]:
    """Their part of the table."""
    for name, answer in ANSWERS.items():
        yield Fault(f"a stranger's {name}", Family.STRANGER, _instead(answer), _ASKED)
        yield Fault(f"done, but a stranger's {name}", Family.STRANGER_DONE, _landed(answer), _CHANGES)
    for name, effect in BODIES.items():
        yield Fault(name, Family.BODY, effect, ("the API", "reading", "lists", "all changes", "storing", "confirming"))
    yield Fault("a dead token in a stranger's words", Family.STRANGER,
                _instead(as_json(401, {"errors": [{"message": "Invalid access token."}]}, _BEARER)),
                ("the API", "probes"))  # fmt: skip
