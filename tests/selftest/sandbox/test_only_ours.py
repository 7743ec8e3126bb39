"""Whatever answer goes astray: nothing outside of the sandbox changes, and what stays changed is told and undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import pytest

from tests.selftest.sandbox.astray import Deliver, Strike, broken, done, edited, says, to, twice
from tests.selftest.sandbox.institution import institution

BIOLOGY: Final = "/api/v1/courses/1003"
BEYOND: Final = {
    "pages": f"{BIOLOGY}/pages/excursion",
    "assignments": f"{BIOLOGY}/assignments/2901",
    "discussion_topics": f"{BIOLOGY}/discussion_topics/4801",
    "quizzes": f"{BIOLOGY}/quizzes/4701",
}
"""What another course has, by the last segment of its list."""
CREATED: Final = r"POST /api/v1/courses/1001/{0}\?.*"
CONFIRMED: Final = r"GET /api/v1/files/\d+/create_success.*"
FILE: Final = r"GET /api/v1/courses/1001/files/1\d{5}"
IDS: Final[tuple[Any, ...]] = (
    None, "None", "null", True, False, 5901.0, -5901, 0, 10**30, "", [5901], {"id": 5901}, "5901 ", "../courses/1003",
    "../courses/1003?event=delete", "5901/../../courses/1003", "5901?x=1", "%2e%2e", "５９０１",
)  # fmt: skip
"""What is no ID of a file."""


def leads_astray(request: httpx.Request, deliver: Deliver) -> httpx.Response:
    """The storage's redirect, but to another place in Canvas."""
    answer = deliver(request)
    answer.headers["location"] = "http://canvas.test/api/v1/courses/1003?event=delete"
    return answer


Case: TypeAlias = tuple[str, list[Strike], dict[str, Any]]
"""A name; what goes astray; the state of Canvas, and `admin`, `only` for the run."""

UPLOADS: list[Case] = [
    *(
        (f"the storage names {what!r}", [Strike(r"POST /files_api.*", done(says({"id": what}, 201)))], {})
        for what in IDS
    ),
    ("the storage names another course's file", [Strike(r"POST /files_api.*", done(says({"id": 5901}, 201)))], {}),
    ("the storage leads to another course",
     [Strike(r"POST /files_api.*", leads_astray)], {}),
    ("Canvas confirms another course's file", [Strike(CONFIRMED, done(to(f"{BIOLOGY}/files/5901")))], {}),
    ("Canvas confirms another course's file, and nothing is stored",
     [Strike(CONFIRMED, to(f"{BIOLOGY}/files/5901"))], {}),
    ("Canvas confirms another file of the course",
     [Strike(CONFIRMED, done(to("/api/v1/courses/1001/files/5001")))], {}),
    ("Canvas confirms, and shows another file", [Strike(FILE, to(f"{BIOLOGY}/files/5901"))], {}),
    ("Canvas confirms, and shows none", [Strike(FILE, says({"errors": [{"message": "no"}]}, 404))], {}),
    ("the answer to step 1 is another's", [Strike(CREATED.format("files"), to(f"{BIOLOGY}/files/5901"))], {}),
    ("the upload is repeated on its way", [Strike(CREATED.format("files"), twice), Strike(CONFIRMED, twice)], {}),
]  # fmt: skip


CREATIONS: list[Case] = [
    *(
        (f"new {kind}: another course's, {'created' if is_done else 'not created'}",
         [Strike(CREATED.format(kind), done(to(other)) if is_done else to(other))], {"admin": True})
        for kind, other in BEYOND.items()
        for is_done in (True, False)
    ),
    *(
        (f"new course: another one, {'created' if is_done else 'not created'}",
         [Strike(r"POST /api/v1/accounts/11/courses\?.*", done(to(BIOLOGY)) if is_done else to(BIOLOGY))],
         {"admin": True, "blueprint": False})
        for is_done in (True, False)
    ),
    *(
        (f"new {kind} without an ID", [Strike(CREATED.format(kind), done(says({"id": None, "url": None})))],
         {"admin": True})
        for kind in BEYOND
    ),
    ("new assignment: the record of before", [Strike(
        CREATED.format("assignments"), done(to("/api/v1/courses/1001/assignments/2001")))], {"admin": True}),
    *(
        (f"new {kind}: the request is repeated on its way", [Strike(CREATED.format(kind), twice)], {"admin": True})
        for kind in BEYOND
    ),
    ("new course: the request is repeated on its way",
     [Strike(r"POST /api/v1/accounts/11/courses\?.*", twice)], {"admin": True, "blueprint": False}),
    *(
        (f"new {kind}: no answer", [Strike(CREATED.format(kind), done(broken))], {"admin": True})
        for kind in BEYOND
    ),
]  # fmt: skip

ERROR: Final = {"errors": [{"message": "An error occurred."}]}
DELETED: Final = {"200 with an error": says(ERROR), "200 with an empty list": says([]), "204": says(None, 204)}
DELETIONS: list[Case] = [
    *(
        (f"DELETE: {name}, {'done' if is_done else 'not done'}",
         [Strike(r"DELETE /api/v1/(?!files/9{13}).*", done(how) if is_done else how, times)], {"admin": True})
        for name, how in DELETED.items()
        for is_done in (True, False)
        for times in (1, None)
    ),
    ("DELETE: no answer, but done", [Strike(r"DELETE /api/v1/(?!files/9{13}).*", done(broken))], {"admin": True}),
    ("a course is deleted, it says", [Strike(r"DELETE /api/v1/courses/\d+\?.*", says({"delete": True}))],
     {"admin": True, "blueprint": False}),
    ("a course is detached, it says", [Strike(r"PUT .*/update_associations", says({"success": True}), None, skip=1)],
     {"admin": True, "blueprint": False}),
]  # fmt: skip

