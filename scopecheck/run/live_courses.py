"""Which live courses probe mode reads: found once, with the token itself, in at most five requests.

The rule: of the account's courses, in the order in which Canvas lists them (by ID), published ones before all others;
first one course of each account that courses lie in, then further ones, three in all. If one page of courses does not
show three accounts, the sub-accounts are asked for theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from scopecheck.canvas.classify import Reading, is_record, read, rows_of
from scopecheck.canvas.ids import IdForm, same_id
from scopecheck.config.settings import Settings
from scopecheck.exercises.calls import get
from scopecheck.exercises.lists import PER_PAGE
from scopecheck.model.answer import Answer
from scopecheck.model.call import Query
from scopecheck.model.setup import ReadCourse, ReadCourses
from scopecheck.model.user_rights import UserRights
from scopecheck.transport.client import CanvasClient

MOST: Final = 3
"""How many courses are read at most, of those that were found."""

_PUBLISHED: Final = ("state[]", "available")
_USED: Final = "storage_quota_used_mb"

IGNORED: Final = (
    "CANVAS_READ_COURSE_IDS is not used in exercise mode, which reads the sandbox course; set CANVAS_MODE=probe to "
    "read the courses that it names."
)


def live_courses(client: CanvasClient, settings: Settings, rights: UserRights) -> ReadCourses:
    """The courses that the settings name, else those that are found."""
    if settings.read_course_ids:
        return ReadCourses(_each_once(_named(client, each, rights) for each in settings.read_course_ids), named=True)
    answer, rows = _list(client, settings, [_PUBLISHED])
    if read(answer) is Reading.OK and not rows:
        answer, rows = _list(client, settings, [])
    if not rows:
        path = f"GET /api/v1/accounts/{settings.account_id}/courses"
        found = (
            "shows no course"
            if read(answer) is Reading.OK
            else f"got {f'HTTP {answer.status}' if answer.status else 'no answer'}"
        )
        return ReadCourses(none_because=f"no course was found to read, since {path} {found}")
    if len(_accounts(rows)) < MOST and answer.next_page:
        rows = [*rows, *_elsewhere(client, settings, rows)]
    return ReadCourses([ReadCourse(str(row["id"]), _has_files(row), account_of(row)) for row in _pick(rows)])


def _named(client: CanvasClient, named: str, rights: UserRights) -> ReadCourse:
    """A course with its number, which some endpoints ask for; the ID from the settings if it cannot be learned."""
    answer = client.send(get(f"/courses/{named}"))
    if not (is_record(answer) and IdForm.NUMBER.fits(answer.json["id"])):
        refused = read(answer) is Reading.NOT_PERMITTED
        return ReadCourse(named, outside=refused and rights.sub_accounts_only and _lies_outside(client, named, rights))
    number = named if named.isdigit() else str(answer.json["id"])
    return ReadCourse(number, account_id=account_of(answer.json))


def _lies_outside(client: CanvasClient, named: str, rights: UserRights) -> bool:
    """Whether a course is known to lie in no account that the user administers: each shows all its courses at once."""
    for account in rights.accounts or ():
        answer = client.send(get(f"/accounts/{account}/courses", [PER_PAGE]))
        if read(answer) is not Reading.OK or not isinstance(answer.json, list) or answer.next_page:
            return False
        if any(same_id(row.get("id"), named) or not named.isdigit() for row in rows_of(answer)):
            return False
    return True


def _each_once(courses: Iterable[ReadCourse]) -> list[ReadCourse]:
    found: list[ReadCourse] = []
    for course in courses:
        if not any(course.id == other.id or same_id(course.id, other.id) for other in found):
            found.append(course)
    return found


def account_of(row: dict[str, Any]) -> str | None:
    """The account that a course lies in, by its record."""
    return str(row["account_id"]) if IdForm.NUMBER.fits(row.get("account_id")) else None


def _list(client: CanvasClient, settings: Settings, query: Query) -> tuple[Answer, list[dict[str, Any]]]:
    path = f"/accounts/{settings.account_id}/courses"
    answer = client.send(get(path, [*query, ("include[]", _USED), PER_PAGE]))
    return answer, [row for row in rows_of(answer) if IdForm.NUMBER.fits(row.get("id"))]


def _elsewhere(client: CanvasClient, settings: Settings, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Courses of accounts that none of these courses lies in, if there are any on one page."""
    path = f"/accounts/{settings.account_id}/sub_accounts"
    known = _accounts(rows)
    below = rows_of(client.send(get(path, [("recursive", "true"), PER_PAGE])))
    others = [str(row["id"]) for row in below if IdForm.NUMBER.fits(row.get("id")) and row["id"] not in known]
    if not others:
        return []
    _, found = _list(client, settings, [_PUBLISHED, *(("by_subaccounts[]", each) for each in others)])
    return [row for row in found if row.get("account_id") not in known]


def _accounts(rows: Iterable[dict[str, Any]]) -> list[object]:
    found: list[object] = []
    for row in rows:
        if row.get("account_id") not in found:
            found.append(row.get("account_id"))
    return found


def _pick(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    firsts = [next(row for row in rows if row.get("account_id") == account) for account in _accounts(rows)]
    return [*firsts, *(row for row in rows if row not in firsts)][:MOST]


def _has_files(row: dict[str, Any]) -> bool:
    used = row.get(_USED)
    return isinstance(used, int | float) and used > 0
