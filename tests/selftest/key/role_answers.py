"""The API of roles as a real Canvas of 2022 answered it: `accounts/:id/admins` and `accounts/:id/roles`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.selftest.exercises.sweep import ALLY

SIGNED: Final = {"X-Request-Context-Id": "0", "X-Canvas-User-Id": "10000000000103"}
USER: Final = "10000000000101"
OLD_KEYS: Final = frozenset(
    {
        "read_announcements", "manage_assignments", "manage_content", "read_course_content", "manage_course_visibility",
        "manage_courses", "read_course_list", "moderate_forum", "read_forum", "lti_add_edit", "manage_files_add",
        "manage_files_edit", "manage_files_delete", "manage_wiki_create", "manage_wiki_update", "become_user",
    }
)  # fmt: skip
"""The keys in force on a Canvas of 2022 that Ally asks for."""


def keys() -> frozenset[str]:
    """All keys that Ally asks for."""
    return (
        frozenset(key for permission in ALLY.role.permissions for key in permission.all_keys) if ALLY.role else OLD_KEYS
    )


NEW_KEYS: Final = keys() - {"manage_assignments", "manage_content", "manage_courses", "lti_add_edit"}
"""The keys in force today that Ally asks for."""


def role(number: int, label: str, on: Mapping[str, bool]) -> dict[str, Any]:
    """One role's record; a key that is not in force is not shown."""
    permissions = {key: {"enabled": value, "locked": False, "readonly": False} for key, value in on.items()}
    return {
        "id": number, "role": label, "label": label, "base_role_type": "AccountMembership", "workflow_state": "active",
        "is_account_role": True, "permissions": permissions,
    }  # fmt: skip


def admin(role_id: int, user: int = 101, state: str = "active") -> dict[str, Any]:
    """One row of who administers an account."""
    user_record = {"id": user, "name": "Ally", "login_id": "ally"}
    return {"id": 900 + role_id, "role": "x", "role_id": role_id, "user": user_record, "workflow_state": state}


@dataclass
class RolesApi(httpx.BaseTransport):
    """Answers the API of roles, by account; everything else goes to a Canvas behind it, if there is one."""

    admins: dict[str, Any]
    roles: dict[str, Any]
    canvas: httpx.BaseTransport | None = None
    status: int = 200
    more_pages: bool = False
    asked: list[str] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The list, empty for an account that is not known."""
        found = re.fullmatch(r"/api/v1/accounts/(\w+)/(admins|roles)", request.url.path)
        if not found:
            assert self.canvas is not None
            return self.canvas.handle_request(request)
        self.asked.append(str(request.url.query.decode()))
        rows = {"admins": self.admins, "roles": self.roles}[found[2]].get(found[1], [])
        headers = dict(SIGNED)
        if self.more_pages:
            headers["Link"] = f'<{request.url}&page=2>; rel="next"'
        refused = {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
        return httpx.Response(self.status, json=rows if self.status == 200 else refused, headers=headers)
