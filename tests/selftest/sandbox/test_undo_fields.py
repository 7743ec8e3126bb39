"""Restoring one field: it is looked at first, restored only if it is as it was written, and looked at again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from scopecheck.model.call import Call
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.objects import KINDS, Noun
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from tests.selftest.sandbox.scripted import NO_SCOPE, NOT_FOUND, Script, Step, put

TAG: Final = "scopecheck-20260101T000000-abcd"
AT: Final = "/api/v1/courses/7"

OLD, WRITTEN = "<p>old</p>", f"<p>old</p><h2>{TAG}</h2>"
OLD_NAME, NEW_NAME = "photo.png", f"{TAG} photo.png"
UNTAGGED: Final = "<h2>new</h2>"
DATED: Final = {"end_at": "2027-01-01T00:00:00Z"}


def page(body: Any, **more: Any) -> dict[str, Any]:
    """A page with this body."""
    return {"url": "x", "body": body, **more}


def file(name: Any) -> dict[str, Any]:
    """A file with this name."""
    return {"id": 9, "display_name": name}


def video(title: Any) -> dict[str, Any]:
    """A row of the media list."""
    return {"media_id": "m-1", "title": title}


def course(syllabus: Any, **more: Any) -> dict[str, Any]:
    """A course with this syllabus."""
    return {"id": 7, "syllabus_body": syllabus, **more}


def page_change(old: str | None = OLD, written: str = WRITTEN) -> FieldChange:
    """A change of a page's body."""
    return FieldChange(Noun.PAGE, "7", "x", old, written)


PAGE: Final = page_change()
FILE: Final = FieldChange(Noun.FILE, "7", "9", OLD_NAME, NEW_NAME)
COURSE: Final = FieldChange(Noun.COURSE, "7", "7", OLD, WRITTEN)
VIDEO: Final = FieldChange(Noun.MEDIA, "7", "m-1", OLD_NAME, NEW_NAME)
TOPIC: Final = FieldChange(Noun.TOPIC, "7", "8", OLD, WRITTEN)

LOOK: Final = Call("GET", f"{AT}/pages/x")
PUT_OLD: Final = put(f"{AT}/pages/x", {"wiki_page": {"body": OLD}})
LOOK_NAME: Final = Call("GET", f"{AT}/files/9")
PUT_NAME: Final = put("/api/v1/files/9", {"name": OLD_NAME})
LOOK_COURSE: Final = Call("GET", AT, query=[("include[]", "syllabus_body"), ("include[]", "term")])
PUT_SYLLABUS: Final = put(AT, {"course": {"syllabus_body": OLD}})
PUT_TITLE: Final = put("/api/v1/media_objects/m-1", {"user_entered_title": OLD_NAME})
LOOK_TOPIC: Final = Call("GET", f"{AT}/discussion_topics/8")
TOPICS: Final = Call("GET", f"{AT}/discussion_topics")


def media(number: int = 1) -> Call:
    """One page of the media list."""
    query = [("exclude[]", "sources"), ("sort", "title"), ("per_page", "10"), ("page", str(number))]
    return Call("GET", f"{AT}/media_objects", query=query)


def listed(call: Call, number: int = 1) -> Call:
    """One page of another list."""
    return replace(call, query=[("per_page", "100"), ("page", str(number))])


FILES: Final = listed(Call("GET", f"{AT}/files"))

