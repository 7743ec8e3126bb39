"""The life cycle of one uploaded file, as one chain: upload, rename and rename back, delete.

Three scopes are judged in order on one file of the run's own, so that nobody else's file is needed. Before the upload,
deleting is probed: a file that could not be deleted again is not uploaded at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from scopecheck.canvas.classify import PAST_THE_GATE, Reading, messages, read
from scopecheck.canvas.ids import NONEXISTENT, is_id
from scopecheck.exercises.calls import get, put
from scopecheck.exercises.case import Case, first, plain
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.polling import poll
from scopecheck.exercises.renaming import rename_and_back
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.scope import route_shape
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.journal import JournalEntry
from scopecheck.sandbox.lease_name import LeaseName
from scopecheck.sandbox.provisioning import made_file
from scopecheck.sandbox.sweep import OURS
from scopecheck.sandbox.undo.field import Field
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
    file_id: str = ""
    change: JournalEntry | None = None


def stage(case: Case, wanted: Stage) -> ScopeResult:
    """The verdict of one stage; whichever case comes first runs all stages."""
    life, _ = case.run.shared.once("file-life-cycle", lambda: _run_stages(case))
    part = life.parts[wanted]
    case.evidence += part.case.evidence
    case.requests += part.case.requests
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
        rename.play(lambda case: _rename(case, life.file_id))
        delete.play(lambda case: _delete(case, life))
    return life


def _probe_delete(case: Case) -> str:
    answer = case.check_gate(case.send(Call("DELETE", f"/api/v1/files/{NONEXISTENT}")))
    if read(answer) not in PAST_THE_GATE:
        case.malformed(answer, "neither success nor refusal")
    return ""


def _upload(case: Case, undoing: ExitStack, life: _LifeCycle) -> str:
    name = _file_name(case)
    made = made_file(case.course, name)
    change = life.change = undoing.enter_context(case.change("made", f"file {name}", plain(made)))
    try:
        life.file_id = upload(case.send, case.course, name, lambda answer: _ticket(case, change, answer))
    except StorageFault as fault:
        case.unanswered(change)
        raise NotGranted(Verdict.UNPROVED, causes.NOT_CANVAS_ANSWERING, f"{fault}.") from fault
    except NotConfirmed as reason:
        case.unanswered(change)
        raise Unavailable(str(reason)) from reason
    case.learned(change, {"id": life.file_id})
    seen = case.send(get(f"/courses/{case.course}/files/{life.file_id}"))
    if _shows(seen, life.file_id) and seen.json.get("size") == 0:
        raise NotGranted(
            Verdict.MISCONFIGURED, causes.WRITE_WITHOUT_EFFECT, f"The uploaded file {life.file_id} is empty."
        )
    return f"Uploaded a small image in three steps as file {life.file_id}."


def _ticket(case: Case, change: JournalEntry, answer: Answer) -> dict[str, Any]:
    """The answer to step 1, the only call that the scope covers."""
    if _is_over_quota(case.written(change, answer)):
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


def _rename(case: Case, file_id: str) -> str:
    """Rename our own file and rename it back; it is deleted afterwards, so its name needs no journal entry."""
    for name in (f"{case.tag}-renamed.png", _file_name(case)):
        answer = case.send(put(f"/files/{file_id}", {"name": name}))
        shown = case.require_object(answer, case.require_success(answer), ["display_name"])["display_name"]
        if shown != name:
            raise NotGranted(
                Verdict.MISCONFIGURED,
                causes.WRITE_WITHOUT_EFFECT,
                f"Canvas accepted the name {name!r} for file {file_id}, but shows {shown!r}.",
            )
    return f"Renamed file {file_id} and changed its name back."


def _rename_existing(case: Case) -> ScopeResult:
    """Rename a file that the course already had, and rename it back."""
    rows = case.prerequisite_rows(get(f"/courses/{case.course}/files", FILE_QUERY))
    row = first(choosable(rows), _is_safe_to_rename, "the course has no file that is safe to rename")
    path = f"/api/v1/files/{row['id']}"
    named = Field(path, "", "name", "display_name", f"/api/v1/courses/{case.course}/files/{row['id']}", [],
                  html=False, answers=True)  # fmt: skip
    return rename_and_back(case, named, row["display_name"], f"file {row['id']}")


FILE_QUERY = (("sort", "name"), ("per_page", "10"))


def choosable(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The files of a list that an exercise may choose: no run's lease, and a run's other files last."""
    chosen = [row for row in rows if LeaseName.parse(row.get("display_name")) is None]
    return sorted(chosen, key=lambda row: OURS.fullmatch(str(row.get("display_name"))) is not None)


def _is_safe_to_rename(row: Mapping[str, Any]) -> bool:
    # Saving a hidden file writes its state, and a locked one may need usage rights to be saved again.
    return (
        is_id(row.get("id"))
        and bool(row.get("display_name"))
        and isinstance(row["display_name"], str)
        and not any(row.get(key) for key in ("locked", "hidden", "lock_at", "unlock_at"))
    )


def _delete(case: Case, life: _LifeCycle) -> str:
    answer = case.send(Call("DELETE", f"/api/v1/files/{life.file_id}"))
    case.require_object(answer, case.require_success(answer), ["id"])
    gone = poll(case, get(f"/courses/{case.course}/files/{life.file_id}"), lambda seen: not _shows(seen, life.file_id))
    if _shows(gone, life.file_id):
        raise NotGranted(
            Verdict.MISCONFIGURED,
            causes.WRITE_WITHOUT_EFFECT,
            f"Canvas reported file {life.file_id} as deleted, but still shows it.",
        )
    if life.change:
        case.undone(life.change)
    return f"Deleted file {life.file_id}, which this run uploaded."


def _shows(answer: Answer, file_id: str) -> bool:
    """Whether an answer really shows the file, and does not come from other software in between."""
    return answer.ok and isinstance(answer.json, dict) and str(answer.json.get("id")) == file_id
