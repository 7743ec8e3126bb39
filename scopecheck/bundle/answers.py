"""One answer with stand-ins: what a bundle keeps of an exchange."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import UNSET

from scopecheck.bundle import public
from scopecheck.bundle.bodies import json_body
from scopecheck.bundle.bundle import Fault, Recorded
from scopecheck.bundle.stand_ins import StandIns
from scopecheck.model.answer import NOT_JSON, Answer
from scopecheck.transport.certificates import kind_of_fault
from scopecheck.transport.retries import NEVER_SENT, TIMED_OUT

NOBODY: Final = "nobody"
"""Who makes a call without a token."""

_LINK: Final = re.compile(r"<([^<>]*)>\s*;\s*rel=\"?(current|first|last|next|prev)\b\"?")
_CANVAS_REALM: Final = 'Bearer realm="canvas-lms"'


def recorded(answer: Answer, who: str, stand_ins: StandIns) -> Recorded:
    """What a bundle keeps of an answer to somebody's call."""
    body = answer.json if answer.status is not None else NOT_JSON
    refused = answer.status is not None and answer.status >= 400
    return Recorded(
        who if answer.authorized else NOBODY,
        call_of(answer.method, stand_ins.address(answer.url), stand_ins.home),
        answer.status,
        _headers(answer.headers, stand_ins),
        json=UNSET if body is NOT_JSON else json_body(body, stand_ins, refused=refused),
        text=_text(answer.text, stand_ins) if body is NOT_JSON else "",
        fault=_fault(answer.fault) if answer.fault else None,
    )


def call_of(method: str, url: str, home: str) -> str:
    """A request in one line, by which its answer is found again."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    query = "&".join(f"{name}={value}" for name, value in parse_qsl(parts.query, keep_blank_values=True))
    where = f"{'' if origin == home else origin}{unquote(parts.path) or '/'}"
    return f"{method} {where}{f'?{query}' if query else ''}"


def _text(text: str, stand_ins: StandIns) -> str:
    """A body that is not JSON; that it is a page is kept."""
    if not text.strip():
        return ""
    words = stand_ins.sentence(text)
    return f"<!DOCTYPE html><p>{words}</p>" if text.lstrip().startswith("<") else words


def _fault(fault: str) -> Fault:
    if fault.startswith(NEVER_SENT):
        return "never-sent"
    kind = kind_of_fault(fault)
    if kind:
        return kind
    return "timed-out" if fault.startswith(TIMED_OUT) else "broken-off"


def _headers(headers: Mapping[str, str], stand_ins: StandIns) -> dict[str, str | None]:
    return {
        name: _VALUES[name](value, stand_ins) if name in _VALUES else None
        for name, value in headers.items()
        if public.HEADER.fullmatch(name)
    }


def _number(value: str, _: StandIns) -> str | None:
    try:
        return str(round(float(value), 3))
    except (ValueError, OverflowError):
        return None


def _media_type(value: str, _: StandIns) -> str:
    kind = value.partition(";")[0].strip().lower()
    return kind if kind in public.MEDIA_TYPES else "application/octet-stream"


def _links(value: str, stand_ins: StandIns) -> str:
    return ", ".join(f'<{stand_ins.address(url)}>; rel="{rel}"' for url, rel in _LINK.findall(value))


def _meta(value: str, stand_ins: StandIns) -> str:
    """Of Canvas's notes for its own logs the controller, the action, the token and the key."""
    pairs = (part.strip().partition("=")[::2] for part in value.split(";"))
    kept = [(name, _META[name](said, stand_ins)) for name, said in pairs if name in _META and said]
    return ";".join(f"{name}={said}" for name, said in kept)


def _action(value: str, _: StandIns) -> str:
    return value if public.CONTROLLER.fullmatch(value) else "other"


def _id(value: str, stand_ins: StandIns) -> str:
    return stand_ins.identifier(value)


_META: Final[Mapping[str, Callable[[str, StandIns], str]]] = {"o": _action, "n": _action, "at": _id, "dk": _id}

_VALUES: Final[Mapping[str, Callable[[str, StandIns], Any]]] = {
    "content-type": _media_type,
    "link": _links,
    "location": lambda value, stand_ins: stand_ins.address(value),
    "retry-after": _number,
    "www-authenticate": lambda value, _: _CANVAS_REALM if "canvas-lms" in value else "other",
    "x-canvas-meta": _meta,
    "x-canvas-real-user-id": _id,
    "x-canvas-user-id": _id,
    "x-rate-limit-remaining": _number,
    "x-request-context-id": lambda _, __: "0",
    "x-request-cost": _number,
}
"""The headers that are read (`canvas.signs`, `canvas.classify`, `transport`), and what stands for their values."""
