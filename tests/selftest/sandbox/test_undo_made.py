"""Removing what a run created: only what Canvas shows as that, with its copies, until Canvas no longer shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import msgspec
import pytest

from scopecheck.model.call import Call
from scopecheck.sandbox.changes import AssociationChange, CaptionChange, Change, FieldChange, MadeChange, needs_admin
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from tests.selftest.sandbox.scripted import NO_SCOPE, NOT_FOUND, Script, Step

TAG: Final = "scopecheck-20260101T000000-abcd"
NAME: Final = f"{TAG}.png"
MADE: Final = MadeChange(Noun.FILE, "7", NAME)
KNOWN: Final = MadeChange(Noun.FILE, "7", NAME, object_id="9", since="2026-01-01T00:00:00+00:00")
BLUEPRINT: Final = MadeChange(Noun.COURSE, "3", f"{TAG} blueprint", by_admin=True)

LIST: Final = Call("GET", "/api/v1/courses/7/files", query=[("search_term", TAG), ("per_page", "100")])
FILES: Final = Call("GET", LIST.path, query=[("per_page", "100"), ("page", "1")])
COURSES: Final = Call("GET", "/api/v1/accounts/3/courses",
                      query=[("search_term", f"{TAG} blueprint"), ("per_page", "100")])  # fmt: skip


def look(number: int = 9) -> Call:
    """The request for one file by itself."""
    return Call("GET", f"/api/v1/courses/7/files/{number}")


def delete(number: int = 9) -> Call:
    """The request that deletes it."""
    return Call("DELETE", f"/api/v1/files/{number}")


def file(number: int = 9, name: str = NAME, **more: Any) -> dict[str, Any]:
    """A file as Canvas shows it."""
    return {"id": number, "display_name": name, **more}


def gone(number: int = 9) -> list[Step]:
    """It is deleted, and Canvas says so, and then that there is none."""
    return [(delete(number), 200, file(number)), (look(number), 404, NOT_FOUND)]


COURSE_CALL: Final = Call("GET", "/api/v1/courses/8", query=[("include[]", "syllabus_body"), ("include[]", "term")])
COURSE_8: Final = {"id": 8, "name": f"{TAG} blueprint", "account_id": 3}
PAGES: Final = Call("GET", "/api/v1/courses/7/pages", query=[
    ("search_term", f"{TAG} page"), ("include[]", "body"), ("per_page", "100")])  # fmt: skip
QUIZZES: Final = Call("GET", "/api/v1/courses/7/quizzes",
                      query=[("search_term", f"{TAG} quiz"), ("per_page", "100")])  # fmt: skip
QUIZ_5: Final = {"id": 5, "title": f"{TAG} quiz"}

UNDONE: list[tuple[str, MadeChange, list[Step]]] = [
    ("known and listed", KNOWN, [(LIST, 200, [file()]), *gone()]),
    ("known, not listed yet", KNOWN, [(LIST, 200, []), (look(), 200, file()), *gone()]),
    ("known, in a list that may not be read", KNOWN, [(LIST, 401, NO_SCOPE), (look(), 200, file()), *gone()]),
    ("found by its name, among others", MADE, [
        (LIST, 200, ["junk", {"display_name": NAME}, file(8, f"{NAME} 2"), file(True), file(9)]),
        (look(), 200, file()), *gone()]),
    ("renamed by the life cycle", MADE, [
        (LIST, 200, [file(name=f"{TAG}-renamed.png")]), (look(), 200, file(name=f"{TAG}-renamed.png")), *gone()]),
    ("renamed since it was listed", MADE, [
        (LIST, 200, [file(name=f"{TAG}-renamed.png")]), (look(), 200, file()), *gone()]),
    ("twice, as something on the way repeated the upload", KNOWN, [
        (LIST, 200, [file(10, f"{TAG}-1.png"), file()]), (look(10), 200, file(10, f"{TAG}-1.png")),
        *gone(10), *gone()]),
    ("only the copy is left", KNOWN, [
        (LIST, 200, [file(10, f"{TAG}-1.png")]), (look(10), 200, file(10, f"{TAG}-1.png")), *gone(10),
        (look(), 404, NOT_FOUND), (look(), 404, NOT_FOUND)]),
    ("the answer says nothing, Canvas twice that it is gone", KNOWN, [
        (LIST, 200, [file()]), (delete(), 204, None), (look(), 404, NOT_FOUND), (look(), 404, NOT_FOUND)]),
    ("no answer, but it is gone", KNOWN, [
        (LIST, 200, [file()]), (delete(), 502, None), (look(), 404, NOT_FOUND), (look(), 404, NOT_FOUND)]),
    ("it still shows for a moment", KNOWN, [
        (LIST, 200, [file()]), (delete(), 200, file()), (look(), 200, file()), (look(), 404, NOT_FOUND)]),
    ("it may only be listed", MADE, [
        (LIST, 200, [file()]), (look(), 401, NO_SCOPE),
        (FILES, 200, [file()]), (delete(), 200, file()), (look(), 401, NO_SCOPE), (FILES, 200, []), (LIST, 200, [])]),
    ("other software answers when it is read, but it is listed", MADE, [
        (LIST, 200, [file()]), (look(), 200, []), (look(), 200, []), (FILES, 200, [file()]), (delete(), 200, file()),
        (look(), 502, None), (FILES, 200, []), (LIST, 200, [])]),
    ("a course", BLUEPRINT, [
        (COURSES, 200, [COURSE_8]), (COURSE_CALL, 200, COURSE_8),
        (Call("DELETE", "/api/v1/courses/8", query=[("event", "delete")]), 200, {"delete": True}),
        (COURSE_CALL, 404, NOT_FOUND), (COURSE_CALL, 404, NOT_FOUND)]),
    ("a page that was created twice", MadeChange(Noun.PAGE, "7", f"{TAG} page"), [
        (PAGES, 200, [{"url": "page-2", "title": f"{TAG} page-2"}]),
        (Call("GET", "/api/v1/courses/7/pages/page-2"), 200, {"url": "page-2", "title": f"{TAG} page-2"}),
        (Call("DELETE", "/api/v1/courses/7/pages/page-2"), 200, {"url": "page-2"}),
        (Call("GET", "/api/v1/courses/7/pages/page-2"), 404, NOT_FOUND)]),
    ("a quiz, which can be read although it is deleted", MadeChange(Noun.QUIZ, "7", f"{TAG} quiz"), [
        (QUIZZES, 200, [QUIZ_5]), (Call("GET", "/api/v1/courses/7/quizzes/5"), 200, QUIZ_5),
        (Call("DELETE", "/api/v1/courses/7/quizzes/5"), 200, QUIZ_5), (QUIZZES, 200, [QUIZ_5]), (QUIZZES, 200, [])]),
    ("a page, whose ID is a name", MadeChange(Noun.PAGE, "7", f"{TAG} page"), [
        (PAGES, 200,
         [{"url": "a-page-ü", "title": f"{TAG} page"}, {"url": "other", "title": f"{TAG} page 2"}]),
        (Call("GET", "/api/v1/courses/7/pages/a-page-%C3%BC"), 200, {"url": "a-page-ü", "title": f"{TAG} page"}),
        (Call("DELETE", "/api/v1/courses/7/pages/a-page-%C3%BC"), 200, {"url": "a-page-ü"}),
        (Call("GET", "/api/v1/courses/7/pages/a-page-%C3%BC"), 404, NOT_FOUND)]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in UNDONE], ids=[row[0] for row in UNDONE])
def test_it_is_removed(change: MadeChange, steps: list[Step]) -> None:
    """Each object of the run's name is looked at, deleted, and looked for again."""
    script = Script(steps)

    assert undo(change, script.hands) is Outcome.RESTORED
    assert script.over


