"""The failure modes: for each a slug, what it means in one sentence, and what to do about it.

Remedies are templates. They may contain {scope}, {section}, {key} (what the list of keys calls the key), {user},
{again} (who authorizes again, and where), {permission} and {detail}; `Cause.remedy_for` fills them in. They use the
words of the Canvas screens, and can be followed: tests/selftest/setups does what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scopecheck.model.named import SUITE, UNNAMED


@dataclass(frozen=True)
class Cause:
    """One way in which a key, a token, a role or a target fails."""

    slug: str
    means: str
    remedy: str

    def remedy_for(
        self,
        *,
        scope: str = "",
        section: str = "",
        key: str = "",
        user: str = "",
        again: str = "",
        permission: str = "",
        detail: str = "",
    ) -> str:
        """The remedy with its names filled in."""
        text = self.remedy.format(
            scope=scope,
            section=section,
            key=key or UNNAMED.key,
            user=user or UNNAMED.user,
            again=again or UNNAMED.again,
            permission=permission or "the permission that this endpoint asks for",
            detail=detail,
        )
        return " ".join(text.split())


EDIT_KEY: Final = "In Canvas, open Admin > Developer Keys > {key} > Edit"
PASTE_CALLBACK: Final = f"{EDIT_KEY}, Redirect URIs: paste the integration's callback exactly as in CANVAS_REDIRECT_URI"
AUTHORIZE_AGAIN: Final = "A token keeps the scopes that it was issued with, so then {again}"
SELECT: Final = f"{EDIT_KEY}, select {{boxes}} and save. {AUTHORIZE_AGAIN}."
NEW_KEY: Final = (
    "create a key with + Developer Key > + API Key (redirect URI, Enforce Scopes, Allow Include Parameters and all of "
    "the integration's scopes), set its State to ON, and set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to it"
)
ACTIVATE: Final = "activate it with Canvas's API: PUT /api/v1/developer_keys/ID with developer_key[event]=activate"
COPY_SECRET: Final = "Copy the secret again, in Canvas: Admin > Developer Keys > Show Key."
NEW_TOKEN: Final = f"run {SUITE} as {{user}}"

SCOPE_MISSING_ON_KEY = Cause(
    "scope-missing-on-key",
    "The developer key does not carry the scope.",
    f"{EDIT_KEY}, section {{section}}: select {{scope}} and save. {AUTHORIZE_AGAIN}.",
)
TOKEN_NOT_REAUTHORIZED = Cause(
    "token-not-reauthorized",
    "The key carries the scope, but the token does not: it was issued before the scope was added.",
    f"The key needs no change. {AUTHORIZE_AGAIN}.",
)
TOKEN_KILLED = Cause(
    "token-killed-by-scope-removal",
    "The token was revoked: Canvas deletes all tokens of a key when a scope is removed from it.",
    "A new token is needed: {again}. Never remove a scope from a key that is in use.",
)
REDIRECT_URI_MALFORMED = Cause(
    "redirect-uri-malformed",
    "CANVAS_REDIRECT_URI is not an address to which the integration can be called back.",
    f"Set CANVAS_REDIRECT_URI to the integration's callback, which has the form {{detail}}. {EDIT_KEY}, Redirect URIs: "
    "put the same address there if it is missing, and save.",
)
SCOPES_NOT_ENFORCED = Cause(
    "scopes-not-enforced",
    "Canvas allowed a call that none of the key's scopes covers: scopes are not enforced for this token.",
    f"{EDIT_KEY}: turn Enforce Scopes on, select all of the integration's scopes, and save. {AUTHORIZE_AGAIN}.",
)
SCOPE_NAME_STALE = Cause(
    "scope-name-stale",
    "This Canvas does not list the scope under any of its known names.",
    "The key screen of this Canvas has no checkbox for this scope. Compare the scope in the profile with "
    "the key screen and correct it. If it is right, this Canvas is too old or too new for that endpoint, and the "
    "integration cannot use it here.",
)
INCLUDES_NOT_ALLOWED = Cause(
    "includes-not-allowed",
    "Canvas silently leaves out what include[] asks for.",
    f"{EDIT_KEY}: select Allow Include Parameters and save. No new token is needed.",
)
REDIRECT_URI_MISMATCH = Cause(
    "redirect-uri-mismatch",
    "The key does not have this redirect URI.",
    f"{PASTE_CALLBACK} "
    "(no trailing slash, the right region, the right client ID), and save. Use Redirect URIs, not Redirect URI "
    "(Legacy). If this is not the integration's key at all, set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to the one "
    "that is instead.",
)
KEY_OFF = Cause(
    "key-off",
    "The key is turned off for this account.",
    "In Canvas, open Admin > Developer Keys in the root account and set the State of {key} to ON. "
    "If the key is inherited, it is on the Inherited tab.",
)
WRONG_KIND_OF_KEY = Cause(
    "wrong-kind-of-key",
    "The key has none of the API scopes: either none is selected, or it is an LTI key, not an API key.",
    "In Canvas, open Admin > Developer Keys and look at the Type of {key}. If it is API Key, edit it, select all of "
    "the integration's scopes, save, and make sure that its State is ON. If it is LTI Key and the integration has "
    "another key, set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to that one. "
    f"If it has none, {NEW_KEY}. Then {{again}}.",
)
KEY_UNKNOWN_HERE = Cause(
    "key-unknown-here",
    "This Canvas does not know the key, or the key is not active here.",
    "Check CANVAS_BASE_URL, and look for {key} in Canvas under Admin > Developer Keys. If another key is the "
    "integration's, set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to that one. If the key is listed as inactive, "
    f"{ACTIVATE}. If it is marked Test Cluster Only and this is production, edit it and clear that box. If the "
    f"integration has no key here any more, {NEW_KEY}, and {{again}}.",
)
KEY_INACTIVE = Cause(
    "key-inactive",
    "The key has been deactivated.",
    f"Let an administrator {ACTIVATE}. Its tokens work again then.",
)
ACCOUNT_NOT_FOUND = Cause(
    "account-not-found",
    "The account in CANVAS_ACCOUNT_ID does not exist on this Canvas, or the user who authorized the integration may "
    "not see it.",
    "Set CANVAS_ACCOUNT_ID to the number at the end of the account's address in Canvas (…/accounts/NUMBER), or leave "
    "it unset for the root account.",
)
COURSE_NOT_FOUND = Cause(
    "course-not-found",
    "A course in CANVAS_READ_COURSE_IDS does not exist on this Canvas.",
    "The user who authorized the integration sees no course {detail}. Set CANVAS_READ_COURSE_IDS to the numbers at the "
    "end of the courses' addresses in Canvas (…/courses/NUMBER), or leave it unset, so that courses are found.",
)
ENVIRONMENT_RESET = Cause(
    "environment-reset",
    "The key or token is gone: this test or beta environment was overwritten with a copy of production.",
    "{detail}. Each copy erases what was created here, and lacks what is created in production later. Check "
    "CANVAS_CLIENT_ID. If it is right, create the key again here, then {again}. For nightly "
    "runs, use a Canvas that is not overwritten.",
)
TOKEN_POLICY = Cause(
    "token-policy",
    "The token has reached the expiration date that it was created with, as tokens created by hand do.",
    f"Do not create another token by hand: it will expire too. Instead {NEW_TOKEN}, and set CANVAS_REFRESH_TOKEN "
    "instead of CANVAS_ACCESS_TOKEN.",
)
TOKEN_EXPIRED = Cause(
    "token-expired",
    "The access token is not valid: it has expired, was revoked, was replaced by a refresh, ended when a scope was "
    "removed from the key (which ends all of the key's tokens), or was issued by another Canvas.",
    "Make sure that CANVAS_BASE_URL is the Canvas that issued the token. If it is, "
    f"{NEW_TOKEN}, and set CANVAS_REFRESH_TOKEN instead of CANVAS_ACCESS_TOKEN, so that every run gets a fresh token.",
)
REFRESH_FAILED = Cause(
    "refresh-failed",
    "Canvas refused to exchange the refresh token.",
    "{detail}",
)
SCOPES_SENT_TO_UNSCOPED_KEY = Cause(
    "scopes-sent-to-unscoped-key",
    "Canvas could not save a token with these scopes: the key does not enforce scopes, or a scope was removed from "
    "it during the authorization.",
    f"{EDIT_KEY}: turn Enforce Scopes on, select all of the integration's scopes, and save. Then {{again}}.",
)
USER_LACKS_PERMISSION = Cause(
    "user-lacks-permission",
    "The scope is granted, but the user who authorized the integration is not allowed to do this.",
    "The key needs no change. The user who authorized the integration needs: {permission} "
    "(in Canvas: Admin > Permissions > Account Roles, in the column of the user's role; or Admin > Settings > Admins, "
    "if the user is no administrator). A change takes effect when Canvas's caches have run out, after half an hour or "
    "more.",
)
TOKEN_USER_UNNAMED = Cause(
    "token-user-unnamed",
    "No answer names the token's user, so an administrator's token cannot read what the user's role allows: something "
    "between here and Canvas removes X-Canvas-User-Id from its answers.",
    "Set CANVAS_REFRESH_TOKEN, with CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET, instead of CANVAS_ACCESS_TOKEN: Canvas "
    f"names the user when it issues a token ({NEW_TOKEN} to get one); or have whoever runs the proxy between here and "
    "Canvas pass X-Canvas-User-Id on, or set CANVAS_BASE_URL to the Canvas host itself. Then run again.",
)
FEATURE_OFF = Cause(
    "feature-off",
    "The scope is granted, but this feature is turned off in the course.",
    "In the course, open Settings > Navigation and enable {section}.",
)
WRITE_WITHOUT_EFFECT = Cause(
    "write-without-effect",
    "Canvas accepted the write, but the change did not show when it was read back.",
    "The user who authorized the integration needs: {permission} (in Canvas: Admin > Permissions). If the user "
    "already has that, look at the evidence: a lock on the object, or something between this suite and Canvas, "
    "discards the change.",
)
REFUSED_BY_CANVAS = Cause(
    "refused-by-canvas",
    "The scope is granted, but Canvas rejected the content of the call.",
    "If a blueprint locks the object, unlock it or use another sandbox course. Otherwise fix what Canvas objects "
    "to: {detail}",
)
SANDBOX_UNFIT = Cause(
    "sandbox-unfit",
    "The sandbox course cannot be used for this test.",
    "{detail}",
)
TOKEN_FROM_ANOTHER_KEY = Cause(
    "token-from-another-key",
    "The token was not issued through this key.",
    f"Compare CANVAS_CLIENT_ID with the ID of the integration's key in Canvas under Admin > Developer Keys. If it is "
    "another, set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to that key, and run again. If it is the same, "
    f"{NEW_TOKEN}, and use that token, not one created under Account > Settings > New Access Token.",
)
LOOKUP_BEFORE_SCOPE = Cause(
    "lookup-before-scope",
    "This Canvas looks up the course before it checks the scope (the key belongs to another account), so a probe "
    "proves nothing.",
    "Set a sandbox course (CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME), so that the endpoint can be "
    "exercised; or create the key in the school's own root account.",
)
THROTTLED = Cause(
    "throttled",
    "Canvas throttled the token, and kept doing so through all retries.",
    "Wait a few minutes, then run again at a time when the integration is idle: both share the token's rate limit.",
)
CERTIFICATE_REFUSED = Cause(
    "certificate-refused",
    "The certificate that was shown for CANVAS_BASE_URL is not accepted, so nothing was sent.",
    "{detail}",
)
BASE_URL_REDIRECTS = Cause(
    "base-url-redirects",
    "CANVAS_BASE_URL is not Canvas's own address: it only redirects there, and the token is not sent to another host.",
    "Set CANVAS_BASE_URL to {detail}.",
)
FIREWALL = Cause(
    "firewall",
    "A firewall or proxy between here and Canvas refused the request; Canvas never saw it.",
    "Have whoever runs the firewall or proxy between here and Canvas let GET, POST, PUT and DELETE through to /api/v1 "
    "and /login/oauth2, with addresses of up to 8,000 bytes, or run this suite from another network. The integration "
    "meets the same firewall if it stands in front of Canvas.",
)
AUTHORIZATION_LOST = Cause(
    "authorization-header-lost",
    "Canvas saw no token in any request, although one was sent: something between here and Canvas drops the "
    "Authorization header.",
    "Have whoever runs the proxy between here and Canvas pass the Authorization header on, or set CANVAS_BASE_URL to "
    "the Canvas host itself. If there is no proxy, the token's user may have been deleted: authorize the integration "
    "again as another user.",
)
NOT_CANVAS_ANSWERING = Cause(
    "not-canvas-answering",
    "No usable answer came from Canvas: there is an outage, or a proxy, a login page or another host is in the way.",
    "Open CANVAS_BASE_URL in a browser: it must be the Canvas host itself, not a portal in front of it. If it is, "
    "wait until Canvas works again and repeat the run.",
)
RUN_OUT_OF_TIME = Cause(
    "run-out-of-time",
    "The time that the run may take was used up before this was tested.",
    "Canvas, or something between it and here, answers slowly or not at all: look at the evidence of the scopes that "
    "were tested. If Canvas is only slow, set CANVAS_RUN_SECONDS to more seconds; then run again.",
)
UNEXPECTED_ANSWER = Cause(
    "unexpected-answer",
    "The answer from Canvas proves neither that the scope is granted nor that it is missing.",
    "Look at the evidence and repeat the run. If the answer stays the same, report it: this suite does not know this "
    "behavior of Canvas yet.",
)
CONTRADICTING_ANSWERS = Cause(
    "contradicting-answers",
    "Asked again, Canvas answered the opposite, so neither answer counts.",
    "Run again in a few minutes: right after a change of the key or the role, Canvas's servers may not agree yet. If "
    "the answers still contradict each other, look at both in the evidence: an answer without Canvas's headers "
    "(X-Request-Context-Id, X-Canvas-Meta) comes from something between this suite and Canvas. Whoever runs that has "
    "to let Canvas answer.",
)
MISDIRECTED_ANSWER = Cause(
    "misdirected-answer",
    "What came back was Canvas's answer to another request: its headers or rows name another user, key, course or "
    "account. Something between here and Canvas mixes answers up, or keeps them and gives them to others.",
    "Have whoever runs the proxy, cache or load balancer between here and Canvas keep no answers below /api/v1, or set "
    "CANVAS_BASE_URL to the Canvas host itself; then run again. The integration may get, and show, what is meant for "
    "others until that is mended.",
)
REFUSED_IN_UNKNOWN_WORDS = Cause(
    "refused-in-unknown-words",
    "The token is accepted, but this call was refused in words that this suite does not know, without the headers of "
    "Canvas that would tell why: most likely the user who authorized the integration is not allowed to do this.",
    "Set the language of the user who authorized the integration to English (in Canvas: Account > Settings), or make "
    "the proxy in front of Canvas pass on its headers (X-Canvas-Meta, X-Canvas-User-Id, X-Request-Context-Id); then "
    "run again.",
)
NO_HARMLESS_PROBE = Cause(
    "no-harmless-probe",
    "No call is known that could test this scope without risking a change.",
    f"{EDIT_KEY} and see for yourself whether {{scope}} is selected in section {{section}}.",
)
WORKER_CRASHED = Cause(
    "worker-crashed",
    "The process that tested this scope ended before it reached a verdict.",
    "Run again. If it happens again, run with -n 0 and look at the first error.",
)

CAUSES: Final[dict[str, Cause]] = {value.slug: value for value in list(globals().values()) if isinstance(value, Cause)}
"""All causes by slug."""
