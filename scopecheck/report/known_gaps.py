"""Known gaps: a file of expected verdicts, for an institution that leaves a scope out on purpose.

```toml
[[gap]]
scope = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
verdict = "missing"
reason = "quizzes are not corrected here"
until = 2027-06-30
```

Strict both ways: a gap that is gone, has another verdict, or is past its date is a failure like any other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from scopecheck import causes
from scopecheck.profile import Profile
from scopecheck.verdict import CheckVerdict, KeyCheck, KeyResult, Proof, RunResult, ScopeResult, Verdict


@dataclass(frozen=True)
class Gap:
    """One expected verdict."""

    scope: str
    verdict: Verdict
    reason: str
    until: date
    """The last day on which it is expected."""


@dataclass(frozen=True)
class GapsFound:
    """What became of the known gaps in a run."""

    excused: Mapping[str, Gap]
    """By scope: the gaps that are as expected."""
    problems: tuple[str, ...]
    """Why others are not, one sentence each."""


NO_GAPS: Final = GapsFound({}, ())


class GapsError(ValueError):
    """A file of known gaps cannot be used; `problems` has every reason at once, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load_gaps(path: Path, profile: Profile) -> tuple[Gap, ...]:
    """The known gaps in a file; raises GapsError with all that is wrong with it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise GapsError([f"the known gaps cannot be read, {error}; give the path of a TOML file."]) from None
    except tomllib.TOMLDecodeError as error:
        raise GapsError([f"the known gaps are not valid TOML, {error} ({path}); mend that place."]) from None
    reading = _Reading(path, profile)
    gaps = reading.gaps(data)
    if reading.problems:
        raise GapsError(reading.problems)
    return gaps


def find_gaps(gaps: tuple[Gap, ...], run: RunResult, today: date) -> GapsFound:
    """Compare the expected verdicts with a run's; a scope that was not judged is neither excused nor a problem."""
    judged = {result.scope: result for result in run.scopes}
    excused, problems = {}, []
    for gap in gaps:
        result = judged.get(gap.scope)
        if result is None:
            continue
        problem = _problem(gap, result, today)
        if problem:
            problems.append(problem)
        else:
            excused[gap.scope] = gap
    return GapsFound(excused, tuple(problems))


def conformant(run: RunResult, found: GapsFound) -> bool:
    """Whether the run is a success: conformant but for what is excused, and no known gap is wrong."""
    return not found.problems and _without(run, found.excused).conformant


def is_excused(check: KeyResult, run: RunResult, excused: Collection[str]) -> bool:
    """Whether a key check failed only because the key lacks scopes that are known gaps."""
    return (
        check.check is KeyCheck.SCOPES_ON_KEY
        and check.verdict is CheckVerdict.FAILED
        and bool(run.missing_on_key)
        and set(run.missing_on_key or ()) <= set(excused)
    )


def _without(run: RunResult, excused: Mapping[str, Gap]) -> RunResult:
    """The run as it would be with the excused scopes granted."""
    return replace(
        run,
        scopes=[
            replace(result, verdict=Verdict.GRANTED, proof=Proof.PROBED) if result.scope in excused else result
            for result in run.scopes
        ],
        key=[
            replace(check, verdict=CheckVerdict.OK) if is_excused(check, run, excused) else check for check in run.key
        ],
    )


def _problem(gap: Gap, result: ScopeResult, today: date) -> str | None:
    known = f"{gap.scope} is a known gap ({gap.reason})"
    if result.verdict is Verdict.GRANTED:
        return f"{known}, but it is granted by now; take it out of the known gaps."
    if result.verdict is not gap.verdict:
        return f"{known}, but it is {result.verdict}, not {gap.verdict}; mend it, or correct the known gaps."
    if today > gap.until:
        return f"{known} only until {gap.until}; mend it, or give the known gap a later date."
    if result.cause == causes.WORKER_CRASHED.slug:
        return f"{known}, but its case ended without a verdict; run again."
    return None


_FIELDS: Final = ("scope", "verdict", "reason", "until")
_EXPECTABLE: Final = [verdict.value for verdict in Verdict if verdict is not Verdict.GRANTED]


class _Reading:
    """One file of known gaps being read, and the problems met so far."""

    def __init__(self, path: Path, profile: Profile) -> None:
        self.path = path
        self.profile = profile.name
        self.known = {str(requirement.scope) for requirement in profile.requirements}
        self.problems: list[str] = []

    def note(self, place: str, wrong: str, remedy: str) -> None:
        self.problems.append(f"{wrong} ({self.path}, {place}); {remedy}.")

    def gaps(self, data: dict[str, Any]) -> tuple[Gap, ...]:
        for name in data:
            if name != "gap":
                self.note("top", f"{name} is not known", "write each gap under a [[gap]] heading of its own")
        rows = data.get("gap", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.note("top", "gap is not a list of tables", "write each gap under a [[gap]] heading of its own")
            return ()
        gaps: dict[str, Gap] = {}
        for number, row in enumerate(rows, 1):
            gap = self.gap(f"gap {number}", row)
            if gap and gap.scope in gaps:
                self.note(f"gap {number}", f"{gap.scope} stands there twice", "remove one of the two")
            elif gap:
                gaps[gap.scope] = gap
        return tuple(gaps.values())

    def gap(self, place: str, row: dict[str, Any]) -> Gap | None:
        before = len(self.problems)
        for name in row:
            if name not in _FIELDS:
                self.note(place, f"{name} is not a field of a gap", f"write one of {', '.join(_FIELDS)}")
        for name in _FIELDS:
            if row.get(name, "") == "":
                self.note(place, f"{name} is missing", "add it")
        if row.get("scope") and row["scope"] not in self.known:
            self.note(place, f"{row['scope']} is no scope of profile {self.profile}", "copy the scope from the profile")
        if row.get("verdict") and row["verdict"] not in _EXPECTABLE:
            self.note(place, f"verdict is {row['verdict']!r}", f"write one of {', '.join(_EXPECTABLE)}")
        if row.get("reason") and not isinstance(row["reason"], str):
            self.note(place, f"reason is {row['reason']!r}", "write a text in quotes")
        until = _day(row.get("until"))
        if row.get("until") and until is None:
            self.note(place, f"until is {row['until']!r}", "write a date like 2027-06-30")
        if until is None or len(self.problems) > before:
            return None
        return Gap(row["scope"], Verdict(row["verdict"]), row["reason"], until)


def _day(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
