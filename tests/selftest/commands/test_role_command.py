"""`python -m scopecheck role`: what it prints, asks and refuses, and its exit codes."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.faults import Faults
from scopecheck.embedded_canvas.known import ADMINISTRATOR, OWN_ROLE
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.transport.client import CanvasClient
from tests.selftest.administration.administering import HASTY
from tests.selftest.commands.running import Ran, run

ACTIONS = ("plan", "create", "repair")
LACKING: dict[str, Any] = {"role": "ally", "denied": frozenset({"manage_wiki_update", "read_forum"})}
EMPTY: dict[str, Any] = {"role": "student"}
DELAY = "A change takes effect when Canvas's caches have run out, after half an hour or more"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waits between attempts."""
    monkeypatch.setattr("scopecheck.commands.admin.CanvasClient", partial(CanvasClient, patience=HASTY))


def role(root: Path, *arguments: object, typed: str = "") -> Ran:
    """Run one action."""
    return run(root, "role", *arguments, typed=typed)


def login_for(action: str) -> tuple[str, ...]:
    """What the action cannot do without."""
    return ("--login", "ally") if action == "create" else ()


class TestPlan:
    """`role plan` shows what is to be done, like a diff, and changes nothing."""

    @pytest.mark.parametrize("state", [LACKING])
    def test_of_a_role_that_lacks_something(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """Each permission by its label and key, whom the change reaches, and the command that does it."""
        ran = role(tmp_path, "plan", "--login", "ally")

        assert ran.code == 1
        assert ran.out.splitlines()[2:] == [
            "~ role Ally (401): 2 permissions to turn on",
            "  + Discussions - view [read_forum]",
            "  + Manage Pages > Pages - update [manage_wiki_update]",
            "",
            "  user Ally Integration (101, log-in ally)",
            "  assignment: is an administrator of the root account with the role Ally",
            "",
            "  The change to the role reaches: Ally Integration (101) in the root account,",
            "    the user itself",
            "",
            "To do this: python -m scopecheck role repair --login ally",
        ]
        assert administered.tables.writes == []

    @pytest.mark.parametrize("state", [{**EMPTY, "version": "old"}])
    @pytest.mark.usefixtures("administered")
    def test_of_nothing(self, tmp_path: Path) -> None:
        """One broad key stands for several labels, and what this Canvas has no permission for is named."""
        ran = role(tmp_path, "plan", "--login", "ally-bot", "--user-name", "Robot")

        assert ran.code == 1
        assert "+ role Ally, an account role, with 16 permissions\n  + Announcements - view [read_ann" in ran.out
        assert (
            "  + Manage Courses > Courses - manage / update,\n    Manage Courses > Courses - add [manage_courses]\n"
            in ran.out
        )
        assert "+ user Robot, with the log-in ally-bot\n+ assignment: becomes an administrator of the root" in ran.out
        assert "Not touched:\n  Manage Course Templates > Course Templates - create: this Canvas has no such" in ran.out
        assert "To do this: python -m scopecheck role create --login ally-bot\n" in ran.out
        assert max(map(len, ran.out.splitlines())) <= 100

    @pytest.mark.parametrize("state", [{"role": "ally"}])
    @pytest.mark.usefixtures("administered")
    def test_of_what_is_right(self, tmp_path: Path) -> None:
        """There is nothing to do; without a log-in it says that user and assignment were not looked at."""
        whole, alone = role(tmp_path, "plan", "--login", "ALLY"), role(tmp_path, "plan")

        assert (whole.code, alone.code) == (0, 0)
        assert whole.out.endswith("Nothing to do.\n")
        assert "user and assignment: not looked at (--login says whose)" in alone.out
        assert alone.out.endswith("Nothing to do for the role.\n")

    @pytest.mark.parametrize("state", [LACKING])
    def test_what_stays(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """What the role has beyond the profile, a log-in that is only similar, an account that was not looked at."""
        administered.tables.accounts[12].name = "Arts"
        authority = administered.tables.authority
        authority.overrides[1, OWN_ROLE, "manage_sis"] = authority.overrides[1, OWN_ROLE, "become_user"]
        administered.canvas._faults = Faults((Fault("500", "accounts/12/admins"),))
        ran = role(tmp_path, "plan", "--login", "all")

        assert "Not touched:\n  beyond the profile, and on: manage_sis\n" in ran.out
        assert "  Found, but with another log-in: Ally Integration (101, log-in ally)\n" in ran.out
        assert "  Who has it there was not looked at: account 12 (Arts)\n" in ran.out

    @pytest.mark.parametrize("state", [{**LACKING, "faults": (Fault("500", "sub_accounts"),)}])
    @pytest.mark.usefixtures("administered")
    def test_where_the_accounts_cannot_be_listed(self, tmp_path: Path) -> None:
        """It says so."""
        assert "Accounts below the root account were not walked: Canvas did not list" in role(tmp_path, "plan").out

    @pytest.mark.parametrize("state", [LACKING])
    def test_texts_from_canvas_are_harmless(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """A name cannot give the terminal a command."""
        administered.tables.users[101].name = "Al\x1b[2Jly"

        assert "\x1b" not in role(tmp_path, "plan", "--login", "ally").out


class TestChanges:
    """`role create` and `role repair` do what the plan shows, after asking."""

    @pytest.mark.parametrize("state", [LACKING])
    def test_repair(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """It says what it did, where it is kept, and how long Canvas takes; a second one only reads."""
        ran = role(tmp_path, "repair", "--login", "ally", typed="y\n")
        writes = len(administered.tables.writes)
        again = role(tmp_path, "repair", "--login", "ally")

        assert ran.code == 0
        assert "Do this? [y/N]" in ran.out
        assert "Turned on 2 of 2 permissions of the role Ally (401).\n" in ran.out
        assert DELAY in ran.out
        assert len(list((tmp_path / "reports" / "role").glob("*-Ally-*.json"))) == 2
        assert (again.code, len(administered.tables.writes)) == (0, writes)
        assert again.out.endswith("Nothing to do.\n")

    @pytest.mark.parametrize("state", [EMPTY])
    @pytest.mark.usefixtures("administered")
    def test_create(self, tmp_path: Path) -> None:
        """All three at once, and what a person does next; then the plan has nothing to do."""
        ran = role(tmp_path, "create", "--login", "ally-bot", "--yes")

        assert ran.code == 0
        assert "Made the role Ally (" in ran.out
        assert "Made the user Anthology Ally (" in ran.out
        assert "log-in ally-bot) an administrator of the root account with the role Ally.\n" in ran.out
        assert DELAY in ran.out
        assert "Next: set a password for Anthology Ally (" in ran.out
        assert "authorizes Anthology Ally (Ally's Configuration, tab Canvas Developer Key).\n" in ran.out
        assert role(tmp_path, "plan", "--login", "ally-bot").code == 0

    @pytest.mark.parametrize(("state", "action"), [(LACKING, "repair"), (EMPTY, "create")])
    @pytest.mark.parametrize("typed", ["", "n\n", "\n"])
    def test_declined(self, administered: EmbeddedCanvas, tmp_path: Path, action: str, typed: str) -> None:
        """Exit code 2; nothing was sent or written."""
        ran = role(tmp_path, action, "--login", "ally", typed=typed)

        assert (ran.code, administered.tables.writes) == (2, [])
        assert ran.out.endswith("Nothing was done.\n")
        assert not (tmp_path / "reports" / "role").exists()

    @pytest.mark.parametrize(
        ("state", "action", "why"),
        [
            (
                EMPTY,
                "repair",
                "There is no role Ally to mend; `python -m scopecheck role create --login ally` makes it.",
            ),
            (LACKING, "create", "The role Ally (401) exists and lacks 2 permissions, and create changes no role"),
        ],
    )
    def test_the_other_one_is_meant(self, administered: EmbeddedCanvas, tmp_path: Path, action: str, why: str) -> None:
        """Exit code 4, and which one it is."""
        ran = role(tmp_path, action, "--login", "ally", "--yes")

        assert (ran.code, administered.tables.writes) == (4, [])
        assert why in ran.err

    @pytest.mark.parametrize("state", [{"role": "ally"}])
    def test_an_inactive_role(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """It is said, not made again, and activated after asking."""
        administered.tables.authority.roles[OWN_ROLE].workflow_state = "inactive"
        created = role(tmp_path, "create", "--login", "ally", "--yes")
        declined = role(tmp_path, "repair", typed="n\n")

        assert (created.code, declined.code) == (4, 2)
        assert "exists and is inactive" in created.err
        assert "~ inactive: activate it (who has it keeps it, but nobody else can get it)" in declined.out
        assert administered.tables.writes == []
        assert "Activated the role Ally (401).\n" in role(tmp_path, "repair", "--yes").out
        assert administered.tables.authority.roles[OWN_ROLE].workflow_state == "active"

    @pytest.mark.parametrize("state", [{**EMPTY, "faults": (Fault("reset", "POST .*self/users"),)}])
    def test_it_stops_in_the_middle(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """What was done is said, and why it ended; exit code 1; with the fault gone `repair` does the rest."""
        ran = role(tmp_path, "create", "--login", "ally-bot", "--yes")

        assert ran.code == 1
        assert "Made the role Ally (" in ran.out
        assert "Canvas did not say whether it made the user with the log-in ally-bot." in ran.out
        assert "What to do: It may still take effect: wait two minutes. Then `python -m scopecheck role plan" in ran.out
        assert DELAY in ran.out
        administered.canvas._faults = Faults(())
        assert role(tmp_path, "create", "--login", "ally-bot", "--yes").code == 0

    @pytest.mark.parametrize("state", [LACKING])
    def test_what_came_before_cannot_be_kept(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """Then nothing is done."""
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports" / "role").write_text("in the way")
        ran = role(tmp_path, "repair", "--yes")

        assert (ran.code, administered.tables.writes) == (4, [])
        assert "Nothing was done:" in ran.err
        assert "set CANVAS_REPORTS to another folder" in ran.err

    @pytest.mark.parametrize("state", [LACKING])
    @pytest.mark.usefixtures("administered")
    def test_an_interrupt(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Exit code 2, and that not all was done."""

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("scopecheck.commands.role.carry_out", interrupted)
        ran = role(tmp_path, "repair", "--yes")

        assert ran.code == 2
        assert "Not all of it was done. `python -m scopecheck role plan` shows what is left." in ran.out


class TestReadOnly:
    """A permission that is off and read-only."""

    @pytest.mark.parametrize("state", [{"role": "ally", "denied": frozenset({"become_user"})}])
    def test_alone(self, administered: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing can be done, and nothing is asked; exit code 1."""
        monkeypatch.setattr("scopecheck.embedded_canvas.permission_keys.Permission.can_be_set", lambda *_: False)
        ran = role(tmp_path, "repair", "--login", "ally")

        assert (ran.code, administered.tables.writes) == (1, [])
        assert "! off, and read-only in this account, so that nobody here can turn it on" in ran.out
        assert "  ! Users - act as [become_user]\n" in ran.out
        assert ran.out.endswith("None of this can be done through Canvas's API.\n")

    @pytest.mark.parametrize("state", [LACKING])
    @pytest.mark.usefixtures("administered")
    def test_dropped_without_a_word(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What Canvas did not keep is named, with what to do by hand; exit code 1."""
        monkeypatch.setattr("scopecheck.embedded_canvas.controllers.roles._set_permissions", lambda *_: None)
        ran = role(tmp_path, "repair", "--yes")

        assert ran.code == 1
        assert "Canvas said nothing against it, but did not turn on 2 permissions:\n  ! Discussions - view" in ran.out
        assert "What to do: turn them on by hand, in the root account (Admin > Permissions > Account Roles)." in ran.out


class TestRefused:
    """What it does not begin."""

    @pytest.mark.parametrize("action", ACTIONS)
    def test_without_canvas_and_administrator(self, tmp_path: Path, action: str) -> None:
        """Each missing setting gets one sentence, and the exit code is 4."""
        ran = role(tmp_path, action, *login_for(action))

        assert (ran.code, ran.out) == (4, "")
        for variable in ("CANVAS_BASE_URL", "CANVAS_ADMIN_TOKEN"):
            assert f"- {variable} is not set, but this command needs it; set it to " in ran.err

    @pytest.mark.parametrize("arguments", [[], ["create"], ["plan", "--yes"], ["repair", "Ally"], ["delete"]])
    def test_wrong_arguments(self, tmp_path: Path, arguments: list[str]) -> None:
        """They count as wrong settings."""
        assert role(tmp_path, *arguments).code == 4

    @pytest.mark.parametrize("action", ACTIONS)
    def test_a_profile_without_a_role(self, administered: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
        """It is said, before anything is asked."""
        ran = role(tmp_path, action, *login_for(action), "--canvas-profile", "udoit")

        assert (ran.code, administered.requests) == (4, 0), ran.words
        assert "asks for no role" in ran.err

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("state", [LACKING])
    def test_without_the_right(self, administered: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
        """The permission is named, and where it is turned on; nothing is done."""
        administered.tables.users[ADMINISTRATOR].denied = frozenset({"manage_role_overrides"})
        ran = role(tmp_path, action, *login_for(action))

        assert (ran.code, administered.tables.writes) == (4, [])
        assert "Nothing was done:" in ran.err
        assert "Permissions - manage. Turn it on for that user's role in the root account (Admin > Perm" in ran.err

    @pytest.mark.parametrize("state", [EMPTY])
    def test_without_the_right_to_make_users(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """It is found out before the role is made."""
        administered.tables.users[ADMINISTRATOR].denied = frozenset({"manage_user_logins"})
        ran = role(tmp_path, "create", "--login", "ally-bot", "--yes")

        assert (ran.code, administered.tables.writes) == (4, [])
        assert "Users - manage login details" in ran.err

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("state", [{**EMPTY, "faults": (Fault("503-html", "GET .*/roles"),)}])
    def test_a_fault(self, administered: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
        """It is not taken for an answer: exit code 1, nothing done, and what to do."""
        ran = role(tmp_path, action, *login_for(action))

        assert (ran.code, administered.tables.writes) == (1, [])
        assert "Canvas did not list the roles of the root account (HTTP 503" in ran.out
        assert "Nothing was done.\nWhat to do: Try again." in ran.out


@pytest.mark.parametrize("state", [LACKING])
def test_no_secret_is_told(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """Neither in the output nor in what is kept."""
    ran = role(tmp_path, "repair", "--login", "ally", "--yes")
    kept = [path.read_text(encoding="utf-8") for path in (tmp_path / "reports" / "role").iterdir()]

    assert len(kept) == 2
    assert all(json.loads(text)["role"]["label"] == "Ally" for text in kept)
    for text in (ran.out, ran.err, *kept):
        assert administered.credentials.admin_token not in text
