"""The life cycle of one uploaded file, as one chain: upload, rename and rename back, delete.

Three scopes are judged in order on one file of the run's own, so that nobody else's file is needed. Before the upload,
deleting is probed: a file that could not be deleted again is not uploaded at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

from scopecheck.canvas.classify import PAST_THE_GATE, Reading, messages, read
from scopecheck.canvas.ids import NONEXISTENT, IdForm
from scopecheck.exercises.calls import get, put
from scopecheck.exercises.case import Case, first
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.renaming import rename_and_back
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.scope import route_shape
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.confirming import confirm, guess
from scopecheck.sandbox.lease_name import LeaseName
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.sweep import OURS
from scopecheck.sandbox.undo.look import Unreadable
from scopecheck.sandbox.undo.made import confirmed, copies, is_gone
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.upload import TICKET, NotConfirmed, StorageFault, is_ticket, upload


class Stage(Enum):
    """One step in the file's life cycle; the value is its scope."""

    UPLOAD = "url:POST|/api/v1/courses/:course_id/files"
    RENAME = "url:PUT|/api/v1/files/:id"
    DELETE = "url:DELETE|/api/v1/files/:id"


@dataclass
class _Part:
    """How one stage ended, with its evidence."""

    case: Case
    ended: NotGranted | Unavailable | None = None
    message: str = ""

    def play(self, act: Callable[[Case], str]) -> None:
        """Carry out the stage and record how it ended."""
        try:
            self.message = act(self.case)
        except (NotGranted, Unavailable) as ended:
            self.ended = ended


@dataclass
class _LifeCycle:
    parts: dict[Stage, _Part] = field(default_factory=dict)
    writing: Writing | None = None

    @property
    def file(self) -> MadeChange:
        """The file, as the journal has it."""
        assert self.writing
        assert isinstance(self.writing.entry.change, MadeChange)
        return self.writing.entry.change


def stage(case: Case, wanted: Stage) -> ScopeResult:
    """The verdict of one stage; whichever case comes first runs all stages."""
    life, _ = case.run.shared.once("file-life-cycle", lambda: _run_stages(case))
    part = life.parts[wanted]
    case.evidence += part.case.evidence
    case.requests += part.case.requests
    case.passed += part.case.passed
    case.changes += [change for each in life.parts.values() for change in each.case.changes]
    if part.ended:
        raise part.ended
    return case.granted(part.message)


def _run_stages(case: Case) -> _LifeCycle:
    run = case.run
    life = _LifeCycle({stage: _Part(Case(case.requirement, run)) for stage in Stage})
    for requirement in run.profile.requirements:
        for each in Stage:
            if route_shape(str(requirement.scope)) == route_shape(each.value):
                life.parts[each] = _Part(Case(requirement, run))
    upload_part, rename, delete = (life.parts[each] for each in Stage)
    # Needed later only, but by other cases too: left to one of theirs, it waits for a slot, and this chain with it.
    upload_part.case.fetch_once(_listing(case))
    delete.play(_probe_delete)
    if delete.ended:
        upload_part.ended = Unavailable("an uploaded file could not be deleted again")
        rename.play(lambda case: _rename_existing(case).message)
        return life
    with ExitStack() as undoing:
        upload_part.play(lambda case: _upload(case, undoing, life))
        if upload_part.ended:
            delete.ended = Unavailable("this run has no uploaded file to delete")
            rename.play(lambda case: _rename_existing(case).message)
            return life
        rename.play(lambda case: _rename(case, life))
        delete.play(lambda case: _delete(case, life))
    return life


def _require_confirmable(case: Case) -> None:
    """`Unavailable` unless a file can be looked at, which is done before it is renamed or deleted."""
    if read(case.fetch_once(_listing(case))) is Reading.OK:
        return
    if read(case.send(get(f"/courses/{case.course}/files/{NONEXISTENT}"))) is not Reading.NOT_FOUND:
        raise Unavailable("an uploaded file could neither be listed nor read, so nobody could tell that it is ours")


def _listing(case: Case) -> Call:
    return get(f"/courses/{case.course}/files", FILE_QUERY)


def _probe_delete(case: Case) -> str:
    answer = case.check_gate(case.send(Call("DELETE", f"/api/v1/files/{NONEXISTENT}")))
    if read(answer) not in PAST_THE_GATE:
        case.malformed(answer, "neither success nor refusal")
    return ""


def _upload(case: Case, undoing: ExitStack, life: _LifeCycle) -> str:
    _require_confirmable(case)
    name = _file_name(case)
    made = MadeChange(Noun.FILE, case.course, name)
    writing = life.writing = undoing.enter_context(case.change(f"file {name}", made))
    accepted: list[Answer] = []

    def ticket(answer: Answer) -> dict[str, Any]:
        accepted.append(answer)
        # This step creates nothing that anybody sees (files_controller.rb: it is pending).
        writing.acknowledged = False
        return _ticket(case, answer)

    try:
        file_id = upload(partial(case.write, writing), case.course, name, ticket)
    except StorageFault as fault:
        raise NotGranted(Verdict.UNPROVED, causes.NOT_CANVAS_ANSWERING, f"{fault}.") from fault
    except NotConfirmed as reason:
        writing.unknown = True
        guess(writing, made, reason.file_id, accepted[-1])
        raise Unavailable(str(reason)) from reason
    try:
        row = confirm(writing, made, file_id, accepted[-1], case.eyes)
    except Unreadable as why:
        guess(writing, made, file_id, accepted[-1])
        raise Unavailable(f"{why}, so nobody can tell that the uploaded file is ours") from None
    if row is None:
        raise _not_ours(file_id)
    if row.get("size") == 0:
        raise NotGranted(Verdict.MISCONFIGURED, causes.WRITE_WITHOUT_EFFECT, f"The uploaded file {file_id} is empty.")
    return f"Uploaded a small image in three steps as file {file_id}."


