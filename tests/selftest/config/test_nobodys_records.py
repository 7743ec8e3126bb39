"""The ID 0, which Canvas's own migrations create and nobody means, is no setting."""

from __future__ import annotations

import pytest

from scopecheck.config.target_settings import target_problems

GIVEN = {"CANVAS_BASE_URL": "https://canvas.example.edu", "CANVAS_ACCESS_TOKEN": "1234~abc"}
COURSE = "CANVAS_SANDBOX_COURSE_ID"


@pytest.mark.parametrize("variable", ["CANVAS_ACCOUNT_ID", "CANVAS_READ_COURSE_IDS", COURSE])
@pytest.mark.parametrize(
    ("number", "is_meant"),
    [
        ("0", False), ("00", False), ("1~0", False), ("10000000000000", False), ("20000000000000", False),
        ("10", True), ("100", True), ("1~10", True), ("10000000000010", True),
    ],
)  # fmt: skip
def test_zero_is_refused(variable: str, number: str, is_meant: bool) -> None:
    """Local, with a shard, or global; an ID that only ends in zeros is one."""
    name = {"CANVAS_SANDBOX_COURSE_NAME": "Sandbox"} if variable == COURSE else {}
    problems = target_problems({**GIVEN, **name, variable: number}, needs_token=True, needs=())

    assert (problems == []) is is_meant
    assert is_meant or "which is not a Canvas ID" in problems[0]
