"""In which order an administrator handles causes: as the screens of Canvas follow each other."""

from __future__ import annotations

from typing import Final

from scopecheck.model import causes

IN_ORDER: Final = (
    # Is this the right Canvas, and does it answer?
    causes.CERTIFICATE_REFUSED,
    causes.BASE_URL_REDIRECTS,
    causes.FIREWALL,
    causes.AUTHORIZATION_LOST,
    causes.NOT_CANVAS_ANSWERING,
    causes.RUN_OUT_OF_TIME,
    causes.KEY_UNKNOWN_HERE,
    causes.KEY_INACTIVE,
    causes.ENVIRONMENT_RESET,
    causes.WRONG_KIND_OF_KEY,
    # The list of keys, then the key screen, from top to bottom. Nobody can authorize while the key is off.
    causes.KEY_OFF,
    causes.REDIRECT_URI_MALFORMED,
    causes.REDIRECT_URI_MISMATCH,
    causes.SCOPES_NOT_ENFORCED,
    causes.SCOPES_SENT_TO_UNSCOPED_KEY,
    causes.INCLUDES_NOT_ALLOWED,
    causes.SCOPE_MISSING_ON_KEY,
    causes.SCOPE_NAME_STALE,
    causes.NO_HARMLESS_PROBE,
    # The token.
    causes.TOKEN_FROM_ANOTHER_KEY,
    causes.TOKEN_KILLED,
    causes.TOKEN_POLICY,
    causes.TOKEN_EXPIRED,
    causes.REFRESH_FAILED,
    causes.TOKEN_NOT_REAUTHORIZED,
    # The user, the course, the run.
    causes.ACCOUNT_NOT_FOUND,
    causes.COURSE_NOT_FOUND,
    causes.TOKEN_USER_UNNAMED,
    causes.USER_LACKS_PERMISSION,
    causes.WRITE_WITHOUT_EFFECT,
    causes.FEATURE_OFF,
    causes.REFUSED_BY_CANVAS,
    causes.SANDBOX_UNFIT,
    causes.LOOKUP_BEFORE_SCOPE,
    causes.REFUSED_IN_UNKNOWN_WORDS,
    causes.THROTTLED,
    causes.MISDIRECTED_ANSWER,
    causes.CONTRADICTING_ANSWERS,
    causes.UNEXPECTED_ANSWER,
    causes.WORKER_CRASHED,
)
"""All causes, in the order in which an administrator handles them."""

PLACE: Final = {cause.slug: place for place, cause in enumerate(IN_ORDER)}
"""Where each cause stands in that order, by its slug."""
