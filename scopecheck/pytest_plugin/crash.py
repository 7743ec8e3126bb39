"""A case that ended without a verdict: its worker crashed, or an error in this suite ended it."""

from __future__ import annotations

from scopecheck.model.causes import WORKER_CRASHED
from scopecheck.model.clean import cleaned
from scopecheck.model.profile import Requirement
from scopecheck.model.verdict import ScopeResult, Verdict


def crashed(requirement: Requirement, last_words: str) -> ScopeResult:
    """The verdict in place of the missing one: unproved."""
    return cleaned(
        ScopeResult(
            scope=str(requirement.scope),
            section=requirement.section,
            verdict=Verdict.UNPROVED,
            proof=None,
            cause=WORKER_CRASHED.slug,
            message=f"{WORKER_CRASHED.means} {last_words}".strip(),
            remedy=WORKER_CRASHED.remedy_for(),
            requests=0,
        )
    )
