"""Which permission refuses which endpoint, against what was measured on a real Canvas of 2022."""

from __future__ import annotations

from typing import Final, Literal

import pytest

from scopecheck.embedded_canvas.permission_keys import in_force, keys_for, of_ally
from scopecheck.embedded_canvas.permissions import Judge
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED, SCOPES, canvas, client
from tests.selftest.embedded_canvas.every_scope import CALLS, refused

ASSIGNMENT, QUIZ = "courses/:course_id/assignments", "courses/:course_id/quizzes"
TOPIC, PAGE = "courses/:course_id/discussion_topics", "courses/:course_id/pages"
SUBSCRIPTIONS, FILE = "courses/:course_id/blueprint_subscriptions", "courses/:course_id/files"
READERS: Final = {"GET|courses/:id", f"GET|{ASSIGNMENT}", f"GET|{TOPIC}", f"GET|{QUIZ}"}
FORUM: Final = {f"GET|{TOPIC}", f"GET|{TOPIC}/:topic_id", f"PUT|{TOPIC}/:topic_id"}
MANAGERS: Final = {f"GET|{SUBSCRIPTIONS}", f"GET|{SUBSCRIPTIONS}/:subscription_id/migrations"}
UNFOUND: Final = {f"GET|{ASSIGNMENT}/:id", f"GET|{TOPIC}/:topic_id", f"PUT|{TOPIC}/:topic_id"}
"""What the measurement did not reach without a list to find it in."""

OLD: Final[dict[str, set[str]]] = {
    "read_announcements": set(),
    "manage_assignments": {f"PUT|{ASSIGNMENT}/:id", f"PUT|{QUIZ}/:id"},
    "manage_content": {"GET|courses/:course_id/content_migrations"},
    "read_course_content": READERS | UNFOUND,
    "manage_course_visibility": set(),
    "manage_courses": MANAGERS,
    "read_course_list": {"GET|accounts/:account_id/courses"},
    "moderate_forum": {f"PUT|{TOPIC}/:topic_id"},
    "read_forum": FORUM,
    "lti_add_edit": set(),
    "manage_files_add": {f"POST|{FILE}"},
    "manage_files_edit": {"PUT|files/:id"},
    "manage_files_delete": {"DELETE|files/:id"},
    "manage_wiki_create": set(),
    "manage_wiki_update": {f"PUT|{PAGE}/:url_or_id"},
    "become_user": set(),
}
"""Measured: each of Ally's permissions of 2022 switched off alone, and what is refused then."""

TODAY: Final[dict[str, set[str]]] = {
    **{key: OLD[key] for key in OLD if key in of_ally(old=False)},
    "manage_assignments_add": set(),
    "manage_assignments_edit": OLD["manage_assignments"],
    "manage_assignments_delete": set(),
    # any one of the three lets the migrations be listed; captions and the syllabus need a permission of their own today
    "manage_course_content_add": set(),
    "manage_course_content_edit": {"PUT|courses/:id"},
    "manage_course_content_delete": set(),
    "manage_courses_admin": MANAGERS,
    "manage_courses_add": set(),
    "manage_lti_add": set(),
    "manage_lti_edit": set(),
    "manage_lti_delete": set(),
    "add_course_template": set(),
    "edit_course_template": set(),
    "manage_files_edit": {"PUT|files/:id", "PUT|media_objects/:media_object_id/media_tracks"},
}
"""The same for today's keys (courses_controller.rb, content_migrations_controller.rb, media_object.rb)."""

ALWAYS: Final = {
    "GET|accounts",
    "GET|accounts/:id",
    "GET|accounts/:account_id/sub_accounts",
    "GET|accounts/:account_id/terms",
    f"GET|{FILE}",
    "GET|courses/:course_id/media_objects",
    "PUT|media_objects/:media_object_id",
    "GET|media_objects/:media_object_id/media_tracks",
    f"GET|{QUIZ}/:id",
}
"""What needs no permission beyond being an administrator; a quiz that is known by its ID was not measured."""

Version = Literal["old", "new"]


def test_each_scope_has_its_call() -> None:
    """The calls are for Ally's 31 scopes, all of them."""
    assert {f"url:{call.replace('|', '|/api/v1/')}" for call in CALLS} == set(SCOPES)


