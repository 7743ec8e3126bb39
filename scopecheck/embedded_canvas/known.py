"""What is the same in every embedded Canvas: IDs, names, and what a client needs to use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

BEGAN: Final = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
ROOT, SCIENCE, ARTS, BIOLOGY = 1, 11, 12, 13
INTEGRATION_USER, COLLEAGUE, ADMINISTRATOR = 101, 102, 103
KEY, DEFAULT_KEY, ADMIN_KEY = 10_000_000_000_042, 10_000_000_000_001, 10_000_000_000_007
SANDBOX, BLUEPRINT, OTHER_COURSE, SECOND_OTHER = 1001, 1002, 1003, 1004
DEFAULT_TERM: Final = 301
OWN_ROLE: Final = 401
"""The integration user's account role, where it is none of the built-in ones."""
DUMMY: Final = 0
"""The ID of an account, a term and a deleted course that Canvas's own migrations create."""
SANDBOX_NAME: Final = "Ally scope check sandbox"
REDIRECT_URI: Final = "https://prod.ally.ac/api/v2/1234/auth/canvas/callback"


@dataclass(frozen=True)
class Credentials:
    """What a client needs to use this Canvas."""

    client_id: str
    client_secret: str
    redirect_uri: str
    access_token: str
    refresh_token: str
    admin_token: str
    course_id: str
    course_name: str
    login: str
    """The integration user's name on the login page, and `password`."""
    password: str


CREDENTIALS: Final = Credentials(
    client_id=str(KEY),
    client_secret="embedded-client-secret",  # noqa: S106  # made up, for a Canvas that lives for one run
    redirect_uri=REDIRECT_URI,
    access_token="1~embedded-access-token",  # noqa: S106
    refresh_token="1~embedded-refresh-token",  # noqa: S106
    admin_token="1~embedded-admin-token",  # noqa: S106
    course_id=str(SANDBOX),
    course_name=SANDBOX_NAME,
    login="ally",
    password="ally",  # noqa: S106
)
