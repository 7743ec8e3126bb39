"""The outcome of a key check: the controller concludes it from what it learned about key and token."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from scopecheck.canvas.production_copy import production_copy
from scopecheck.key import triage
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.causes import Cause
from scopecheck.model.key_facts import KeyRecord
from scopecheck.model.named import Named
from scopecheck.model.secret import KnownSecrets
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult
from scopecheck.transport import hiding
from scopecheck.transport.evidence import exchange


@dataclass(frozen=True)
class CheckOutcome:
    """One key check's outcome, before a report puts it into words."""

    verdict: CheckVerdict
    message: str
    cause: Cause | None = None
    detail: str = ""
    evidence: Sequence[Answer] = ()
    remedy: str | None = None


def ok(message: str, *evidence: Answer) -> CheckOutcome:
    """The key or token is as the integration needs it."""
    return CheckOutcome(CheckVerdict.OK, message, evidence=evidence)


def failed(cause: Cause, message: str, *evidence: Answer, detail: str = "", remedy: str | None = None) -> CheckOutcome:
    """The key or token is not as the integration needs it."""
    return CheckOutcome(CheckVerdict.FAILED, message, cause, detail, evidence, remedy)


def unproved(message: str, *evidence: Answer, cause: Cause | None = None, remedy: str | None = None) -> CheckOutcome:
    """It was checked, and nothing was learned; without a cause, the last answer decides it."""
    seen, detail = triage.why_unproved(evidence[-1]) if evidence else (causes.NOT_CANVAS_ANSWERING, "")
    return CheckOutcome(CheckVerdict.UNPROVED, message, cause or seen, detail, evidence, remedy)


def unknown_key(message: str, *evidence: Answer, record: KeyRecord | None = None) -> CheckOutcome:
    """Canvas does not know the key: by its record it is inactive; in a copy of production, the copy was overwritten."""
    if record and record.active is False:
        return failed(causes.KEY_INACTIVE, INACTIVE, record.answer)
    copy = production_copy(evidence[-1].url)
    if copy is None:
        return failed(causes.KEY_UNKNOWN_HERE, message, *evidence)
    return failed(causes.ENVIRONMENT_RESET, message, *evidence, detail=copy.detail)


INACTIVE: Final = "The key's record says that it is inactive."
"""Which Canvas tells nobody but its administrators: to all others it does not know the key, nor any of its tokens."""


NO_TOKEN: Final = "Not checked: there is no token."
DEAD_ALREADY: Final = "Not checked: the token is not alive."
"""Why a check that needs a token is not made."""


def not_checked(message: str) -> CheckOutcome:
    """It was not checked."""
    return CheckOutcome(CheckVerdict.NOT_CHECKED, message)


def key_results(checked: Mapping[KeyCheck, CheckOutcome], named: Named, secrets: KnownSecrets) -> list[KeyResult]:
    """The outcomes as reports show them, with their remedies and redacted evidence."""
    return [
        KeyResult(
            check,
            outcome.verdict,
            outcome.cause.slug if outcome.cause else None,
            outcome.message,
            outcome.remedy
            or (outcome.cause.remedy_for(detail=outcome.detail, **named.words) if outcome.cause else None),
            [exchange(answer, secrets, shown=_shown(answer)) for answer in outcome.evidence],
        )
        for check, outcome in checked.items()
    ]


def says(answer: Answer) -> str:
    """What answered, in one line, without content."""
    shown = _shown(answer)
    return answer.says() if shown is None else hiding.says(answer, shown)


def _shown(answer: Answer) -> Collection[str] | None:
    """The words of the path that may be shown: all, but no content, of what the API says; of a login page all."""
    path = urlsplit(answer.url).path
    return path.split("/") if path.startswith("/api/v1/") else None
