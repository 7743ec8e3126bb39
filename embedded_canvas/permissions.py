"""Who may do what: each role's default rights, minus what the user was denied (account.rb, course.rb)."""

from __future__ import annotations

from typing import Final

from embedded_canvas.records import Account, Course, User

_TEACHER_IN_COURSE: Final = frozenset(
    {
        "read", "manage", "update", "manage_course_content_add", "manage_course_content_edit",
        "manage_course_content_delete", "manage_assignments_add", "manage_assignments_edit",
        "manage_assignments_delete", "manage_wiki_create", "manage_wiki_update", "manage_wiki_delete",
        "view_unpublished_items", "read_forum", "moderate_forum", "create_forum", "read_contents",
        "manage_files_add", "manage_files_edit", "manage_files_delete", "read_as_admin", "read_roster",
        "manage_contents",
        "read_announcements", "manage_grades", "edit_course_availability", "read_sis",
    }
)  # fmt: skip
_STUDENT_IN_COURSE: Final = frozenset({"read", "read_forum", "read_announcements", "read_contents"})
_ADMIN_NEEDS: Final = {
    "read": "read_course_content",
    "manage": "manage_courses_admin",
    "update": "manage_courses_admin",
}
"""The permission on the role screen behind each course right of an account's admins."""


def allows(user: User, right: str, where: Course | Account) -> bool:
    """Whether the user has the right there."""
    if right in user.denied:
        return False
    if user.role == "admin":
        return isinstance(where, Account) or _ADMIN_NEEDS.get(right) not in user.denied
    if isinstance(where, Account):
        return user.role == "teacher" and _in_account(user, right, where)
    if where.id != user.course_id:
        return False
    if user.role == "student" and where.workflow_state not in {"available", "completed"}:
        return False
    if where.workflow_state == "completed" and right not in _STUDENT_IN_COURSE:
        return False
    return right in {"teacher": _TEACHER_IN_COURSE, "student": _STUDENT_IN_COURSE}.get(user.role, frozenset())


def _in_account(teacher: User, right: str, account: Account) -> bool:
    """A teacher may read the account that directly contains the course, and any root account's terms."""
    if right == "read_terms":
        return account.root_account_id is None
    return right == "read" and account.id == teacher.course_account_id
