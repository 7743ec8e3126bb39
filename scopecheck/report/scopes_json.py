"""scopes.json: the result of a run for machines, by the schema in scopes.schema.json, and read back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from scopecheck.verdict import CheckVerdict, FailedRestore, KeyCheck, Proof, RunResult, Verdict

SCHEMA: Final = Path(__file__).parent / "scopes.schema.json"
"""The published JSON Schema of the document."""


@dataclass(frozen=True)
class ScopeRow:
    """One scope's verdict, without its evidence."""

    scope: str
    section: str
    verdict: Verdict
    proof: Proof | None
    cause: str | None
    message: str
    remedy: str | None
    requests: int


@dataclass(frozen=True)
class KeyRow:
    """One key check's verdict, without its evidence."""

    check: KeyCheck
    verdict: CheckVerdict
    cause: str | None
    message: str
    remedy: str | None


@dataclass(frozen=True)
class TargetRow:
    """Where the run went."""

    base_url: str
    embedded: bool
    account_id: str
    course_id: str | None


@dataclass(frozen=True)
class CleanupRow:
    """How much was put back, and what could not be."""

    restored: int
    failed: list[FailedRestore]


@dataclass(frozen=True)
class Document:
    """All of scopes.json, in the order of its fields."""

    schema: Literal[1]
    profile: str
    mode: Literal["exercise", "probe"]
    started_at: str
    duration_s: float
    target: TargetRow
    conformant: bool
    counts: dict[Verdict, int]
    key: list[KeyRow]
    scopes: list[ScopeRow]
    cleanup: CleanupRow


class DocumentError(ValueError):
    """A file is no scopes.json."""

    def __init__(self, path: Path, wrong: str) -> None:
        super().__init__(f"{path} is no scopes.json: {wrong}; name the scopes.json of an earlier run.")


def document(run: RunResult, *, conformant: bool) -> Document:
    """The document of a run; `conformant` is the run's outcome, known gaps considered."""
    outcome = {"schema": 1, "conformant": conformant, "counts": run.counts()}
    return msgspec.convert({**msgspec.to_builtins(run), **outcome}, Document)


def encode(found: Document) -> str:
    """The document as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def load(path: Path) -> Document:
    """Read a scopes.json; raises DocumentError where it cannot be read or is none."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Document)
    except OSError as error:
        raise DocumentError(path, f"it cannot be read ({error.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError(path, str(error)) from None
    wrong = _contradiction(found)
    if wrong:
        raise DocumentError(path, wrong)
    return found


def _contradiction(found: Document) -> str | None:
    """What of a well-formed document contradicts itself."""
    scopes = Counter(row.scope for row in found.scopes)
    twice = [scope for scope, times in scopes.items() if times > 1]
    if twice:
        return f"it judges {twice[0]} twice"
    counted = Counter(row.verdict for row in found.scopes)
    if found.counts != {verdict: counted[verdict] for verdict in Verdict}:
        return "its counts differ from its scopes"
    return None
