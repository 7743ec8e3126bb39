"""Renaming an object and renaming it back: the exercise for files and media objects."""

from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import NotGranted
from scopecheck.exercises.field_writes import require_old, write
from scopecheck.model import causes
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.field import writable


def rename_and_back(case: Case, noun: Noun, object_id: str, old: str) -> ScopeResult:
    """Write a name that contains the run's tag, check it in the answer, and restore the old one."""
    change = FieldChange(noun, case.course, object_id, old, f"{case.tag} {old}"[:255])
    shown_as, what = writable(change).shown, f"{noun} {object_id}"
    require_old(case, change)
    with case.change(f"{what}: name", change) as writing:
        answer = write(case, writing, change)
        shown = case.require_object(answer, case.require_success(answer), [shown_as])[shown_as]
        if shown != change.written:
            raise NotGranted(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas accepted the name {change.written!r} for {what}, but shows {shown!r}.",
            )
    return case.granted(f"Renamed {what} and changed its name back.")
