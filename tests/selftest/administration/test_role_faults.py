"""Writes that are refused, that nobody answers, or that Canvas keeps only a part of: said as it is, and made once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from scopecheck.administration.role_changes import Changed, carry_out
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import ADMINISTRATOR, COLLEAGUE, OWN_ROLE
from scopecheck.embedded_canvas.permission_keys import Permission
from tests.selftest.administration.administering import Line, administrator, asked, by_hand, plan_of
from tests.selftest.embedded_canvas.driver import canvas
from tests.selftest.exercises.sweep import ALLY

SELF = "/api/v1/accounts/self"
NOBODYS = "ally-bot"


def carried_out(
    way: Canvas | httpx.BaseTransport, reports: Path, login: str | None = NOBODYS
) -> tuple[Changed, list[str]]:
    """What came of doing what is planned, and what was said of it."""
    said: list[str] = []
    return carry_out(administrator(way), plan_of(way, login), reports, said.append), said


def made(of: Canvas) -> tuple[int, int, int]:
    """How many roles, users and administrators Canvas has."""
    return len(of.tables.authority.roles), len(of.tables.users), len(of.tables.authority.administrations)


POSTS = {"role": f"POST {SELF}/roles", "user": f"POST {SELF}/users", "assignment": f"POST {SELF}/admins"}


class TestUnanswered:
    """A creating request that got no answer."""

    @pytest.mark.parametrize("what", POSTS)
    def test_that_was_carried_out(self, what: str, tmp_path: Path) -> None:
        """It is looked for, found and used; it was sent once, and everything there is one of."""
        of = canvas(role="student")
        before = made(of)
        line = Line(of, loses=f"^{POSTS[what]}$")
        changed, said = carried_out(line, tmp_path)

        assert changed.problem is None
        assert changed.after
        assert changed.after.is_done
        assert line.writes == list(POSTS.values())
        assert [now - then for now, then in zip(made(of), before, strict=True)] == [1, 1, 1]
        assert len([text for text in said if "Canvas did not answer" in text]) == (what != "assignment")

    @pytest.mark.parametrize(("what", "done"), [("role", 0), ("user", 1), ("assignment", 2)])
    @pytest.mark.parametrize("kind", ["reset", "500", "html-200", "sso-redirect"])
    def test_that_was_not(self, what: str, done: int, kind: Any, tmp_path: Path) -> None:
        """What was done before it is said; it is not sent again, and nothing after it is tried."""
        of = canvas(role="student", faults=(Fault(kind, f"^{POSTS[what]}$"),))
        line = Line(of)
        changed, said = carried_out(line, tmp_path)

        assert changed.problem
        assert "Canvas did not say whether" in changed.problem.message
        assert "wait two minutes" in changed.problem.remedy
        assert line.writes == list(POSTS.values())[: done + 1]
        assert len(said) == done
        assert changed.after
        assert not changed.after.is_done

    def test_a_role_without_its_permissions(self, tmp_path: Path) -> None:
        """Canvas saves the role before its permissions: where only that was done, they are turned on."""
        of = canvas(role="teacher")

        def lose(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
            if (request.method, request.url.path) == ("POST", f"{SELF}/roles"):
                of.tables.authority.overrides.clear()
                raise httpx.ReadTimeout("The read operation timed out", request=request)
            return answer

        changed, said = carried_out(Line(of, sees=lose), tmp_path, "ally")
        assert changed.problem is None
        assert changed.after
        assert changed.after.is_done
        assert said[1].startswith("Turned on 25 of 25 permissions of the role Ally")

    @pytest.mark.parametrize("landed", [True, False])
    @pytest.mark.parametrize("call", [f"PUT {SELF}/roles/{OWN_ROLE}", f"POST {SELF}/roles/{OWN_ROLE}/activate"])
    def test_a_change_to_a_role(self, call: str, tmp_path: Path, *, landed: bool) -> None:
        """The role itself shows whether it was made."""
        faults = () if landed else (Fault("reset", f"^{call}$"),)
        of = canvas(role="ally", denied=frozenset({"read_forum"}), faults=faults)
        by_hand(of, "DELETE", f"roles/{OWN_ROLE}")
        changed, _ = carried_out(Line(of, loses=f"^{call}$" if landed else "^$"), tmp_path, "ally")

        assert (changed.problem is None) is landed
        assert changed.after
        assert changed.after.is_done is landed


class TestRefused:
    """A write that Canvas refuses."""

    @pytest.mark.parametrize(
        ("lacks", "label", "done"),
        [
            ("manage_user_logins", "Users - manage login details", 1),
            ("become_user", "Admins - add / remove, and each permission of the role itself", 2),
        ],
        ids=["the user", "the assignment"],
    )
    @pytest.mark.parametrize("version", ["new", "old"])
    def test_for_lack_of_a_right(self, lacks: str, label: str, done: int, version: str, tmp_path: Path) -> None:
        """Where that could not be asked before, it names the permission, and what was done before it stays said."""
        of = canvas(role="student", version=version, faults=(Fault("500", "/permissions"),))
        of.tables.users[ADMINISTRATOR].denied = frozenset({lacks})
        changed, said = carried_out(of, tmp_path)

        assert changed.problem
        assert "Canvas did not make" in changed.problem.message
        assert (
            changed.problem.remedy
            == f"It takes the permission {label}. `python -m scopecheck role plan --login ally-bot` shows what is left."
        )
        assert len(said) == done

    def test_a_login_that_is_taken(self, tmp_path: Path) -> None:
        """A log-in that Canvas's search does not show: its own words are passed on, and nobody is given the role."""
        of = canvas(role="ally")
        plan = plan_of(of, "hidden")
        of.tables.users[COLLEAGUE].login = "hidden"
        said: list[str] = []
        changed = carry_out(administrator(of), plan, tmp_path, said.append)

        assert changed.problem
        assert "ID already in use" in changed.problem.message
        assert said == []


