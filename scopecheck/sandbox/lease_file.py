"""Placing a lease: it is journaled, then uploaded, with the scopes of the token that is being tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from scopecheck.canvas.classify import PAST_THE_GATE, Reading, read
from scopecheck.canvas.ids import NONEXISTENT
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.canvas_clock import CanvasClock
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.confirming import confirm
from scopecheck.sandbox.journal import Journal, JournalError
from scopecheck.sandbox.lease_name import LeaseName
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.interface import Eyes
from scopecheck.sandbox.undo.look import Unreadable
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.upload import NotConfirmed, NoTicket, StorageFault, require_ticket, upload

UPLOAD: Final = "url:POST|/api/v1/courses/:course_id/files"
DELETE: Final = "url:DELETE|/api/v1/files/:id"


class NotPlaced(Exception):
    """No lease could be placed; the message says why."""


def require_removal(client: CanvasClient, clock: CanvasClock) -> None:
    """Make sure that the token may delete files: what it could not remove is not placed. Raises NotPlaced."""
    answer = client.send(Call("DELETE", f"/api/v1/files/{NONEXISTENT}"), clock.note)
    if read(answer) not in PAST_THE_GATE:
        raise NotPlaced(_why(answer, DELETE))


def place(client: CanvasClient, journal: Journal, name: LeaseName, opened: Callable[[Writing], None]) -> None:
    """Journal the lease and upload it; `opened` gets its change.

    Raises NotPlaced; then it may still appear, and its change is still open.
    """
    course_id = journal.target.course_id
    made = MadeChange(Noun.FILE, course_id, str(name))
    accepted: list[Answer] = []

    def ticket(answer: Answer) -> Mapping[str, Any]:
        accepted.append(answer)
        return require_ticket(answer)

    try:
        writing = Writing(journal, journal.open(f"file {made.name}", made), client.send)
        opened(writing)
        try:
            file_id = upload(writing.send, course_id, made.name, ticket)
            confirm(writing, made, file_id, accepted[-1], Eyes(client.send, client.pause))
        except (StorageFault, NotConfirmed, Unreadable) as fault:
            writing.unknown = writing.unknown or not isinstance(fault, Unreadable)
            raise NotPlaced(str(fault).removesuffix(".")) from fault
        except NoTicket as refused:
            raise NotPlaced(_why(refused.answer, UPLOAD)) from refused
        finally:
            writing.ended()
    except JournalError as error:
        raise NotPlaced(str(error).removesuffix(".")) from error


def _why(answer: Answer, scope: str) -> str:
    if read(answer) is Reading.SCOPE_MISSING:
        return f"the token lacks {scope}"
    return f"{answer.method} {scope.partition('|')[2]} got {answer.says()}"
