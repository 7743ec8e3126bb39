"""While a run is at work, others edit, delete and add: what they did stays, and what of ours is left is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import pytest

from scopecheck.embedded_canvas.known import COLLEAGUE
from scopecheck.embedded_canvas.records import MediaTrack
from scopecheck.embedded_canvas.tables import Tables
from scopecheck.model.verdict import Proof
from tests.selftest.sandbox.astray import Deliver, How, Strike, says
from tests.selftest.sandbox.institution import Institution, institution, wrong

Edit: TypeAlias = Callable[[Tables], None]
NEWER: Final = "<p>By a colleague.</p>"
PAGES: Final = "url:PUT.*pages"


def then(edit: Edit, at: Institution) -> How:
    """Canvas does what was asked for; then somebody edits."""

    def how(request: httpx.Request, deliver: Deliver) -> httpx.Response:
        answer = deliver(request)
        edit(at.canvas.tables)
        return answer

    return how


def page(tables: Tables) -> Any:
    """The page that a run writes to."""
    return next(each for each in tables.pages.values() if each.url == "reading-list")


FIELDS: list[tuple[str, str, str, Callable[[Tables], Any], str]] = [
    # name, scope, write, object, field
    ("page", PAGES, "PUT .*/pages/.*", page, "body"),
    ("assignment", "url:PUT.*assignments", "PUT .*/assignments/.*", lambda tables: tables.assignments[2001],
     "description"),
    ("topic", "url:PUT.*discussion_topics", "PUT .*/discussion_topics/.*", lambda tables: tables.topics[4002],
     "message"),
    ("quiz", "url:PUT.*quizzes", "PUT .*/quizzes/.*", lambda tables: tables.quizzes[4501], "description"),
    ("syllabus", "url:PUT.*courses/:id$", "PUT .*/courses/1001", lambda tables: tables.courses[1001], "syllabus_body"),
    ("title", "url:PUT.*media_object_id$", "PUT .*/media_objects/[^/]+", lambda tables: tables.media_objects[6001],
     "user_entered_title"),
]  # fmt: skip


@pytest.mark.parametrize("keeps", [False, True], ids=["replaced", "edited"])
@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row[0])
def test_a_newer_value_stays(
    reports: Path, row: tuple[str, str, str, Callable[[Tables], Any], str], *, keeps: bool
) -> None:
    """What somebody wrote right after us, in place of ours or around it, is still there after this run and the next."""
    _, scope, write, record, field = row
    with institution(reports) as at:

        def edit(tables: Tables) -> None:
            ours = getattr(record(tables), field)
            setattr(record(tables), field, f"{ours}{NEWER}" if keeps else NEWER)

        first = at.run([Strike(write, then(edit, at), 1)], only=scope)
        newer = getattr(record(at.canvas.tables), field)
        second = at.run(only="^$", after=True)

        assert at.harmed == []
        assert getattr(record(at.canvas.tables), field) == newer
        assert NEWER in newer
        assert ("scopecheck-" in newer) == keeps
        # What still bears our mark is told until somebody has removed it.
        assert bool(first.cleanup.failed) == bool(second.cleanup.failed) == keeps
        assert bool(first.cleanup.left) == (not keeps)
        assert second.conformant != keeps


@pytest.mark.parametrize("listed", [False, True])
def test_a_page_that_somebody_deletes_is_not_created_anew(reports: Path, *, listed: bool) -> None:
    """Neither by the run that wrote to it nor by the next, even while a list still shows it."""
    with institution(reports) as at:
        number = len(at.canvas.tables.pages)

        def delete(tables: Tables) -> None:
            page(tables).workflow_state = "deleted"

        stale = says([{"url": "reading-list", "title": "Reading list", "body": "<h2>scopecheck-</h2>"}])
        strikes = [Strike(r"GET .*/pages\?.*", stale, None, skip=1)] if listed else []
        at.run([Strike("PUT .*/pages/.*", then(delete, at), 1), *strikes], only=PAGES)
        at.run(strikes, only="^$", after=True)

        assert len(at.canvas.tables.pages) == number
        assert sum("PUT" in each for each in at.asked) == 0
        assert page(at.canvas.tables).workflow_state == "deleted"


def test_captions_that_somebody_adds_stay(reports: Path) -> None:
    """Between our write and its undo, in a locale that no list of ours knows; the course's list shows it."""
    with institution(reports) as at:
        moment = datetime(2026, 1, 2, tzinfo=UTC)

        def add(tables: Tables) -> None:
            for number, locale in enumerate(("es", "x-school"), 6190):
                tables.media_tracks[number] = MediaTrack(
                    number, 6001, COLLEAGUE, locale, "captions", "1\n", moment, moment
                )

        result = at.run([Strike("PUT .*/media_tracks", then(add, at), 1)], only="PUT.*media_tracks")

        assert result.conformant
        assert {track.locale for track in at.canvas.tables.media_tracks.values()} == {"en", "fr", "es", "x-school"}


