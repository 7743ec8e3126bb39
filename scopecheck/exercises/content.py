"""What assignments, topics, pages, quizzes and the syllabus have in common: HTML that an integration fixes.

List, read one, and write: read the old text, add a tagged accessible fragment, write, read back, restore, compare as
documents. Canvas's PUT answers include the new text, so checking the restore needs no further request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from scopecheck.canvas import dom
from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case, first
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.field_writes import read_back, require_old, write
from scopecheck.exercises.lists import PER_PAGE, read_list
from scopecheck.exercises.registry import EACH, Reads, exercises
from scopecheck.installation import FIXTURES
from scopecheck.model import causes
from scopecheck.model.call import Call
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.objects import KINDS, Noun, ObjectKind
from scopecheck.sandbox.undo.field import writable
from scopecheck.sandbox.undo.look import Row

_FRAGMENT = FIXTURES / "content" / "accessible.html"


@dataclass(frozen=True)
class ContentKind:
    """One kind of HTML document in a course, as its endpoints show it."""

    noun: Noun
    keys: tuple[str, ...]
    """The members that each row of the list must have."""
    safe_to_edit: Callable[[Mapping[str, Any]], bool]
    """Whether writing to the document in a row is harmless and can be undone exactly."""
    list_query: tuple[tuple[str, str], ...] = ()
    has_no_html: Callable[[Mapping[str, Any]], bool] = lambda _: False
    """Whether the document has no HTML, as a row or read by itself."""
    without_html: str = ""
    """Why such documents have none, and what to do about it."""
    leaves: str = ""
    """What reading one document leaves behind in Canvas."""

    @property
    def of(self) -> ObjectKind:
        """How it is listed, read and written."""
        return KINDS[self.noun]

    @property
    def collection(self) -> str:
        """The last segment of the list's path."""
        return self.of.listed.rpartition("/")[2]

    @property
    def id_key(self) -> str:
        """The member that holds the ID."""
        return self.of.id_key

    @property
    def field(self) -> str:
        """The member that holds the HTML."""
        assert self.of.writable
        return self.of.writable.shown

    def list_call(self, course: str) -> Call:
        """The list call; the same for every case, so that it is sent only once."""
        return get(f"/courses/{course}/{self.collection}", [*self.list_query, PER_PAGE])

    def path(self, course: str, row: Mapping[str, Any]) -> str:
        """The path of one document below /api/v1."""
        return f"/courses/{course}/{self.collection}/{quote(str(row[self.id_key]), safe='')}"


def register_content(kind: ContentKind, *, listed: str, read: str, written: str) -> None:
    """Register the exercises for the three scopes of one kind of document."""
    exercises(listed, EACH)(partial(list_content, kind=kind))
    exercises(read, Reads("one course", kind.leaves))(partial(read_content, kind=kind))
    exercises(written)(partial(write_content, kind=kind))


def list_content(case: Case, kind: ContentKind) -> ScopeResult:
    """The list's rows have what an integration needs to find and open each document."""
    _, result = read_list(case, kind.list_call(case.course), kind.keys, kind.collection.replace("_", " "))
    return result


def read_content(case: Case, kind: ContentKind) -> ScopeResult:
    """Reading one document returns the right one, with its HTML."""
    rows = _rows(case, kind)
    first(rows, lambda _: True, f"the course has no {kind.noun}")
    with_html = [row for row in rows if not kind.has_no_html(row)]
    for row in with_html[:_READ_AT_MOST]:
        answer = case.fetch_once(get(kind.path(case.course, row)))
        body = case.require_object(answer, case.require_success(answer), [kind.id_key])
        if body[kind.id_key] != row[kind.id_key]:
            case.misdirected(answer, f"a different {kind.noun} from the one requested")
        if kind.has_no_html(body):
            continue
        case.require_object(answer, body, [kind.field])
        passed_over = "" if row is rows[0] else f" Others were passed over: {kind.without_html}."
        told = case.tell.one(kind.noun, row[kind.id_key])
        return case.granted(f"Read {told} with its {kind.field}.{passed_over}")
    raise Unavailable(kind.without_html)


