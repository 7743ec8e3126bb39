"""The table of several runs: a column for each, a row for each scope and key check that any of them was asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scopecheck.model.clean import cleaned
from scopecheck.model.foreign_text import clean
from scopecheck.model.scope import route_shape
from scopecheck.model.scopes_document import KeyRow, ScopeRow, ScopesDocument
from scopecheck.model.verdict import KeyCheck
from scopecheck.report.side_by_side.runs import Run, host_of, is_one_target
from scopecheck.report.words import (
    CHECK_TITLES,
    CHECKS,
    KEY_SECTION,
    NOT_TESTED,
    VERDICTS,
    Sign,
    Tone,
    counted,
    listed,
    shown_time,
)

NOT_ASKED: Final = Sign("–", "not asked", Tone.UNKNOWN)
"""A scope that the run's profile does not have."""

FACTS: Final = ("Canvas", "Account", "Started", "Mode", "Profile", "Scopes")
"""What is told of each run besides its outcome."""
UNKNOWN: Final = "–"
"""What is not known of a run that tested nothing."""

_PASSED: Final = Sign("✓", "conformant", Tone.GOOD)
_FAILED: Final = Sign("✗", "not conformant", Tone.BAD)
_SHOWN: Final = Sign("–", "demonstration, conformant", Tone.UNKNOWN)
_NOTHING: Final = Sign("?", "nothing tested", Tone.WARN)


@dataclass(frozen=True)
class Cell:
    """What one run says of a scope or key check."""

    sign: Sign
    beside: str = ""
    """The cause, or how a granted scope was proved."""
    silent: bool = False
    """Whether the run has nothing to say of it: then it differs from none."""

    def __str__(self) -> str:
        return f"{self.sign.sign} {self.words}"

    @property
    def words(self) -> str:
        """The same without the sign."""
        return f"{self.sign.word} ({self.beside})" if self.beside else self.sign.word


@dataclass(frozen=True)
class Row:
    """One scope or key check in all runs."""

    name: str
    cells: tuple[Cell, ...]
    is_scope: bool = True

    @property
    def differs(self) -> bool:
        """Whether the runs that say something of it say different things."""
        return len({cell for cell in self.cells if not cell.silent}) > 1


@dataclass(frozen=True)
class Group:
    """The rows under one heading of the key screen, or the key checks."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Head:
    """What one run was, and came to."""

    run: Run
    outcome: Sign
    facts: dict[str, str]
    """By their names in FACTS."""


@dataclass(frozen=True)
class Table:
    """All runs, in the order of their columns."""

    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    target: str
    """The one Canvas that all have tested; empty if there are several."""

    @property
    def different(self) -> list[Row]:
        """The rows in which not all runs say the same."""
        return [row for group in self.groups for row in group.rows if row.differs]

    @property
    def alike(self) -> dict[str, str]:
        """What is the same for all runs that tested something."""
        known = [head.facts for head in self.heads if head.run.found]
        return {name: known[0][name] for name in FACTS if len({facts[name] for facts in known}) == 1}

    @property
    def sentence(self) -> str:
        """What is compared, and how much differs."""
        scopes = sum(row.is_scope for row in self.different)
        checks = len(self.different) - scopes
        parts = [counted(scopes, "scope")] * bool(scopes) + [counted(checks, "key check")] * bool(checks)
        what = f"{counted(len(self.heads), 'run')} of {self.target}" if self.target else f"{len(self.heads)} runs"
        verb = "differs" if scopes + checks == 1 else "differ"
        return f"{what}: {listed(parts)} {verb}." if parts else f"{what}: nothing differs."


def line_up(runs: Sequence[Run]) -> Table:
    """The table of these runs; every text in it is fit to be shown, whatever the documents have in them."""
    columns = [
        replace(run, name=clean(run.name), note=clean(run.note), found=cleaned(run.found) if run.found else None)
        for run in runs
    ]
    found = [run.found for run in columns]
    known = [each for each in found if each]
    target = host_of(known[0]) if known and len(known) == len(found) and is_one_target(known) else ""
    return Table(tuple(map(_head, columns)), tuple(_groups(found)), target)


def _head(run: Run) -> Head:
    found = run.found
    if found is None:
        return Head(run, _NOTHING, dict.fromkeys(FACTS, UNKNOWN))
    target = found.target
    outcome = (_SHOWN if target.embedded else _PASSED) if found.conformant else _FAILED
    counts = [f"{number} {verdict}" for verdict, number in found.counts.items() if number]
    values = (
        f"embedded, for demonstration ({target.base_url})" if target.embedded else target.base_url,
        target.account_id,
        shown_time(found.started_at),
        found.mode,
        found.profile,
        ", ".join(counts) or "none tested",
    )
    return Head(run, outcome, dict(zip(FACTS, values, strict=True)))


def _groups(found: Sequence[ScopesDocument | None]) -> Iterator[Group]:
    checks = [{row.check: row for row in each.key} if each else {} for each in found]
    rows = [
        _row(CHECK_TITLES[check], [each.get(check) for each in checks], found, is_scope=False)
        for check in KeyCheck
        if any(check in each for each in checks)
    ]
    if rows:
        yield Group(KEY_SECTION, tuple(rows))
    scopes = [{route_shape(row.scope): row for row in each.scopes} if each else {} for each in found]
    # By the name and the section that the last of the runs has for it; in the order of the first that has it.
    last = {shape: row for each in scopes for shape, row in each.items()}
    for section in dict.fromkeys(row.section for row in last.values()):
        shapes = [shape for shape, row in last.items() if row.section == section]
        rows = [_row(last[shape].scope, [each.get(shape) for each in scopes], found, is_scope=True) for shape in shapes]
        yield Group(section, tuple(rows))


def _row(
    name: str, said: Sequence[ScopeRow | KeyRow | None], found: Sequence[ScopesDocument | None], *, is_scope: bool
) -> Row:
    asking = {each.profile for each, row in zip(found, said, strict=True) if each and row}
    return Row(name, tuple(_cell(row, each, asking) for row, each in zip(said, found, strict=True)), is_scope)


def _cell(row: ScopeRow | KeyRow | None, found: ScopesDocument | None, asking: Collection[str]) -> Cell:
    if row is None:
        asked = found is not None and found.profile in asking
        return Cell(NOT_TESTED if found is None or asked else NOT_ASKED, silent=not asked)
    if isinstance(row, KeyRow):
        return Cell(CHECKS[row.verdict], row.cause or "")
    return Cell(VERDICTS[row.verdict], row.cause or row.proof or "")
