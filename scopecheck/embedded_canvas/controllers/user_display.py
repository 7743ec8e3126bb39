"""A user as shown with their work or to administrators (lib/api/v1/user.rb)."""

from __future__ import annotations

from typing import Any

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import Course, User


def user_record(user: User) -> dict[str, Any]:
    """One user with the login, for those who manage users."""
    given, _, family = user.name.rpartition(" ")
    return {
        "id": user.id,
        "name": user.name,
        "created_at": iso(user.created_at),
        "sortable_name": f"{family}, {given}" if given else family,
        "short_name": user.name,
        "sis_user_id": None,
        "integration_id": None,
        "sis_import_id": None,
        "login_id": user.login,
    }


def user_json(context: Context, user_id: int, course: Course) -> dict[str, Any]:
    """One user's name, picture and profile within a course."""
    user = context.tables.users[user_id]
    return {
        "id": user.id,
        "anonymous_id": f"{user.id:x}",
        "display_name": user.name,
        "avatar_image_url": f"{context.request.origin}/images/messages/avatar-50.png",
        "html_url": f"{context.request.origin}/courses/{course.id}/users/{user.id}",
        "pronouns": None,
    }