@pytest.mark.parametrize("version", ["old", "new"])
@pytest.mark.parametrize("role", ["ally", "admin", "site-admin"])
def test_these_roles_can_do_all(role: str, version: Version) -> None:
    """The role that Anthology describes works for every scope, as do administrators with all permissions."""
    assert refused(canvas(role=role, version=version)) == set()


class TestOneOff:
    """A role without one of Ally's permissions."""

    @pytest.mark.parametrize("key", OLD)
    def test_in_2022(self, key: str) -> None:
        """Just what was measured is refused."""
        assert refused(canvas(role="ally", version="old", denied=frozenset({key}))) == OLD[key]

    def test_of_all_others(self) -> None:
        """An administrator who has all others lacks the same."""
        denied = frozenset({"manage_assignments"})

        assert refused(canvas(version="old", denied=denied)) == OLD["manage_assignments"]

    @pytest.mark.parametrize("key", TODAY)
    def test_today(self, key: str) -> None:
        """The same is refused by the granular ones, each for its part."""
        assert refused(canvas(role="ally", denied=frozenset({key}))) == TODAY[key]

    def test_the_tables_are_of_allys_permissions(self) -> None:
        """Both tables have all of its keys and no others."""
        assert (frozenset(OLD), frozenset(TODAY)) == (of_ally(old=True), of_ally(old=False))


class TestAllOff:
    """A role without any of them, whose user still administers the account."""

    @pytest.mark.parametrize("version", ["old", "new"])
    def test_what_is_left(self, version: Version) -> None:
        """Accounts, terms, and the lists of files and media are all that can be read."""
        of = canvas(role="ally", version=version, denied=of_ally(old=version == "old"))
        left = ALWAYS | ({"PUT|media_objects/:media_object_id/media_tracks"} if version == "old" else set())

        assert CALLS.keys() - refused(of) == left

    def test_the_syllabus_needs_one_of_two(self) -> None:
        """In 2022 `manage_courses` or `manage_content` was enough to set it."""
        assert "PUT|courses/:id" in refused(
            canvas(role="ally", version="old", denied=frozenset({"manage_courses", "manage_content"}))
        )


class TestNames:
    """Permissions of either version can be denied in both."""

    @pytest.mark.parametrize(
        ("named", "version", "key"),
        [
            ("manage_assignments_edit", "old", "manage_assignments"),
            ("manage_course_content_add", "old", "manage_content"),
            ("manage_courses_add", "old", "manage_courses"),
        ],
    )
    def test_a_granular_one_in_2022(self, named: str, version: Version, key: str) -> None:
        """It stands for the broad one that ruled then, since nothing less could be switched off."""
        assert refused(canvas(role="ally", version=version, denied=frozenset({named}))) == OLD[key]

    def test_a_broad_one_today(self) -> None:
        """It stands for all those that rule in its place."""
        assert refused(canvas(role="ally", denied=frozenset({"manage_content"}))) == {
            "GET|courses/:course_id/content_migrations",
            "PUT|courses/:id",
        }

    def test_how_many_there_are(self) -> None:
        """A real Canvas of 2022 showed 70 permissions, and none of those that came later."""
        old = in_force(old=True)

        assert len(old) == 70
        assert "manage_course_content_add" not in old
        assert "manage_content" not in in_force(old=False)
        assert keys_for("add_course_template", old=True) == frozenset()

    @pytest.mark.parametrize("version", ["old", "new"])
    def test_a_teacher_too(self, version: Version) -> None:
        """What is denied to a teacher is lacking although no account role is behind it."""
        lost = refused(canvas(role="teacher", version=version, denied=frozenset({"manage_assignments"})))

        assert lost - refused(canvas(role="teacher", version=version)) == OLD["manage_assignments"]


def test_an_unknown_right_is_no_permission() -> None:
    """A right that goes with no permission is a mistake in the embedded Canvas and crashes it."""
    tables = canvas().tables
    with pytest.raises(LookupError):
        Judge(tables, old=False).allows(tables.users[101], "manage_everything", tables.courses[1001])


def test_the_refusal_is_that_of_a_role() -> None:
    """It has the status member that no scope refusal has."""
    assert (
        client(canvas(role="ally", denied=frozenset({"read_forum"})))
        .get("/api/v1/courses/1001/discussion_topics")
        .json()
        == NOT_PERMITTED
    )
