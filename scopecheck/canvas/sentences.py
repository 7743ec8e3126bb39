"""Canvas's own sentences in error bodies: what decides only where headers and members leave it open.

The scope and token messages are never translated; the others are (authentication_methods.rb,
application_controller.rb).
"""

from __future__ import annotations

from typing import Final

SCOPE_MISSING: Final = "Insufficient scopes on access token."

INVALID: Final = "Invalid access token."
EXPIRED: Final = "Expired access token."
REVOKED: Final = "Revoked access token."

NOT_LOGGED_IN: Final = "user authorization required"

TAB_DISABLED: Final = "That page has been disabled for this course"
"""The 404 of a list whose tab the course has switched off (application_controller.rb)."""

BLUEPRINT_LOCK: Final = "locked by Master Course"
"""Part of the refusal to change what a blueprint locks (master_courses/restrictor.rb)."""

ROLE_REFUSED: Final = frozenset({
    "user not authorized to perform that action",
    "Unauthorized to delete this file",
    "Cannot delete a file that has been submitted as part of an assignment",
})  # fmt: skip

NOT_FOUND: Final = frozenset({
    "The specified resource does not exist.",
    "page not found",
    TAB_DISABLED,
})  # fmt: skip

CONTENT_REFUSED: Final = frozenset({
    "Terms only belong to root_accounts.",
    "Can't set folder path and folder id",
    "invalid on_duplicate option",
    "file size exceeds quota",
    "file already exists; use on_duplicate='overwrite' or 'rename'",
    "This file must have usage_rights set before it can be published.",
    "The user_entered_title parameter must have a value",
})  # fmt: skip

THROTTLED: Final = "Rate Limit Exceeded"
NO_USER_AGENT: Final = "valid user agent"

WHOLE: Final = frozenset({SCOPE_MISSING, INVALID, EXPIRED, REVOKED, NOT_LOGGED_IN}) | (
    ROLE_REFUSED | NOT_FOUND | CONTENT_REFUSED
)
"""Every sentence that is recognized as a whole."""

PARTS: Final = (TAB_DISABLED, BLUEPRINT_LOCK, THROTTLED, NO_USER_AGENT)
"""What is recognized wherever it stands in a text."""

_DEEPEST: Final = 8
"""How far down an error body is read; Canvas's own are not half as deep."""


def sentences(body: object, depth: int = 0) -> list[str]:
    """Every `message` string of an error body, outermost first."""
    if depth == _DEEPEST:
        return []
    if isinstance(body, list):
        return [text for item in body for text in sentences(item, depth + 1)]
    if not isinstance(body, dict):
        return []
    own = [body["message"]] if isinstance(body.get("message"), str) else []
    return own + [text for key, value in body.items() if key != "message" for text in sentences(value, depth + 1)]