NO_IDS: Final[tuple[Any, ...]] = (None, "None", True, 9.0, -1, 0, 10**20, "../courses/1003?event=delete")
NOT_OURS: list[tuple[str, MadeChange, Outcome, list[Step]]] = [
    ("nothing", MADE, Outcome.ABSENT, [(LIST, 200, [])]),
    ("other names", MADE, Outcome.ABSENT, [
        (LIST, 200, [file(name=name) for name in (f"{NAME} 2", f"{TAG}-kept.png", f"{TAG}-1a.png", f"x{NAME}")])]),
    ("no IDs", MADE, Outcome.ABSENT, [
        (LIST, 200, [file(value) for value in NO_IDS]),
    ]),
    ("what was there before", KNOWN, Outcome.ABSENT, [
        (LIST, 200, [file(created_at="2025-12-31T23:58:00Z")]),
        (look(), 404, NOT_FOUND), (look(), 404, NOT_FOUND)]),
    ("gone", KNOWN, Outcome.ABSENT, [(LIST, 200, []), (look(), 404, NOT_FOUND), (look(), 404, NOT_FOUND)]),
    ("still listed, but gone", MADE, Outcome.ABSENT, [
        (LIST, 200, [file()]), (look(), 404, NOT_FOUND), (look(), 404, NOT_FOUND), (LIST, 200, [file()]),
        (LIST, 200, [])]),
    ("listed, but somebody else's by now", MADE, Outcome.REPLACED, [
        (LIST, 200, [file()]), (look(), 200, file(name="portrait.png"))]),
    ("taken over by somebody", KNOWN, Outcome.REPLACED, [(LIST, 200, []), (look(), 200, file(name="portrait.png"))]),
    ("a course of another account", BLUEPRINT, Outcome.ABSENT, [(COURSES, 200, [{**COURSE_8, "account_id": 4}])]),
    ("a course of no account", BLUEPRINT, Outcome.ABSENT, [(COURSES, 200, [{"id": 8, "name": f"{TAG} blueprint"}])]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "outcome", "steps"), [row[1:] for row in NOT_OURS], ids=[row[0] for row in NOT_OURS]
)
def test_nothing_else_is_removed(change: MadeChange, outcome: Outcome, steps: list[Step]) -> None:
    """No DELETE is sent for what has another name, is older, lies elsewhere, or has an ID that is none."""
    script = Script(steps)

    assert undo(change, script.hands) is outcome
    assert script.over


