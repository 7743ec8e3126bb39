"""Giving something another name and its own again: what is changed of files and media objects."""

from scopecheck import causes
from scopecheck.exercises.case import Case, Finding, plain
from scopecheck.sandbox.field import Field
from scopecheck.verdict import ScopeResult, Verdict


def rename_and_back(case: Case, field: Field, old: str, what: str) -> ScopeResult:
    """Write a name that carries the run's tag, see it in the answer, and put the old one back."""
    new = f"{case.tag} {old}"[:255]
    with case.change("field", f"{what}: name", {"field": plain(field), "old": old, "written": new}) as change:
        answer = case.written(change, case.send(field.put(new)))
        shown = case.thing(answer, case.must(answer), [field.shown])[field.shown]
        if shown != new:
            raise Finding(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas renamed {what} to {shown!r}, not {new!r}.",
            )
    return case.granted(f"Renamed {what} and gave it its old name back.")
