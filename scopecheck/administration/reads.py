"""Reading the root account with an administrator's token: whole lists, and why one cannot be read.

A fault is no answer: nothing is concluded from it, and nothing done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from scopecheck.canvas.classify import DEAD_TOKEN, Reading, read
from scopecheck.config.settings import SettingsError
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call, Query
from scopecheck.model.foreign_text import clean
from scopecheck.model.with_remedy import WithRemedy
from scopecheck.transport.client import CanvasClient

ACCOUNT: Final = "/api/v1/accounts/self"
"""The root account: roles, users and keys that an integration needs are there."""

MOST_PAGES: Final = 100
"""Of one list, each of a hundred rows; an answer can name a next page forever."""


@dataclass(frozen=True)
class Right:
    """A permission that the administrator needs."""

    key: str
    """Canvas's key for it."""
    label: str
    """What Canvas's Permissions page calls it."""


class NotRead(WithRemedy):
    """Canvas did not answer a question as only Canvas does."""


def rows(admin: CanvasClient, path: str, what: str, right: Right, query: Query = ()) -> list[dict[str, Any]]:
    """All objects of a list, page by page. Raises SettingsError if the token may not read it, and NotRead."""
    found: list[dict[str, Any]] = []
    call: Call | None = Call("GET", path, query=[*query, ("per_page", "100")])
    for _ in range(MOST_PAGES):
        if call is None:
            return found
        answer = admin.send(call)
        require_read(answer, what, right)
        if not isinstance(answer.json, list):
            raise not_read(answer, what)
        found += [row for row in answer.json if isinstance(row, dict)]
        further = answer.next_page
        call = Call("GET", further) if further and admin.owns(further) else None
    if call is not None:
        raise NotRead(f"Canvas did not list {what} within {MOST_PAGES} pages.", "Try again later.")
    return found


def require_read(answer: Answer, what: str, right: Right) -> None:
    """Raises SettingsError if the token may not read this, and NotRead if it was not read."""
    reading = read(answer)
    if reading is Reading.NOT_PERMITTED:
        raise SettingsError([lacking(right, f"list {what}")])
    if reading is Reading.SCOPE_MISSING:
        raise SettingsError(
            [f"CANVAS_ADMIN_TOKEN is limited to scopes, and may not list {what}; set it to an administrator's token "
             "that is not."]
        )  # fmt: skip
    if reading in DEAD_TOKEN:
        raise SettingsError(
            [clean(f"Canvas does not accept CANVAS_ADMIN_TOKEN ({answer.says()}); set it to a valid token of an "
                   "administrator of the root account.")]
        )  # fmt: skip
    if reading is not Reading.OK:
        raise not_read(answer, what)


def not_read(answer: Answer, what: str) -> NotRead:
    """The error for an answer that is no list of what was asked for."""
    return NotRead(
        clean(f"Canvas did not list {what} ({answer.says()})."),
        "Try again. If it fails again, the answer above says why; check CANVAS_BASE_URL, too.",
    )


def lacking(right: Right, to_do: str) -> str:
    """That the administrator lacks a permission, and where it is turned on."""
    return (
        f"The user of CANVAS_ADMIN_TOKEN may not {to_do}: that takes the permission {right.label}. Turn it on for that "
        "user's role in the root account (Admin > Permissions > Account Roles), or set CANVAS_ADMIN_TOKEN to the token "
        "of an administrator who has it."
    )
