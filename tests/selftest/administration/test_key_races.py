"""What others do to the key meanwhile, and requests that go wrong on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scopecheck.administration.key_changes import Outcome, repair
from scopecheck.administration.key_found import KeyNotDone, find_key
from scopecheck.administration.key_plan import Kind, plan_key
from scopecheck.config.settings import SettingsError
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import Fault
from tests.selftest.administration.broken_keys import PAGE, QUIZ, TERMS, USERS
from tests.selftest.administration.keys import (
    WISH,
    Between,
    active_tokens,
    administrator,
    ally,
    canvas,
    mended,
    nobody_answers,
    planned,
    scopes_here,
    without_right,
    writes,
)
from tests.selftest.embedded_canvas.managing import change
from tests.selftest.exercises.sweep import SCOPES

LACKS: dict[str, Any] = {"missing_on_key": frozenset({QUIZ}), "missing_on_token": frozenset({QUIZ})}
UNKNOWN = "url:GET|/api/v1/no/such/route"


def after_changing(of: Canvas, reports: Path, **columns: Any) -> Outcome:
    """`repair`, when somebody changes the key after its plan was agreed on."""
    with administrator(of) as admin:
        key, here = find_key(admin, str(ally(of).id)), scopes_here("new")
        agreed = plan_key(WISH, here, key.record).changes
        change(of, **columns)
        return repair(admin, key, WISH, here, reports, agreed=agreed)


def test_a_scope_that_somebody_adds_stays(tmp_path: Path) -> None:
    """The list is read again right before it is sent, so that what was added since the plan is in it."""
    of = canvas(**LACKS)
    outcome = after_changing(of, tmp_path, scopes=[*ally(of).scopes, USERS])

    assert outcome.all_right
    assert set(ally(of).scopes) == {*SCOPES, USERS}
    assert active_tokens(of) == 1


def test_more_to_do_than_was_agreed_on(tmp_path: Path) -> None:
    """Then nothing is done: nobody has seen that plan."""
    of = canvas(**LACKS)

    with pytest.raises(SettingsError, match="changed by somebody else meanwhile"):
        after_changing(of, tmp_path, allow_includes=False)
    assert len(writes(of)) == 1
    assert not (tmp_path / "key").exists()


def test_what_somebody_else_has_done_is_not_done_again(tmp_path: Path) -> None:
    """Nothing is left, so nothing is sent."""
    outcome = after_changing(canvas(**LACKS), tmp_path, scopes=list(SCOPES))

    assert (outcome.all_right, outcome.sent) == (True, 0)


@pytest.mark.parametrize("gone", [TERMS, USERS])
def test_a_scope_that_is_gone_afterwards(gone: str, tmp_path: Path) -> None:
    """Somebody takes a scope off at the same time: it is named, and nothing more is sent, since all tokens ended."""
    of = canvas(**LACKS, key_state="off")
    ally(of).scopes.append(USERS)
    rest = [scope for scope in (*SCOPES, USERS) if scope != gone]
    outcome = mended(of, tmp_path, way=Between(of, "PUT", after=lambda: change(of, scopes=rest)))

    assert (outcome.lost, outcome.tokens_ended, outcome.all_right, outcome.sent) == ([gone], True, False, 1)
    assert ally(of).binding == "off"


def test_a_scope_that_came_between_reading_and_writing(tmp_path: Path) -> None:
    """It is taken off by the list as it was read, which no reading shows; but the key has no tokens any more."""
    of = canvas(**LACKS)
    outcome = mended(of, tmp_path, way=Between(of, "PUT", before=lambda: change(of, scopes=[*ally(of).scopes, USERS])))

    assert (outcome.lost, outcome.tokens_ended, outcome.all_right) == ([], True, False)


def test_scopes_that_this_canvas_does_not_list(tmp_path: Path) -> None:
    """Saving such a key takes them off, so no setting is changed; only what saves nothing is done."""
    of = canvas(key_state="off", allow_includes=False)
    ally(of).scopes.append(UNKNOWN)

    assert planned(of).unlisted == (UNKNOWN,)
    with pytest.raises(SettingsError, match=r"no/such/route, which this Canvas does not list"):
        mended(of, tmp_path)
    assert writes(of) == []
    ally(of).allow_includes = True
    assert mended(of, tmp_path).all_right
    assert (writes(of), active_tokens(of)) == ([("POST", "developer_key_account_bindings")], 1)


def test_a_name_of_another_version_of_canvas(tmp_path: Path) -> None:
    """A page's scope under its name of before 2023 is not the one that today's Canvas compares: both are said."""
    of = canvas()
    older = PAGE.replace(":url_or_id", ":url")
    ally(of).scopes = [older if scope == PAGE else scope for scope in SCOPES]
    plan = planned(of)

    assert ([each.value for each in plan.changes], plan.unlisted, plan.excess) == ([PAGE], (older,), ())
    with pytest.raises(SettingsError, match=":url, which this Canvas does not list"):
        mended(of, tmp_path)


@pytest.mark.parametrize("part", ["developer_keys", "account_bindings"])
@pytest.mark.parametrize("arrives", [True, False], ids=["arrives", "is lost"])
def test_a_request_that_is_not_answered(part: str, arrives: bool, tmp_path: Path) -> None:
    """The key is read before anything is sent again: what arrived is not sent twice."""
    of = canvas(**LACKS, key_state="off")
    verb = "POST" if part == "account_bindings" else "PUT"
    moment: dict[str, Any] = {"after" if arrives else "before": nobody_answers}
    outcome = mended(of, tmp_path, way=Between(of, verb, part, **moment))

    assert outcome.all_right
    assert [verb for verb, _ in writes(of)] == ["PUT", "POST"]
    assert outcome.sent == (2 if arrives else 3)


@pytest.mark.parametrize("kind", ["500", "503-html", "reset", "html-200", "throttle-403"])
def test_a_request_that_is_never_answered(kind: Any, tmp_path: Path) -> None:
    """It is given up after some tries, and said; nothing after it is done."""
    of = canvas(**LACKS, key_state="off", faults=(Fault(kind, "PUT /api/v1/developer_keys"),))
    outcome = mended(of, tmp_path)

    assert isinstance(outcome.failure, KeyNotDone)
    assert "A change was not made" in outcome.failure.message
    assert (outcome.done, outcome.all_right, outcome.sent) == ((), False, 3)
    assert (QUIZ in ally(of).scopes, ally(of).binding, active_tokens(of)) == (False, "off", 1)


def test_a_change_that_canvas_does_not_keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Canvas says yes, and its record says no: the record counts."""
    of = canvas(**LACKS)
    monkeypatch.setattr("scopecheck.embedded_canvas.controllers.developer_keys._assign", lambda *_: None)
    outcome = mended(of, tmp_path)

    assert isinstance(outcome.failure, KeyNotDone)
    assert "accepted a change, but its record" in outcome.failure.message
    assert not outcome.all_right