STAYS: Final[list[Step]] = [(look(), 200, file())] * 3
ASTRAY: Final[list[Step]] = [(look(), 200, file(5003))] * 2
FAILING: list[tuple[str, MadeChange, list[Step]]] = [
    ("refused", KNOWN, [(LIST, 200, [file()]), (delete(), 403, {}), *STAYS]),
    ("deleted, it says, with an error", KNOWN, [
        (LIST, 200, [file()]), (delete(), 200, {"errors": [{"message": "no"}]}), *STAYS]),
    ("deleted, it says, with an empty list", KNOWN, [(LIST, 200, [file()]), (delete(), 200, []), *STAYS]),
    ("deleted, it says, with nothing", KNOWN, [(LIST, 200, [file()]), (delete(), 204, None), *STAYS]),
    ("deleted, it says, and shows it", KNOWN, [(LIST, 200, [file()]), (delete(), 200, file()), *STAYS]),
    ("said of another, and unlisted in a list that lags", KNOWN, [
        (LIST, 200, [file()]), (delete(), 200, file(5003)), *[(look(), 502, None), (FILES, 200, [])] * 3]),
    ("a quiz that is unlisted, but was not said to be deleted", MadeChange(Noun.QUIZ, "7", NAME), [
        (replace(QUIZZES, query=[("search_term", NAME), ("per_page", "100")]), 200, [{**QUIZ_5, "title": NAME}]),
        (Call("GET", "/api/v1/courses/7/quizzes/5"), 200, {**QUIZ_5, "title": NAME}),
        (Call("DELETE", "/api/v1/courses/7/quizzes/5"), 204, None)]),
    ("one 404 is no proof without Canvas's word", KNOWN, [
        (LIST, 200, [file()]), (delete(), 204, None), (look(), 404, NOT_FOUND), *STAYS]),
    ("no list", MADE, [(LIST, 401, NO_SCOPE)]),
    ("a fault that looks like a list", MADE, [(LIST, 500, [])]),
    ("an object for a list", MADE, [(LIST, 200, file())]),
    ("another course's list", MadeChange(Noun.ASSIGNMENT, "7", NAME), [
        (Call("GET", "/api/v1/courses/7/assignments", query=[("search_term", NAME), ("per_page", "100")]), 200,
         [{"id": 5, "name": NAME, "course_id": 1003}])]),
    ("neither list nor file", KNOWN, [(LIST, 502, None), (look(), 502, None), (FILES, 502, None)]),
    ("another's record, and an empty list", KNOWN, [(LIST, 200, []), *ASTRAY, (FILES, 200, [])]),
    ("listed, and said not to be there", MADE, [
        (LIST, 200, [file()]), (look(), 404, NOT_FOUND), (look(), 404, NOT_FOUND), *[(LIST, 200, [file()])] * 3]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
def test_what_stays_is_named(change: MadeChange, steps: list[Step]) -> None:
    """What Canvas does not remove, whatever it answered, or cannot be looked for, is to be removed by hand."""
    script = Script(steps)

    with pytest.raises(UndoError, match=f"{NAME}'.*by hand"):
        undo(change, script.hands)
    assert script.over


@pytest.mark.parametrize("number", ["None", "", "0", "-1", "9.0", "true", "9/x", "9 ", "9?x=1", "..", "٩", "1" * 21])
def test_what_is_no_id_is_in_no_change(number: str) -> None:
    """Neither when it is made nor when it is read back from a journal."""
    for made in (lambda value: MadeChange(Noun.FILE, value, NAME),
                 lambda value: MadeChange(Noun.FILE, "7", NAME, object_id=value),
                 lambda value: AssociationChange("8", value)):  # fmt: skip
        with pytest.raises(ValueError, match="not the ID of a record"):
            made(number)


@pytest.mark.parametrize("number", [True, 9, 9.0, -1, "None", "../courses/1003?event=delete", ["9"]], ids=repr)
def test_what_is_no_id_is_in_no_journal(number: object) -> None:
    """What was read from a file is checked as well."""
    read_back = {**msgspec.to_builtins(KNOWN), "object_id": number}

    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(read_back), type=Change)


@pytest.mark.parametrize(
    ("change", "admin"),
    [
        pytest.param(AssociationChange("8", "7"), True, id="an association"),
        pytest.param(BLUEPRINT, True, id="made by an administrator"),
        pytest.param(MADE, False, id="made by the integration"),
        pytest.param(FieldChange(Noun.PAGE, "7", "x", "", "y"), False, id="a field"),
        pytest.param(CaptionChange("7", "m-1", "eo"), False, id="a caption"),
    ],
)
def test_whose_token_it_takes(change: Change, *, admin: bool) -> None:
    """What the administrator's token made takes it again; blueprints are made by no other."""
    assert needs_admin(change) is admin
