"""What shows that Canvas's answer is the one to another request: another user, key, course or account, or no write.

Headers name user and key, and mostly the course or account (canvas/signs.py). Records of assignments, pages, quizzes,
topics and migrations name their course; those of files, media objects and terms do not, so nothing is asked of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from scopecheck.canvas.ids import IdForm, is_another
from scopecheck.canvas.signs import Signs
from scopecheck.model.answer import Answer

_ASKED: Final = re.compile(r"/api/v1/(?:courses/(?P<Course>[^/]+)|accounts/(?P<Account>[^/]+))(?P<below>/?)")
"""The course or account of a request, by the class that Canvas calls it."""

_ADDRESSES: Final = ("html_url", "migration_issues_url")
_COURSE_IN: Final = re.compile(r"https?://[^/]+(?:/api/v1)?/courses/((?:\d+~)?\d+)(?:/|$)", re.ASCII)

_READING: Final = frozenset({"index", "show"})
"""Actions that only GET leads to (Rails)."""


def is_misdirected(answer: Answer, signs: Signs) -> bool:
    """Whether an answer names another user, key, course or account than the request did, or reads where that wrote.

    Where the request names its course or account by a word (`self`, `sis_course_id:…`), nothing can be told of that.
    """
    if answer.authorized and (
        _differ(signs.user_id, answer.target.user_id) or _differ(signs.key_id, answer.target.key_id)
    ):
        return True
    if answer.method != "GET" and signs.past_the_gate and signs.action in _READING:
        # Something on the way has made another request of it.
        return True
    asked = _ASKED.match(urlsplit(answer.url).path)
    if asked is None:
        return False
    kind, number = signs.context or ("", "")
    if asked.groupdict().get(kind) and (kind == "Course" or answer.method == "GET"):
        # What is written below an account may be named instead of it.
        return is_another(number, asked[kind])
    course = asked["Course"]
    return course is not None and any(is_another(each, course) for each in _courses(answer, below=bool(asked["below"])))


def courses_named(row: Mapping[str, Any]) -> Iterator[object]:
    """The courses that a record says it lies in, by their IDs; none if it does not say."""
    if IdForm.NUMBER.fits(row.get("course_id")):
        yield row["course_id"]
    for name in _ADDRESSES:
        found = _COURSE_IN.match(str(row.get(name)))
        if found:
            yield found[1]


def _courses(answer: Answer, *, below: bool) -> Iterator[object]:
    """The courses that an answer's records name; `below`: it is about something in a course, not about one."""
    body = answer.json
    for row in body if isinstance(body, list) else [body]:
        if isinstance(row, dict):
            yield from courses_named(row)
            if not below and IdForm.NUMBER.fits(row.get("id")):
                yield row["id"]


def _differ(named: str | None, ours: str | None) -> bool:
    return None not in (named, ours) and named != ours