def test_a_refused_scope_is_told_in_canvas_s_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old Canvas refuses the whole change, and saves nothing of it."""
    of = canvas(version="old", allow_includes=False, **LACKS)
    known = [scope for scope in SCOPES if scope != QUIZ]
    older = [scope.replace(":url_or_id", ":url") for scope in known]
    monkeypatch.setattr("scopecheck.embedded_canvas.controllers.developer_keys.valid_scopes", lambda _: older)
    outcome = mended(of, tmp_path)

    assert isinstance(outcome.failure, KeyNotDone)
    assert f"saved nothing of it: cannot contain {QUIZ}" in outcome.failure.message
    assert (outcome.done, outcome.sent, ally(of).allow_includes) == ((), 1, False)


def test_a_right_that_ends_in_the_middle(tmp_path: Path) -> None:
    """What was sent is said, and that the key could not be read back."""
    of = canvas(**LACKS, key_state="off")
    outcome = mended(of, tmp_path, way=Between(of, "PUT", after=lambda: without_right(of)))

    assert isinstance(outcome.failure, KeyNotDone)
    assert "could not be read back. The user of CANVAS_ADMIN_TOKEN may not" in outcome.failure.message
    assert (outcome.unread, len(outcome.kept)) == (True, 1)
    assert (outcome.sent, outcome.all_right) == (1, False)


def test_the_last_step_is_refused(tmp_path: Path) -> None:
    """What was done before it is said to be done, and what is left to be left."""
    faults = (Fault("other-software", "account_bindings"),)
    outcome = mended(canvas(**LACKS, key_state="off", faults=faults), tmp_path)

    assert [change.value for change in outcome.done] == [QUIZ]
    assert [change.kind for change in outcome.left.changes] == [Kind.SWITCH_ON]
    assert outcome.failure is not None


def test_a_report_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Without a copy of the record nothing is changed."""
    (tmp_path / "key").write_text("in the way")
    of = canvas(**LACKS)

    with pytest.raises(SettingsError, match="set CANVAS_REPORTS to another folder"):
        mended(of, tmp_path)
    assert writes(of) == []


def test_a_switch_behind_a_proxy_that_strips_headers(tmp_path: Path) -> None:
    """A key that was off cannot be the token's own; once it is on that is not asked again."""
    of = canvas(proxy_strips_headers=True, enforce_scopes=False, key_state="off")

    assert mended(of, tmp_path).all_right
