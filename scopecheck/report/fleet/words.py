"""The words and signs for a fleet's results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from scopecheck.model.exit_code import ExitCode
from scopecheck.model.fleet_document import Ending, FleetDocument, TargetOutcome
from scopecheck.report.words import VERDICTS, Sign, Tone, counted

_BY_CODE: Final = {
    ExitCode.OK: Sign("✓", "conformant", Tone.GOOD),
    ExitCode.NOT_CONFORMANT: Sign("✗", "not conformant", Tone.BAD),
    ExitCode.INTERRUPTED: Sign("–", "interrupted", Tone.UNKNOWN),
    ExitCode.INTERNAL_ERROR: Sign("!", "internal error", Tone.WARN),
    ExitCode.WRONG_SETTINGS: Sign("!", "wrong settings", Tone.WARN),
}
_OF_PREFLIGHT: Final = {
    ExitCode.OK: Sign("✓", "right", Tone.GOOD),
    ExitCode.NOT_CONFORMANT: Sign("✗", "not right", Tone.BAD),
}
_TOO_LONG: Final = Sign("–", "took too long", Tone.UNKNOWN)


def sign_of(target: TargetOutcome, *, preflight: bool) -> Sign:
    """How a target ended, in a word or two."""
    if target.ending is Ending.TIME_LIMIT:
        return _TOO_LONG
    code = ExitCode(target.exit_code)
    return (_OF_PREFLIGHT.get(code) if preflight else None) or _BY_CODE[code]


def counts_of(target: TargetOutcome) -> str:
    """`29 granted, 2 missing`; empty if nothing was judged."""
    counts = target.counts or {}
    return ", ".join(f"{counts[verdict]} {sign.word}" for verdict, sign in VERDICTS.items() if counts.get(verdict))


def sentence(found: FleetDocument) -> str:
    """`3 targets: 2 conformant, 1 wrong settings.`, the worst last."""
    signs = [sign_of(target, preflight=found.preflight) for target in found.targets]
    return f"{counted(len(signs), 'target')}: {_counted(signs)}."


def overall(found: FleetDocument) -> Sign:
    """The sign for all targets."""
    return _BY_CODE[ExitCode(found.exit_code)]


def shown_seconds(seconds: float) -> str:
    """`8 s` or `2:05 min`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02} min"


def _counted(signs: Collection[Sign]) -> str:
    counts = Counter(sign.word for sign in signs)
    order = [sign.word for sign in (*_OF_PREFLIGHT.values(), *_BY_CODE.values(), _TOO_LONG)]
    return ", ".join(f"{counts[word]} {word}" for word in dict.fromkeys(order) if counts[word])
