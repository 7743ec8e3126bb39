"""What remedies call the things of one run: the key, the user behind the token, and where to authorize again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scopecheck.installation import CLI

SUITE: Final = f"{CLI} authorize"
"""Where this suite's own token comes from; the integration has another one."""


@dataclass(frozen=True)
class Named:
    """The words of one run for what its remedies speak of; without any, what every run could say."""

    key: str = "the integration's key"
    """The key as its list in Canvas shows it."""
    user: str = "the user that the integration acts as"
    integration: str = ""
    """Where the integration itself is authorized."""

    @property
    def again(self) -> str:
        """Who authorizes again, and where: the integration and this suite each have a token of their own."""
        own = f"the integration in {self.integration}" if self.integration else "the integration where it is set up"
        return f"authorize again as {self.user}: {own}, and this suite with {SUITE}"

    @property
    def words(self) -> dict[str, str]:
        """What `Cause.remedy_for` takes."""
        return {"key": self.key, "user": self.user, "again": self.again}


def key_of(client_id: str | None, name: str | None = None) -> str:
    """The key as Canvas's list of keys shows it; its name is in its record, and without that nobody knows it."""
    if client_id is None:
        return name or Named.key
    return f"{name} (ID {client_id})" if name else f"the key with the ID {client_id}"


def user_of(user_id: str | None, name: str | None = None) -> str:
    """The user behind the token, as far as an answer named them."""
    if user_id is None:
        return Named.user
    return f"{name} (user {user_id})" if name else f"user {user_id}"


UNNAMED: Final = Named()
"""The words before anything is known of a run."""