UNDONE: list[tuple[str, FieldChange, list[Step]]] = [
    ("still there", PAGE, [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, page(OLD))]),
    ("with attributes of Canvas's", PAGE,
     [(LOOK, 200, page(WRITTEN.replace("<h2", "<h2 id='kl'"))), (PUT_OLD, 200, page(OLD))]),
    ("with the account's theme around it", PAGE,
     [(LOOK, 200, page(f'<link rel="stylesheet" href="x">{WRITTEN}<script src="y"></script>')),
      (PUT_OLD, 200, page(f'<link rel="stylesheet" href="x">{OLD}<script src="y"></script>'))]),
    ("other whitespace comes back", PAGE, [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, page(f" {OLD}\n"))]),
    ("the answer does not show it, a look does", PAGE,
     [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, {"url": "x"}), (LOOK, 200, page(OLD))]),
    ("the answer is about another page", PAGE,
     [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, {"url": "y", "body": OLD}), (LOOK, 200, page(OLD))]),
    ("no answer, but a look shows it", PAGE,
     [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 502, None), (LOOK, 200, page(OLD))]),
    ("it shows late", PAGE,
     [(LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, page(WRITTEN)), (LOOK, 200, page(WRITTEN)), (LOOK, 200, page(OLD))]),
    ("one look went astray", PAGE,
     [(LOOK, 200, {"url": "welcome", "body": OLD}), (LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, page(OLD))]),
    ("one 404 went astray", PAGE, [(LOOK, 404, NOT_FOUND), (LOOK, 200, page(WRITTEN)), (PUT_OLD, 200, page(OLD))]),
    ("there was nothing before", page_change(None),
     [(LOOK, 200, page(WRITTEN)), (put(f"{AT}/pages/x", {"wiki_page": {"body": None}}), 200, page(""))]),
    ("a name", FILE, [(LOOK_NAME, 200, file(NEW_NAME)), (PUT_NAME, 200, file(OLD_NAME))]),
    ("a syllabus, which the answer never shows", COURSE,
     [(LOOK_COURSE, 200, course(WRITTEN)), (PUT_SYLLABUS, 200, {"id": 7}), (LOOK_COURSE, 200, course(OLD))]),
    ("a syllabus, in a course with dates that stay", COURSE,
     [(LOOK_COURSE, 200, course(WRITTEN, restrict_enrollments_to_course_dates=True, **DATED)),
      (PUT_SYLLABUS, 200, {}), (LOOK_COURSE, 200, course(OLD))]),
    ("what has dates, but is no course", PAGE,
     [(LOOK, 200, page(WRITTEN, **DATED)), (PUT_OLD, 200, page(OLD))]),
    ("a video's title", VIDEO, [(media(), 200, [video(NEW_NAME)]), (PUT_TITLE, 200, video(OLD_NAME))]),
    ("a video's title on the second page", VIDEO,
     [(media(), 200, [{**video(NEW_NAME), "media_id": "m-2"}]), (media(2), 200, [video(NEW_NAME)]),
      (PUT_TITLE, 200, video(OLD_NAME))]),
    ("a topic that may only be listed", TOPIC,
     [(LOOK_TOPIC, 401, NO_SCOPE), (listed(TOPICS), 200, [{"id": 8, "message": WRITTEN}]),
      (put(f"{AT}/discussion_topics/8", {"message": OLD}), 200, {"id": 8, "message": OLD})]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in UNDONE], ids=[row[0] for row in UNDONE])
def test_it_is_restored(change: FieldChange, steps: list[Step]) -> None:
    """The old value is written if the object still shows what was written, and is then seen."""
    script = Script(steps)

    assert undo(change, script.hands) is Outcome.RESTORED
    assert script.over


def test_what_was_just_seen_is_not_looked_at_again() -> None:
    """If the case has just read back what it wrote, only the old value is written."""
    script = Script([(PUT_OLD, 200, page(OLD))])

    assert undo(PAGE, replace(script.hands, seen=page(WRITTEN))) is Outcome.RESTORED
    assert script.over


ABSENT: list[tuple[str, FieldChange, list[Step]]] = [
    ("the old value", PAGE, [(LOOK, 200, page(OLD))]),
    ("the old value, in other whitespace", PAGE, [(LOOK, 200, page(f"{OLD}\n"))]),
    ("the old value, which has no tag", page_change(OLD, UNTAGGED), [(LOOK, 200, page(OLD))]),
    ("nothing, as before", page_change(None, UNTAGGED), [(LOOK, 200, page(None))]),
    ("no page", PAGE, [(LOOK, 404, NOT_FOUND), (LOOK, 404, NOT_FOUND)]),
    ("a deleted file", FILE, [(LOOK_NAME, 200, {**file(NEW_NAME), "workflow_state": "deleted"})]),
    ("the old title", VIDEO, [(media(), 200, [video(OLD_NAME)])]),
    ("the old syllabus", COURSE, [(LOOK_COURSE, 200, course(OLD))]),
]


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in ABSENT], ids=[row[0] for row in ABSENT])
def test_what_is_not_there_needs_no_undo(change: FieldChange, steps: list[Step]) -> None:
    """Nothing is written if the old value is there, nor to what is gone: a PUT would create a page anew."""
    script = Script(steps)

    assert undo(change, script.hands) is Outcome.ABSENT
    assert script.over


