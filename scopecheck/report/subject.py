"""What a report is about: the profile, the run, and everything derived from them, computed once for all reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from scopecheck.canvas.scope_names import box, has_no_box
from scopecheck.model.clean import cleaned
from scopecheck.model.known_gap import NO_GAPS, Gap, GapsFound
from scopecheck.model.profile import OptionalGroup, Profile
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.model.verdict import KeyResult, RunResult, ScopeResult, Verdict
from scopecheck.report.actions import Action, actions
from scopecheck.report.diff import Comparison, compare
from scopecheck.report.headline import Headline, headline, one_cause
from scopecheck.report.known_gaps import conformant, is_excused
from scopecheck.report.matrix import Row, matrix
from scopecheck.report.scopes_json import document

KNOWN_GAP: Final = "known gap"
OPTIONAL: Final = "optional"
"""Why something that is wrong does not count."""


@dataclass(frozen=True)
class Lost:
    """What is lost because some scopes of an optional group are missing."""

    name: str
    without: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """One run, ready to be reported. `baseline` is the document of an earlier run to compare it with."""

    profile: Profile
    found: RunResult
    gaps: GapsFound = NO_GAPS
    baseline: ScopesDocument | None = None

    @cached_property
    def run(self) -> RunResult:
        """The run, without characters that no report can show."""
        return cleaned(self.found)

    @cached_property
    def conformant(self) -> bool:
        """Whether the run passed, known gaps considered."""
        return conformant(self.run, self.gaps)

    @property
    def tested_nothing(self) -> bool:
        """Whether the run ended before its first case: then there is nothing for machines to read or compare."""
        return bool(self.run.ended) and not self.run.scopes

    @cached_property
    def document(self) -> ScopesDocument:
        """The content of scopes.json."""
        return document(
            self.run,
            conformant=self.conformant,
            headline=self.headline.sentence,
            optional={scope: group.name for scope, group in self.gaps.optional.items()},
        )

    @cached_property
    def headline(self) -> Headline:
        """The outcome in one sentence."""
        return headline(self.profile, self.run, self.gaps)

    @cached_property
    def actions(self) -> list[Action]:
        """What to do, in order."""
        return actions(self.profile, self.run, self.gaps.accepted)

    @cached_property
    def rows(self) -> list[Row]:
        """The matrix."""
        return matrix(self.profile, self.run)

    @cached_property
    def changes(self) -> Comparison | None:
        """What changed since the baseline; None without one."""
        return compare(self.baseline, self.document) if self.baseline else None

    @cached_property
    def one_cause(self) -> ScopeResult | None:
        """One of the results if a single cause is behind all of them; reports say it once, not with each scope."""
        return one_cause(self.run)

    @cached_property
    def shared_message(self) -> str | None:
        """The message that all scopes share because of their one cause."""
        shared = self.one_cause
        alike = shared and all(result.message == shared.message for result in self.run.scopes)
        return shared.message if shared and alike else None

    @property
    def explanation(self) -> list[str]:
        """What follows the headline: why it is no real test, what the cause means, and what was observed."""
        means, seen = self.headline.beside, self.shared_message or ""
        # If both begin alike, the observation says it all.
        texts = (self.headline.note, means if _clause(means) != _clause(seen) else "", seen)
        return [text for text in texts if text]

    @property
    def missing(self) -> list[str]:
        """The scopes to add to the key or the token, in the profile's order: what the copy button copies."""
        to_select = {box.scope for action in self.actions for boxes in action.boxes for box in boxes.boxes}
        refused = {result.scope for result in self.run.scopes if result.verdict is Verdict.MISSING}
        lacking = {scope for scope in refused - self.gaps.accepted if not has_no_box(scope, self.run.names)}
        return [box(row.scope, self.run.names).name for row in self.rows if row.scope in to_select | lacking]

    def gap(self, result: ScopeResult | None) -> Gap | None:
        """The known gap that excuses a result."""
        return self.gaps.excused.get(result.scope) if result else None

    def optional(self, result: ScopeResult | None) -> OptionalGroup | None:
        """The optional group that allows a missing scope to be missing."""
        return self.gaps.optional.get(result.scope) if result else None

    def is_excused(self, check: KeyResult) -> bool:
        """Whether a key check failed only because of scopes that do not count."""
        return is_excused(check, self.run, self.gaps.accepted)

    def excuse(self, result: ScopeResult | KeyResult | None) -> str:
        """Why something that is wrong does not count, in a word or two; empty if it counts or is right."""
        if isinstance(result, KeyResult):
            known = set(self.run.missing_on_key or ()).intersection(self.gaps.excused)
            return (KNOWN_GAP if known else OPTIONAL) if self.is_excused(result) else ""
        return KNOWN_GAP if self.gap(result) else OPTIONAL if self.optional(result) else ""

    @property
    def lost(self) -> list[Lost]:
        """What the missing optional scopes take away, group by group."""
        return [
            Lost(group.name, group.without, tuple(scopes))
            for group in self.profile.optional
            if (scopes := self.gaps.lost.get(group.name))
        ]

    def step(self, result: ScopeResult | KeyResult) -> int | None:
        """The number of the action that fixes a result."""
        for number, action in enumerate(self.actions, 1):
            name = result.scope if isinstance(result, ScopeResult) else result.check
            if result.cause in (action.cause, *action.also) and name in (*action.scopes, *action.checks):
                return number
        return None


def _clause(text: str) -> str:
    return re.split("[.:]", text, maxsplit=1)[0]
