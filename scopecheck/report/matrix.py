"""The matrix: for each scope of the profile, whether the key has it, the token has it, and the endpoint works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from scopecheck.model.profile import Profile, Requirement
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, RunResult, ScopeResult, Verdict
from scopecheck.report.words import NOT_TESTED, VERDICTS, Sign, Tone

YES: Final = Sign("✓", "yes", Tone.GOOD)
NO: Final = Sign("✗", "no", Tone.BAD)
UNKNOWN: Final = Sign("?", "unknown", Tone.UNKNOWN)

WORKS: Final = Sign("✓", "works", Tone.GOOD)
PROBED: Final = Sign("✓", "probed", Tone.GOOD)
FAILS: Final = Sign("!", "fails", Tone.WARN)
REFUSED: Final = Sign("✗", "refused", Tone.BAD)

LEGEND: Final = (
    ("On key", "whether the developer key has the scope now"),
    ("On token", "whether the access token was issued with it"),
    ("Endpoint", "works: really called; probed: a harmless call passed Canvas's scope check; fails: the scope is "
                 "granted, but the call does not work; refused: Canvas refused the call because the scope is missing"),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One scope of the profile and what is known about it; `result` is None if it was not tested."""

    requirement: Requirement
    result: ScopeResult | None
    on_key: Sign
    on_token: Sign
    endpoint: Sign
    name: str
    """The scope by this Canvas's name, as far as that is known."""

    @property
    def scope(self) -> str:
        """The scope as the key screen shows it."""
        return str(self.requirement.scope)

    @property
    def canvas_name(self) -> str | None:
        """This Canvas's name for the scope, where it is known to be another."""
        return self.result.canvas_name if self.result else None

    @property
    def verdict(self) -> Sign:
        """The verdict's sign and word."""
        return VERDICTS[self.result.verdict] if self.result else NOT_TESTED


def matrix(profile: Profile, run: RunResult) -> list[Row]:
    """One row for each scope of the profile, in the profile's order."""
    results = {result.scope: result for result in run.scopes}
    enforced = not any(
        check.check is KeyCheck.SCOPES_ENFORCED and check.verdict is CheckVerdict.FAILED for check in run.key
    )
    return [_row(requirement, results, run, enforced) for requirement in profile.requirements]


def by_section(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """The rows under the headings of the key screen."""
    return [(section, list(group)) for section, group in groupby(rows, key=lambda row: row.requirement.section)]


def _row(requirement: Requirement, results: Mapping[str, ScopeResult], run: RunResult, enforced: bool) -> Row:
    scope = str(requirement.scope)
    result = results.get(scope)
    on_key = UNKNOWN if run.missing_on_key is None else NO if scope in run.missing_on_key else YES
    name = (result and result.canvas_name) or run.names.get(scope) or scope
    return Row(requirement, result, on_key, _on_token(result, enforced), _endpoint(result), name)


def _on_token(result: ScopeResult | None, enforced: bool) -> Sign:
    if result is None or result.verdict is Verdict.UNPROVED:
        return UNKNOWN
    if result.verdict is Verdict.MISSING:
        return NO
    # If scopes are not enforced, calls pass without them: they say nothing about the token.
    return YES if enforced else UNKNOWN


def _endpoint(result: ScopeResult | None) -> Sign:
    if result is None:
        return UNKNOWN
    if result.verdict is Verdict.GRANTED:
        return WORKS if result.proof is Proof.EXERCISED else PROBED
    return {Verdict.MISSING: REFUSED, Verdict.MISCONFIGURED: FAILS}.get(result.verdict, UNKNOWN)
