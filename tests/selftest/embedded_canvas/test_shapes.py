"""Every answer of the embedded Canvas against the members, and their types, of a real one of 2022.

What differs on purpose stands here with its reason or source, so that any other difference turns a test red.
"""

from __future__ import annotations

from typing import Literal

import pytest

from scopecheck.embedded_canvas.scopes import matches
from tests.selftest.embedded_canvas.answering import answers, teachers_course
from tests.selftest.embedded_canvas.driver import SCOPES
from tests.selftest.embedded_canvas.shapes import Shape, read_shapes

Version = Literal["old", "new"]
ROUTES = read_shapes()

SEEDED: dict[str, tuple[str, str]] = {
    "term": ("start_at:str end_at:str", "the second term has dates"),
    "migration": (
        "started_at:str progress_url:str",
        "the copy was made by a job, the recorded one waits for a selection",
    ),
    "listed_file": ("thumbnail_url:null media_entry_id:str", "one file is a text, one a video"),
}
"""Members of a record that the embedded Canvas's own content makes different, and why."""

_IN_COURSES = ("overridden_course_visibility:str template:bool", "lib/api/v1/course_json.rb")
_IN_ASSIGNMENTS = (
    "graded_submissions_exist:bool hide_in_gradebook:bool restrict_quantitative_data:bool visible_to_everyone:bool",
    "lib/api/v1/assignment.rb",
)
_IN_TOPICS = (
    "is_announcement:bool sections:list summary_enabled:bool ungraded_discussion_overrides:list sort_order:str "
    "sort_order_locked:bool expanded:bool expanded_locked:bool permissions.manage_assign_to:bool",
    "lib/api/v1/discussion_topics.rb",
)
_IN_PAGES = ("publish_at:null", "lib/api/v1/wiki_page.rb")
_IN_QUIZZES = ("visible_to_everyone:bool", "app/serializers/quizzes/quiz_serializer.rb")
_IN_FILES = ("category:str", "lib/api/v1/attachment.rb")

TODAY: dict[str, tuple[str, str]] = {
    "course": _IN_COURSES,
    "listed_course": _IN_COURSES,
    "written_course": _IN_COURSES,
    "key": (
        "lti_registration_id:null is_lti_registration:bool unified_tool_id:null test_cluster_only:bool",
        "lib/api/v1/developer_key.rb",
    ),
    "assignment": _IN_ASSIGNMENTS,
    "listed_assignment": _IN_ASSIGNMENTS,
    "topic": _IN_TOPICS,
    "listed_topic": _IN_TOPICS,
    "written_topic": _IN_TOPICS,
    "deleted_topic": (
        "summary_enabled:bool sort_order:str sort_order_locked:bool expanded:bool expanded_locked:bool",
        "discussion_topics_controller.rb, destroy; app/models/discussion_topic.rb",
    ),
    "page": _IN_PAGES,
    "listed_page": _IN_PAGES,
    "quiz": _IN_QUIZZES,
    "deleted_quiz": _IN_QUIZZES,
    "listed_quiz": _IN_QUIZZES,
    "file": _IN_FILES,
    "listed_file": _IN_FILES,
    "read_file": _IN_FILES,
    "uploaded_file": _IN_FILES,
    "token": ("canvas_region:str user.fake_student:bool", "lib/canvas/oauth/token.rb"),
}
"""What today's Canvas adds to a record, and the source. It takes nothing away."""


def members(table: dict[str, tuple[str, str]], shape: Shape) -> set[str]:
    """A record's entry in one of these tables."""
    return set(table.get(shape.name, ("", ""))[0].split())


def differences(answer: object, shape: Shape, *, rows: bool) -> tuple[set[str], set[str]]:
    """What the records of an answer have more or less than the recorded ones, but for the seed's own."""
    found = [shape.differences(record) for record in shape.records(answer, rows=rows)]
    more = set().union(*(each[0] for each in found)) - members(SEEDED, shape)
    return more, set().union(*(each[1] for each in found))


def test_every_recorded_answer_is_asked_for() -> None:
    """None of the recorded routes is left out, and none is made up."""
    assert answers("old").keys() == ROUTES.keys()


@pytest.mark.parametrize("route", [route for route, (shape, _) in ROUTES.items() if shape.members])
class TestMembers:
    """Members and types of each answer."""

    def test_of_an_old_canvas(self, route: str) -> None:
        """They are those of the real one."""
        shape, rows = ROUTES[route]

        assert differences(answers("old")[route], shape, rows=rows) == (set(), set())

    def test_of_todays_canvas(self, route: str) -> None:
        """They are the same and what newer sources add, all of it."""
        shape, rows = ROUTES[route]

        assert differences(answers("new")[route], shape, rows=rows) == (members(TODAY, shape), set())

    def test_no_list_is_empty(self, route: str) -> None:
        """A list without rows would prove nothing."""
        shape, rows = ROUTES[route]

        assert all(shape.records(answers(version)[route], rows=rows) for version in ("old", "new"))


@pytest.mark.parametrize("version", ["old", "new"])
def test_a_teachers_course(version: Version) -> None:
    """A teacher's course has an enrollment; of the student information system a teacher sees only the course's ID."""
    shape, _ = ROUTES["GET courses/:id"]
    course = teachers_course(version)

    assert course["enrollments"][0].keys() == {
        path.removeprefix("enrollments[].") for path in shape.members if path.startswith("enrollments[].")
    }
    more = members(TODAY, shape) if version == "new" else set()
    assert shape.differences(course) == (more, {"sis_import_id", "term.sis_term_id", "term.sis_import_id"})


def test_every_scope_of_ally_has_a_recorded_answer() -> None:
    """Each of the 31 scopes covers one of the recorded routes."""
    asked = [(verb, f"/api/v1/{path}") for verb, _, path in (route.partition(" ") for route in ROUTES)]
    uncovered = [scope for scope in SCOPES if not any(matches(scope, verb, path) for verb, path in asked)]

    assert uncovered == []


def test_each_difference_is_of_a_known_record() -> None:
    """A record's name that is misspelled would allow nothing."""
    known = {shape.name for shape, _ in ROUTES.values()}

    assert (SEEDED.keys() | TODAY.keys()) - known == set()
