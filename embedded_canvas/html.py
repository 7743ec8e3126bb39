"""HTML on its way in and out (lib/api/html/content.rb, the sanitiser of the canvas_sanitize gem).

Out: site-relative addresses become absolute, Canvas links gain `data-api-endpoint`, files a verifier, media comments
become players, and an account with mobile branding puts `<link>` before and `<script>` behind. In: all of that is
undone, except the data attributes, and what is not allowed goes. So putting back what was read is no identity for
linked content.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import html

from embedded_canvas.config import CanvasConfig
from embedded_canvas.http import Request

_FORBIDDEN: Final = frozenset(
    {"script", "style", "form", "input", "button", "link", "meta", "base", "object", "applet"}
)
_WITH_CONTENT: Final = frozenset({"script", "style"})
_ADDRESSES: Final = ("href", "src")
_COURSE_PATH: Final = re.compile(r"/courses/(\d+)/(pages|assignments|quizzes|discussion_topics|files)/([^/?#]+)")
_TYPES: Final = {"pages": "Page", "assignments": "Assignment", "quizzes": "Quiz", "discussion_topics": "Discussion",
                 "files": "File"}  # fmt: skip
_VERIFIER: Final = "embeddedverifier"
_BRAND_LINK: Final = '<link rel="stylesheet" href="https://instructure-uploads.example/mobile.css">'
_BRAND_SCRIPT: Final = '<script src="https://instructure-uploads.example/mobile.js"></script>'


def incoming(text: str | None, request: Request) -> str | None:
    """HTML as Canvas stores it: this host's addresses made relative, verifiers off, sanitised."""
    if not text or "<" not in text:
        return text
    return _rewritten(text, lambda element: _clean(element, request.host))


def outgoing(text: str | None, request: Request, config: CanvasConfig) -> str | None:
    """HTML as a token's reader gets it."""
    if text is None:
        return None
    shown = _rewritten(text, lambda element: _link(element, request.origin)) if _needs_rewriting(text) else text
    return f"{_BRAND_LINK}{shown}{_BRAND_SCRIPT}" if config.mobile_branding else shown


def _needs_rewriting(text: str) -> bool:
    # Text without Canvas links is left untouched (older rewriter; the newest re-serialises it alike).
    return any(f'{name}="/' in text for name in _ADDRESSES)


def _rewritten(text: str, change: Callable[[Any], bool]) -> str:
    """Every element changed by `change`, which says whether the element stays."""
    root = html.fragment_fromstring(text, create_parent="div")
    for element in list(root.iter()):
        if element is root:
            continue
        if not isinstance(element.tag, str) or not change(element):
            if element.tag in _WITH_CONTENT or not isinstance(element.tag, str):
                element.drop_tree()
            else:
                element.drop_tag()
    inner = html.tostring(root, encoding="unicode")
    return inner.removeprefix("<div>").removesuffix("</div>")


def _clean(element: Any, host: str) -> bool:
    if element.tag in _FORBIDDEN:
        return False
    for name in list(element.attrib):
        if name.startswith("on"):
            del element.attrib[name]
    for name in _ADDRESSES:
        if element.get(name) is not None:
            element.set(name, _relative(element.get(name), host))
    return True


def _relative(address: str, host: str) -> str:
    if address.strip().lower().startswith("javascript:"):
        return ""
    parts = urlsplit(address)
    if parts.netloc.lower() not in {"", host.lower()}:
        return address
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "verifier"])
    return urlunsplit(("", "", parts.path, query, parts.fragment)) if parts.path.startswith("/") else address


def _link(element: Any, origin: str) -> bool:
    for name in _ADDRESSES:
        address = element.get(name)
        if address is None or not address.startswith("/"):
            continue
        found = _COURSE_PATH.match(address)
        if found and found.group(2) == "files" and "verifier=" not in address:
            address += f"{'&' if '?' in address else '?'}verifier={_VERIFIER}"
        element.set(name, origin + address)
        if found:
            course, kind, key = found.groups()
            element.set("data-api-endpoint", f"{origin}/api/v1/courses/{course}/{kind}/{key}")
            element.set("data-api-returntype", _TYPES[kind])
    return True
