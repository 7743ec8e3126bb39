"""Access: users, developer keys, tokens, and the steps to a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scopecheck.embedded_canvas.moments import now


@dataclass
class User:
    """Somebody who can log in."""

    id: int
    name: str
    role: str
    """`site-admin`, `teacher` or `student` (enrolled in one course); with others the user's account roles count."""
    denied: frozenset[str] = frozenset()
    """Rights and permissions that the user lacks, whatever the role says."""
    course_id: int | None = None
    """The course that a teacher or student is enrolled in."""
    course_account_id: int | None = None
    """The account that this course sits in."""
    workflow_state: str = "registered"
    """`registered`; with `creation_pending` or `deleted`, requests count as anonymous."""
    pseudonym: str = "active"
    """The user's login for this account: `active`, `suspended` or `none`."""
    language: str = "en"
    """`en`, `es` or `xx` (translations.py)."""
    login: str | None = None
    created_at: datetime = field(default_factory=now)

    @property
    def is_enrolled(self) -> bool:
        """Whether the user is enrolled in the one course."""
        return self.role in {"teacher", "student"}


@dataclass
class DeveloperKey:
    """A developer key, with its account bindings."""

    id: int
    name: str
    secret: str
    scopes: list[str]
    require_scopes: bool
    allow_includes: bool
    redirect_uris: list[str]
    workflow_state: str = "active"
    binding: str = "on"
    """The owner's setting: `on`, `off`, or `allow`, which lets this root account decide."""
    owner: str = "root-account"
    """`root-account`, `site-admin`, or `other-account`: the parent in a consortium."""
    auto_expire_tokens: bool = True
    is_lti_key: bool = False
    root_binding: str | None = None
    """This root account's own setting for an inherited key."""
    redirect_uri: str | None = None
    """The legacy single redirect URI, which old Canvas matches by host."""
    trusted: bool = False
    """Issues tokens without asking the user."""
    replace_tokens: bool = False
    visible: bool = True
    """Whether accounts that inherit the key see it."""
    test_cluster_only: bool = False
    texts: dict[str, str | None] = field(default_factory=dict)
    """Columns without effect: email address, notes, icon, vendor."""
    created_at: datetime = field(default_factory=now)


@dataclass
class AccessToken:
    """An access token, with the refresh token issued with it."""

    id: int
    token: str
    user_id: int
    key_id: int
    scopes: list[str]
    refresh_token: str | None = None
    workflow_state: str = "active"
    expires_at: datetime | None = None
    """When the token expires; a refresh adds another hour."""
    permanent_expires_at: datetime | None = None
    last_used_at: datetime | None = None
    real_user_id: int | None = None
    """Who authorized the key while acting as the user."""


@dataclass
class AuthorizationCode:
    """A code that a user gave to an integration, valid for one token."""

    code: str
    key_id: int
    user_id: int
    scopes: list[str]
    created_at: datetime
    challenge: str | None = None
    """PKCE's S256 challenge."""
    real_user_id: int | None = None
    """Who clicked Authorize while acting as the user."""


@dataclass
class AuthorizationRequest:
    """What `/login/oauth2/auth` was asked, kept in the session until the user answers."""

    key_id: int
    redirect_uri: str
    scopes: list[str]
    state: str | None
    challenge: str | None = None
    csrf: str | None = None
    """The consent page's own token, against cross-site requests."""


@dataclass
class Session:
    """A browser's session; `user_id` once somebody logged in."""

    id: str
    user_id: int | None = None
    request: AuthorizationRequest | None = None
