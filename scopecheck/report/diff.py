"""What changed between two runs: two scopes.json documents compared, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from scopecheck.model.scope import route_shape
from scopecheck.model.scopes_document import KeyRow, ScopeRow, ScopesDocument
from scopecheck.model.verdict import CheckVerdict, Verdict
from scopecheck.report.markdown_text import code, paragraph, prose
from scopecheck.report.words import NOT_TESTED


class Kind(StrEnum):
    """In which direction something changed, in the order that reports list them."""

    WORSE = "newly failing"
    BETTER = "newly passing"
    OTHER = "changed"


@dataclass(frozen=True)
class Difference:
    """One scope or key check that changed."""

    kind: Kind
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """All changes, worst first, with caveats where the two runs are not alike."""

    since: str
    """When the earlier run started."""
    changes: tuple[Difference, ...]
    caveats: tuple[str, ...]


def compare(before: ScopesDocument, after: ScopesDocument) -> Comparison:
    """Compare two runs: scopes first, in the order of the later run, then key checks.

    A scope is the same under every name of its route, as profiles of different times have them.
    """
    names = {route_shape(row.scope): row.scope for row in (*before.scopes, *after.scopes)}
    earlier = {names[route_shape(row.scope)]: row for row in before.scopes}
    scopes = _changes(earlier, {row.scope: row for row in after.scopes})
    checks = _changes({row.check: row for row in before.key}, {row.check: row for row in after.key})
    order = list(Kind)
    changes = sorted([*scopes, *checks], key=lambda change: order.index(change.kind))
    return Comparison(before.started_at, tuple(changes), tuple(_caveats(before, after)))


def as_text(changes: Comparison) -> str:
    """The changes as plain lines."""
    lines = [f"Changes since {changes.since}:" + ("" if changes.changes else " none.")]
    lines += [f"  {caveat}" for caveat in changes.caveats]
    for kind, group in groupby(changes.changes, key=lambda change: change.kind):
        lines.append(f"  {kind}:")
        lines += [f"    {change.name}\n      {change.before} -> {change.after}" for change in group]
    return "\n".join(lines) + "\n"


def as_markdown(changes: Comparison) -> str:
    """The changes as a Markdown section."""
    lines = [f"## Changes since {prose(changes.since)}", ""]
    lines += [f"{paragraph(caveat)}\n" for caveat in changes.caveats]
    if not changes.changes:
        return "\n".join([*lines, "None."]) + "\n"
    lines += ["| | what | before | now |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {change.kind} | {code(change.name, cell=True)} | {prose(change.before)} | {prose(change.after)} |"
        for change in changes.changes
    ]
    return "\n".join(lines) + "\n"


class _Row(Protocol):
    @property
    def verdict(self) -> Verdict | CheckVerdict: ...
    @property
    def cause(self) -> str | None: ...


_RIGHT = frozenset({Verdict.GRANTED, CheckVerdict.OK})
_ABSENT = NOT_TESTED.word


def _changes(before: Mapping[str, ScopeRow | KeyRow], after: Mapping[str, ScopeRow | KeyRow]) -> Iterator[Difference]:
    for name in [*after, *(name for name in before if name not in after)]:
        old, new = before.get(name), after.get(name)
        if _said(old) != _said(new):
            yield Difference(_kind(old, new), str(name), _said(old), _said(new))


def _kind(old: _Row | None, new: _Row | None) -> Kind:
    was, is_now = (row is not None and row.verdict in _RIGHT for row in (old, new))
    if was == is_now:
        return Kind.OTHER
    return Kind.BETTER if is_now else Kind.WORSE


def _said(row: ScopeRow | KeyRow | None) -> str:
    if row is None:
        return _ABSENT
    beside = row.cause or (row.proof if isinstance(row, ScopeRow) else None)
    return f"{row.verdict} ({beside})" if beside else str(row.verdict)


def _caveats(before: ScopesDocument, after: ScopesDocument) -> Iterator[str]:
    for name, old, new in (
        ("profile", before.profile, after.profile),
        ("Canvas", before.target.base_url, after.target.base_url),
        ("mode", before.mode, after.mode),
    ):
        # The embedded Canvas gets another port in every run.
        both_embedded = name == "Canvas" and before.target.embedded and after.target.embedded
        if old != new and not both_embedded:
            yield f"Different {name}: {old} before, {new} now."
