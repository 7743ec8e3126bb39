"""The role that Anthology describes is enough, and each permission taken from it shows as it was measured."""

from __future__ import annotations

from typing import Any, Final, Literal

import pytest

from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.embedded_canvas.permission_keys import of_ally
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, Verdict
from tests.selftest.embedded_canvas.test_permissions import OLD, TODAY, UNFOUND
from tests.selftest.exercises.sweep import ALLY, sweep

RED: Final = (Verdict.MISCONFIGURED, "user-lacks-permission")
UNLISTED: Final = frozenset({"read_course_content", "read_forum"})
"""Without these the lists are refused in which an assignment or a discussion is found: that one is probed then."""

ADMIN: Final[dict[str, Any]] = {"admin_token": Secret(CREDENTIALS.admin_token)}
NOT_BY_THE_RECORD: Final = frozenset({"url:PUT|/api/v1/media_objects/:media_object_id/media_tracks"})
"""Today's captions need the permission to edit files, those of 2022 did not, and the key is the same."""

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


@pytest.mark.parametrize("version", ["old", "new"])
@pytest.mark.parametrize("role", ["ally", "admin", "site-admin"])
def test_on_record_with_all_of_them(role: str, version: Version) -> None:
    """In probe mode with an administrator's token nothing is red either, whatever the record shows of the user."""
    found = sweep("probe", version=version, role=role, settings=ADMIN)

    assert found.not_granted() == {}
    assert {result.verdict for result in found.setup.key} == {CheckVerdict.OK}


@pytest.mark.parametrize(("version", "key"), CASES)
def test_on_record_without_one_of_them(version: Version, key: str) -> None:
    """There the writes that need it are red by the record, and the check where no scope needs it."""
    found = sweep("probe", version=version, role="ally", denied=frozenset({key}), settings=ADMIN)
    refused = scopes({"old": OLD, "new": TODAY}[version][key]) - NOT_BY_THE_RECORD
    writes = {scope for scope in refused if not scope.startswith("url:GET")}
    red = {scope for scope in found.not_granted() if not scope.startswith("url:GET")}
    check = (CheckVerdict.OK, None) if refused else (CheckVerdict.FAILED, "user-lacks-permission")

    assert red == writes - (scopes(UNFOUND) if key == "read_course_content" else set())
    assert set(found.not_granted().values()) <= {RED}
    assert found.check(KeyCheck.USER_ADMINISTERS) == check


def test_the_whole_role_off() -> None:
    """All that is probed and needs a permission is red, and the rest is said by the check."""
    denied = of_ally(old=False)
    found = sweep("probe", role="ally", denied=denied, settings=ADMIN)
    needing = {scope for permission in (ALLY.role.permissions if ALLY.role else ()) for scope in permission.scopes}

    assert set(found.not_granted()) == needing
    assert found.check(KeyCheck.USER_ADMINISTERS) == (CheckVerdict.FAILED, "user-lacks-permission")


@pytest.mark.parametrize("settings", [{}, ADMIN], ids=["", "by the record"])
def test_off_in_the_course_s_sub_account(settings: dict[str, Any]) -> None:
    """The root account's record shows it on: the call decides, and where the record was read it says where to look."""
    found = sweep(role="ally", denied_below=("11:manage_wiki_update",), settings=settings)
    [result] = [each for each in found.results.values() if each.verdict is not Verdict.GRANTED]

    assert found.not_granted() == {"url:PUT|/api/v1/courses/:course_id/pages/:url_or_id": RED}
    assert ("in account 11 (course 1001) (the role has all of it in account 1)" in str(result.remedy)) == bool(settings)


@pytest.mark.parametrize("settings", [{}, ADMIN], ids=["", "by the record"])
@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_of_a_sub_account_only(mode: str, settings: dict[str, Any]) -> None:
    """Its administrator is told so where the root account is meant, and is green where the sub-account is."""
    whole = sweep(mode, role="sub-account-admin", settings=settings)
    part = sweep(mode, role="sub-account-admin", settings={**settings, "account_id": "11"})
    remedies = {result.remedy for result in whole.results.values() if result.remedy}

    assert all("/accounts/" in scope for scope in whole.not_granted())
    assert [("administers only account 11" in str(remedy)) for remedy in remedies] == [True]
    assert part.not_granted() == {}
    assert part.check(KeyCheck.USER_ADMINISTERS) == (CheckVerdict.OK, None)
