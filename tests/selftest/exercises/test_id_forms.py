"""However the settings write the ID of account and course, a run tests the same ones, under one ID."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from scopecheck.canvas.ids import in_path
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.model.verdict import CheckVerdict, KeyCheck
from tests.selftest.bundle.recording import a_canvas, record_run, replay_run
from tests.selftest.exercises.sweep import SCOPES, sweep

COURSE = Canvas(CanvasConfig()).tables.courses[1001]
SIS = {"sis_course_id:a/b é": "1001", "sis_account_id:Fak 2/x": "1"}


class Sis(httpx.BaseTransport):
    """A Canvas whose SIS calls account and course so."""

    def __init__(self, behind: httpx.BaseTransport) -> None:
        self._behind = behind

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        for sis_id, number in SIS.items():
            path = path.replace(in_path(sis_id), number)
        request.url = request.url.copy_with(raw_path=path.encode())
        return self._behind.handle_request(request)


@pytest.mark.parametrize(
    ("course", "account", "between"),
    [
        ("1~1001", "1~1", None),
        ("10000000001001", "10000000000001", None),
        (f"uuid:{COURSE.uuid}", "default", None),
        (f"lti_context_id:{COURSE.uuid}.lti", "self", None),
        (*SIS, Sis),
    ],
)
def test_every_scope_is_granted(
    course: str, account: str, between: Callable[[httpx.BaseTransport], httpx.BaseTransport] | None
) -> None:
    """Nothing compares the settings' ID with Canvas's letter by letter, and journal and calls go by Canvas's own."""
    found = sweep(settings={"course_id": course, "account_id": account}, between=between)

    assert found.not_granted() == {}
    assert found.setup.course_id == "1001"
    assert found.untouched


def test_the_account_of_a_run_without_a_course() -> None:
    """The key check that looks at the account's courses finds them too."""
    found = sweep("probe", settings={"course_id": None, "account_id": "sis_account_id:Fak 2/x"}, between=Sis)

    assert found.check(KeyCheck.INCLUDES_ALLOWED) == (CheckVerdict.OK, None)


def test_a_course_that_cannot_be_read_is_named_as_in_the_settings() -> None:
    """Without the scope to read it, its other ID is not known: nothing is written, and only that scope is red."""
    scope = "url:GET|/api/v1/courses/:id"
    found = sweep(settings={"course_id": "1~1001"}, missing_on_token=frozenset({scope}))

    assert list(found.not_granted()) == [scope]
    assert found.setup.course_id == "1~1001"
    assert found.setup.writes_refused


def test_a_run_with_an_sis_id_can_be_judged_again() -> None:
    """Its bundle says the same of each scope."""
    course, account = SIS
    recorded = record_run(a_canvas(), between=Sis, settings={"course_id": course, "account_id": account})
    replayed = replay_run(recorded)

    assert replayed.changed == []
    assert "Fak" not in str(recorded.bundle)
    assert len(recorded.bundle.scopes) == len(SCOPES)
