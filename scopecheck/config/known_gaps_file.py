"""The file of known gaps: expected verdicts, for an institution that leaves a scope out on purpose.

```toml
[[gap]]
scope = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
verdict = "missing"
reason = "This school does not fix quizzes in Ally."
until = 2027-06-30
```

Strict both ways: a gap that is closed, has another verdict, or is past its date fails the run.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from scopecheck.config.file_problems import FileProblems
from scopecheck.model.known_gap import Gap
from scopecheck.model.profile import Profile
from scopecheck.model.verdict import Verdict


class GapsError(FileProblems):
    """A file of known gaps cannot be used."""


def load_gaps(path: Path, profile: Profile) -> tuple[Gap, ...]:
    """The known gaps in a file; raises GapsError with everything that is wrong with it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise GapsError([f"the known gaps cannot be read: {error}; give the path of a TOML file."]) from None
    except tomllib.TOMLDecodeError as error:
        raise GapsError([f"the known gaps are not valid TOML: {error} ({path}); fix that line."]) from None
    reading = _GapsParser(path, profile)
    gaps = reading.gaps(data)
    if reading.problems:
        raise GapsError(reading.problems)
    return gaps


_FIELDS: Final = ("scope", "verdict", "reason", "until")
_EXPECTABLE: Final = [verdict.value for verdict in Verdict if verdict is not Verdict.GRANTED]


class _GapsParser:
    """One file of known gaps being read, and the problems found so far."""

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
                self.note("top", f"{name} is not a known name", "write each gap under its own [[gap]] heading")
        rows = data.get("gap", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.note("top", "gap is not a list of tables", "write each gap under its own [[gap]] heading")
            return ()
        gaps: dict[str, Gap] = {}
        for number, row in enumerate(rows, 1):
            gap = self.gap(f"gap {number}", row)
            if gap and gap.scope in gaps:
                self.note(f"gap {number}", f"{gap.scope} is listed twice", "remove one of the two")
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
            self.note(
                place, f"{row['scope']} is not a scope of profile {self.profile}", "copy the scope from the profile"
            )
        if row.get("verdict") and row["verdict"] not in _EXPECTABLE:
            self.note(place, f"verdict is {row['verdict']!r}", f"write one of {', '.join(_EXPECTABLE)}")
        if row.get("reason") and not isinstance(row["reason"], str):
            self.note(place, f"reason is {row['reason']!r}", "write text in quotes")
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
