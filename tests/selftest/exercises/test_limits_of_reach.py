"""What a run reached: the accounts of its courses are judged by the record, and green says what was not read."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from scopecheck.model.verdict import Verdict
from scopecheck.report.subject import Subject
from tests.selftest.exercises.sweep import sweep
from tests.selftest.setups.world import ADMIN, World

PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
TOPICS = "url:GET|/api/v1/courses/:course_id/discussion_topics"
RED = (Verdict.MISCONFIGURED, "user-lacks-permission")
BELOW = {each: (f"{each}:manage_wiki_update",) for each in (11, 12, 13)}
UNREAD = "the role's other permissions were not read"
ONLY_ROOT = "the role's permissions were read only in account 1"


def report(mode: str, given: dict[str, Any] | None = None, *, admin: bool = False, **state: Any) -> Subject:
    """The report of a run."""
    return World.of(state, given or {}, mode=mode, admin=admin).run()


@pytest.mark.parametrize(("account", "where"), [
    (11, "account 11 (course 1002) and in account 13 (course 1003)"),
    (12, "account 12 (course 1004)"),
    (13, "account 13 (course 1003)"),
])  # fmt: skip
def test_a_write_is_judged_by_each_account_of_the_courses(account: int, where: str) -> None:
    """Off in one of them, and in what inherits from it, the write is red there; nothing else is."""
    found = sweep("probe", settings=ADMIN, role="ally", denied_below=BELOW[account])

    assert found.not_granted() == {PAGE: RED}
    assert found.results[PAGE].message.endswith(f"lacks Manage Pages > Pages - update in {where}.")


class Hidden(httpx.BaseTransport):
    """Changes what one sub-account says of roles."""

    def __init__(self, canvas: httpx.BaseTransport, status: int, text: str) -> None:
        self.canvas, self.status, self.text = canvas, status, text

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer in place of the roles of account 12."""
        if request.url.path == "/api/v1/accounts/12/roles":
            return httpx.Response(self.status, text=self.text, headers={"X-Request-Context-Id": "0"})
        return self.canvas.handle_request(request)


@pytest.mark.parametrize(("status", "text"), [
    (403, '{"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}'),
    (200, "[]"),
    (200, '[{"id": 1, "label": "Account Admin", "permissions": {"manage_wiki_update": {"enabled": false}}}]'),
    (200, '[{"id": 1, "label": "Ally"}]'),
])  # fmt: skip
def test_what_an_account_does_not_show_stays_probed(status: int, text: str) -> None:
    """Refused, empty, another role's: nothing is red, and the limits name what was read."""
    found = sweep(
        "probe", settings=ADMIN, role="ally", denied_below=BELOW[12], between=lambda way: Hidden(way, status, text)
    )

    assert found.not_granted() == {}
    assert found.setup.limits == ["the role's permissions were read only in accounts 1, 11, 13"]


def test_at_most_three_accounts_cost_a_request_each() -> None:
    """Those of the sampled courses: a handful of requests in all."""
    plain, with_record = sweep("probe", role="ally"), sweep("probe", settings=ADMIN, role="ally")

    assert len(with_record.setup.rights.course_accounts) == 3
    assert with_record.setup.limits == []
    assert with_record.requests - plain.requests <= 8


@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_green_says_that_the_role_was_not_read(mode: str) -> None:
    """What no call shows, only the record does: without it the first line says so; with it the run is red."""
    green = report(mode, role="ally", denied=frozenset({"become_user"}))

    assert green.conformant
    assert UNREAD in green.headline.sentence
    assert "All good" not in green.headline.sentence
    assert not report(mode, admin=True, role="ally", denied=frozenset({"become_user"})).conformant
    assert UNREAD not in report(mode, admin=True, role="ally").headline.sentence


def test_green_says_that_no_course_showed_an_account() -> None:
    """Without a course to read, only the root account's record is known."""
    found = report("probe", admin=True, role="ally", denied=frozenset({"read_course_list"}))

    assert ONLY_ROOT in found.run.limits


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize(("role", "account"), [("admin", "12"), ("admin", "1~12"), ("sub-account-admin", "13")])
def test_green_says_that_only_one_account_was_read(mode: str, role: str, account: str) -> None:
    """Whoever tests an account below the root knows nothing of the others."""
    found = report(mode, {"account_id": account}, role=role)

    assert found.conformant
    assert f"only account {account} was read" in found.headline.sentence


@pytest.mark.parametrize("account", ["self", "1", "1~1"])
def test_the_root_account_is_no_part(account: str) -> None:
    """In whatever way it is written."""
    assert report("exercise", {"account_id": account}, admin=True).run.limits == []


@pytest.mark.parametrize("admin", [False, True])
def test_only_what_can_be_off_is_to_be_turned_on(admin: bool) -> None:
    """A call that needs two permissions blames the one that other calls show off."""
    [action] = report("probe", admin=admin, role="ally", denied_below=("12:read_course_content",)).actions

    assert [box.name for group in action.boxes for box in group.boxes] == ["Course Content - view"]
    assert TOPICS in action.scopes


def test_refused_everywhere_is_the_root_accounts() -> None:
    """Where no account lets the call through, the step leads to the root account's permissions."""
    [action] = report("probe", role="ally", denied=frozenset({"read_course_content"})).actions

    assert "open Admin > Permissions > Account Roles, and for" in action.what


@pytest.mark.parametrize(
    ("named", "read"),
    [(("1001", "1~1001", "10000000001001"), ["1001"]), (("1~1002", "1001", "1002"), ["1002", "1001"])],
)
def test_a_course_written_in_several_ways_is_read_once(named: tuple[str, ...], read: list[str]) -> None:
    """The same object counts once."""
    found = sweep("probe", settings={"read_course_ids": named}, only=(TOPICS,))

    assert [each.id for each in found.setup.read_courses.courses] == read
