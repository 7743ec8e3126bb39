"""A user authorizes the integration: the address to open, and what the browser comes back with.

Canvas takes the user through login and consent, then redirects to the redirect URI with a code or an error
(oauth2_provider_controller.rb). What it refuses before that (unknown key, redirect URI) it only shows in the browser.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from scopecheck.canvas.authorize_reading import scopes_in
from scopecheck.canvas.scope_names import Names, box
from scopecheck.model import causes
from scopecheck.model.foreign_text import clean
from scopecheck.model.secret import Secret
from scopecheck.model.told import sentence
from scopecheck.model.with_remedy import WithRemedy

_LONGEST_ADDRESS: Final = 8000
"""Characters that Canvas's servers accept in a request line (oauth_endpoints.md)."""

_CODE: Final = re.compile(r"[\w~.-]{16,512}", re.ASCII)


class NotAuthorized(WithRemedy):
    """The browser came back without a code."""


class Garbage(NotAuthorized):
    """What was pasted is neither the integration's address nor a code; the user can try again."""


@dataclass(frozen=True)
class Authorization:
    """One attempt to get the integration authorized."""

    base_url: str
    client_id: str
    redirect_uri: str
    scopes: Sequence[str]
    """The scopes to ask for, by the profile's names."""
    key_name: str
    names: Names = field(default_factory=dict)
    """This Canvas's names for them: Canvas refuses any other."""
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """Comes back from the browser unchanged; an answer without it belongs to another attempt, or to somebody else."""

    @property
    def url(self) -> str:
        """The address to open in a browser; raises NotAuthorized if it is too long for Canvas."""
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "scope": " ".join(box(scope, self.names).name for scope in self.scopes),
        }
        url = f"{self.base_url}/login/oauth2/auth?{urlencode(query)}"
        if len(url) > _LONGEST_ADDRESS:
            raise NotAuthorized(
                f"The profile's {len(self.scopes)} scopes make an address of {len(url)} characters; Canvas accepts at "
                f"most {_LONGEST_ADDRESS}.",
                "Set CANVAS_PROFILE to a profile with fewer scopes.",
            )
        return url

    def code_in(self, returned: str) -> Secret:
        """The code in what the browser came back with: a whole address, its query, or the bare code.

        Raises NotAuthorized with what Canvas said instead, or Garbage. A bare code carries no state: whoever copied it
        by hand vouches for it.
        """
        text = returned.strip().strip("<>\"'")
        if _CODE.fullmatch(text):
            return Secret(text)
        answer = _query(text)
        if "code" not in answer and "error" not in answer:
            raise Garbage(
                "This is neither an address with code= in it nor a code.",
                "Copy the whole address that the browser shows after you click Authorize, even if the page itself is "
                "an error.",
            )
        if not hmac.compare_digest(answer.get("state", "").encode(), self.state.encode()):
            raise NotAuthorized(
                "The browser came back with another state than it was sent with, so the code was not used.",
                "Start again and use the newest tab: this answer belongs to an earlier attempt, or to somebody else.",
            )
        if "error" in answer:
            raise self._refusal(answer["error"], answer.get("error_description", ""))
        if not _CODE.fullmatch(answer["code"]):
            raise Garbage("The code in this address is incomplete.", "Copy the whole address.")
        return Secret(answer["code"])

    def _refusal(self, error: str, description: str) -> NotAuthorized:
        if error in _REFUSALS:
            return NotAuthorized(*_REFUSALS[error](self, description))
        said = clean(sentence(f"{error}: {description}" if description else error))
        return NotAuthorized(f"Canvas did not authorize the integration ({said}).", "Start again.")


def _query(text: str) -> Mapping[str, str]:
    try:
        query = urlsplit(text).query
    except ValueError:
        return {}
    return dict(parse_qsl(query or text))


def _denied(_asked: Authorization, _description: str) -> tuple[str, str]:
    return (
        "The user clicked Cancel instead of Authorize.",
        "Start again, log in as the user that the integration acts for, and click Authorize.",
    )


def _scopes_refused(asked: Authorization, description: str) -> tuple[str, str]:
    listed = scopes_in(description)
    lacking = [each for each in (box(scope, asked.names) for scope in asked.scopes) if each.name in listed]
    boxes = ", ".join(map(str, lacking)) or "the integration's scopes"
    edit = causes.EDIT_KEY.format(key=asked.key_name)
    text = f"The key does not carry {boxes}: Canvas authorizes either all scopes or none."
    return text, f"{edit}, select {boxes} and save; then start again."


def _key_off(asked: Authorization, _description: str) -> tuple[str, str]:
    return causes.KEY_OFF.means, causes.KEY_OFF.remedy_for(key=asked.key_name)


def _user_not_allowed(_asked: Authorization, _description: str) -> tuple[str, str]:
    return (
        "The user who logged in is not allowed to authorize integrations.",
        "Log in as another user; or allow this user's role to create access tokens (in Canvas: Admin > Permissions).",
    )


_REFUSALS: Final[Mapping[str, Callable[[Authorization, str], tuple[str, str]]]] = {
    "access_denied": _denied,
    "invalid_scope": _scopes_refused,
    "unauthorized_client": _key_off,
    "client_not_allowed_for_user": _user_not_allowed,
}
"""Canvas's `error` codes: what each means, and what to do."""
