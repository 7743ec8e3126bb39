"""Probe mode reads live courses: what would not work for the integration is red there too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig, Fault
from scopecheck.model.verdict import Proof, Verdict
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED
from tests.selftest.exercises.between import OtherSoftware
from tests.selftest.exercises.live_reads import ACCOUNTS, COURSE, LISTS, READ, SYNCS, TRACES
from tests.selftest.exercises.sweep import ALLY, SCOPES, Sweep, report_folder, run_sweep, settings_for, sweep

GET_COURSES, GET_COURSE = "url:GET|/api/v1/accounts/:account_id/courses", "url:GET|/api/v1/courses/:id"
TERMS = "url:GET|/api/v1/accounts/:account_id/terms"
NAMED: dict[str, Any] = {"read_course_ids": ("1001",)}
NO_PERMISSION = (Verdict.MISCONFIGURED, "user-lacks-permission")


def denied(right: str) -> dict[str, Any]:
    """A user without one permission."""
    return {"denied": frozenset({right})}


def exercised(found: Sweep) -> set[str]:
    """The scopes that were exercised."""
    return {scope for scope, result in found.results.items() if result.proof is Proof.EXERCISED}


def refused(*scopes: str) -> dict[str, tuple[Verdict, str]]:
    """These scopes, refused for the user's role."""
    return dict.fromkeys(scopes, NO_PERMISSION)


