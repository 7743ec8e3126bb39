"""Every state the embedded Canvas can be in, as one plain object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong between client and Canvas on matching requests.

    `match` is a regular expression searched in "VERB /path"; `times` is how often it happens (None: always),
    after `skip` matching requests have passed.
    """

    kind: Literal[
        "500",
        "502",
        "503-html",
        "throttle-403",
        "throttle-429",
        "html-200",
        "sso-redirect",
        "reset",
        "truncate",
        "not-json",
        "hang",
        "other-software",
    ]
    match: str = ""
    times: int | None = None
    skip: int = 0


@dataclass(frozen=True)
class CanvasConfig:
    """The setup of one embedded Canvas; the defaults are a setup with nothing wrong."""

    integration: Literal["complete", "absent"] = "complete"
    """`absent`: nothing of the integration is there yet: no key, no token, no user, no role and no sandbox course."""

    # The developer key
    scopes: tuple[str, ...] = ()
    """The scopes that a correct key carries; the caller passes those of its profile."""
    missing_on_key: frozenset[str] = frozenset()
    missing_on_token: frozenset[str] = frozenset()
    """Scopes missing from the token alone (a token older than the scope)."""
    enforce_scopes: bool = True
    allow_includes: bool = True
    key_state: Literal["on", "off", "allow"] = "on"
    """The key's account binding."""
    key_workflow: Literal["active", "inactive", "deleted"] = "active"
    key_kind: Literal["api", "lti"] = "api"
    """`lti`: a public-JWK key; it enforces scopes and has no `url:` scope."""
    key_owner: Literal["root-account", "site-admin", "other-account"] = "root-account"
    redirect_uris: tuple[str, ...] = ()
    """Redirect URIs on the key; if empty, one in the form that Ally asks for."""
    auto_expire_tokens: bool = True

    # The token
    token_state: Literal["active", "expired", "permanently-expired", "revoked", "unknown", "personal"] = "active"
    """`personal` is a user-generated token: it belongs to the default key and is never scope-checked."""

    masquerading: bool = False
    """Whether the key is authorized by an administrator who acts as the user."""

    # The user behind the token
    role: Literal["admin", "site-admin", "teacher", "student", "ally", "sub-account-admin"] = "admin"
    """`ally`: administrator of the root account with a role that has just the permissions that Anthology asks for;
    `sub-account-admin`: of the sub-account of the sandbox course."""
    denied: frozenset[str] = frozenset()
    """Permissions that the role lacks, by Canvas's names (`manage_wiki_update`, …) of either version: one that is not
    in force stands for those that rule in its place."""
    denied_below: tuple[str, ...] = ()
    """Permissions that an account role lacks in a sub-account alone, each as `ACCOUNT:PERMISSION`."""
    role_cache: bool = False
    """Whether a change of a role goes unseen until the cache is emptied (Canvas.empty_cache)."""
    language: Literal["en", "es", "xx"] = "en"
    """The user's language; `xx` is an invented one."""
    owns_media: bool = True
    """Whether the media object in the sandbox course was made by the token's user."""

    # Canvas's version and setup
    version: Literal["new", "old", "ancient"] = "new"
    """`old`: permission refusals answer 401, "Expired"/"Revoked" read "Invalid", pages are `:url`,
    the out-of-band redirect URI is accepted for every key, refresh refusals say `invalid_request`.
    `ancient`: all that, and scopes that the key lacks are refused by a 400 that lists none (before about 2020)."""
    storage: Literal["local", "s3", "inst-fs"] = "local"
    storage_quota_mb: int = 500
    """Megabytes of files that a course may hold."""
    kaltura: bool = True
    blueprint: bool = True
    """Whether the sandbox course is associated with a blueprint and has had one sync."""
    blueprint_locked: bool = False
    content: Literal["full", "empty", "linked"] = "full"
    """What the sandbox course holds: `full`: plain content; `empty`: nothing; `linked`: only content with
    Canvas links and media, which Canvas rewrites on the way in and out."""
    block_editor: Literal["off", "some", "all"] = "off"
    """Whether some or all of the sandbox course's pages were made with the block editor, which today's Canvas can have
    in place of the rich content editor; such a page has no body."""
    course_state: Literal["unpublished", "available", "completed", "deleted"] = "unpublished"
    course_dates: bool = False
    """Whether the sandbox course has start and end dates, which any PUT would set to null."""
    active_students: int = 0
    sandbox_is_blueprint: bool = False
    disabled_tabs: frozenset[str] = frozenset()
    """Disabled course tabs: `pages`, `quizzes`. Their lists are 404 for everybody."""
    mobile_branding: bool = False
    """Whether the account theme has mobile CSS and JS, so that `<link>` and `<script>` surround HTML that is read."""
    error_report_ids: bool = True
    """Whether Canvas files error reports, whose numbers are in the refusals of a missing scope."""
    scopes_renamed: Mapping[str, str] = field(default_factory=dict)
    """Scopes that have another name on this Canvas. Its keys, tokens and scopes API know only that name."""

    # The network
    throttle: bool = True
    bucket_size: int = 600
    latency_ms: int = 0
    proxy_strips_headers: bool = False
    """Whether a proxy in front of Canvas passes on none of the headers that only Canvas has."""
    faults: tuple[Fault, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether this Canvas is some years old (`ancient` included)."""
        return self.version != "new"
