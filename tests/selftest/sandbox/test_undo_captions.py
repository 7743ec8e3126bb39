"""Taking off a caption of ours: what is looked at before, and what the one write lists."""

from __future__ import annotations

from typing import Any, Final

import pytest

from scopecheck.model.call import Call
from scopecheck.sandbox.journal import JournalEntry
from scopecheck.sandbox.undo.captions import media_list
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Since, UndoError
from tests.selftest.sandbox.scripted import Script, Step, put

TRACKS: Final = "/api/v1/media_objects/m-1/media_tracks"
CHANGE: Final = JournalEntry("run/1", "caption", "caption eo", {
    "course_id": "7", "media_id": "m-1", "locale": "eo", "path": TRACKS}, "now")  # fmt: skip
OURS_LISTED: Final = Call("GET", TRACKS)


def page(number: int) -> Call:
    """The request for one page of the course's media."""
    query = [("exclude[]", "sources"), ("sort", "title"), ("per_page", "10"), ("page", str(number))]
    return Call("GET", "/api/v1/courses/7/media_objects", query=query)


def media(*locales: Any, media_id: str = "m-1") -> list[dict[str, Any]]:
    """A page with one media object that has tracks in these locales."""
    return [{"media_id": media_id, "media_tracks": [{"locale": locale} for locale in locales]}]


def keep(*locales: str) -> Call:
    """The write that leaves tracks in these locales alone."""
    return put(TRACKS, [{"locale": locale} for locale in locales])


UNDONE: list[tuple[str, Since, list[Step]]] = [
    ("at once", Since.NOTHING, [(page(1), 200, media("en", "eo", "fr")), (keep("en", "fr"), 200, [])]),
    ("at the end of the run", Since.LITTLE, [(page(1), 200, media("eo")), (keep(), 200, [])]),
    ("later, ours", Since.ANYTHING,
     [(page(1), 200, media("en", "eo")), (OURS_LISTED, 200, [{"locale": "eo"}]), (keep("en"), 200, [])]),
    ("later, nobody knows whose", Since.ANYTHING,
     [(page(1), 200, media("en", "eo")), (OURS_LISTED, 401, {}), (keep("en"), 200, [])]),
    ("later, a fault that looks like a list", Since.ANYTHING,
     [(page(1), 200, media("en", "eo")), (OURS_LISTED, 500, []), (keep("en"), 200, [])]),
    ("two tracks in one locale", Since.NOTHING,
     [(page(1), 200, media("en", "eo", "en", "eo")), (keep("en"), 200, [])]),
    ("on another page, behind junk", Since.NOTHING,
     [(page(1), 200, ["junk", *media("eo", media_id="m-2")]), (page(2), 200, media("eo")), (keep(), 200, [])]),
    ("on the last page that is looked at", Since.NOTHING,
     [*((page(number), 200, media("eo", media_id="m-2")) for number in range(1, 10)),
      (page(10), 200, media("eo")), (keep(), 200, [])]),
]  # fmt: skip


@pytest.mark.parametrize(("since", "steps"), [row[1:] for row in UNDONE], ids=[row[0] for row in UNDONE])
def test_it_is_taken_off(since: Since, steps: list[Step]) -> None:
    """The write names each other locale once, in order: Canvas deletes what it does not name."""
    script = Script(steps)

    assert undo(CHANGE, script.send, since) is True
    assert script.over


NOTHING_TO_UNDO: list[tuple[str, Since, list[Step]]] = [
    ("not there", Since.NOTHING, [(page(1), 200, media("en", "fr"))]),
    ("not there any more", Since.ANYTHING, [(page(1), 200, media("en", "fr"))]),
    ("a colleague's", Since.ANYTHING, [(page(1), 200, media("en", "eo")), (OURS_LISTED, 200, [{"locale": "en"}])]),
    ("a colleague's, and none ours", Since.ANYTHING, [(page(1), 200, media("en", "eo")), (OURS_LISTED, 200, [])]),
]


@pytest.mark.parametrize(
    ("since", "steps"), [row[1:] for row in NOTHING_TO_UNDO], ids=[row[0] for row in NOTHING_TO_UNDO]
)
def test_nothing_is_written_where_it_is_not_ours(since: Since, steps: list[Step]) -> None:
    """A track that is not there, or that only a colleague can have added since, is left alone."""
    script = Script(steps)

    assert undo(CHANGE, script.send, since) is False
    assert script.over


FAILING: list[tuple[str, list[Step]]] = [
    ("no media in the course", [(page(1), 200, [])]),
    ("not among the media", [(page(1), 200, media("eo", media_id="m-2")), (page(2), 200, [])]),
    ("not among the first hundred", [(page(number), 200, media("eo", media_id="m-2")) for number in range(1, 11)]),
    ("no list", [(page(1), 401, {"errors": [{"message": "Insufficient scopes on access token."}]})]),
    ("no tracks told", [(page(1), 200, [{"media_id": "m-1"}])]),
    ("a track without locale", [(page(1), 200, media("en", "eo", None))]),
    ("a track with a blank locale", [(page(1), 200, media("eo", ""))]),
    ("a track with a number", [(page(1), 200, media("eo", 7))]),
    ("a track that is none", [(page(1), 200, [{"media_id": "m-1", "media_tracks": [{"locale": "eo"}, "fr"]}])]),
    ("refused", [(page(1), 200, media("en", "eo")), (keep("en"), 401, {})]),
    ("answered with nothing", [(page(1), 200, media("en", "eo")), (keep("en"), 204, None)]),
]


@pytest.mark.parametrize("steps", [row[1] for row in FAILING], ids=[row[0] for row in FAILING])
def test_where_it_cannot_be_taken_off_that_is_said(steps: list[Step]) -> None:
    """Unless every track's locale is told nothing is written, since others' captions would go as well."""
    script = Script(steps)

    with pytest.raises(UndoError, match="caption"):
        undo(CHANGE, script.send, Since.NOTHING)
    assert script.over


def test_the_list_begins_with_its_first_page() -> None:
    """Who names no page gets the first: most courses have no other."""
    assert media_list("7") == page(1)