class TestKept:
    """What Canvas did not keep of it, and what is kept of how it was."""

    @pytest.mark.parametrize("state", [{"role": "teacher"}, {"role": "ally", "denied": frozenset({"become_user"})}])
    def test_a_key_that_is_dropped(self, state: dict[str, Any], tmp_path: Path) -> None:
        """A key that Canvas drops without a word is still to be done afterwards, in a new role and in one that is."""

        def drop(request: httpx.Request) -> httpx.Request:
            body = json.loads(request.content or b"{}")
            body.get("permissions", {}).pop("become_user", None)
            return httpx.Request(request.method, request.url, headers=request.headers, json=body)

        of = canvas(**state)
        changed, said = carried_out(_Dropping(of, drop), tmp_path, "ally")
        assert changed.problem is None
        assert changed.after
        assert [box.key for box in changed.after.role.add] == ["become_user"]
        assert not any("Turned on" in text for text in said)

    def test_a_key_that_is_read_only(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """It is not even sent; all else is done."""
        can_be_set = Permission.can_be_set
        monkeypatch.setattr(
            Permission, "can_be_set", lambda self, base: self.key != "become_user" and can_be_set(self, base)
        )
        of = canvas(role="ally", denied=frozenset({"become_user", "read_forum"}))
        changed, said = carried_out(of, tmp_path, "ally")

        assert said == ["Turned on 1 of 1 permissions of the role Ally (401)."]
        assert changed.after
        assert [box.key for box in changed.after.role.fixed] == ["become_user"]
        assert not changed.after.is_done
        line = Line(of)
        carried_out(line, tmp_path, "ally")
        assert line.writes == []

    def test_before_and_after(self, tmp_path: Path) -> None:
        """Two files for their owner alone say how role, user and administrator were and are."""
        changed, _ = carried_out(canvas(role="ally", denied=frozenset({"read_forum"})), tmp_path, "ally")
        before, after = (json.loads(path.read_text(encoding="utf-8")) for path in changed.kept)

        assert [re.sub(r"^[0-9TZ.]+", "", path.name) for path in changed.kept] == [
            "-Ally-before.json",
            "-Ally-after.json",
        ]
        assert [path.stat().st_mode & 0o777 for path in changed.kept] == [0o600, 0o600]
        assert [each["role"]["permissions"]["read_forum"]["enabled"] for each in (before, after)] == [False, True]
        assert before["user"]["login_id"] == "ally"
        assert [row["role"] for row in before["admins"]] == ["Ally"]

    def test_where_it_cannot_be_kept(self, tmp_path: Path) -> None:
        """Then nothing is done."""
        (tmp_path / "role").write_text("in the way")
        line = Line(canvas(role="ally", denied=frozenset({"read_forum"})))
        plan = plan_of(line)

        with pytest.raises(OSError, match="role"):
            carry_out(administrator(line), plan, tmp_path, lambda _: None)
        assert line.writes == []

    def test_a_role_with_an_odd_name(self, tmp_path: Path) -> None:
        """Its name gets into the name of a file without what could lead elsewhere."""
        assert ALLY.role
        of = canvas(role="teacher")
        plan = plan_of(of, None)
        odd = type(plan)(asked(None), type(plan.role)("../Ally: 2/", None, add=plan.role.add))
        changed = carry_out(administrator(of), odd, tmp_path, lambda _: None)

        assert changed.kept[0].parent == tmp_path / "role"
        assert changed.kept[0].name.endswith("-Ally-2-before.json")


class _Dropping(Line):
    """The way to a Canvas that gets less than is sent."""

    def __init__(self, of: Canvas, drop: Any) -> None:
        super().__init__(of)
        self._drop = drop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(self._drop(request) if request.method in {"POST", "PUT"} else request)