LISTS: Final = ("pages", "assignments", "discussion_topics", "quizzes", "files", "media_objects")
READS: list[Case] = [
    *(
        (f"the list of {kind} is empty",
         [Strike(rf"GET /api/v1/courses/1001/{kind}(\?.*)?", says([]))], {"admin": True})
        for kind in LISTS
    ),
    *(
        (f"the list of {kind} shows nothing of ours",
         [Strike(rf"GET /api/v1/courses/1001/{kind}\?search_term=.*", says([]))], {"admin": True})
        for kind in LISTS
    ),
    *(
        (f"the list of {kind} is another course's",
         [Strike(rf"GET /api/v1/courses/1001/{kind}(\?.*)?", to(f"{BIOLOGY}/{kind}?include[]=body"))], {"admin": True})
        for kind in LISTS
    ),
    ("the list of courses is another account's", [
        Strike(r"GET /api/v1/accounts/11/courses\?.*", to("/api/v1/accounts/12/courses"))],
     {"admin": True, "blueprint": False}),
    *(
        (f"one of the {kind}: another course's record",
         [Strike(rf"GET /api/v1/courses/1001/{kind}/[\w-]+(\?.*)?", to(other))], {"admin": True})
        for kind, other in BEYOND.items()
    ),
    ("the course: another one, after the guard", [Strike(
        r"GET /api/v1/courses/1001\?.*", to(f"{BIOLOGY}?include[]=syllabus_body&include[]=term"), skip=1)], {}),
    ("no captions are listed", [Strike(r"GET .*/media_objects\?.*", edited(
        lambda rows: [{**row, "media_tracks": []} for row in rows]))], {}),
    ("English captions are not listed", [Strike(r"GET .*/media_objects\?.*", edited(
        lambda rows: [{**row, "media_tracks": [each for each in row["media_tracks"] if each["locale"] != "en"]}
                      for row in rows]))], {}),
    ("none of our captions is listed", [Strike(r"GET .*/media_objects\?.*", edited(
        lambda rows: [{**row, "media_tracks": [each for each in row["media_tracks"] if each["locale"] in {"en", "fr"}]}
                      for row in rows]))], {}),
    ("our own captions are empty", [Strike(r"GET .*/media_tracks", says([]))], {}),
    ("no captions are listed after the write", [Strike(
        r"GET .*/media_objects\?.*", edited(lambda rows: [{**row, "media_tracks": []} for row in rows]), skip=4)], {}),
]  # fmt: skip

WRITES: list[Case] = [
    *(
        (f"PUT {what}: {name}, {'done' if is_done else 'not done'}, {times or 'all'}",
         [Strike(rf"PUT /api/v1/(?!courses/9{{13}}|files/9{{13}}|media_objects/9{{13}}).*{what}", done(how)
                 if is_done else how, times, skip)], {"only": only})
        for what, only in ((r"/pages/[\w-]+", "PUT.*pages"), (r"/courses/\d+", "PUT.*courses/:id$"),
                           (r"/media_objects/[\w-]+", "PUT.*media_object_id$"), (r"/media_tracks", "PUT.*media_tracks"),
                           (r"/files/\d+", "(POST|PUT|DELETE).*files"))
        for name, how in (("200 with an error", says(ERROR)), ("204", says(None, 204)), ("no answer", broken))
        for is_done in (True, False)
        for times, skip in ((None, 0), (1, 1))
    ),
]  # fmt: skip
FILES: Final = r"url:(POST|PUT|DELETE)\|.*/files"
CASES: Final = [
    (name, strikes, {"only": only, **state})
    for only, cases in ((FILES, UPLOADS), (r"url:PUT.*(courses/:id$|pages)", CREATIONS), (FILES, DELETIONS),
                        (r"url:(POST|PUT|DELETE)", READS), (r"url:PUT", WRITES))
    for name, strikes, state in cases
]  # fmt: skip


def named(cases: list[Case]) -> list[Any]:
    """The cases as parameters, under their names; of two with the same name, the second has a number."""
    seen: dict[str, int] = {}
    for name, *_ in cases:
        seen[name] = seen.get(name, 0)
    found = []
    for name, strikes, state in cases:
        seen[name] += 1
        found.append(pytest.param(strikes, state, id=name if seen[name] == 1 else f"{name}, {seen[name]}"))
    return found


@pytest.mark.parametrize(("strikes", "state"), named(CASES))
def test_nothing_of_others_is_touched(reports: Path, strikes: list[Strike], state: dict[str, Any]) -> None:
    """Nothing outside is changed; what stays changed inside makes the run end with 1, and the next one undoes it."""
    state = {**state}
    admin, only = state.pop("admin", False), state.pop("only")
    with institution(reports, **state) as at:
        struck = at.run(strikes, admin=admin, only=only)

        assert at.harmed == []
        assert at.untouched or not struck.conformant
        following = at.run(admin=admin, only="^$", after=True)
        assert at.harmed == []
        assert at.untouched
        assert following.conformant
        assert not (reports / "journal").exists()
