"""HTML on its way in and out (lib/api/html/content.rb, the sanitizer of the canvas_sanitize gem).

Out: site-relative addresses become absolute, Canvas links gain `data-api-endpoint`, media comments become players,
equation images gain MathML, and an account with mobile branding puts `<link>` before and `<script>` behind. In: all of
that is undone, except for the data attributes, and what is not allowed is removed. So writing back what was read can
change linked content.

Canvas parses HTML5 (Nokogiri, Gumbo), and so does lexbor here: both mend and write it alike. Two things differ: Canvas
makes an equation's MathML out of its LaTeX, and it does not escape `<` in attributes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.http import Request

_ALLOWED_NAMES: Final = """
    a abbr acronym address annotation annotation-xml area article aside audio b bdo big blockquote br caption cite code
    col colgroup dd del details dfn div dl dt em embed figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i
    iframe img ins kbd legend li map mark math merror mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover nav none object ol p param picture pre q rp rt ruby
    samp section semantics small source span strike strong style sub summary sup table tbody td tfoot th thead time tr
    track tt u ul var video
"""
_ALLOWED: Final = frozenset(_ALLOWED_NAMES.split())
"""Elements that the sanitizer keeps; of others only the content stays."""
_WITH_CONTENT: Final = frozenset({"script", "-comment"})
"""What is removed with its content."""
_DROPPED: Final = frozenset({"rel"})
"""Attributes that are removed, besides event handlers."""
_ADDRESSES: Final = ("href", "src")
_PROTOCOLS: Final = frozenset({"", "ftp", "http", "https", "mailto", "skype", "tel"})
"""Protocols of addresses that stay; an attribute with another one is removed."""
_COURSE_PATH: Final = re.compile(r"/courses/(\d+)/(pages|assignments|quizzes|discussion_topics|files)(?:/([^/?#]+))?")
_TYPES: Final = {"pages": "Page", "assignments": "Assignment", "quizzes": "Quiz", "discussion_topics": "Discussion",
                 "files": "File"}  # fmt: skip
_MEDIA_COMMENT: Final = "instructure_inline_media_comment"
_REWRITTEN: Final = (*(f'{name}="/' for name in _ADDRESSES), _MEDIA_COMMENT, "equation_image")
_MATHML: Final = "x-canvaslms-safe-mathml"
_BRAND_LINK: Final = '<link rel="stylesheet" href="https://instructure-uploads.example/mobile.css">'
_BRAND_SCRIPT: Final = '<script src="https://instructure-uploads.example/mobile.js"></script>'

DEEPEST: Final = 10_000
"""Levels of nesting that are accepted."""


def is_too_deep(text: str) -> bool:
    """Whether elements are nested too deep for Canvas's parser."""
    return "<" in text and _depth(_parsed(text)) > DEEPEST


def incoming(text: str | None, request: Request) -> str | None:
    """HTML as Canvas stores it: this host's addresses relative, sanitized."""
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


def _parsed(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(text, is_fragment=True)


def _depth(parsed: LexborHTMLParser) -> int:
    deepest, level = 0, list(_siblings(parsed.root))
    while level:
        deepest += 1
        level = [child for node in level for child in _siblings(node.first_child)]
    return deepest


def _siblings(node: LexborNode | None) -> Iterator[LexborNode]:
    """The node and the elements behind it."""
    while node is not None:
        if node.is_element_node:
            yield node
        node = node.next


def _rewritten(text: str, change: Callable[[LexborNode], bool]) -> str:
    """The HTML after `change` has been applied to every element; `change` returns whether the element stays."""
    parsed = _parsed(text)
    # Nodes go before the rest is walked: what is in them goes with them, and must not be touched any more.
    for node in [node for node in _nodes(parsed) if node.tag in _WITH_CONTENT]:
        node.decompose()
    for node in [node for node in _nodes(parsed) if node.is_element_node]:
        if not change(node):
            node.unwrap(delete_empty=True)
    return parsed.html or ""


def _nodes(parsed: LexborHTMLParser) -> Iterator[LexborNode]:
    """All nodes, text and comments too, in document order."""
    return iter(()) if parsed.root is None else parsed.root.traverse(include_text=True)


def _clean(element: LexborNode, host: str) -> bool:
    if element.tag not in _ALLOWED:
        return False
    for name, value in list(element.attrs.items()):
        if name.startswith("on") or name == _MATHML or name in _DROPPED:
            del element.attrs[name]
        elif name in _ADDRESSES:
            _keep_address(element, name, value or "", host)
    if _is_media_comment(element) and element.tag in {"video", "audio"}:
        identifier = element.attrs.get("data-media_comment_id") or ""
        _retag(element, "a", {"data-media_comment_id"}, id=f"media_comment_{identifier}")
    return True


def _keep_address(element: LexborNode, name: str, address: str, host: str) -> None:
    if urlsplit(address.strip()).scheme not in _PROTOCOLS:
        del element.attrs[name]
    else:
        element.attrs[name] = _relative(address, host)


def _relative(address: str, host: str) -> str:
    parts = urlsplit(address)
    if parts.netloc.lower() not in {"", host.lower()}:
        return address
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "verifier"])
    return urlunsplit(("", "", parts.path, query, parts.fragment)) if parts.path.startswith("/") else address


def _link(element: LexborNode, origin: str) -> bool:
    if _is_media_comment(element) and element.tag == "a":
        identifier = (element.attrs.get("id") or "").removeprefix("media_comment_")
        element = _retag(element, "video", {"id"}, **{"data-media_comment_id": identifier})
    if "equation_image" in (element.attrs.get("class") or ""):
        formula = element.attrs.get("data-equation-content") or element.attrs.get("alt")
        element.attrs[_MATHML] = f"<math><mtext>{formula}</mtext></math>"
    for name in _ADDRESSES:
        address = element.attrs.get(name)
        if address is None or not address.startswith("/"):
            continue
        element.attrs[name] = origin + address
        found = _COURSE_PATH.match(address)
        if found:
            course, kind, key = found.groups()
            own = f"/{key}" if key else ""
            element.attrs["data-api-endpoint"] = f"{origin}/api/v1/courses/{course}/{kind}{own}"
            element.attrs["data-api-returntype"] = _TYPES[kind] if key else f"[{_TYPES[kind]}]"
    return True


def _is_media_comment(element: LexborNode) -> bool:
    return _MEDIA_COMMENT in (element.attrs.get("class") or "").split()


def _retag(element: LexborNode, tag: str, without: set[str], **attributes: str) -> LexborNode:
    """Put an element of another name in its place, with its content and its attributes but for some."""
    made = element.parser.create_node(tag)
    kept = {name: value for name, value in element.attrs.items() if name not in without}
    for name, value in (kept | attributes).items():
        made.attrs[name] = value
    while (child := element.first_child) is not None:
        made.insert_child(child, move=True)
    element.replace_with(made, move=True)
    return made
