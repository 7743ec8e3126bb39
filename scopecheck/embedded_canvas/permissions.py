"""Who may do what, by role: enrolled in the course, or administering an account (account.rb, course.rb)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from scopecheck.embedded_canvas.known import DUMMY
from scopecheck.embedded_canvas.permission_keys import Permission, in_force, keys_for
from scopecheck.embedded_canvas.records import Account, Course, User
from scopecheck.embedded_canvas.roles import administrations, chain, roles_at, setting
from scopecheck.embedded_canvas.tables import Tables

_PAGES: Final = ("manage_wiki_create", "manage_wiki_update", "manage_wiki_delete")
_FILES: Final = ("manage_files_add", "manage_files_edit", "manage_files_delete")
_TEACHER_IN_COURSE: Final = frozenset(
    {
        "read", "manage", "update", "manage_course_content_add", "manage_course_content_edit",
        "manage_course_content_delete", "manage_assignments_add", "manage_assignments_edit",
        "manage_assignments_delete", *_PAGES, "view_unpublished_items", "read_forum", "moderate_forum", "create_forum",
        "read_contents", *_FILES, "read_as_admin", "read_roster", "manage_contents", "edit_syllabus", "read_wiki",
        "read_files", "read_announcements", "manage_grades", "edit_course_availability", "read_sis",
    }
)  # fmt: skip
_STUDENT_IN_COURSE: Final = frozenset(
    {"read", "read_forum", "read_announcements", "read_contents", "read_wiki", "read_files"}
)
_ANY_ADMIN: Final = frozenset({"read", "manage", "read_terms"})
"""An account's rights that come with any account role."""
_ANY_ADMIN_IN_COURSE: Final = frozenset({"read_as_admin", "view_unpublished_items", "read_contents"})
"""A course's rights that come with any account role; the last one is for lists of files and of media (folder.rb)."""
_ONE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "read": ("read_course_content",),
    "manage": ("manage_courses_admin",),
    "update": ("manage_courses_admin",),
    "edit_course_availability": ("manage_courses_admin",),
    "edit_syllabus": ("manage_course_content_edit",),
    "read_wiki": ("read_course_content", *_PAGES),
    "read_files": ("read_course_content", *_FILES),
    "manage_contents": _FILES,
}
"""The permissions any of which gives an account's administrator the right in its courses (course.rb, wiki.rb,
attachment.rb, folder.rb); any other right goes with the permission of its name."""
_ONE_OF_ONCE: Final[Mapping[str, tuple[str, ...]]] = {"edit_syllabus": ("manage_content", "manage_courses")}
"""The same where it was different in 2022 (courses_controller.rb, update)."""


@dataclass(frozen=True)
class Judge:
    """Decides on one Canvas: by its records, and by the permissions in force in its version."""

    tables: Tables
    old: bool

    def allows(self, user: User, right: str, where: Course | Account) -> bool:
        """Whether the user has the right there."""
        if right in user.denied:
            return False
        if user.role == "site-admin":
            return bool(self._keys(user, right, where) or not self._asked(right, where))
        return self._as_admin(user, right, where) or self._as_member(user, right, where)

    def administers_something(self, user: User) -> bool:
        """Whether the user administers any account."""
        return user.role == "site-admin" or bool(administrations(self.tables.authority_seen, user))

    def _asked(self, right: str, where: Course | Account) -> frozenset[str]:
        """The keys any of which gives the right to an administrator; none for what every administrator may.

        Raises LookupError for a right that goes with no permission of this version.
        """
        if right in (_ANY_ADMIN if isinstance(where, Account) else _ANY_ADMIN_IN_COURSE):
            return frozenset()
        names = (self.old and _ONE_OF_ONCE.get(right)) or _ONE_OF.get(right, (right,))
        keys = _all_keys(names, old=self.old)
        if not keys:
            raise LookupError(right)
        return keys

    def _keys(self, user: User, right: str, where: Course | Account) -> frozenset[str]:
        """The same without those that the user was denied."""
        return self._asked(right, where) - _all_keys(user.denied, old=self.old)

    def _as_admin(self, user: User, right: str, where: Course | Account) -> bool:
        account = where if isinstance(where, Account) else self.tables.accounts[where.account_id]
        if DUMMY in {where.id, account.id}:
            return False
        authority, accounts = self.tables.authority_seen, self.tables.accounts
        if right == "read_terms" and account.root_account_id is None:
            return bool(administrations(authority, user))
        if not self._asked(right, where):
            return bool(roles_at(authority, accounts, user, account))
        permissions = [in_force(old=self.old)[key] for key in self._keys(user, right, where)]
        return any(self._has(user, each, account) for each in permissions)

    def _has(self, user: User, permission: Permission, account: Account) -> bool:
        """Whether one of the user's roles has the permission there; of a root account's alone, in the root account."""
        authority, accounts = self.tables.authority_seen, self.tables.accounts
        asked = chain(accounts, account)[0] if permission.root_only else account
        roles = roles_at(authority, accounts, user, asked)
        return any(setting(authority, accounts, role, permission, asked).here for role in roles)

    def _as_member(self, user: User, right: str, where: Course | Account) -> bool:
        """As a teacher or student in the one course, or its teacher in its account."""
        if self._asked(right, where) and not self._keys(user, right, where):
            return False
        if isinstance(where, Account):
            return user.role == "teacher" and _in_account(user, right, where)
        if where.id != user.course_id:
            return False
        if user.role == "student" and where.workflow_state not in {"available", "completed"}:
            return False
        if where.workflow_state == "completed" and right not in _STUDENT_IN_COURSE:
            return False
        return right in {"teacher": _TEACHER_IN_COURSE, "student": _STUDENT_IN_COURSE}.get(user.role, frozenset())


def _all_keys(names: Iterable[str], *, old: bool) -> frozenset[str]:
    return frozenset().union(*(keys_for(name, old=old) for name in names))


def _in_account(teacher: User, right: str, account: Account) -> bool:
    """A teacher may read the account that directly contains the course, and any root account's terms."""
    if right == "read_terms":
        return account.root_account_id is None
    return right == "read" and account.id == teacher.course_account_id
