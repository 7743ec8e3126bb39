"""The key checks: each can fail, each cause has its state, and a fault is never an answer."""

from __future__ import annotations

from typing import Any, Final, get_args, get_type_hints

import pytest

from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.model.causes import CAUSES
from scopecheck.model.verdict import KeyCheck
from tests.selftest.exercises.sweep import Sweep, sweep
from tests.selftest.key.key_states import (
    ADMIN,
    ALIVE,
    API,
    AUTH,
    BETA,
    ENFORCED,
    FAILED,
    INCLUDES,
    KNOWN,
    NO_PREFLIGHT,
    NO_SUCH,
    NOT_ASKED,
    NOT_CHECKED,
    OK,
    PAGES,
    QUIZ,
    REFRESH,
    RENAMED,
    RIGHT,
    SCOPES_ON_KEY,
    STATES,
    TOKEN,
    UNPROVED,
    WITH_UNKNOWN,
    Outcome,
)


def checked(state: dict[str, Any], given: dict[str, Any]) -> Sweep:
    """A run in probe mode that judges no scope."""
    return sweep("probe", only=("none",), settings=given, **state)


def outcomes(found: Sweep) -> dict[KeyCheck, Outcome]:
    """Verdict and cause of each check."""
    return {result.check: (result.verdict, result.cause) for result in found.setup.key}


@pytest.mark.parametrize(("state", "given", "differs"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_state(state: dict[str, Any], given: dict[str, Any], differs: dict[KeyCheck, Outcome]) -> None:
    """In this state exactly these checks differ from a correct key, with this cause."""
    assert outcomes(checked(state, given)) == RIGHT | differs


def test_each_check_can_fail() -> None:
    """There is a state for each of them in which it fails."""
    failing = {check for row in STATES for check, outcome in row[3].items() if outcome[0] is FAILED}

    assert failing == set(KeyCheck)


def test_each_cause_has_its_state() -> None:
    """Every cause that a key check can have is in the table."""
    seen = {cause for row in STATES for _, cause in row[3].values() if cause}

    assert seen == {
        "environment-reset",
        "includes-not-allowed",
        "key-off",
        "key-unknown-here",
        "not-canvas-answering",
        "redirect-uri-malformed",
        "redirect-uri-mismatch",
        "refresh-failed",
        "key-inactive",
        "sandbox-unfit",
        "scope-missing-on-key",
        "scope-name-stale",
        "scopes-not-enforced",
        "scopes-sent-to-unscoped-key",
        "throttled",
        "token-expired",
        "token-from-another-key",
        "token-killed-by-scope-removal",
        "token-policy",
        "user-lacks-permission",
        "wrong-kind-of-key",
    }


def test_a_check_that_is_not_ok_says_why_and_what_to_do() -> None:
    """Every check that fails or is unproved has a message, a known cause, and a complete remedy."""
    for _, state, given, _ in STATES:
        for result in checked(state, given).setup.key:
            assert result.message.endswith(".")
            if result.verdict in {FAILED, UNPROVED}:
                assert result.cause in CAUSES
                assert result.remedy
                assert result.remedy[0].isupper()
                assert "{" not in result.remedy


FAULTS: Final = sorted(set(get_args(get_type_hints(Fault)["kind"])) - {"hang"})


@pytest.mark.parametrize("where", [AUTH, API, TOKEN, "/enrollments", "/courses/1001", "/developer_keys|/scopes", ""])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_never_an_answer(kind: Any, where: str) -> None:
    """Whatever goes wrong between here and a correct Canvas, no check fails: it is ok or unproved."""
    for times in (None, 1):
        found = checked({"faults": (Fault(kind, where, times),)}, REFRESH | ADMIN)

        assert {outcome[0] for outcome in outcomes(found).values()} <= {OK, UNPROVED, NOT_CHECKED}


def test_a_dead_token_is_reported_once() -> None:
    """The reason why no scope can be judged is the message of the token check, with the same remedy."""
    found = checked({"key_state": "off"}, {})
    alive = next(result for result in found.setup.key if result.check is ALIVE)
    dead = found.setup.dead

    assert dead is not None
    assert (dead.cause, dead.message, dead.remedy) == (alive.cause, alive.message, alive.remedy)


def test_an_environment_that_is_overwritten_is_named() -> None:
    """If a key or token is lost in a beta environment, the message says that it was overwritten."""
    known = next(r for r in checked({"key_workflow": "deleted"}, BETA).setup.key if r.check is KNOWN)
    alive = next(r for r in checked({"token_state": "expired"}, BETA).setup.key if r.check is ALIVE)

    beta = "This is Canvas's beta environment, which is overwritten with a copy of production every Saturday"
    assert beta in (known.remedy or "")
    assert beta in alive.message


@pytest.mark.parametrize(
    ("state", "given", "box"),
    [
        ({}, {}, "{new}"),
        ({"version": "old"}, {}, "{old}"),
        ({"version": "old", "missing_on_key": PAGES}, {}, "{new} (on older Canvas {old})"),
        ({"version": "old", "missing_on_key": PAGES}, ADMIN, "{old}"),
        ({"version": "old", "missing_on_key": PAGES}, {**ADMIN, **NO_PREFLIGHT}, "{old}"),
        ({"missing_on_key": PAGES}, {}, "{new} (on older Canvas {old})"),
        ({"missing_on_key": PAGES}, ADMIN, "{new}"),
    ],
)
def test_a_box_has_this_canvas_s_name(state: dict[str, Any], given: dict[str, Any], box: str) -> None:
    """Where other scopes or the list of scopes show it; else both names are given."""
    page = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
    found = checked({"missing_on_key": frozenset({page}), **state}, given)
    lacking = next(r for r in found.setup.key if r.check is SCOPES_ON_KEY)
    named = box.format(new=page, old=RENAMED[page])

    assert f"{named} and save." in (lacking.remedy or "")
    assert f"{named}." in lacking.message


def test_what_has_no_box_is_not_to_be_ticked() -> None:
    """A scope that this Canvas does not list is named as missing, but nobody is told to select it."""
    found = checked({"missing_on_key": QUIZ}, {**ADMIN, "profile": WITH_UNKNOWN})
    lacking = next(r for r in found.setup.key if r.check is SCOPES_ON_KEY)

    assert "The key lacks 2 of 32 required scopes: " in lacking.message
    assert NO_SUCH in lacking.message
    assert NO_SUCH not in (lacking.remedy or "")
    assert f"select {min(QUIZ)} and save" in (lacking.remedy or "")


def test_the_key_s_record_shows_no_secret() -> None:
    """The record contains the secrets of keys; the evidence does not."""
    found = checked({"key_kind": "lti"}, {**NO_PREFLIGHT, **ADMIN, "access_token": None})
    evidence = str(found.setup.key)

    assert "developer_keys" in evidence
    assert "api_key" in evidence
    assert CREDENTIALS.client_secret not in evidence


def test_a_profile_that_needs_no_includes_does_not_ask_for_them() -> None:
    """A key without Allow Include Parameters is fine if the profile does not require it."""
    found = sweep("probe", profile=load_profile("example-reader"), only=("none",), allow_includes=False)

    assert found.check(INCLUDES) == NOT_ASKED


def test_canaries_end_at_the_first_refusal() -> None:
    """A key that enforces scopes gets only one canary call, which is refused before any course is looked up."""
    found = checked({}, {})
    evidence = next(r for r in found.setup.key if r.check is ENFORCED).evidence

    assert len(evidence) == 1
    assert found.setup.probes_prove
