"""The results of a fleet in a terminal: a line for each target as it ends, and all of them at the end."""

from __future__ import annotations

from collections.abc import Iterator

from scopecheck.model.fleet_document import FleetDocument, TargetOutcome
from scopecheck.model.foreign_text import harmless
from scopecheck.report.columns import columns, fitting
from scopecheck.report.fleet.words import counts_of, overall, sentence, shown_seconds, sign_of
from scopecheck.report.screen import COLORS, PLAIN, Screen

_RESULT = len("✗ not conformant")


def ended_line(target: TargetOutcome, done: int, total: int, *, preflight: bool, screen: Screen = PLAIN) -> str:
    """One target that has ended: how many have, how it ended, its name, its scopes and its time."""
    count = f"[{done:>{len(str(total))}}/{total}]"
    seconds = shown_seconds(target.duration_s)
    sign = screen.painted(sign_of(target, preflight=preflight), _RESULT)
    room = screen.width - len(count) - _RESULT - len(seconds) - 3
    counts = counts_of(target)
    name = fitting(harmless(target.name), room - len(counts) - 2 if counts else room)
    said = f"{name}  {counts}" if counts else name
    return f"{count} {sign} {said}{' ' * (room - columns(said))} {seconds}"


def summary(found: FleetDocument, screen: Screen = PLAIN) -> str:
    """All targets that are not right, with what to do first, then how many are what."""
    wrong = [target for target in found.targets if target.exit_code]
    parts = [list(_target(target, found.preflight, screen)) for target in wrong]
    sign = overall(found)
    said = screen.wrapped(f"{sign.sign} {sentence(found)}", "  ", "")
    parts.append([screen.paint(line, COLORS[sign.tone]) for line in said])
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _target(target: TargetOutcome, preflight: bool, screen: Screen) -> Iterator[str]:
    sign = sign_of(target, preflight=preflight)
    yield f"{screen.painted(sign, _RESULT)} {fitting(harmless(target.name), screen.width - _RESULT - 1)}"
    yield from screen.wrapped(target.headline, "  ")
    if target.remedy:
        yield from screen.wrapped(f"To do first: {target.remedy}", "  ")