def _require_ours(case: Case, life: _LifeCycle) -> None:
    """Look at the file right before it is written: nothing but the one uploaded is renamed or deleted."""
    try:
        row = confirmed(life.file, case.eyes)
    except Unreadable as why:
        raise Unavailable(f"{why}, so nobody can tell that the uploaded file is ours") from None
    if row is None:
        raise _not_ours(str(life.file.object_id))


def _not_ours(file_id: str) -> NotGranted:
    return NotGranted(
        Verdict.UNPROVED,
        causes.UNEXPECTED_ANSWER,
        f"Canvas gave file {file_id} as the one uploaded, but does not show it as that.",
    )


def _ticket(case: Case, answer: Answer) -> dict[str, Any]:
    """The answer to step 1, the only call that the scope covers."""
    if _is_over_quota(case.check_gate(answer)):
        said = " ".join(messages(answer))
        raise Unavailable(
            f"the course's file quota is used up (Canvas answered: {said}); delete files from the course, or have an "
            "administrator raise File Storage in the course's Settings > Course Details"
        )
    ticket = case.require_object(answer, case.require_success(answer), TICKET)
    if not is_ticket(ticket):
        case.malformed(answer, "no usable upload_url")
    return ticket


def _is_over_quota(answer: Answer) -> bool:
    """Whether the course has no room for the file, in any language.

    Of the refusals with nothing but a `message`, only this one can meet our parameters (files_controller.rb).
    """
    alone = isinstance(answer.json, dict) and "message" in answer.json and "errors" not in answer.json
    return answer.status in {400, 413} and read(answer) is Reading.REFUSED and alone


def _file_name(case: Case) -> str:
    return f"{case.tag}.png"


def _rename(case: Case, life: _LifeCycle) -> str:
    """Rename our own file and rename it back; it is deleted afterwards, so its name needs no journal entry.

    It was looked at right before, and each answer shows it again.
    """
    assert life.writing
    file_id = str(life.file.object_id)
    for name in (f"{case.tag}-renamed.png", _file_name(case)):
        answer = case.write(life.writing, put(f"/files/{file_id}", {"name": name}))
        body = case.require_object(answer, case.require_success(answer), ["display_name"])
        if life.file.of.identity(body) != file_id:
            case.malformed(answer, f"something other than file {file_id}")
        if body["display_name"] != name:
            raise NotGranted(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas accepted the name {name!r} for file {file_id}, but shows {body['display_name']!r}.",
            )
    return f"Renamed file {file_id} and changed its name back."


def _rename_existing(case: Case) -> ScopeResult:
    """Rename a file that the course already had, and rename it back."""
    rows = case.prerequisite_rows(get(f"/courses/{case.course}/files", FILE_QUERY))
    row = first(choosable(rows), _is_safe_to_rename, "the course has no file that is safe to rename")
    return rename_and_back(case, Noun.FILE, str(row["id"]), row["display_name"])


FILE_QUERY = (("sort", "name"), ("per_page", "10"))


def choosable(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The files of a list that an exercise may choose: no run's lease, and a run's other files last."""
    chosen = [row for row in rows if LeaseName.parse(row.get("display_name")) is None]
    return sorted(chosen, key=lambda row: OURS.fullmatch(str(row.get("display_name"))) is not None)


def _is_safe_to_rename(row: Mapping[str, Any]) -> bool:
    # Saving a hidden file writes its state, and a locked one may need usage rights to be saved again.
    return (
        IdForm.NUMBER.fits(row.get("id"))
        and bool(row.get("display_name"))
        and isinstance(row["display_name"], str)
        and not any(row.get(key) for key in ("locked", "hidden", "lock_at", "unlock_at"))
    )


def _delete(case: Case, life: _LifeCycle) -> str:
    assert life.writing
    file_id = str(life.file.object_id)
    _require_ours(case, life)
    answer = case.write(life.writing, life.file.of.delete_call(case.course, file_id))
    body = case.require_object(answer, case.require_success(answer), ["id"])
    if life.file.of.identity(body) != file_id:
        case.malformed(answer, f"something other than file {file_id}")
    if not is_gone(life.file, file_id, answer, case.eyes):
        raise NotGranted(
            Verdict.MISCONFIGURED,
            causes.WRITE_WITHOUT_EFFECT,
            f"Canvas reported file {file_id} as deleted, but still shows it.",
        )
    if not life.writing.unknown and not _is_copied(case, life):
        case.undone(life.writing)
    return f"Deleted file {file_id}, which this run uploaded."


def _is_copied(case: Case, life: _LifeCycle) -> bool:
    """Whether the upload left another file of this name, because something on its way repeated a request."""
    try:
        return any(each != life.file.object_id for each in copies(life.file, case.eyes))
    except Unreadable:
        return False
