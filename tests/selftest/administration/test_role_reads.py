"""What an administrator may see and do is found out by questions, before anything is changed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from scopecheck.administration import role_reach
from scopecheck.administration.access_plan import read_plan, require_all_rights, wanted
from scopecheck.administration.reads import NotRead
from scopecheck.administration.rights import lacked
from scopecheck.administration.role_reach import Reach, reach
from scopecheck.administration.service_user import find_user
from scopecheck.config.profile_file import load_profile, profile_files
from scopecheck.config.settings import SettingsError
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import (
    ADMINISTRATOR,
    ARTS,
    COLLEAGUE,
    CREDENTIALS,
    INTEGRATION_USER,
    OWN_ROLE,
    SCIENCE,
)
from scopecheck.embedded_canvas.records import Account
from tests.selftest.administration.administering import Line, administrator, asked, by_hand, plan_of
from tests.selftest.embedded_canvas.driver import canvas, client
from tests.selftest.embedded_canvas.transport import transport


def without(*permissions: str, **state: Any) -> Canvas:
    """A Canvas whose administrator lacks these."""
    of = canvas(**state)
    of.tables.users[ADMINISTRATOR].denied = frozenset(permissions)
    return of


class TestRights:
    """Each is named with its label, and where it is turned on."""

    @pytest.mark.parametrize("version", ["new", "old"])
    @pytest.mark.parametrize(
        ("lacks", "label"),
        [
            ("manage_role_overrides", "Permissions - manage"),
            ("manage_account_memberships", "Admins - add / remove"),
            ("read_roster", "Users - view list"),
            ("view_user_logins", "Users - view login IDs"),
        ],
    )
    @pytest.mark.parametrize("answers", [True, False], ids=["it answers", "it does not answer"])
    def test_to_see_it(self, lacks: str, label: str, version: str, *, answers: bool) -> None:
        """Whether or not Canvas answers what the caller may do: then the refusal tells."""
        silence = () if answers else (Fault("500", "/permissions"),)
        of = without(lacks, role="ally", version=version, faults=silence)

        with pytest.raises(SettingsError, match=label) as refused:
            plan_of(of)
        assert "Admin > Permissions > Account Roles" in str(refused.value)

    def test_several_at_once(self) -> None:
        """All that are lacking are named together."""
        with pytest.raises(SettingsError) as refused:
            plan_of(without("manage_role_overrides", "read_roster"))

        assert len(refused.value.problems) == 2

    def test_to_make_a_user(self) -> None:
        """It is asked for only if one is to be made."""
        of = without("manage_user_logins", role="ally")
        admin = administrator(of)

        require_all_rights(admin, plan_of(of))
        with pytest.raises(SettingsError, match="Users - manage login details"):
            require_all_rights(admin, plan_of(of, "ally-bot"))

    def test_to_give_the_role(self) -> None:
        """Who lacks a permission of the role, one beyond the profile too, cannot give it, but can mend it."""
        of = without("become_user", "manage_sis", role="ally", denied=frozenset({"read_forum"}))
        by_hand(of, "PUT", f"roles/{OWN_ROLE}", permissions={"manage_sis": {"explicit": True, "enabled": True}})
        admin = administrator(of)

        require_all_rights(admin, plan_of(of))
        with pytest.raises(SettingsError, match=r"lack \(become_user, manage_sis\)"):
            require_all_rights(admin, plan_of(of, "casey"))

    def test_without_a_login(self) -> None:
        """Then neither users nor administrators are asked about for their own sake."""
        of = without("read_roster", "view_user_logins", "manage_account_memberships", role="ally")

        assert plan_of(of, None).is_done

    def test_many_are_asked_in_parts(self) -> None:
        """No address gets longer than some firewalls let through."""
        line = Line(canvas())
        names = [f"permission_number_{number}" for number in range(60)]

        assert lacked(administrator(line), names) == set(names)
        assert len(line.sent) == 3

    @pytest.mark.parametrize("body", [b"[]", b'{"manage_role_overrides": "maybe"}', b"<html>"])
    def test_an_answer_that_says_nothing(self, body: bytes) -> None:
        """It is no refusal."""
        way = httpx.MockTransport(lambda _: httpx.Response(200, content=body))

        assert lacked(administrator(way), ["manage_role_overrides"]) == set()


class TestTokens:
    """A token that cannot be used is a wrong setting."""

    @pytest.mark.parametrize(
        ("token", "why"),
        [("1~dead", "does not accept CANVAS_ADMIN_TOKEN"), (CREDENTIALS.access_token, "limited to scopes")],
    )
    def test_of_another_kind(self, token: str, why: str) -> None:
        """Dead, or with scopes."""
        with pytest.raises(SettingsError, match=why):
            read_plan(administrator(transport(canvas(role="ally")), token), asked())


@pytest.mark.parametrize("place", ["/roles", "/users", "/admins"])
@pytest.mark.parametrize("kind", ["500", "503-html", "html-200", "reset", "sso-redirect", "throttle-403"])
def test_a_fault_is_no_answer(kind: Any, place: str) -> None:
    """Nothing is concluded: not that there is no role, no user or no assignment."""
    with pytest.raises(NotRead):
        plan_of(canvas(role="ally", faults=(Fault(kind, f"GET .*self{place}"),)))


@pytest.mark.parametrize("place", ["/roles", "/users", "/admins"])
@pytest.mark.parametrize("status", [200, 502])
def test_an_empty_list_of_others(status: int, place: str) -> None:
    """A list that only looks like Canvas's, of a gateway that answers in its place, does not say that there is none."""

    def replace(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        return httpx.Response(status, json=[]) if request.url.path.endswith(f"self{place}") else answer

    with pytest.raises(NotRead):
        plan_of(Line(canvas(role="ally"), sees=replace))


def test_an_endless_list() -> None:
    """A list whose every page names another is not read for ever."""
    next_page = {"Link": '<http://canvas.test/api/v1/accounts/self/roles?page=2>; rel="next"'}
    way = httpx.MockTransport(lambda _: httpx.Response(200, json=[{"id": 1}], headers=next_page))

    with pytest.raises(NotRead, match="within 100 pages"):
        read_plan(administrator(way), asked(None))


def test_every_page_is_read() -> None:
    """The role may be the hundred-and-first."""
    of = canvas(role="teacher")
    for number in range(100):
        by_hand(of, "POST", "roles", label=f"Role {number}")
    made = by_hand(of, "POST", "roles", label="Ally")

    assert plan_of(of, None).role.role_id == str(made["id"])


class TestProfile:
    """What the profile and the options have to say."""

    @pytest.mark.parametrize(
        "path", [each for each in profile_files() if each.stem != "ally"], ids=lambda each: each.stem
    )
    def test_without_a_role(self, path: Any) -> None:
        """There is nothing to compare."""
        with pytest.raises(SettingsError, match="asks for no role"):
            wanted(load_profile(str(path)), "ally")

    @pytest.mark.parametrize("login", ["", "ab", " ab "])
    def test_a_login_that_cannot_be_searched_for(self, login: str) -> None:
        """Canvas searches for nothing so short."""
        with pytest.raises(SettingsError, match="--login is"):
            asked(login)

    def test_what_a_user_is_called(self) -> None:
        """As the integration, unless another name is given; blanks around a log-in do not belong to it."""
        assert (asked(" ally ").login, asked().user_name, asked(name="Robot").user_name) == (
            "ally", "Anthology Ally", "Robot",
        )  # fmt: skip


class TestSearch:
    """Only a whole log-in is the user's."""

    @pytest.mark.parametrize(
        ("login", "number", "similar"),
        [("ally", INTEGRATION_USER, []), ("ALLY", INTEGRATION_USER, []), ("all", None, ["ally"]), ("none", None, [])],
    )
    def test_whose_it_is(self, login: str, number: int | None, similar: list[str]) -> None:
        """Upper and lower case are the same; a part is said, and taken for nobody's."""
        found = find_user(administrator(canvas()), login)

        assert (found.user and int(found.user.user_id)) == number
        assert [user.login for user in found.similar] == similar

    def test_a_name_is_no_login(self) -> None:
        """Canvas finds names, too."""
        of = canvas()
        of.tables.users[COLLEAGUE].name = "ally"

        found = find_user(administrator(of), "ally")
        assert found.user
        assert found.user.user_id == str(INTEGRATION_USER)

    def test_several(self) -> None:
        """With several login services two users can have one log-in: nobody is chosen."""
        of = canvas()
        of.tables.users[COLLEAGUE].login = "Ally"

        with pytest.raises(SettingsError, match="2 users have the log-in ally"):
            find_user(administrator(of), "ally")


class TestReach:
    """Whom a change to the role reaches."""

    def test_here_and_below(self) -> None:
        """Everybody who has the role, with the account; nobody who has another."""
        of = canvas(role="ally")
        path = f"/api/v1/accounts/{SCIENCE}/admins"
        assert client(of, "admin").post(path, json={"user_id": COLLEAGUE, "role_id": OWN_ROLE}).is_success

        found = reach(administrator(of), str(OWN_ROLE))
        assert list(map(str, found.holders)) == [
            "Ally Integration (101) in the root account", "Casey Colleague (102) in account 11 (School of Science)",
        ]  # fmt: skip
        assert (found.unwalked, found.unlisted) == ((), "")

    def test_accounts_that_cannot_be_walked(self) -> None:
        """They are named, and the others are walked."""
        found = reach(
            administrator(canvas(role="ally", faults=(Fault("500", f"accounts/{ARTS}/admins"),))), str(OWN_ROLE)
        )

        assert found.unwalked == (f"account {ARTS} (School of Arts)",)
        assert len(found.holders) == 1

    def test_accounts_that_cannot_be_listed(self) -> None:
        """That is said."""
        found = reach(administrator(canvas(role="ally", faults=(Fault("500", "sub_accounts"),))), str(OWN_ROLE))

        assert "Canvas did not list the sub-accounts" in found.unlisted

    def test_more_accounts_than_are_walked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """There is a bound, and what is beyond it is named."""
        monkeypatch.setattr(role_reach, "MOST_ACCOUNTS", 3)
        of = canvas(role="ally")
        of.tables.accounts[99] = Account(99, "Law", 1, 1, "99")
        line = Line(of)

        assert reach(administrator(line), str(OWN_ROLE)).unwalked == ("account 99 (Law)",)
        assert len(line.sent) == 5

    def test_it_is_asked_only_for_a_change(self) -> None:
        """Of a role that stays as it is, and of one that is not there, nothing is walked."""
        assert plan_of(canvas(role="ally"), "casey").reach is None
        assert plan_of(canvas(role="teacher")).reach is None
        assert isinstance(plan_of(canvas(role="ally", denied=frozenset({"read_forum"}))).reach, Reach)