def write_content(case: Case, kind: ContentKind) -> ScopeResult:
    """The tagged fragment is written, read back and removed again."""
    row, old = _writable(case, kind)
    return write_and_restore(case, kind.noun, str(row[kind.id_key]), old)


def write_and_restore(
    case: Case, noun: Noun, object_id: str, old: str | None, side_effect: Callable[[Row], str | None] | None = None
) -> ScopeResult:
    """Append the tagged fragment to the old text, read it back, and restore the old text.

    `side_effect` looks at what was read back and says what else the write changed, or None.
    """
    marked = fragment(case.tag)
    change = FieldChange(noun, case.course, object_id, old, (old or "") + marked)
    shown, what = writable(change).shown, f"{noun} {object_id}"
    require_old(case, change)
    with case.change(f"{what}: {shown}", change) as writing:
        answer = write(case, writing, change)
        case.require_object(answer, case.require_success(answer), [change.of.id_key])
        back = read_back(case, writing, change, lambda seen: dom.contains(_text(seen, shown), marked))
        seen = next((row for row in (back, answer.json) if _text(row, shown) is not None), None)
        if seen is None:
            raise Unavailable(f"the new {shown} cannot be read back")
        if not dom.contains(_text(seen, shown), marked):
            raise NotGranted(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas accepted a new {shown} for {what}, but reading it back shows something else.",
            )
        also_changed = side_effect(seen) if side_effect else None
        if also_changed:
            raise NotGranted(Verdict.MISCONFIGURED, causes.WRITE_WITHOUT_EFFECT, also_changed)
    return case.granted(f"Wrote an accessible {shown} to {what}, read it back and restored the old one.")


def _text(row: Row | None, shown: str) -> str | None:
    """The HTML in what Canvas shows of an object; None if there is none."""
    text = row.get(shown) if row else None
    return text if isinstance(text, str) else None


@cache
def _template() -> str:
    return _FRAGMENT.read_text(encoding="utf-8").strip()


def fragment(tag: str) -> str:
    """The tagged accessible fragment: language, heading, alternative text, and the run's tag."""
    return _template().replace("{tag}", escape(tag))


def host(case: Case) -> str:
    """The target's host, to recognize links into Canvas."""
    return urlsplit(case.run.setup.base_url).netloc


def _rows(case: Case, kind: ContentKind) -> Sequence[dict[str, Any]]:
    made = case.run.setup.objects.get(kind.noun)
    if made:
        return [made]
    return [row for row in case.prerequisite_rows(kind.list_call(case.course)) if kind.of.identity(row)]


_READ_AT_MOST = 3
"""How many documents to open in search of a plain one, if the list does not show their HTML."""


def _writable(case: Case, kind: ContentKind) -> tuple[Mapping[str, Any], str | None]:
    """A document that can be restored exactly, with its current HTML; unpublished ones come first."""
    rows = [row for row in _rows(case, kind) if kind.safe_to_edit(row) and not kind.has_no_html(row)]
    rows.sort(key=lambda row: bool(row.get("published")))
    shown = [row for row in rows if kind.field in row]
    for row in shown or rows[:_READ_AT_MOST]:
        source = row if shown else case.prerequisite(get(kind.path(case.course, row)))
        if not isinstance(source, dict) or not isinstance(source.get(kind.field, 0), str | None):
            # What cannot be read cannot be restored.
            continue
        if kind.has_no_html(source):
            continue
        text = dom.without_branding(source[kind.field])
        if dom.is_plain(text, host(case)):
            return row, text
    if not rows and any(map(kind.has_no_html, _rows(case, kind))):
        raise Unavailable(kind.without_html)
    raise Unavailable(f"the course has no {kind.noun} with plain HTML that could be restored exactly")


def is_unlocked(row: Mapping[str, Any]) -> bool:
    """Whether no blueprint prevents the row from being edited.

    `locked_for_user` says only that the reader is no student who may open it: for an administrator who is not enrolled
    it is true of every unpublished quiz, which can be edited all the same (measured on a Canvas of 2022).
    """
    return not row.get("restricted_by_master_course")