def test_a_late_write_is_undone_by_the_next_run(reports: Path) -> None:
    """A write that lands after the run is over: that run ends with 1, and the next one undoes it and says so."""
    late: list[tuple[httpx.Request, Deliver]] = []

    def hold(request: httpx.Request, deliver: Deliver) -> httpx.Response:
        late.append((request, deliver))
        return httpx.Response(502)

    with institution(reports) as at:
        first = at.run([Strike("PUT .*/pages/.*", hold, 1)], only=PAGES)
        assert at.untouched
        assert not first.conformant
        assert first.cleanup.unsettled == ["page reading-list: body"]
        for request, deliver in late:
            deliver(request)
        assert not at.untouched

        second = at.run(only=PAGES, after=True)
        assert at.untouched
        assert second.conformant
        assert [note for note in second.notes if "page reading-list: body" in note]


READ_FILE, LIST_FILES = "url:GET|/api/v1/courses/:course_id/files/:id", "url:GET|/api/v1/courses/:course_id/files"
WRITES: Final = r"url:(POST|PUT|DELETE)\|.*files"


@pytest.mark.parametrize(
    ("missing", "uploads"),
    [((), True), ((READ_FILE,), True), ((LIST_FILES,), True), ((READ_FILE, LIST_FILES), False)],
    ids=["none", "reading", "listing", "both"],
)
def test_a_file_is_uploaded_only_if_it_can_be_confirmed(
    reports: Path, missing: tuple[str, ...], *, uploads: bool
) -> None:
    """By itself or in the list; with both scopes missing, uploading is only probed, and no case is red for it."""
    with institution(reports, missing_on_token=frozenset(missing)) as at:
        result = at.run(only=WRITES)

        assert wrong(result) == {}
        assert at.untouched
        assert result.conformant
        assert ("POST /api/v1/courses/1001/files" in at.asked) == uploads
        assert {each.proof for each in result.scopes} == {Proof.EXERCISED if uploads else Proof.PROBED}


def test_litter_of_another_sandbox_is_not_swept(reports: Path) -> None:
    """If the list of another course, with a run's leftovers in it, is taken for ours, they stay."""
    name = "scopecheck-20260101T000000-abcd"
    with institution(reports) as at:
        tables = at.canvas.tables
        tables.files[9001] = replace(tables.files[5901], id=9001, uuid="uuid9001", display_name=f"{name}.png")
        tables.assignments[9002] = replace(tables.assignments[2901], id=9002, name=f"{name} assignment")
        tables.pages[9003] = replace(tables.pages[3901], id=9003, title=f"{name} page", url="litter")
        tables.courses[9004] = replace(tables.courses[1004], id=9004, name=f"{name} blueprint")
        at.mark()

        def elsewhere(request: httpx.Request, deliver: Deliver) -> httpx.Response:
            path = request.url.raw_path.replace(b"/courses/1001/", b"/courses/1003/").replace(b"/11/", b"/12/")
            return deliver(httpx.Request("GET", request.url.copy_with(raw_path=path), headers=request.headers))

        at.run([Strike(r"GET .*search_term=.*", elsewhere)], admin=True, only="^$")

        assert at.harmed == []
        assert at.untouched
        assert not any(each.startswith("DELETE") and "/900" in each for each in at.asked)
