"""Compares HTML as a browser would see it, and tells HTML that Canvas rewrites from plain HTML.

Canvas re-serializes HTML in its answers (lib/api/html/content.rb), so equal content need not be equal text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from lxml import html

_REWRITTEN_TAGS = frozenset({"video", "audio", "iframe", "object", "embed", "math", "svg", "source", "script", "link"})
"""Elements that Canvas turns into others on the way in or out."""
_BRANDING_TAGS = frozenset({"link", "script"})
_LINKS = ("href", "src", "data", "action", "poster")


def same(one: str | None, other: str | None) -> bool:
    """Whether two fragments are the same document; null and empty count as the same."""
    return outline(one) == outline(other)


def outline(text: str | None) -> list[object]:
    """The fragment as a flat sequence of tags and texts: two fragments with equal ones are the same document."""
    return list(_tree(text))


def same_but_for_attributes(seen: str | None, written: str) -> bool:
    """Whether `seen` is the document `written`; its elements may have gained attributes."""
    tokens, wanted = outline(seen), outline(written)
    return len(tokens) == len(wanted) and all(map(_covers, tokens, wanted))


def contains(whole: str | None, part: str) -> bool:
    """Whether `whole` contains the fragment `part`; its elements may have gained attributes there."""
    return position(outline(whole), outline(part)) is not None


def position(tokens: Sequence[object], parts: Sequence[object]) -> int | None:
    """Where in one outline another one begins, whose elements may have gained attributes there; None if nowhere."""
    starts = range(len(tokens) - len(parts) + 1)
    return next((start for start in starts if all(map(_covers, tokens[start : start + len(parts)], parts))), None)


def _covers(token: object, wanted: object) -> bool:
    """Whether a token of the tree is the wanted one, or the same element with more attributes."""
    if not (isinstance(token, tuple) and isinstance(wanted, tuple) and len(token) == len(wanted) == 3):
        return token == wanted
    return token[:2] == wanted[:2] and set(token[2]) >= set(wanted[2])


def without_branding(text: str | None) -> str | None:
    """The fragment without the `<link>` and `<script>` that an account's mobile theme puts around it.

    Canvas adds them only for callers with a token, and strips them again on save (lib/api/html/content.rb).
    """
    if not text:
        return text
    nodes = _nodes(text)
    kept = [n for n in nodes if isinstance(n, str) or n.tag not in _BRANDING_TAGS]
    if len(kept) == len(nodes):
        return text
    return "".join(n if isinstance(n, str) else html.tostring(n, encoding="unicode") for n in kept).strip()


def is_plain(text: str | None, host: str) -> bool:
    """Whether Canvas returns the fragment as it is stored, so that it can be restored exactly.

    Canvas rewrites links into Canvas, media and equations on the way out, and does not fully undo that on the way in.
    """
    for node in _nodes(without_branding(text) or ""):
        if isinstance(node, str):
            continue
        for element in node.iter():
            if not isinstance(element.tag, str) or element.tag in _REWRITTEN_TAGS:
                return False
            if any(_is_canvas_link(element.get(name), host) for name in _LINKS):
                return False
            if any(name.startswith("data-") for name in element.attrib) or "equation_image" in _classes(element):
                return False
    return True


def _is_canvas_link(value: str | None, host: str) -> bool:
    if value is None or value.startswith("#"):
        return False
    return urlsplit(value).netloc.lower() in {"", host.lower()} and not value.startswith(("mailto:", "tel:", "data:"))


def _classes(element: Any) -> list[str]:
    return str(element.get("class") or "").split()


def _nodes(text: str) -> list[Any]:
    if not text.strip():
        return []
    return list(html.fragments_fromstring(text))


def _tree(text: str | None) -> Iterator[object]:
    """The fragment as a flat sequence of tags, sorted attributes and texts with whitespace collapsed."""
    for node in _nodes(without_branding(text) or ""):
        if isinstance(node, str):
            yield from _words(node)
        else:
            yield from _element(node)


def _element(element: Any) -> Iterator[object]:
    if isinstance(element.tag, str):
        yield ("<", element.tag, tuple(sorted(element.attrib.items())))
        yield from _words(element.text)
        for child in element:
            yield from _element(child)
        yield (">", element.tag)
    yield from _words(element.tail)


def _words(text: str | None) -> Iterator[str]:
    folded = " ".join((text or "").split())
    if folded:
        yield folded
