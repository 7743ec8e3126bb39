"""The results of a fleet in a terminal: a line for each target as it ends, and all of them at the end."""

from __future__ import annotations

from collections.abc import Iterator

from scopecheck.model.fleet_document import FleetDocument, TargetOutcome
from scopecheck.model.foreign_text import harmless
from scopecheck.report.fleet.words import counts_of, overall, sentence, shown_seconds, sign_of
from scopecheck.report.terminal import COLORS, WIDTH, paint, painted, wrapped

_RESULT = len("✗ not conformant")


def ended_line(target: TargetOutcome, done: int, total: int, *, preflight: bool, color: bool = False) -> str:
    """One target that has ended: how many have, how it ended, its name, its scopes and its time."""
    count = f"[{done:>{len(str(total))}}/{total}]"
    seconds = shown_seconds(target.duration_s)
    sign = painted(sign_of(target, preflight=preflight), _RESULT, color)
    room = WIDTH - len(count) - _RESULT - len(seconds) - 3
    counts = counts_of(target)
    name = _short(target.name, room - len(counts) - 2 if counts else room)
    said = f"{name}  {counts}" if counts else name
    return f"{count} {sign} {said:{room}} {seconds}"


def summary(found: FleetDocument, *, color: bool = False) -> str:
    """All targets that are not right, with what to do first, then how many are what; in lines of 80 columns."""
    wrong = [target for target in found.targets if target.exit_code]
    parts = [list(_target(target, found.preflight, color)) for target in wrong]
    sign = overall(found)
    said = wrapped(f"{sign.sign} {sentence(found)}", "  ", "")
    parts.append([paint(line, COLORS[sign.tone], color) for line in said])
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _target(target: TargetOutcome, preflight: bool, color: bool) -> Iterator[str]:
    sign = sign_of(target, preflight=preflight)
    yield f"{painted(sign, _RESULT, color)} {_short(target.name, WIDTH - _RESULT - 1)}"
    yield from wrapped(target.headline, "  ")
    if target.remedy:
        yield from wrapped(f"To do first: {target.remedy}", "  ")


def _short(name: str, room: int) -> str:
    name = harmless(name)
    return name if len(name) <= room else f"{name[: room - 1]}…"
