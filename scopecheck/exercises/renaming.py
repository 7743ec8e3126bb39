"""Renaming an object and renaming it back: the exercise for files and media objects."""

from scopecheck.exercises.case import Case, plain
from scopecheck.exercises.endings import NotGranted
from scopecheck.model import causes
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.undo.field import Field


def rename_and_back(case: Case, field: Field, old: str, what: str) -> ScopeResult:
    """Write a name that contains the run's tag, check it in the answer, and restore the old one."""
    new = f"{case.tag} {old}"[:255]
    with case.change("field", f"{what}: name", {"field": plain(field), "old": old, "written": new}) as change:
        answer = case.written(change, case.send(field.put(new)))
        shown = case.require_object(answer, case.require_success(answer), [field.shown])[field.shown]
        if shown != new:
            raise NotGranted(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas accepted the name {new!r} for {what}, but shows {shown!r}.",
            )
    return case.granted(f"Renamed {what} and changed its name back.")
