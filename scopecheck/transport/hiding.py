"""What may be told of an exchange that shows other people's content: statuses, member names, types and counts.

No value of a body is among it, no slug or media ID in an address, and no link, whose bookmarks hold what the list is
sorted by. This is stricter than `model.told`, which tells of all exchanges what may be told at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from scopecheck.model.allowed import ID
from scopecheck.model.answer import Answer
from scopecheck.model.told import HIDDEN, told_place, told_server, unquoted

_SAYS: Final = 160


def without_segments(text: str, url: str, words: Collection[str]) -> str:
    """A text, such as an error page that repeats what it was asked for, without what the URL's path hides."""
    for segment in _hidden(url, words):
        text = text.replace(segment, HIDDEN)
    return text


def origin(location: str) -> str:
    """Where a redirect leads, without the page there."""
    return "/".join(told_place(location).split("/", 3)[:3]) if "://" in location else HIDDEN


def body(answer: Answer, words: Collection[str]) -> str:
    """What is told of a body: of a refusal its sentences, of anything else its shape."""
    if answer.fault:
        return without_segments(unquoted(answer.fault), answer.url, words)
    told = answer.told(values=False)
    return without_segments(told, answer.url, words) if (answer.status or 0) >= 400 else told


def says(answer: Answer, words: Collection[str]) -> str:
    """What answered, in one line, as `Answer.says` tells it where content may be shown."""
    if answer.status is None or answer.status >= 400:
        return without_segments(answer.says(), answer.url, words)
    target = answer.headers.get("location")
    server = f" from {told_server(given)}" if (given := answer.headers.get("server")) else ""
    told = f"redirect to {origin(target)}" if target and answer.status >= 300 else body(answer, words) or "empty body"
    return f"HTTP {answer.status}{server}: {told[:_SAYS]}"


def _is_shown(segment: str, words: Collection[str]) -> bool:
    return not segment or segment in words or ID.fullmatch(segment) is not None


def _hidden(url: str, words: Collection[str]) -> Iterator[str]:
    for segment in urlsplit(url).path.split("/"):
        if not _is_shown(segment, words):
            yield from {segment, unquote(segment)}
