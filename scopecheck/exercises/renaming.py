"""Giving something another name and its own again: what is changed of files and media objects."""

from scopecheck.exercises.case import Case, plain
from scopecheck.exercises.endings import NotGranted
from scopecheck.model import causes
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.undo.field import Field


def rename_and_back(case: Case, field: Field, old: str, what: str) -> ScopeResult:
    """Write a name that carries the run's tag, see it in the answer, and put the old one back."""
    new = f"{case.tag} {old}"[:255]
    with case.change("field", f"{what}: name", {"field": plain(field), "old": old, "written": new}) as change:
        answer = case.written(change, case.send(field.put(new)))
        shown = case.require_object(answer, case.require_success(answer), [field.shown])[field.shown]
        if shown != new:
            raise NotGranted(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas renamed {what} to {shown!r}, not {new!r}.",
            )
    return case.granted(f"Renamed {what} and gave it its old name back.")
