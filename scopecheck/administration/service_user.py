"""The user that the integration acts as: looked for by its log-in, made, and given the role.

Log-ins are the same in upper and lower case (app/models/pseudonym.rb). A search finds parts of names and log-ins, and
log-ins only for who may see them (lib/user_search.rb): only a whole log-in counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scopecheck.administration.reads import ACCOUNT, lacking, rows
from scopecheck.administration.rights import ADMINS, LOGINS, USERS
from scopecheck.canvas.ids import IdForm, same_id
from scopecheck.config.settings import SettingsError
from scopecheck.model.call import Call
from scopecheck.model.foreign_text import clean
from scopecheck.transport.client import CanvasClient

SHORTEST: Final = 3
"""Characters of a log-in that can be searched for (lib/search_term_helper.rb)."""
LONGEST: Final = 100
"""Characters of a log-in (app/models/pseudonym.rb)."""
_MOST_SIMILAR: Final = 5


@dataclass(frozen=True)
class FoundUser:
    """One user, as Canvas shows it to an administrator."""

    user_id: str
    name: str
    login: str

    def __str__(self) -> str:
        return clean(f"{self.name} ({self.user_id}, log-in {self.login})")


@dataclass(frozen=True)
class Search:
    """Who has a log-in."""

    user: FoundUser | None
    similar: tuple[FoundUser, ...] = ()
    """Some of those who were found as well, but whose log-in is another."""


def require_login(login: str) -> None:
    """Raises SettingsError for a log-in that cannot be searched for, or that nobody can have."""
    if len(login.strip()) < SHORTEST:
        raise SettingsError(
            [f"--login is {login!r}; Canvas searches for no log-in of fewer than {SHORTEST} characters."]
        )
    if not login.strip().isprintable() or len(login.strip()) > LONGEST:
        raise SettingsError(
            [f"--login is {login!r}; a log-in has no more than {LONGEST} characters, all of which can be printed."]
        )


def find_user(admin: CanvasClient, login: str) -> Search:
    """The user with this log-in. Raises SettingsError if several have it, or log-ins are not shown; and NotRead."""
    found = rows(admin, f"{ACCOUNT}/users", "the users of the root account", USERS, [("search_term", login)])
    if found and not any("login_id" in row for row in found):
        raise SettingsError([lacking(LOGINS, "see log-ins")])
    users = [user for user in map(_user, found) if user]
    exact = [user for user in users if user.login.lower() == login.lower()]
    if len(exact) > 1:
        raise SettingsError(
            [f"{len(exact)} users have the log-in {clean(login)}: {', '.join(map(str, exact))}. Give the right one the "
             "role by hand (Admin > Settings > Admins > + Account Admins), and leave --login out."]
        )  # fmt: skip
    return Search(exact[0] if exact else None, tuple(user for user in users if user not in exact)[:_MOST_SIMILAR])


def creation(login: str, name: str) -> Call:
    """The call that makes a user of whom nobody is told: no message about the user, the log-in or the address."""
    body = {
        "user": {"name": name, "skip_registration": True, "terms_of_use": True},
        "pseudonym": {"unique_id": login, "send_confirmation": False},
        "communication_channel": {"skip_confirmation": True},
    }
    return Call("POST", f"{ACCOUNT}/users", json=body, has_json=True)


def made_user(record: Mapping[str, Any], login: str) -> FoundUser | None:
    """The user that Canvas says it has made; None if it shows another log-in."""
    user = _user({"login_id": login, **record})
    return user if user and user.login.lower() == login.lower() else None


def assignment(user_id: str, role_id: str) -> Call:
    """The call that makes a user an administrator of the root account; a second one changes nothing."""
    body = {"user_id": user_id, "role_id": role_id, "send_confirmation": False}
    return Call("POST", f"{ACCOUNT}/admins", json=body, has_json=True)


def assignments(admin: CanvasClient, user_id: str) -> list[dict[str, Any]]:
    """With which roles the user administers the root account: Canvas's rows. Raises SettingsError and NotRead."""
    found = rows(admin, f"{ACCOUNT}/admins", "the administrators of the root account", ADMINS, [("user_id[]", user_id)])
    return [row for row in found if is_row_of(row, user_id)]


def is_row_of(row: Mapping[str, Any], user_id: str) -> bool:
    """Whether a row of administrators is a live one of this user."""
    user = row.get("user")
    return isinstance(user, dict) and same_id(user.get("id"), user_id) and row.get("workflow_state") != "deleted"


def _user(row: Mapping[str, Any]) -> FoundUser | None:
    if not IdForm.NUMBER.fits(row.get("id")):
        return None
    return FoundUser(str(row["id"]), str(row.get("name") or "without a name"), str(row.get("login_id") or "not shown"))
