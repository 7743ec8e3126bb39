"""The role that Anthology describes is enough, and each permission taken from it shows as it was measured."""

from __future__ import annotations

from typing import Final, Literal

import pytest

from embedded_canvas.permission_keys import of_ally
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, Verdict
from tests.selftest.embedded_canvas.test_permissions import OLD, TODAY, UNFOUND
from tests.selftest.exercises.sweep import ALLY, sweep

RED: Final = (Verdict.MISCONFIGURED, "user-lacks-permission")
UNLISTED: Final = frozenset({"read_course_content", "read_forum"})
"""Without these the lists are refused in which an assignment or a discussion is found: that one is probed then."""

Version = Literal["old", "new"]
CASES: Final = [(version, key) for version, table in (("old", OLD), ("new", TODAY)) for key in table]


def scopes(calls: set[str]) -> set[str]:
    """The scopes of these calls."""
    return {f"url:{call.replace('|', '|/api/v1/')}" for call in calls}


def test_the_profile_asks_for_what_anthology_asks_for() -> None:
    """The keys of both lists are the same."""
    assert ALLY.role is not None
    keys = {key for permission in ALLY.role.permissions for key in permission.all_keys}

    assert keys == of_ally(old=True) | of_ally(old=False)


@pytest.mark.parametrize("version", ["old", "new"])
@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_with_all_of_them(mode: str, version: Version) -> None:
    """Nothing is red."""
    found = sweep(mode, version=version, role="ally")

    assert found.not_granted() == {}
    assert {result.verdict for result in found.setup.key} == {CheckVerdict.OK}


@pytest.mark.parametrize(("version", "key"), CASES)
def test_without_one_of_them(version: Version, key: str) -> None:
    """In exercise mode exactly the calls that need it are red, and the remedy names it."""
    found = sweep(version=version, role="ally", denied=frozenset({key}))
    refused = {"old": OLD, "new": TODAY}[version][key]
    red = scopes(refused - UNFOUND if key in UNLISTED else refused)
    labels = {
        permission.label for permission in (ALLY.role.permissions if ALLY.role else ()) if key in permission.all_keys
    }

    assert found.not_granted() == dict.fromkeys(red, RED)
    assert all(any(label in str(found.results[scope].remedy) for label in labels) for scope in red)
    assert all(found.results[scope].proof is Proof.PROBED for scope in scopes(refused) - red)
    assert found.check(KeyCheck.USER_ADMINISTERS) == (CheckVerdict.OK, None)
