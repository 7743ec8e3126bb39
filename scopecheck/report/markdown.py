"""scopes.md: the results for a CI job summary or a ticket. Outcome first, then what to do, then the tables."""

from __future__ import annotations

from collections.abc import Iterator

from scopecheck.model.verdict import Verdict
from scopecheck.report.actions import Action
from scopecheck.report.diff import as_markdown
from scopecheck.report.facts import facts
from scopecheck.report.markdown_text import code, paragraph, prose
from scopecheck.report.matrix import Row
from scopecheck.report.nothing import Nothing
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS, UNSETTLED, Sign


def render(subject: Subject) -> str:
    """All of scopes.md."""
    return "\n".join(_lines(subject)) + "\n"


def render_nothing(nothing: Nothing) -> str:
    """scopes.md of a run that tested nothing."""
    known = " · ".join(f"{name}: {value}" for name, value in nothing.facts)
    return "\n\n".join([f"# ? {prose(nothing.sentence)}", *map(paragraph, nothing.details), known]) + "\n"


def _lines(subject: Subject) -> Iterator[str]:
    head = subject.headline
    yield f"# {head.sign.sign} {prose(head.sentence)}"
    for text in subject.explanation:
        yield from ("", paragraph(text))
    yield from ("", " · ".join(f"{name}: {prose(value)}" for name, value in facts(subject)))
    yield from _notes(subject)
    yield from _to_do(subject.actions)
    yield from _left_behind(subject)
    yield from _gaps(subject)
    yield from _lost(subject)
    if subject.changes:
        yield from ("", as_markdown(subject.changes).rstrip())
    yield from _key_checks(subject)
    yield from _scopes(subject)


def _notes(subject: Subject) -> Iterator[str]:
    for note in subject.run.notes:
        if note != subject.shared_message:
            yield from ("", f"> {paragraph(note)}")


def _to_do(actions: list[Action]) -> Iterator[str]:
    if actions:
        yield from ("", "## What to do")
    for number, action in enumerate(actions, 1):
        yield from ("", f"{number}. {paragraph(action.what)}", "")
        for boxes in action.boxes:
            if boxes.section:
                yield f"   - section {prose(boxes.section)}"
            indent = "     " if boxes.section else "   "
            for box in boxes.boxes:
                yield f"{indent}- [ ] {code(box.name)}" + (f" ({box.where} {code(box.other)})" if box.other else "")
        if action.then:
            yield from ("", f"   {paragraph(action.then)}")
        elif action.scopes:
            yield f"   {_applies_to(action)}"


def _applies_to(action: Action) -> str:
    if len(action.scopes) > 5:
        return f"Applies to {len(action.scopes)} scopes."
    return "Applies to " + ", ".join(code(scope) for scope in action.names) + "."


def _left_behind(subject: Subject) -> Iterator[str]:
    cleanup = subject.run.cleanup
    if cleanup.failed:
        yield from ("", "## Restore by hand", "")
    for failure in cleanup.failed:
        saved = f" The old value is saved in {code(failure.saved_as)}." if failure.saved_as else ""
        yield f"- {paragraph(failure.what)}: {prose(failure.message)}{saved}"
    if cleanup.unsettled:
        yield from ("", "## Not settled yet", "", paragraph(UNSETTLED), "")
    yield from (f"- {paragraph(what)}" for what in cleanup.unsettled)


def _gaps(subject: Subject) -> Iterator[str]:
    gaps = subject.gaps
    if not (gaps.excused or gaps.problems):
        return
    yield from ("", "## Known gaps", "")
    yield from (f"- ✗ {prose(problem)}" for problem in gaps.problems)
    for gap in gaps.excused.values():
        yield f"- {code(gap.scope)} is {gap.verdict} as expected until {gap.until}: {prose(gap.reason)}"


def _lost(subject: Subject) -> Iterator[str]:
    if subject.lost:
        yield from ("", "## Without these optional scopes", "")
    for lost in subject.lost:
        yield f"- {prose(lost.name)}: {prose(lost.without)} {', '.join(map(code, lost.scopes))}"


def _key_checks(subject: Subject) -> Iterator[str]:
    if not subject.run.key:
        return
    yield from ("", "## Key and token", "", "| check | result | details |", "| --- | --- | --- |")
    for result in subject.run.key:
        said = result.message == subject.shared_message
        found = f"{'' if said else prose(result.message)}{_step(subject.step(result))}".strip()
        excuse = subject.excuse(result)
        known = f" ({excuse})" if excuse else ""
        yield f"| {CHECK_TITLES[result.check]} | {_sign(CHECKS[result.verdict])}{known} | {found} |"


def _scopes(subject: Subject) -> Iterator[str]:
    yield from ("", "## Scopes", "")
    yield "| section | scope | verdict | on key | on token | endpoint | details |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in subject.rows:
        signs = " | ".join(_sign(sign) for sign in (row.on_key, row.on_token, row.endpoint))
        cells = f"{prose(row.requirement.section)} | {_names(row)} | {_verdict(subject, row)}"
        yield f"| {cells} | {signs} | {_found(subject, row)} |"


def _names(row: Row) -> str:
    here = f" (on this Canvas {code(row.canvas_name, cell=True)})" if row.canvas_name else ""
    return code(row.scope, cell=True) + here


def _verdict(subject: Subject, row: Row) -> str:
    excuse = subject.excuse(row.result)
    return _sign(row.verdict) + (f" ({excuse})" if excuse else "")


def _found(subject: Subject, row: Row) -> str:
    result = row.result
    if result is None or subject.one_cause:
        return ""
    if result.verdict is Verdict.GRANTED:
        return prose(result.message)
    return prose(result.message) + _step(subject.step(result))


def _sign(sign: Sign) -> str:
    return f"{sign.sign} {sign.word}"


def _step(number: int | None) -> str:
    return f" → step {number}" if number else ""