STATES: list[tuple[str, dict[str, Any], dict[str, tuple[Verdict, str]]]] = [
    # name, state, what is not granted
    ("a teacher", {"role": "teacher"}, refused(*ACCOUNTS - {TERMS})),
    ("a teacher, some years ago", {"role": "teacher", "version": "old"}, refused(*ACCOUNTS - {TERMS})),
    ("a student", {"role": "student"}, refused(*ACCOUNTS)),
    ("a site administrator", {"role": "site-admin"}, {}),
    ("may not list courses", denied("read_course_list"), refused(GET_COURSES)),
    ("may not view content", denied("read_course_content"),
     refused(GET_COURSE, *(f"{COURSE}/{each}" for each in ("assignments", "discussion_topics", "quizzes")))),
    ("may not manage courses", denied("manage_courses_admin"), refused(f"{COURSE}/blueprint_subscriptions")),
    ("may not view files", denied("read_contents"), refused(f"{COURSE}/files", f"{COURSE}/media_objects")),
    ("includes not allowed", {"allow_includes": False},
     dict.fromkeys((GET_COURSES, GET_COURSE), (Verdict.MISCONFIGURED, "includes-not-allowed"))),
    # What a teacher switched off in a course is not the key's fault.
    ("tabs switched off", {"disabled_tabs": frozenset({"pages", "quizzes"})}, {}),
    ("nothing in any course", {"content": "empty"}, {}),
    ("some years ago", {"version": "old"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("state", "expected"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_state(state: dict[str, Any], expected: dict[str, tuple[Verdict, str]]) -> None:
    """In this state exactly these scopes are not granted in probe mode, and nobody has viewed anything."""
    found = sweep("probe", **state)

    assert found.not_granted() == expected
    assert found.untouched
    assert found.canvas.tables.views == set()


def test_a_refusal_in_one_course_is_red() -> None:
    """A role may be too small in one sub-account only; the message names the course by its ID and no name."""
    pages = f"{COURSE}/pages"
    found = sweep(
        "probe",
        between=lambda canvas: OtherSoftware(canvas, "GET /api/v1/courses/1004/pages", NOT_PERMITTED, 403, signed=True),
    )

    assert found.not_granted() == refused(pages)
    assert found.results[pages].message.startswith("In course 1004: The scope allows GET /api/v1/courses/1004/pages")
    assert "Drawing" not in str(found.results[pages])


def test_a_fault_in_one_course_is_unproved() -> None:
    """An outage in one course is no refusal, and no grant either."""
    found = sweep("probe", faults=(Fault("500", r"GET /api/v1/courses/1004/assignments"),))

    assert found.not_granted() == {f"{COURSE}/assignments": (Verdict.UNPROVED, "not-canvas-answering")}


@pytest.mark.parametrize("scope", sorted(LISTS | {GET_COURSES}))
def test_a_list_that_is_missing_makes_others_fall_back(scope: str) -> None:
    """Without the scope of a list, what has to be found in it is probed, and only the list's own case is red."""
    found = sweep("probe", missing_on_token=frozenset({scope}))

    assert found.not_granted() == {scope: (Verdict.MISSING, "token-not-reauthorized")}
    if scope == GET_COURSES:
        assert exercised(found) == ACCOUNTS - {scope}
        assert "no course was found to read" in found.results[GET_COURSE].message


def test_what_leaves_a_trace_is_not_read() -> None:
    """Each of these says what Canvas would do, and which setting allows it."""
    found = sweep("probe")

    assert exercised(found) == READ
    for scope in TRACES:
        assert "name courses in CANVAS_READ_COURSE_IDS" in found.results[scope].message
    assert "(courses 1002, 1003 and 1004)" in found.results[SYNCS].message


def test_files_are_not_listed_where_that_creates_their_folder() -> None:
    """Only the course that is known to have files is asked for them."""
    found = sweep("probe")

    assert {folder.course_id for folder in found.canvas.tables.folders.values()} == {1001, 1003}
    assert found.results[f"{COURSE}/files"].message == "In course 1003: Listed files (1 on one page)."


def test_named_courses_are_read_with_all_traces() -> None:
    """In a course that the settings name, everything that reads is exercised, and Canvas counts it as viewed."""
    found = sweep("probe", settings=NAMED)

    assert exercised(found) == READ | TRACES | {SYNCS}
    assert found.not_granted() == {}
    assert {kind for _, kind, _ in found.canvas.tables.views} == {"page", "assignment"}
    assert found.untouched
    page = found.results[f"{COURSE}/pages/:url_or_id"]
    assert "welcome" not in str(page).lower()
    assert page.evidence[-1].request == "GET /api/v1/courses/1001/pages/…"


def test_a_named_course_by_another_id() -> None:
    """The course's number is looked up once: the list of media takes no other ID."""
    found = sweep("probe", settings={"read_course_ids": (f"uuid:{1001:040d}",)})

    assert [course.id for course in found.setup.read_courses.courses] == ["1001"]
    assert exercised(found) == READ | TRACES | {SYNCS}


@pytest.mark.parametrize("wrong", ["999", "sis_course_id:NONE"])
def test_a_named_course_that_does_not_exist_is_red(wrong: str) -> None:
    """A misspelt ID is not passed over in silence."""
    found = sweep("probe", settings={"read_course_ids": ("1001", wrong)})

    assert found.not_granted() == {GET_COURSE: (Verdict.MISCONFIGURED, "course-not-found")}
    assert wrong in found.results[GET_COURSE].message
    assert f"no course {wrong}. Set CANVAS_READ_COURSE_IDS" in str(found.results[GET_COURSE].remedy)


def test_a_teacher_in_a_named_course() -> None:
    """Where courses are named, those who administer nothing are asked there as well."""
    found = sweep("probe", role="teacher", settings={"read_course_ids": ("1001", "1003")})

    assert set(found.not_granted().values()) == {NO_PERMISSION}
    assert set(found.not_granted()) >= {*(ACCOUNTS - {TERMS}), GET_COURSE, f"{COURSE}/pages"}
    assert "In course 1003: " in found.results[f"{COURSE}/pages"].message


def test_exercise_mode_says_that_it_does_not_use_named_courses() -> None:
    """The sandbox course is read, and a note says so once."""
    found = sweep(settings=NAMED)

    assert found.setup.read_courses.courses == []
    assert any("CANVAS_READ_COURSE_IDS is not used in exercise mode" in note for note in found.setup.notes)


def test_an_administrator_of_a_sub_account() -> None:
    """With the sub-account in the settings, the courses are those below it."""
    found = sweep("probe", settings={"account_id": "11"})

    assert [course.id for course in found.setup.read_courses.courses] == ["1002", "1003"]
    assert found.not_granted() == {}


def large(canvas: Canvas) -> None:
    """More published courses in the root account than one page shows."""
    one = canvas.tables.courses[1002]
    canvas.tables.courses |= {number: replace(one, id=number, account_id=1) for number in range(500, 530)}


def test_courses_of_other_accounts_are_looked_for() -> None:
    """If the first page of courses shows one account only, the others are asked; the rule finds the same ones again."""
    picked = []
    for _ in range(2):
        canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
        large(canvas)
        with report_folder() as reports:
            found = run_sweep(canvas, settings_for(canvas, "probe", ALLY, reports), only=(GET_COURSE,))
        picked.append([course.id for course in found.setup.read_courses.courses])

    assert picked[0] == picked[1] == ["500", "1002", "1003"]


def test_published_courses_come_first() -> None:
    """Only where no course is published, others are read."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    for number in (1002, 1003, 1004):
        canvas.tables.courses[number].workflow_state = "unpublished"
    with report_folder() as reports:
        found = run_sweep(canvas, settings_for(canvas, "probe", ALLY, reports))

    assert [course.id for course in found.setup.read_courses.courses] == ["1001", "1003", "1004"]
    assert found.not_granted() == {}
