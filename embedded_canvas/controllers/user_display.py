"""A user as shown beside what they made (lib/api/v1/user.rb, user_display_json)."""

from __future__ import annotations

from typing import Any

from embedded_canvas.context import Context
from embedded_canvas.records import Course


def user_json(context: Context, user_id: int, course: Course) -> dict[str, Any]:
    """Name, picture and profile of one user, within a course."""
    user = context.tables.users[user_id]
    return {
        "id": user.id,
        "anonymous_id": f"{user.id:x}",
        "display_name": user.name,
        "avatar_image_url": f"{context.request.origin}/images/messages/avatar-50.png",
        "html_url": f"{context.request.origin}/courses/{course.id}/users/{user.id}",
        "pronouns": None,
    }