REPLACED: list[tuple[str, FieldChange, list[Step]]] = [
    ("another text", PAGE, [(LOOK, 200, page("<p>by a colleague</p>"))]),
    ("another run's text", PAGE, [(LOOK, 200, page(WRITTEN.replace("abcd", "0123")))]),
    ("nothing", PAGE, [(LOOK, 200, page(None))]),
    ("another name", FILE, [(LOOK_NAME, 200, file("portrait.png"))]),
    ("another title", VIDEO, [(media(), 200, [video("The lab")])]),
    ("another syllabus", COURSE, [(LOOK_COURSE, 200, course("<p>Term two</p>"))]),
]


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in REPLACED], ids=[row[0] for row in REPLACED])
def test_what_somebody_has_replaced_is_left(change: FieldChange, steps: list[Step]) -> None:
    """In every kind of field, a newer value without our mark stays, and that is told apart from success."""
    script = Script(steps)

    assert undo(change, script.hands) is Outcome.REPLACED
    assert script.over


EDITED: list[tuple[str, FieldChange, list[Step]]] = [
    ("more behind it", PAGE, [(LOOK, 200, page(f"{WRITTEN}<p>more</p>"))]),
    ("ours alone", PAGE, [(LOOK, 200, page(f"<h2>{TAG}</h2>"))]),
    ("nothing left, but no tag to tell by", page_change(OLD, UNTAGGED), [(LOOK, 200, page(None))]),
    ("nothing left, and old was something", page_change(None, UNTAGGED), [(LOOK, 200, page(OLD))]),
    ("a name that goes on", FILE, [(LOOK_NAME, 200, file(f"{NEW_NAME} 2"))]),
    ("a name with another space", FILE, [(LOOK_NAME, 200, file(f"{TAG}  photo.png"))]),
    ("a title that goes on", VIDEO, [(media(), 200, [video(f"{NEW_NAME} 2")])]),
    ("a syllabus with more", COURSE, [(LOOK_COURSE, 200, course(f"{WRITTEN}<p>more</p>"))]),
    ("a topic with more", TOPIC, [(LOOK_TOPIC, 200, {"id": 8, "message": f"<p>New</p>{WRITTEN}"})]),
]


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in EDITED], ids=[row[0] for row in EDITED])
def test_what_somebody_has_edited_is_told(change: FieldChange, steps: list[Step]) -> None:
    """In every kind of field, nothing is written over a newer value that still contains our mark."""
    script = Script(steps)

    with pytest.raises(UndoError, match="was edited after this suite changed it"):
        undo(change, script.hands)
    assert script.over


def test_dates_that_a_write_would_clear_are_kept() -> None:
    """A course that has got dates in the meantime keeps them, and our syllabus with it."""
    script = Script([(LOOK_COURSE, 200, course(WRITTEN, **DATED))])

    with pytest.raises(UndoError, match="any update would clear its end_at"):
        undo(COURSE, script.hands)
    assert script.over


ELSEWHERE: Final = {"html_url": "https://canvas.test/courses/1003/pages/x"}
ASTRAY: Final[Step] = (LOOK, 200, page(OLD, **ELSEWHERE))
UNSEEN: list[tuple[str, FieldChange, list[Step]]] = [
    ("an outage", PAGE, [(LOOK, 502, None)]),
    ("a dead token", PAGE, [(LOOK, 401, {"errors": [{"message": "Invalid access token."}]})]),
    ("no field", PAGE, [(LOOK, 200, {"url": "x"})]),
    ("no object", PAGE, [(LOOK, 200, ["body"]), (LOOK, 200, [])]),
    ("no text", PAGE, [(LOOK, 200, page(7))]),
    ("another page, twice", PAGE, [(LOOK, 200, {"url": "y", "body": OLD})] * 2),
    ("another course's page of that name, twice", PAGE, [ASTRAY, ASTRAY]),
    ("another's, and then no page", PAGE, [ASTRAY, (LOOK, 404, NOT_FOUND)]),
    ("no page, and then another's", PAGE, [(LOOK, 404, NOT_FOUND), ASTRAY]),
    ("a page that may only be listed", PAGE, [(LOOK, 401, NO_SCOPE)]),
    ("a course that may only be listed", COURSE, [(LOOK_COURSE, 401, NO_SCOPE)]),
    ("another course", COURSE, [(LOOK_COURSE, 200, {**course(OLD), "id": 1003})] * 2),
    ("another file", FILE, [*[(LOOK_NAME, 200, {**file(OLD_NAME), "id": 5003})] * 2, (FILES, 200, [])]),
    ("an ID that is none", FILE, [*[(LOOK_NAME, 200, {**file(OLD_NAME), "id": 9.0})] * 2, (FILES, 502, None)]),
    ("a topic that is not listed", TOPIC,
     [(LOOK_TOPIC, 401, NO_SCOPE), (listed(TOPICS), 200, [{"id": 7}]), (listed(TOPICS, 2), 200, [])]),
    ("a topic that is listed for another course", TOPIC,
     [(LOOK_TOPIC, 401, NO_SCOPE),
      (listed(TOPICS), 200, [{"id": 8, "message": OLD, "html_url": "https://canvas.test/courses/1003/x"}])]),
    ("no video", VIDEO, [(media(), 200, [])]),
    ("an error for a list", VIDEO, [(media(), 200, {"errors": []})]),
    ("no title", VIDEO, [(media(), 200, [{"media_id": "m-1"}])]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in UNSEEN], ids=[row[0] for row in UNSEEN])
