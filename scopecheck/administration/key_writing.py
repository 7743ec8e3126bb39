"""One request that changes a developer key: made once, and read by what Canvas says of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from scopecheck.administration.kept import When, keep, require_folder
from scopecheck.administration.key_found import KeyNotDone, called, refusal
from scopecheck.administration.key_plan import KeyPlan
from scopecheck.canvas.classify import Reading, messages, read
from scopecheck.config.settings import SettingsError
from scopecheck.installation import CLI
from scopecheck.key.record import ShownKey
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.foreign_text import clean
from scopecheck.transport.client import CanvasClient

PLAN: Final = f"See what is left: {CLI} key plan"

_REFUSED: Final = frozenset({Reading.REFUSED, Reading.NOT_FOUND, Reading.NOT_FOUND_FIRST})


def update(key: ShownKey, fields: Mapping[str, Any]) -> Call:
    """The request that changes these fields of a key, and no others."""
    return Call("PUT", f"/api/v1/developer_keys/{key.record.key_id}", json={"developer_key": fields}, has_json=True)


class _Again(Exception):
    """The client is about to send the same request once more."""


def send_once(admin: CanvasClient, call: Call) -> Answer:
    """Make the request without repeating it, but after the usual wait: by then it may no longer be the right one."""
    seen: list[Answer] = []

    def attempt() -> None:
        if seen:
            raise _Again

    try:
        return admin.send(call, seen.append, attempt)
    except _Again:
        return seen[-1]


def refused(answer: Answer) -> KeyNotDone | None:
    """That Canvas refused a change, in its own words; None if it did not, or if nobody knows."""
    forbidden = refusal(answer)
    if forbidden:
        return KeyNotDone(clean(f"Canvas refused the change: {answer.says()}."), forbidden)
    if read(answer) in _REFUSED:
        words = "; ".join(messages(answer)) or answer.says()
        return KeyNotDone(
            clean(f"Canvas refused the change, and saved nothing of it: {words}."),
            "Correct the profile, or whatever else Canvas names, and run the command again.",
        )
    return None


def not_kept(answer: Answer) -> KeyNotDone:
    """That the key is as it was after a change was sent."""
    if read(answer) is Reading.OK:
        return KeyNotDone("Canvas accepted a change, but its record of the key is as it was.", PLAN)
    return KeyNotDone(
        clean(f"A change was not made: {answer.says()}. If Canvas received it, it may still take effect."),
        f"{PLAN} (in a minute), and run the command again.",
    )


def unread_after(error: SettingsError | KeyNotDone) -> KeyNotDone:
    """That a change was sent, and the key could not be read back."""
    why = error.message if isinstance(error, KeyNotDone) else " ".join(error.problems)
    return KeyNotDone(f"A change was sent, but the key could not be read back. {why}", PLAN)


def keep_record(reports: Path, key: ShownKey, when: When) -> Path:
    """Keep the key's record, without its secret. Raises SettingsError if the folder cannot be written to."""
    try:
        return keep(reports, "key", str(key.record.key_id), when, key.row)
    except OSError as error:
        raise _unkept(reports, error) from None


def require_record_can_be_kept(reports: Path) -> None:
    """Raises SettingsError if the folder cannot be written to."""
    try:
        require_folder(reports, "key")
    except OSError as error:
        raise _unkept(reports, error) from None


def _unkept(reports: Path, error: OSError) -> SettingsError:
    return SettingsError([
        f"The key's record cannot be kept in {reports} ({error.strerror}); set CANVAS_REPORTS to another folder."
    ])  # fmt: skip


def require_safe(key: ShownKey, plan: KeyPlan, *, taken_off: Collection[str] = ()) -> None:
    """Raises SettingsError if any change of the key's settings may take a scope off that is to stay."""
    unlisted = [name for name in plan.unlisted if name not in taken_off]
    if unlisted:
        raise SettingsError([
            clean(
                f"{called(key)} has {', '.join(unlisted)}, which this Canvas does not list. Saving the key in any way "
                "may take that off, and taking a scope off ends every token of the key. If that is acceptable, edit "
                "the key in Canvas (Admin > Developer Keys), and have everybody authorize again."
            )
        ])  # fmt: skip
