"""A course associated with a blueprint of the run, detached again."""

from __future__ import annotations

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.blueprint import association
from scopecheck.sandbox.changes import AssociationChange
from scopecheck.sandbox.objects import KINDS, Noun
from scopecheck.sandbox.tag import TAG
from scopecheck.sandbox.undo.interface import Hands, Outcome, UndoError
from scopecheck.sandbox.undo.look import Unreadable, look


def undo_association(change: AssociationChange, hands: Hands) -> Outcome:
    """Detach the course, if the blueprint is one of a run; its own journal entry deletes it. Raises UndoError."""
    try:
        blueprint = look(hands, KINDS[Noun.COURSE], "", change.blueprint_id)
    except Unreadable as why:
        raise UndoError(f"{why}, so nothing was detached. {_BY_HAND}") from None
    if blueprint is None:
        return Outcome.ABSENT
    if not TAG.fullmatch(str(blueprint.get("name")).removesuffix(" blueprint")):
        raise UndoError(f"Course {change.blueprint_id} has another name than the run's blueprint. {_BY_HAND}")
    before = _courses(change, hands)
    if before is not None and change.course_id not in before:
        return Outcome.ABSENT
    answer = hands.write(association(change.blueprint_id, "remove", change.course_id))
    after = _courses(change, hands)
    if _is_told(answer) if after is None else change.course_id not in after:
        return Outcome.RESTORED
    raise UndoError(
        f"Canvas did not detach course {change.course_id} from blueprint {change.blueprint_id} ({answer.says()}). "
        f"{_BY_HAND}"
    )


_BY_HAND = "Remove it in Canvas: open the blueprint, then Blueprint > Associations."


def _is_told(answer: Answer) -> bool:
    """Whether Canvas says that it has done it (master_templates_controller.rb)."""
    return read(answer) is Reading.OK and isinstance(answer.json, dict) and answer.json.get("success") is True


def _courses(change: AssociationChange, hands: Hands) -> list[str] | None:
    """The courses associated with the blueprint; None if they cannot be listed (master_templates_controller.rb)."""
    path = f"/api/v1/courses/{change.blueprint_id}/blueprint_templates/default/associated_courses"
    answer = hands.read(Call("GET", path, query=[("per_page", "100")]))
    if read(answer) is not Reading.OK or not isinstance(answer.json, list):
        return None
    return [str(row.get("id")) for row in answer.json if isinstance(row, dict)]
