"""The record of the user's roles: what it shows off is named, and where it shows nothing, nothing is concluded."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.model.profile import Permission
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, ScopeResult, Verdict
from tests.selftest.exercises.sweep import ALLY, Sweep, sweep
from tests.selftest.key.role_answers import NEW_KEYS, OLD_KEYS, RolesApi, admin, role

PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
RED = (Verdict.MISCONFIGURED, "user-lacks-permission")
FAILED = (CheckVerdict.FAILED, "user-lacks-permission")
OK = (CheckVerdict.OK, None)
PERMISSIONS = ALLY.role.permissions if ALLY.role else ()


def with_record(in_force: Collection[str], off: Collection[str] = (), mode: str = "probe", **more: Any) -> Sweep:
    """A run with an administrator's token, whose record shows the user with one role."""
    record = {"1": [role(5, "Ally", {key: key not in off for key in in_force})]}
    return sweep(
        mode,
        settings={"admin_token": Secret(CREDENTIALS.admin_token)},
        between=lambda canvas: RolesApi({"1": [admin(5)]}, record, canvas),
        **more,
    )


def probed(found: Sweep) -> set[str]:
    """The scopes that were not exercised."""
    return {s for s, r in found.results.items() if r.proof is Proof.PROBED or r.verdict is not Verdict.GRANTED}


@pytest.mark.parametrize("in_force", [OLD_KEYS, NEW_KEYS], ids=["2022", "today"])
class TestEachPermission:
    """The keys of a Canvas of 2022, and those of today."""

    def test_with_all_of_them_nothing_is_red(self, in_force: frozenset[str]) -> None:
        """The role that Anthology describes has all that the record can show."""
        found = with_record(in_force)

        assert found.not_granted() == {}
        assert found.check(KeyCheck.USER_ADMINISTERS) == OK

    @pytest.mark.parametrize("permission", PERMISSIONS, ids=lambda each: each.label)
    def test_without_one_of_them(self, in_force: frozenset[str], permission: Permission) -> None:
        """What is probed and needs it is red; what no scope needs, the check shows; a key not in force, nobody."""
        off = in_force.intersection(permission.all_keys)
        found = with_record(in_force, off)
        also = [each for each in PERMISSIONS if off and off.issuperset(in_force.intersection(each.all_keys))]
        also = [each for each in also if in_force.intersection(each.all_keys)]
        red = {scope for each in also for scope in each.scopes} & probed(found)

        assert found.not_granted() == dict.fromkeys(red, RED)
        assert (found.check(KeyCheck.USER_ADMINISTERS) == FAILED) == bool(off and not any(p.scopes for p in also))


def test_one_of_several_boxes() -> None:
    """Where one box of `add / edit / delete` is off, the call may work; the check names that box."""
    found = with_record(NEW_KEYS, {"manage_course_content_delete"})
    [check] = [each for each in found.setup.key if each.check is KeyCheck.USER_ADMINISTERS]

    assert found.not_granted() == {}
    assert check.message.endswith("for its own work: Manage Course Content > Course Content - delete.")


def test_what_was_really_done_outweighs_the_record() -> None:
    """In exercise mode the call itself decides."""
    assert with_record(NEW_KEYS, {"manage_wiki_update"}, "exercise").not_granted() == {}


def test_a_refused_call_names_what_the_record_shows_off() -> None:
    """Of two permissions that a call needs, the one that is off, and the role's own name."""
    topic = "url:PUT|/api/v1/courses/:course_id/discussion_topics/:topic_id"
    result = with_record(NEW_KEYS, {"moderate_forum"}).results[topic]

    assert result.remedy is not None
    assert "Account Roles, and for the role Ally turn on this permission: Discussions - moderate. " in result.remedy
    assert "half an hour or more" in result.remedy


@pytest.mark.parametrize(
    "api",
    [
        RolesApi({}, {}),
        RolesApi({"1": [admin(5)]}, {}),
        RolesApi({"1": [admin(5)]}, {"1": [role(5, "Ally", {})]}),
        RolesApi({"1": [admin(5)]}, {"1": [role(5, "Ally", dict.fromkeys(NEW_KEYS, False))]}, status=403),
        RolesApi({"1": [admin(5), admin(1)]}, {"1": [role(5, "Ally", dict.fromkeys(NEW_KEYS, False)),
                                                     role(1, "Account Admin", dict.fromkeys(NEW_KEYS, True))]}),
    ],
    ids=["a site administrator", "the role is not listed", "nothing is shown", "refused", "another role has all"],
)  # fmt: skip
def test_nothing_is_concluded_from_what_is_not_shown(api: RolesApi) -> None:
    """The run is green, as without the administrator's token."""

    def behind(canvas: Any) -> RolesApi:
        api.canvas = canvas
        return api

    found = sweep("probe", settings={"admin_token": Secret(CREDENTIALS.admin_token)}, between=behind)

    assert found.not_granted() == {}
    assert found.check(KeyCheck.USER_ADMINISTERS) == OK


def test_a_missing_scope_turns_one_thing_red() -> None:
    """Without `GET accounts` the roles are not asked for, and the check is not made."""
    scope = "url:GET|/api/v1/accounts"
    found = with_record(NEW_KEYS, NEW_KEYS, missing_on_token=frozenset({scope}))

    assert found.not_granted() == {scope: (Verdict.MISSING, "token-not-reauthorized")}
    assert found.check(KeyCheck.USER_ADMINISTERS) == (CheckVerdict.NOT_CHECKED, None)


def test_who_is_no_administrator_is_to_be_made_one() -> None:
    """Then no permission is to be turned on: every refusal has the same remedy."""
    results: list[ScopeResult] = list(sweep("probe", role="teacher").results.values())
    remedies = {result.remedy for result in results if result.cause == "user-lacks-permission"}

    [remedy] = remedies
    assert "Admin > Settings > Admins > + Account Admins, and add that user with the role Ally" in str(remedy)