def test_what_cannot_be_seen_is_not_overwritten(change: FieldChange, steps: list[Step]) -> None:
    """Without Canvas's answer about the object itself nothing is written, by whichever run."""
    script = Script(steps)

    with pytest.raises(UndoError, match="so it was not overwritten"):
        undo(change, script.hands)
    assert script.over


SEEN: Final[Step] = (LOOK, 200, page(WRITTEN))
STILL: Final[list[Step]] = [SEEN] * 3
FAILING: list[tuple[str, FieldChange, list[Step]]] = [
    ("refused", PAGE, [SEEN, (PUT_OLD, 422, {"errors": {"body": ["is too long"]}}), *STILL]),
    ("refused on the way", PAGE, [SEEN, (PUT_OLD, 403, {}), *STILL]),
    ("refused on the way, like all else", PAGE, [SEEN, (PUT_OLD, 403, {}), *[(LOOK, 403, {})] * 3]),
    ("answered with nothing", PAGE, [SEEN, (PUT_OLD, 204, None), *STILL]),
    ("answered with an error", PAGE, [SEEN, (PUT_OLD, 200, {"errors": [{"message": "no"}]}), *STILL]),
    ("answered with an empty list", PAGE, [SEEN, (PUT_OLD, 200, []), *STILL]),
    ("answered with a stranger's old text", PAGE, [SEEN, (PUT_OLD, 200, {"url": "y", "body": OLD}), *STILL]),
    ("still the new text", PAGE, [SEEN, (PUT_OLD, 200, page(WRITTEN)), *STILL]),
    ("still the new syllabus", COURSE,
     [(LOOK_COURSE, 200, course(WRITTEN)), (PUT_SYLLABUS, 200, course(OLD)),
      *[(LOOK_COURSE, 200, course(WRITTEN))] * 3]),
    ("a name in other whitespace", FILE,
     [(LOOK_NAME, 200, file(NEW_NAME)), (PUT_NAME, 200, file(" photo.png")),
      *[(LOOK_NAME, 200, file(" photo.png"))] * 3]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
def test_what_does_not_come_back_is_told(change: FieldChange, steps: list[Step]) -> None:
    """A write after which Canvas does not show the old value is a failure, whatever it answered."""
    script = Script(steps)

    with pytest.raises(UndoError, match="Canvas did not restore the old value"):
        undo(change, script.hands)
    assert script.over


def test_a_page_that_a_write_created_is_told() -> None:
    """If somebody deleted the page just before, Canvas creates another one with our text, which has another date."""
    made, anew = {"created_at": "2026-01-01T00:00:00Z"}, {"created_at": "2026-02-01T00:00:00Z"}
    script = Script([(LOOK, 200, page(WRITTEN, **made)), (PUT_OLD, 200, page(OLD, **anew))])

    with pytest.raises(UndoError, match="Canvas created it anew"):
        undo(PAGE, script.hands)
    assert script.over


def test_every_field_that_is_written_is_tried() -> None:
    """The kinds of objects above are all that have a field to write, or are written alike."""
    alike = {Noun.ASSIGNMENT, Noun.QUIZ}

    assert {kind.noun for kind in KINDS.values() if kind.writable} == {change.noun for _, change, _ in UNDONE} | alike
