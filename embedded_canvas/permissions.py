"""Who may do what: the default rights of each role, less what was taken from the user (account.rb, course.rb)."""

from __future__ import annotations

from typing import Final

from embedded_canvas.state import Account, Course, Tables, User

_TEACHER_IN_COURSE: Final = frozenset(
    {
        "read", "manage", "update", "manage_course_content_add", "manage_course_content_edit",
        "manage_course_content_delete", "manage_assignments_add", "manage_assignments_edit",
        "manage_assignments_delete", "manage_wiki_create", "manage_wiki_update", "manage_wiki_delete",
        "view_unpublished_items", "read_forum", "moderate_forum", "create_forum", "read_contents",
        "manage_files_add", "manage_files_edit", "manage_files_delete", "read_as_admin", "read_roster",
    }
)  # fmt: skip
_STUDENT_IN_COURSE: Final = frozenset({"read", "read_forum", "read_contents"})
_TEACHER_IN_ACCOUNT: Final = frozenset({"read", "read_terms"})
"""An active teacher of a course directly in the account may read it, and its terms (terms_api_controller.rb)."""


def allows(tables: Tables, user: User, right: str, where: Course | Account) -> bool:
    """Whether the user has the right there."""
    if right in user.denied:
        return False
    if user.role == "admin":
        return True
    if isinstance(where, Account):
        return user.role == "teacher" and right in _TEACHER_IN_ACCOUNT
    if where.workflow_state == "completed" and right not in {"read", "read_forum", "read_contents"}:
        return False
    return right in {"teacher": _TEACHER_IN_COURSE, "student": _STUDENT_IN_COURSE}.get(user.role, frozenset())
