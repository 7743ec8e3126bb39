"""Which key issued a token, and whose it is, by Canvas's own headers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scopecheck.canvas.ids import issued_by
from scopecheck.key.token_checks import identity
from scopecheck.key.token_origin import token_from_key
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.named import UNNAMED
from scopecheck.model.verdict import CheckVerdict

ANSWER = Answer(
    "GET", "https://canvas.test/api/v1/courses/1", 200,
    {"x-request-context-id": "1", "x-canvas-user-id": "10000000000003", "x-canvas-meta": "at=74;dk=10000000000002;"},
    b'{"id": 1}',
)  # fmt: skip


@pytest.mark.parametrize(
    ("client_id", "user_id", "same"),
    [
        ("10000000000002", None, True),
        ("2", "10000000000003", True),
        ("2", "20000000000003", None),
        ("2", None, None),
        ("3", "10000000000003", False),
        ("10000000000003", "10000000000003", False),
        ("20000000000002", "10000000000003", False),
    ],
)
def test_issued_by(client_id: str, user_id: str | None, same: bool | None) -> None:
    """Other local parts refute; a local ID proves only on the shard that the user shows."""
    assert issued_by("10000000000002", client_id, user_id) is same


@pytest.mark.parametrize(
    ("client_id", "verdict", "cause"),
    [
        ("2", CheckVerdict.OK, None),
        ("10000000000002", CheckVerdict.OK, None),
        ("7", CheckVerdict.FAILED, "token-from-another-key"),
        (None, CheckVerdict.NOT_CHECKED, None),
    ],
)
def test_a_pasted_token_is_proved_or_refuted(client_id: str | None, verdict: CheckVerdict, cause: str | None) -> None:
    """The key that Canvas names decides, for any token."""
    facts = KeyFacts(UNNAMED, [], client_id=client_id, identity=identity([ANSWER]))
    outcome = token_from_key(facts)

    assert (outcome.verdict, outcome.cause.slug if outcome.cause else None) == (verdict, cause)


def test_a_refusal_before_the_scope_check_names_nobody() -> None:
    """What does not come from behind the scope check is no witness, whatever its headers say."""
    throttled = Answer("GET", ANSWER.url, 403, ANSWER.headers, b"403 Forbidden (Rate Limit Exceeded)")

    assert identity([throttled]).user_id is None
    assert identity([throttled, ANSWER]).user_id == "10000000000003"


@pytest.mark.parametrize(
    ("real", "acts"), [("10000000000009", "10000000000009"), ("10000000000003", None), ("x", None)]
)
def test_who_acts_as_the_user(real: str, acts: str | None) -> None:
    """Canvas names who acts as the user, and nobody acts as oneself."""
    answer = replace(ANSWER, headers={**ANSWER.headers, "x-canvas-real-user-id": real})

    assert identity([answer]).real_user_id == acts
    assert identity([ANSWER]).real_user_id is None
