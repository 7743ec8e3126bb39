"""What a probe for something that cannot exist may be answered, and what proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.model.scope import Scope
from scopecheck.model.verdict import Proof, Verdict
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED
from tests.selftest.exercises.between import OtherSoftware
from tests.selftest.exercises.sweep import SCOPES, sweep

NOWHERE = r"[A-Z]+ /api/v1(/.+)?/(0|none|m-none)(/.*)?"
"""Every call for something that cannot exist."""
NAMES_SOMETHING = {scope for scope in SCOPES if Scope.parse(scope).parameters}
UNPROVED = dict.fromkeys(NAMES_SOMETHING, (Verdict.UNPROVED, "unexpected-answer"))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, {"id": 0, "name": "Course 0"}, id="an object"),
        pytest.param(200, [], id="an empty list"),
        pytest.param(200, [{"id": 1}], id="a list"),
        pytest.param(201, {"id": 1}, id="made"),
        pytest.param(400, {"errors": [{"message": "Bad id"}]}, id="a refusal"),
    ],
)
def test_what_cannot_be_is_no_proof(status: int, body: Any) -> None:
    """Who answers for an object with id 0 did not look: nothing is learned of any scope that names one."""
    found = sweep("probe", between=lambda canvas: OtherSoftware(canvas, NOWHERE, body, status))

    assert found.not_granted() == UNPROVED


def test_lack_of_permission_is_proof() -> None:
    """Canvas asks for permission only once the scope is granted (authentication_methods.rb)."""
    found = sweep("probe", between=lambda canvas: OtherSoftware(canvas, NOWHERE, NOT_PERMITTED, 403))

    assert found.not_granted() == {}
    assert {result.proof for result in found.results.values()} == {Proof.PROBED}
