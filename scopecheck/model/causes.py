"""The failure modes: for each a slug, what it means in one sentence, and what to do about it.

Remedies are templates. They may name {scope}, {section}, {key} (what the key screen calls the key),
{permission} and {detail}; `Cause.remedy_for` fills them in. The words are those of Canvas's own screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Cause:
    """One way in which a key, a token, a role or a target fails."""

    slug: str
    means: str
    remedy: str

    def remedy_for(
        self, *, scope: str = "", section: str = "", key: str = "", permission: str = "", detail: str = ""
    ) -> str:
        """The remedy with its names filled in."""
        text = self.remedy.format(
            scope=scope,
            section=section,
            key=key or "the integration's key",
            permission=permission or "the permission that this endpoint asks for",
            detail=detail,
        )
        return " ".join(text.split())


EDIT_KEY: Final = "In Canvas, open Admin > Developer Keys > {key} > Edit"
AUTHORIZE_AGAIN: Final = "then authorize the integration again, since a token keeps the scopes it was issued with"

SCOPE_MISSING_ON_KEY = Cause(
    "scope-missing-on-key",
    "The developer key does not carry the scope.",
    f"{EDIT_KEY}, section {{section}}: tick {{scope}} and save; {AUTHORIZE_AGAIN}.",
)
TOKEN_NOT_REAUTHORIZED = Cause(
    "token-not-reauthorized",
    "The key carries the scope, the token does not: it was issued before the scope was added.",
    "Nothing to tick: authorize the integration again with all its scopes and use the new token.",
)
TOKEN_KILLED = Cause(
    "token-killed-by-scope-removal",
    "The token was revoked: Canvas deletes all tokens of a key when a scope is taken off it.",
    "Authorize the integration again. Never take a scope off a key that is in use.",
)
SCOPES_NOT_ENFORCED = Cause(
    "scopes-not-enforced",
    "Canvas let a call through that no scope of the key allows: scopes are not enforced for this token.",
    f"{EDIT_KEY}: switch Enforce Scopes on and save. Use a token issued through this key, not one made under "
    "Account > Settings > New Access Token.",
)
SCOPE_NAME_STALE = Cause(
    "scope-name-stale",
    "This Canvas does not know the scope by this name.",
    f"{EDIT_KEY}, section {{section}}: tick this Canvas's name for {{scope}}{{detail}}; {AUTHORIZE_AGAIN}.",
)
INCLUDES_NOT_ALLOWED = Cause(
    "includes-not-allowed",
    "Canvas silently leaves out what include[] asks for.",
    f"{EDIT_KEY}: tick Allow Include Parameters and save. No new token is needed.",
)
REDIRECT_URI_MISMATCH = Cause(
    "redirect-uri-mismatch",
    "The key does not have this redirect URI.",
    f"{EDIT_KEY}, Redirect URIs: paste the integration's callback exactly as in CANVAS_REDIRECT_URI "
    "(no slash at the end, right region, right client ID). Use Redirect URIs, not Redirect URI (Legacy).",
)
KEY_OFF = Cause(
    "key-off",
    "The key is switched off for this account.",
    "In Canvas, open Admin > Developer Keys of the root account and switch State of {key} to ON. "
    "An inherited key is switched in the tab Inherited.",
)
WRONG_KIND_OF_KEY = Cause(
    "wrong-kind-of-key",
    "The key has none of the API scopes: it looks like an LTI key, not an API key.",
    "In Canvas, open Admin > Developer Keys and look at {key}'s Type. If it is LTI Key: make another with + Developer "
    "Key > + API Key, and use its ID. If it is API Key: edit it, tick all the integration's scopes and save. Then "
    "authorize the integration again.",
)
KEY_UNKNOWN_HERE = Cause(
    "key-unknown-here",
    "This Canvas does not know the key, or the key is not active on it.",
    "Check CANVAS_BASE_URL and CANVAS_CLIENT_ID. If both are right: the key may be deleted, inactive, or ticked "
    "Test Cluster Only while this is production.",
)
ENVIRONMENT_RESET = Cause(
    "environment-reset",
    "What was made in a test or beta environment is gone: it was overwritten with a copy of production.",
    "{detail}: what was made here is lost then, and what was made in production since is not here yet. Check "
    "CANVAS_CLIENT_ID; if it is right make the key again, then authorize the integration again. For a nightly run take "
    "a Canvas that is not overwritten.",
)
TOKEN_POLICY = Cause(
    "token-policy",
    "The token has passed its own expiry date, as tokens have that a user made by hand.",
    "Do not make another by hand, it will end too: authorize the integration (python -m scopecheck authorize) and set "
    "CANVAS_REFRESH_TOKEN in place of CANVAS_ACCESS_TOKEN.",
)
TOKEN_EXPIRED = Cause(
    "token-expired",
    "The access token is no longer valid: it has expired, was revoked, replaced by a refresh, or is of another Canvas.",
    "Set CANVAS_REFRESH_TOKEN in place of CANVAS_ACCESS_TOKEN, so that every run fetches a fresh token; or "
    "authorize the integration again. Check that CANVAS_BASE_URL is the Canvas that issued the token.",
)
REFRESH_FAILED = Cause(
    "refresh-failed",
    "Canvas does not exchange the refresh token.",
    "{detail}",
)
SCOPES_SENT_TO_UNSCOPED_KEY = Cause(
    "scopes-sent-to-unscoped-key",
    "Canvas would not store the scopes with a token: the key does not enforce scopes, or a scope was taken off it "
    "while somebody authorized.",
    f"{EDIT_KEY}: switch Enforce Scopes on, tick all the integration's scopes and save; then authorize again.",
)
USER_LACKS_PERMISSION = Cause(
    "user-lacks-permission",
    "The scope is granted, but the user who authorized the integration may not do this.",
    "The scope is right: nothing to tick on the key. The user who authorized the integration needs: {permission} "
    "(in Canvas: Admin > Permissions).",
)
FEATURE_OFF = Cause(
    "feature-off",
    "The scope is granted, but the course has this feature switched off.",
    "In the course, open Settings > Navigation and enable {section}.",
)
WRITE_WITHOUT_EFFECT = Cause(
    "write-without-effect",
    "Canvas accepted the write, but reading back did not show it.",
    "The user who authorized the integration needs: {permission} (in Canvas: Admin > Permissions). If the user has "
    "that, look at the evidence: something between this suite and Canvas, or a lock on the object, swallows the "
    "change.",
)
REFUSED_BY_CANVAS = Cause(
    "refused-by-canvas",
    "The scope is granted, but Canvas refused the content of the call.",
    "Read Canvas's own sentence: {detail} If a blueprint locks the object, unlock it or name another sandbox course.",
)
SANDBOX_UNFIT = Cause(
    "sandbox-unfit",
    "The sandbox course cannot serve this test.",
    "{detail}",
)
TOKEN_FROM_ANOTHER_KEY = Cause(
    "token-from-another-key",
    "The token was not issued through this key.",
    "Authorize the integration with CANVAS_CLIENT_ID's key and use that token.",
)
LOOKUP_BEFORE_SCOPE = Cause(
    "lookup-before-scope",
    "This Canvas looks the course up before it checks the scope (the key belongs to another account), so a probe "
    "proves nothing here.",
    "Set a sandbox course (CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME), so that the endpoint can be "
    "exercised; or make the key in the school's own root account.",
)
THROTTLED = Cause(
    "throttled",
    "Canvas throttled the token to the end of all retries.",
    "Wait some minutes and run again with fewer calls in flight (pytest -n 1), at a time when the integration is "
    "idle: it shares the token's allowance.",
)
NOT_CANVAS_ANSWERING = Cause(
    "not-canvas-answering",
    "What answered was no usable answer of Canvas: an outage, a proxy, a log-in page, or another host.",
    "Open CANVAS_BASE_URL in a browser: it must be the Canvas host itself, not a portal in front of it. If it is, "
    "wait until Canvas is well again and repeat the run.",
)
UNEXPECTED_ANSWER = Cause(
    "unexpected-answer",
    "Canvas answered in a way that proves neither that the scope is granted nor that it is missing.",
    "Look at the evidence; repeat the run. If it stays, report the answer: this Canvas behaves in a way that is not "
    "known yet.",
)
NO_HARMLESS_PROBE = Cause(
    "no-harmless-probe",
    "No call is known that would test this scope without risk of changing something.",
    "Check the box {scope} on the key screen (section {section}) by eye.",
)
WORKER_CRASHED = Cause(
    "worker-crashed",
    "The process that judged this scope ended before it gave a verdict.",
    "Run again; if it happens again run with -n 0 and look at the first error.",
)

CAUSES: Final[dict[str, Cause]] = {value.slug: value for value in list(globals().values()) if isinstance(value, Cause)}
"""All causes by slug."""
