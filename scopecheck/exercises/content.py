"""What assignments, topics, pages, quizzes and the syllabus have in common: HTML that an integration mends.

List, read one, and write: read the old text, add a marked accessible fragment, write, read back, restore, compare as
documents. Canvas's PUT answers carry the new text, so the restore is compared without asking again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from scopecheck.canvas import dom
from scopecheck.canvas.ids import is_id
from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case, first, plain
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.lists import PER_PAGE, read_list
from scopecheck.exercises.polling import poll
from scopecheck.exercises.registry import exercises
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.undo.field import Field

_FRAGMENT = Path(__file__).parents[2] / "fixtures" / "content" / "accessible.html"


@dataclass(frozen=True)
class ContentKind:
    """One kind of HTML document in a course, as its endpoints show it."""

    noun: str
    collection: str
    """The last segment of the list's path."""
    id_key: str
    field: str
    """The member that holds the HTML."""
    wrap: str
    """The member under which PUT expects the fields; empty: at the top level."""
    keys: tuple[str, ...]
    """What each row of the list has to have."""
    safe_to_edit: Callable[[Mapping[str, Any]], bool]
    """Whether writing to a row is harmless and can be undone exactly."""
    list_query: tuple[tuple[str, str], ...] = ()

    def list_call(self, course: str) -> Call:
        """The list; asked in the same words by every case, so that it is asked once."""
        return get(f"/courses/{course}/{self.collection}", [*self.list_query, PER_PAGE])

    def path(self, course: str, row: Mapping[str, Any]) -> str:
        """The path of one document below /api/v1."""
        return f"/courses/{course}/{self.collection}/{quote(str(row[self.id_key]), safe='')}"


def register_content(kind: ContentKind, *, listed: str, read: str, written: str) -> None:
    """Register what is done with one kind of document under its three scopes."""
    for scope, exercise in ((listed, list_content), (read, read_content), (written, write_content)):
        exercises(scope)(partial(exercise, kind=kind))


def list_content(case: Case, kind: ContentKind) -> ScopeResult:
    """The list's rows have what an integration needs to find and open each document."""
    _, result = read_list(case, kind.list_call(case.course), kind.keys, f"{kind.noun}s")
    return result


def read_content(case: Case, kind: ContentKind) -> ScopeResult:
    """The single read gives the document asked for, with its HTML."""
    row = first(_rows(case, kind), lambda _: True, f"the course has no {kind.noun}")
    call = get(kind.path(case.course, row))
    answer = case.fetch_once(call)
    body = case.require_object(answer, case.require_success(answer), [kind.id_key, kind.field])
    if body[kind.id_key] != row[kind.id_key]:
        case.malformed(answer, f"another {kind.noun} than the one asked for")
    return case.granted(f"Read {kind.noun} {row[kind.id_key]} with its {kind.field}.")


def write_content(case: Case, kind: ContentKind) -> ScopeResult:
    """The marked fragment is written, read back and taken off again."""
    row, old = _writable(case, kind)
    path = f"/api/v1{kind.path(case.course, row)}"
    field = Field(path, kind.wrap, kind.field, kind.field, path, [], html=True, answers=True)
    return write_and_restore(case, field, old, f"{kind.noun} {row[kind.id_key]}")


def write_and_restore(
    case: Case, field: Field, old: str | None, what: str, unchanged: Callable[[Any], str | None] | None = None
) -> ScopeResult:
    """Write the marked fragment behind the old text, see it back, put the old text back.

    `unchanged` looks at what was read back and names what else the write changed, or None.
    """
    marked = fragment(case.tag)
    data = {"field": plain(field), "old": old, "written": (old or "") + marked}
    with case.change("field", f"{what}: {field.name}", data) as change:
        answer = case.written(change, case.send(field.put(data["written"])))
        case.require_object(answer, case.require_success(answer), [field.shown if field.answers else "id"])
        back = poll(case, field.get(), lambda seen: dom.contains(_text(seen, field), marked))
        seen = next((each for each in (back, answer) if _text(each, field) is not None), None)
        if seen is None:
            raise Unavailable(f"the new {field.name} cannot be read back ({back.says()})")
        if not dom.contains(_text(seen, field), marked):
            raise NotGranted(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas accepted a new {field.name} for {what}, but reading it back shows another.",
            )
        side_effect = unchanged(seen.json) if unchanged else None
        if side_effect:
            raise NotGranted(Verdict.MISCONFIGURED, causes.WRITE_WITHOUT_EFFECT, side_effect)
    return case.granted(f"Wrote an accessible {field.name} to {what}, read it back and restored the old one.")


def _text(answer: Answer, field: Field) -> str | None:
    """The HTML that an answer shows in the field; None where it shows none."""
    body = answer.json if answer.ok else None
    text = body.get(field.shown) if isinstance(body, dict) else None
    return text if isinstance(text, str) else None


@cache
def _template() -> str:
    return _FRAGMENT.read_text(encoding="utf-8").strip()


def fragment(tag: str) -> str:
    """The marked accessible fragment: language, heading, alternative text, and the run's tag."""
    return _template().replace("{tag}", escape(tag))


def host(case: Case) -> str:
    """The target's host, for telling links into Canvas from others."""
    return urlsplit(case.run.setup.base_url).netloc


def _rows(case: Case, kind: ContentKind) -> Sequence[dict[str, Any]]:
    made = case.run.setup.objects.get(kind.noun)
    if made:
        return [made]
    return [row for row in case.prerequisite_rows(kind.list_call(case.course)) if is_id(row.get(kind.id_key))]


_READ_AT_MOST = 3
"""Documents opened one by one, where the list does not show their HTML, in search of a plain one."""


def _writable(case: Case, kind: ContentKind) -> tuple[Mapping[str, Any], str | None]:
    """A document that can be put back exactly, with its present HTML: unpublished ones first."""
    rows = sorted(filter(kind.safe_to_edit, _rows(case, kind)), key=lambda row: bool(row.get("published")))
    shown = [row for row in rows if kind.field in row]
    for row in shown or rows[:_READ_AT_MOST]:
        source = row if shown else case.prerequisite(get(kind.path(case.course, row)))
        if not isinstance(source, dict) or not isinstance(source.get(kind.field, 0), str | None):
            # What cannot be read cannot be put back.
            continue
        text = dom.without_branding(source[kind.field])
        if dom.is_plain(text, host(case)):
            return row, text
    raise Unavailable(f"the course has no {kind.noun} of plain HTML that could be put back exactly")


def is_unlocked(row: Mapping[str, Any]) -> bool:
    """Whether nothing that the row shows keeps it from being edited and put back."""
    return not row.get("locked_for_user") and not row.get("restricted_by_master_course")
