"""What stands between here and Canvas, as far as one answer shows it: a certificate, a redirect, a firewall."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from scopecheck.canvas.classify import Reading, read
from scopecheck.model import causes
from scopecheck.model.answer import NOT_JSON, Answer
from scopecheck.model.causes import Cause
from scopecheck.transport.certificates import remedy_for_fault
from scopecheck.transport.retries import BROKEN_OFF

OBSTACLES: Final = frozenset({causes.CERTIFICATE_REFUSED, causes.BASE_URL_REDIRECTS, causes.FIREWALL})

_BLOCKED: Final = frozenset({400, 403, 405, 406, 413, 414, 431})
"""Statuses with which firewalls and proxies refuse a request; 401, 404 and 5xx have other explanations."""

_HOSTED: Final = ".instructure.com"


def obstacle(answer: Answer, *, canvas_seen: bool = False) -> tuple[Cause, str] | None:
    """What kept the request from Canvas, and what completes the cause's remedy; None if the answer does not show it.

    `canvas_seen`: whether Canvas is known to have answered other requests. Else a page may come from a wrong host.
    """
    remedy = remedy_for_fault(answer.fault or "")
    if remedy:
        return causes.CERTIFICATE_REFUSED, remedy
    reading = read(answer)
    if reading is Reading.REDIRECTED:
        origin = canvas_behind(answer)
        return (causes.BASE_URL_REDIRECTS, origin) if origin else None
    blocked = reading is Reading.NOT_CANVAS and answer.status in _BLOCKED and answer.json is NOT_JSON
    return (causes.FIREWALL, "") if blocked and (canvas_seen or answer.target.signed) else None


def refuses_long_address(answer: Answer, characters: int) -> bool:
    """Whether an address of more characters may have been refused for its length.

    Some refuse it with a page, IIS as one that is not found (its limit of a query is 2,048), some cut the connection.
    """
    if len(answer.url) <= characters:
        return False
    page = read(answer) is Reading.NOT_CANVAS and answer.status in {*_BLOCKED, 404} and answer.json is NOT_JSON
    return page or (answer.fault or "").startswith(BROKEN_OFF)


def canvas_behind(answer: Answer) -> str | None:
    """The origin of the Canvas that a vanity host redirects to: the same path elsewhere, or a host of Instructure's.

    A portal redirects to a path of its own instead. Only the origin is given: the rest may hold a secret.
    """
    here, there = _split(answer.url), _split(answer.url, answer.headers.get("location", ""))
    if here is None or there is None or there.scheme not in {"http", "https"} or not there.hostname:
        return None
    if _origin(here) == _origin(there):
        return None
    same_path = (there.path or "/").rstrip("/") in {here.path.rstrip("/"), ""}
    return _origin(there) if same_path or there.hostname.endswith(_HOSTED) else None


def _split(url: str, relative: str = "") -> SplitResult | None:
    try:
        parts = urlsplit(urljoin(url, relative))
        _ = parts.port
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> str:
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"
