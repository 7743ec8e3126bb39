"""What may be told of an exchange that shows other people's content: statuses, member names, types and counts.

No value of a body is among it, no slug or media ID in an address, and no link, whose bookmarks hold what the list is
sorted by. What is known to be harmless is kept; nothing is recognized as content.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from scopecheck.model.answer import NOT_JSON, Answer

HIDDEN: Final = "…"
"""What stands for a part of an address that is not shown."""

_NUMBER: Final = re.compile(r"\d+(?:~\d+)?", re.ASCII)
_BOOKMARK: Final = re.compile(r"(?<![^?&])page=(?!\d+(?:&|$))[^&]*")
_REL: Final = re.compile(r'\brel="(\w+)"')
_MEMBER: Final = re.compile(r"[a-z]+(?:[_-](?:[a-z]+|\d{1,2}))*")
"""What Canvas's names of a record's members look like."""
_LONGEST_MEMBER: Final = 48
_RECORD: Final = 2
"""How deep records lie at most: a list within a wrapper. What is in a record is not opened."""


def address(url: str, words: Collection[str]) -> str:
    """Path and query of a URL; of the path only numbers and these words."""
    parts = urlsplit(url)
    path = "/".join(segment if _is_shown(segment, words) else HIDDEN for segment in parts.path.split("/"))
    return f"{path}?{_BOOKMARK.sub(f'page={HIDDEN}', parts.query)}" if parts.query else path


def without_segments(text: str, url: str, words: Collection[str]) -> str:
    """A text, such as an error page that repeats what it was asked for, without what the URL's path hides."""
    for segment in _hidden(url, words):
        text = text.replace(segment, HIDDEN)
    return text


def link(header: str) -> str:
    """Which links there are: `current, next, first`."""
    return ", ".join(_REL.findall(header))


def origin(location: str) -> str:
    """Where a redirect leads, without the page there."""
    return "/".join(location.split("/", 3)[:3]) if "://" in location else HIDDEN


def body(answer: Answer, words: Collection[str]) -> str:
    """What is told of a body: of a refusal its text, of anything else its shape."""
    if answer.fault or (answer.status or 0) >= 400:
        return without_segments(answer.fault or answer.text, answer.url, words)
    if answer.json is NOT_JSON:
        kind = "a page of HTML" if answer.text.lstrip().startswith("<") else "no JSON"
        return f"({kind}, {len(answer.text)} characters)" if answer.text else ""
    return shape(answer.json)


def says(answer: Answer, words: Collection[str]) -> str:
    """What answered, in one line, as `Answer.says` tells it where content may be shown."""
    if answer.status is None or answer.status >= 400:
        return without_segments(answer.says(), answer.url, words)
    server = answer.headers.get("server")
    target = answer.headers.get("location")
    told = f"redirect to {origin(target)}" if target and answer.status >= 300 else body(answer, words) or "empty body"
    return f"HTTP {answer.status}{f' from {server}' if server else ''}: {told[:160]}"


def shape(content: Any, depth: int = 0) -> str:
    """Members and types of a JSON body: `[{"id": number, "name": text}, … 12 rows]`."""
    if isinstance(content, dict | list) and depth > _RECORD:
        return "object" if isinstance(content, dict) else f"list of {len(content)}"
    if isinstance(content, dict):
        return "{" + ", ".join(f'"{_name(name)}": {shape(value, depth + 1)}' for name, value in content.items()) + "}"
    if isinstance(content, list):
        shown = ", ".join(shape(row, depth + 1) for row in content[:1])
        return f"[{shown}]" if len(content) <= 1 else f"[{shown}, … {len(content)} rows]"
    if content is None or isinstance(content, bool):
        return {None: "null", True: "true", False: "false"}[content]
    return "text" if isinstance(content, str) else "number"


def _name(name: str) -> str:
    # Some members are maps, whose keys people choose.
    return name if _MEMBER.fullmatch(name) and len(name) <= _LONGEST_MEMBER else HIDDEN


def _is_shown(segment: str, words: Collection[str]) -> bool:
    return not segment or segment in words or _NUMBER.fullmatch(segment) is not None


def _hidden(url: str, words: Collection[str]) -> Iterator[str]:
    for segment in urlsplit(url).path.split("/"):
        if not _is_shown(segment, words):
            yield from {segment, unquote(segment)}
