"""Putting back one field: when it is looked at before, what is written, and what is looked at behind."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Final

import pytest

from scopecheck.model.call import Call
from scopecheck.sandbox.journal import JournalEntry
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.field import Field
from scopecheck.sandbox.undo.interface import Since, UndoError
from tests.selftest.sandbox.scripted import Script, Step, put

TAG: Final = "scopecheck-20260101T000000-abcd"
AT: Final = "/api/v1/courses/7"
BODY: Final = Field(f"{AT}/pages/x", "wiki_page", "body", "body", f"{AT}/pages/x", [], html=True, answers=True)
TOPIC: Final = replace(BODY, answers=False)
NAME: Final = Field("/api/v1/files/9", "", "name", "display_name", f"{AT}/files/9", [], html=False, answers=True)
SYLLABUS: Final = Field(AT, "course", "syllabus_body", "syllabus_body", AT, [["include[]", "syllabus_body"]],
                        html=True, answers=False)  # fmt: skip
TITLE: Final = replace(NAME, shown="title", read_path=NAME.path, course_id="7", media_id="m-1")

OLD, WRITTEN = "<p>old</p>", f"<p>old</p><h2>{TAG}</h2>"
OLD_NAME, NEW_NAME = f"{TAG}.png", f"{TAG}-renamed.png"
UNTAGGED: Final = "<h2>new</h2>"

LOOK: Final = Call("GET", f"{AT}/pages/x")
PUT_OLD: Final = put(f"{AT}/pages/x", {"wiki_page": {"body": OLD}})
LOOK_NAME: Final = Call("GET", f"{AT}/files/9")
PUT_NAME: Final = put("/api/v1/files/9", {"name": OLD_NAME})
LOOK_COURSE: Final = Call("GET", AT, query=[("include[]", "syllabus_body")])
PUT_SYLLABUS: Final = put(AT, {"course": {"syllabus_body": OLD}})
LIST: Final = Call("GET", f"{AT}/media_objects", query=[
    ("exclude[]", "sources"), ("sort", "title"), ("per_page", "10"), ("page", "1")])  # fmt: skip
NOT_FOUND: Final = {"errors": [{"message": "The specified resource does not exist."}]}
DATED: Final = {"end_at": "2027-01-01T00:00:00Z"}


def page(body: Any) -> dict[str, Any]:
    """A page with this body."""
    return {"url": "x", "body": body}


def change(field: Field, old: str | None, written: str) -> JournalEntry:
    """A change of a field."""
    return JournalEntry("run/1", "field", "a field", {"field": asdict(field), "old": old, "written": written}, "now")


PAGE: Final = change(BODY, OLD, WRITTEN)
FILE: Final = change(NAME, OLD_NAME, NEW_NAME)
COURSE: Final = change(SYLLABUS, OLD, WRITTEN)
VIDEO: Final = change(TITLE, OLD_NAME, NEW_NAME)

UNDONE: list[tuple[str, JournalEntry, Since, list[Step]]] = [
    ("at once, without a look", PAGE, Since.NOTHING, [(PUT_OLD, 200, page(OLD))]),
    ("at the end, still there", PAGE, Since.LITTLE, [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, page(OLD))]),
    ("at the end, unseen", PAGE, Since.LITTLE, [(LOOK, 401, {}), (PUT_OLD, 200, page(OLD))]),
    ("later, still there", PAGE, Since.ANYTHING, [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, page(OLD))]),
    ("later, with attributes of Canvas's", PAGE, Since.ANYTHING,
     [(LOOK, 200, page(WRITTEN.replace("<h2", "<h2 id='kl'"))), (PUT_OLD, 200, page(OLD))]),
    ("other white space comes back", PAGE, Since.NOTHING, [(PUT_OLD, 200, page(f" {OLD}\n"))]),
    ("back is not shown", PAGE, Since.NOTHING, [(PUT_OLD, 200, {"url": "x"})]),
    ("back is shown as a number", PAGE, Since.NOTHING, [(PUT_OLD, 200, page(7))]),
    ("there was nothing before", change(BODY, None, WRITTEN), Since.ANYTHING,
     [(LOOK, 200, page(WRITTEN)), (put(BODY.path, {"wiki_page": {"body": None}}), 200, page(""))]),
    ("the write's answer does not show it", change(TOPIC, OLD, WRITTEN), Since.NOTHING,
     [(PUT_OLD, 200, page(WRITTEN)), (LOOK, 200, page(OLD))]),
    ("nor can it be read", change(TOPIC, OLD, WRITTEN), Since.NOTHING,
     [(PUT_OLD, 200, {}), (LOOK, 401, page(WRITTEN))]),
    ("a name", FILE, Since.ANYTHING,
     [(LOOK_NAME, 200, {"display_name": NEW_NAME}), (PUT_NAME, 200, {"display_name": OLD_NAME})]),
    ("a syllabus", COURSE, Since.ANYTHING,
     [(LOOK_COURSE, 200, {"syllabus_body": WRITTEN}), (PUT_SYLLABUS, 200, {}),
      (LOOK_COURSE, 200, {"syllabus_body": OLD})]),
    ("a syllabus, in a course with dates that stay", COURSE, Since.ANYTHING,
     [(LOOK_COURSE, 200, {"syllabus_body": WRITTEN, "restrict_enrollments_to_course_dates": True, **DATED}),
      (PUT_SYLLABUS, 200, {}), (LOOK_COURSE, 200, {"syllabus_body": OLD})]),
    ("what has dates, but is no course", PAGE, Since.ANYTHING,
     [(LOOK, 200, {**page(WRITTEN), **DATED}), (PUT_OLD, 200, page(OLD))]),
    ("a video's title", VIDEO, Since.ANYTHING,
     [(LIST, 200, [{"media_id": "m-1", "title": NEW_NAME}]), (PUT_NAME, 200, {"title": OLD_NAME})]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "since", "steps"), [row[1:] for row in UNDONE], ids=[row[0] for row in UNDONE])
def test_it_is_put_back(change: JournalEntry, since: Since, steps: list[Step]) -> None:
    """The old value is written where what stands there is still what was written."""
    script = Script(steps)

    assert undo(change, script.send, since) is True
    assert script.over


NOTHING_TO_UNDO: list[tuple[str, JournalEntry, list[Step]]] = [
    ("the old value", PAGE, [(LOOK, 200, page(OLD))]),
    ("the old value, in other white space", PAGE, [(LOOK, 200, page(f"{OLD}\n"))]),
    ("the old value, which has no tag", change(BODY, OLD, UNTAGGED), [(LOOK, 200, page(OLD))]),
    ("nothing, as before", change(BODY, None, UNTAGGED), [(LOOK, 200, page(None))]),
    ("another text", PAGE, [(LOOK, 200, page("<p>by a colleague</p>"))]),
    ("another run's text", PAGE, [(LOOK, 200, page(WRITTEN.replace("abcd", "0123")))]),
    ("nothing", PAGE, [(LOOK, 200, page(None))]),
    ("no page", PAGE, [(LOOK, 404, NOT_FOUND)]),
    ("another name", FILE, [(LOOK_NAME, 200, {"display_name": "photo.png"})]),
    ("another title", VIDEO, [(LIST, 200, [{"media_id": "m-1", "title": "Lab tour"}])]),
]


@pytest.mark.parametrize("since", [Since.LITTLE, Since.ANYTHING])
@pytest.mark.parametrize(
    ("change", "steps"), [row[1:] for row in NOTHING_TO_UNDO], ids=[row[0] for row in NOTHING_TO_UNDO]
)
def test_what_is_not_ours_is_left_alone(change: JournalEntry, since: Since, steps: list[Step]) -> None:
    """Where the old value stands, or nothing of what was written, nothing is written."""
    script = Script(steps)

    assert undo(change, script.send, since) is False
    assert script.over


UNSEEN: list[tuple[str, JournalEntry, list[Step]]] = [
    ("no scope", PAGE, [(LOOK, 401, page(WRITTEN))]),
    ("no field", PAGE, [(LOOK, 200, {"url": "x"})]),
    ("no object", PAGE, [(LOOK, 200, ["body"])]),
    ("no text", PAGE, [(LOOK, 200, page(7))]),
    ("no video", VIDEO, [(LIST, 200, [])]),
    ("no title", VIDEO, [(LIST, 200, [{"media_id": "m-1", "title": None}])]),
]


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in UNSEEN], ids=[row[0] for row in UNSEEN])
def test_what_cannot_be_seen_is_not_written_over_later(change: JournalEntry, steps: list[Step]) -> None:
    """A later run or command writes over nothing that it cannot see; the run itself trusts its journal."""
    script = Script(steps)
    with pytest.raises(UndoError) as refused:
        undo(change, script.send, Since.ANYTHING)
    assert script.over
    assert change.data["field"]["read_path"] in str(refused.value)

    write: Step = (PUT_OLD, 200, page(OLD)) if change is PAGE else (PUT_NAME, 200, {"title": OLD_NAME})
    script = Script([*steps, write])
    assert undo(change, script.send, Since.LITTLE) is True
    assert script.over


EDITED: list[tuple[str, JournalEntry, list[Step]]] = [
    ("more behind it", PAGE, [(LOOK, 200, page(f"{WRITTEN}<p>more</p>"))]),
    ("ours alone", PAGE, [(LOOK, 200, page(f"<h2>{TAG}</h2>"))]),
    ("nothing left, but no tag to tell by", change(BODY, OLD, UNTAGGED), [(LOOK, 200, page(None))]),
    ("nothing left, and old was something", change(BODY, None, UNTAGGED), [(LOOK, 200, page(OLD))]),
    ("a name that goes on", FILE, [(LOOK_NAME, 200, {"display_name": f"{NEW_NAME} 2"})]),
    ("a name with another space", change(NAME, OLD_NAME, f"{TAG} a"),
     [(LOOK_NAME, 200, {"display_name": f"{TAG}  a"})]),
    ("dates", COURSE, [(LOOK_COURSE, 200, {"syllabus_body": WRITTEN, **DATED})]),
]  # fmt: skip


@pytest.mark.parametrize("since", [Since.LITTLE, Since.ANYTHING])
@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in EDITED], ids=[row[0] for row in EDITED])
def test_what_somebody_has_worked_on_is_told(change: JournalEntry, since: Since, steps: list[Step]) -> None:
    """Nothing is written over an edit, nor in a course that has got dates, which any write would null."""
    script = Script(steps)

    with pytest.raises(UndoError) as refused:
        undo(change, script.send, since)
    assert script.over
    assert change is COURSE or change.data["field"]["read_path"] in str(refused.value)


FAILING: list[tuple[str, JournalEntry, list[Step]]] = [
    ("refused", PAGE, [(PUT_OLD, 422, {"errors": {"body": ["is too long"]}})]),
    ("refused in between", PAGE, [(PUT_OLD, 403, {}), (LOOK, 200, page(WRITTEN))]),
    ("refused in between, like all else", PAGE, [(PUT_OLD, 403, {}), (LOOK, 403, {})]),
    ("answered with nothing", PAGE, [(PUT_OLD, 204, None)]),
    ("still the new text", PAGE, [(PUT_OLD, 200, page(WRITTEN))]),
    ("still the new text, read back", change(TOPIC, OLD, WRITTEN),
     [(PUT_OLD, 200, page(OLD)), (LOOK, 200, page(WRITTEN))]),
    ("a name in other white space", change(NAME, "a b", NEW_NAME),
     [(put(NAME.path, {"name": "a b"}), 200, {"display_name": "a  b"})]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
def test_what_does_not_come_back_is_told(change: JournalEntry, steps: list[Step]) -> None:
    """A write that Canvas refuses, or after which it shows another value, is a failure."""
    script = Script(steps)

    with pytest.raises(UndoError):
        undo(change, script.send, Since.NOTHING)
    assert script.over


@pytest.mark.parametrize(("status", "seen"), [(200, page(OLD)), (404, {"message": "page not found"})])
def test_what_never_came_through_needs_no_undo(status: int, seen: object) -> None:
    """What refuses to write the old text back in Canvas's place refused the new one, too, if the old one is there."""
    script = Script([(PUT_OLD, 403, {}), (LOOK, status, seen)])

    assert not undo(PAGE, script.send, Since.NOTHING)
    assert script.over
