"""A user as shown with their work (lib/api/v1/user.rb, user_display_json)."""

from __future__ import annotations

from typing import Any

from embedded_canvas.context import Context
from embedded_canvas.records import Course


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
