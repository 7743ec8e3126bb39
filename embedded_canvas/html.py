"""HTML on its way in and out (lib/api/html/content.rb, the sanitizer of the canvas_sanitize gem).

Out: site-relative addresses become absolute, Canvas links gain `data-api-endpoint`, files a verifier, media comments
become players, equation images gain MathML, and an account with mobile branding puts `<link>` before and `<script>`
behind. In: all of that is undone, except for the data attributes, and what is not allowed is removed. So
writing back what was read can change linked content.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import html

from embedded_canvas.config import CanvasConfig
from embedded_canvas.http import Request

_ALLOWED_NAMES: Final = """
    a abbr acronym address annotation annotation-xml area article aside audio b bdo big blockquote br caption cite code
    col colgroup dd del details dfn div dl dt em embed figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i
    iframe img ins kbd legend li map mark math merror mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover nav none object ol p param picture pre q rp rt ruby
    samp section semantics small source span strike strong sub summary sup table tbody td tfoot th thead time tr track
    tt u ul var video
"""
_ALLOWED: Final = frozenset(_ALLOWED_NAMES.split())
"""Elements that the sanitizer keeps; of others only the content stays."""
_WITH_CONTENT: Final = frozenset({"script", "style"})
_ADDRESSES: Final = ("href", "src")
_COURSE_PATH: Final = re.compile(r"/courses/(\d+)/(pages|assignments|quizzes|discussion_topics|files)/([^/?#]+)")
_TYPES: Final = {"pages": "Page", "assignments": "Assignment", "quizzes": "Quiz", "discussion_topics": "Discussion",
                 "files": "File"}  # fmt: skip
_MEDIA_COMMENT: Final = "instructure_inline_media_comment"
_REWRITTEN: Final = (*(f'{name}="/' for name in _ADDRESSES), _MEDIA_COMMENT, "equation_image")
_VERIFIER: Final = "embeddedverifier"
_MATHML: Final = "x-canvaslms-safe-mathml"
_BRAND_LINK: Final = '<link rel="stylesheet" href="https://instructure-uploads.example/mobile.css">'
_BRAND_SCRIPT: Final = '<script src="https://instructure-uploads.example/mobile.js"></script>'

DEEPEST: Final = 2000
"""Levels of nesting that are accepted. Canvas accepts 10,000; the parser here keeps no more than 2,048."""


def is_too_deep(text: str) -> bool:
    """Whether elements are nested too deep for the parser."""
    return "<" in text and _depth(_parsed(text)) > DEEPEST


def incoming(text: str | None, request: Request) -> str | None:
    """HTML as Canvas stores it: this host's addresses relative, without verifiers, sanitized."""
    if not text or "<" not in text:
        return text
    return _rewritten(text, lambda element: _clean(element, request.host))


def outgoing(text: str | None, request: Request, config: CanvasConfig) -> str | None:
    """HTML as it is returned to a caller with a token."""
    if text is None:
        return None
    # Text without Canvas links is left untouched (older rewriter; the newest re-serializes it alike).
    rewrites = any(sign in text for sign in _REWRITTEN)
    shown = _rewritten(text, lambda element: _link(element, request.origin)) if rewrites else text
    return f"{_BRAND_LINK}{shown}{_BRAND_SCRIPT}" if config.mobile_branding else shown


def _parsed(text: str) -> Any:
    return html.fragment_fromstring(text, create_parent="div", parser=html.HTMLParser(huge_tree=True))


def _depth(root: Any) -> int:
    deepest, level = 0, [root]
    while level := [child for element in level for child in element]:
        deepest += 1
    return deepest


def _rewritten(text: str, change: Callable[[Any], bool]) -> str:
    """The HTML after `change` has been applied to every element; `change` returns whether the element stays."""
    root = _parsed(text)
    for element in list(root.iter()):
        if element is root:
            continue
        if not isinstance(element.tag, str) or not change(element):
            if element.tag in _WITH_CONTENT or not isinstance(element.tag, str):
                element.drop_tree()
            else:
                element.drop_tag()
    inner = str(html.tostring(root, encoding="unicode"))
    return inner.removeprefix("<div>").removesuffix("</div>")


def _clean(element: Any, host: str) -> bool:
    if element.tag not in _ALLOWED:
        return False
    for name in list(element.attrib):
        if name.startswith("on") or name == _MATHML:
            del element.attrib[name]
    for name in _ADDRESSES:
        if element.get(name) is not None:
            element.set(name, _relative(element.get(name), host))
    if _is_media_comment(element) and element.tag in {"video", "audio"}:
        _retag(element, "a", id=f"media_comment_{element.attrib.pop('data-media_comment_id', '')}")
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
    if _is_media_comment(element) and element.tag == "a":
        _retag(element, "video", **{"data-media_comment_id": element.attrib.pop("id", "")[len("media_comment_") :]})
    if "equation_image" in element.get("class", ""):
        element.set(
            _MATHML, f"<math><mtext>{element.get('data-equation-content') or element.get('alt')}</mtext></math>"
        )
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


def _is_media_comment(element: Any) -> bool:
    return _MEDIA_COMMENT in element.get("class", "").split()


def _retag(element: Any, tag: str, **attributes: str) -> None:
    element.tag = tag
    for name, value in attributes.items():
        element.set(name, value)
