"""What a probe for something that cannot exist may be answered, and what proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.canvas.ids import NONEXISTENT
from scopecheck.model.verdict import Proof, Verdict
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED
from tests.selftest.exercises.between import OtherSoftware
from tests.selftest.exercises.live_reads import READ
from tests.selftest.exercises.sweep import SCOPES, sweep

NOWHERE = rf"[A-Z]+ /api/v1(/.+)?/{NONEXISTENT}(/.*)?"
"""Every call for something that cannot exist."""
COURSE = "url:PUT|/api/v1/courses/:id"
PROBED = {scope for scope in SCOPES if scope not in READ}


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
    """Who answers for an object that cannot exist did not look: nothing is learned of any scope that is probed."""
    found = sweep("probe", between=lambda canvas: OtherSoftware(canvas, NOWHERE, body, status, signed=True))

    # Asked for that course, the ID says that it is another.
    names_another = "1" in str(body)
    causes = {
        scope: "misdirected-answer" if scope == COURSE and names_another else "unexpected-answer" for scope in PROBED
    }

    assert found.not_granted() == {scope: (Verdict.UNPROVED, cause) for scope, cause in causes.items()}


def test_lack_of_permission_is_proof() -> None:
    """Canvas asks for permission only once the scope is granted (authentication_methods.rb)."""
    found = sweep("probe", between=lambda canvas: OtherSoftware(canvas, NOWHERE, NOT_PERMITTED, 403, signed=True))

    assert found.not_granted() == {}
    assert {scope for scope, result in found.results.items() if result.proof is Proof.PROBED} == PROBED
