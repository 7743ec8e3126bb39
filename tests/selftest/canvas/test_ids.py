"""Which IDs name the same record, and how one stands in a path."""

from __future__ import annotations

import pytest

from scopecheck.canvas.ids import in_path, is_another, is_local, same_id


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (42, "42", True),
        (42, "1~42", True),
        ("10000000000042", "1~42", True),
        (10_000_000_000_042, "42", True),
        (10_000_000_000_042, "20000000000042", False),
        ("2~42", "10000000000042", False),
        (43, "42", False),
        (None, "42", False),
        ("sis_course_id:x", "sis_course_id:x", False),
        ("4\u0662", "42", False),
    ],
)
def test_same(one: object, other: object, same: bool) -> None:
    """Local, global and short global IDs of one record are the same, whichever comes first."""
    assert same_id(one, other) is same
    assert same_id(other, one) is same


@pytest.mark.parametrize(
    ("answered", "asked_for", "another"),
    [(1001, "10000000001001", False), (1001, "1~1002", True), (None, "1001", True), (7, "self", False),
     (7, "sis_account_id:x", False)],
)  # fmt: skip
def test_another(answered: object, asked_for: str, another: bool) -> None:
    """Only a number can be told to be another record's."""
    assert is_another(answered, asked_for) is another


@pytest.mark.parametrize(
    ("given", "local"), [("42", True), ("042", False), ("1~42", False), ("10000000000042", False), ("self", False)]
)
def test_local(given: str, local: bool) -> None:
    """Only the number as Canvas gives it is."""
    assert is_local(given) is local


@pytest.mark.parametrize(
    ("given", "segment"),
    [
        ("1~42", "1~42"),
        ("sis_course_id:a-b.c", "sis_course_id:a-b.c"),
        ("sis_course_id:a/b é%?#", "sis_course_id:a%2Fb%20%C3%A9%25%3F%23"),
    ],
)
def test_in_a_path(given: str, segment: str) -> None:
    """It is one segment, whatever an SIS ID contains."""
    assert in_path(given) == segment
