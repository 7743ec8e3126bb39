"""`python -m scopecheck setup`: from nothing to a run, with one question, up to what a person does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.faults import Faults
from scopecheck.embedded_canvas.known import ADMINISTRATOR, KEY, REDIRECT_URI, SANDBOX
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.keying import CANADA, everything_in, hasty, made, settings_in
from tests.selftest.commands.running import run, serve
from tests.selftest.commands.setting_up import ALLY_BOT, IN_CANADA, Suite, authorized, env, replaced, setup

EMPTY: dict[str, Any] = {"integration": "absent"}
QUIZ = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
ALL = (*ALLY_BOT, *IN_CANADA, "--yes")


@pytest.fixture
def state() -> dict[str, Any]:
    """Nothing is set up yet; tests override it by parametrizing."""
    return EMPTY


@pytest.fixture
def canvas(state: dict[str, Any], tmp_path: Path) -> Iterator[EmbeddedCanvas]:
    """An embedded Canvas that `.env` points to, with an administrator."""
    with serve(**{"throttle": False, **state}) as running:
        env(tmp_path, running)
        yield running


@pytest.fixture(autouse=True)
def suite(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Suite:
    """The runs that the command starts."""
    hasty(monkeypatch)
    return replaced(monkeypatch, tmp_path)


def complete(tmp_path: Path, canvas: EmbeddedCanvas, **more: str) -> None:
    """A `.env` with all that a run takes."""
    known = canvas.credentials
    settings = {
        "CANVAS_CLIENT_ID": known.client_id, "CANVAS_CLIENT_SECRET": known.client_secret,
        "CANVAS_REDIRECT_URI": known.redirect_uri, "CANVAS_REFRESH_TOKEN": known.refresh_token,
        "CANVAS_SANDBOX_COURSE_ID": known.course_id, "CANVAS_SANDBOX_COURSE_NAME": known.course_name,
    }  # fmt: skip
    env(tmp_path, canvas, **{**settings, **more})


def test_from_nothing_to_all_granted(canvas: EmbeddedCanvas, tmp_path: Path, suite: Suite) -> None:
    """It asks once, stops where a person must act, and goes on when run again: to 31 granted."""
    first = setup(tmp_path, *ALLY_BOT, *IN_CANADA, typed="y\n")

    assert (first.code, suite.runs) == (1, []), first.words
    assert first.out.count("[y/N]") == 1
    for line in (
        "+ key Anthology Ally, switched on; its ID, secret and redirect URI go to ",
        "+ add 31 scopes", "+ role Ally, an account role, with 25 permissions",
        "+ user Anthology Ally, with the log-in ally-bot",
        "+ a sub-account with a course full of content, unpublished, and a blueprint for it",
    ):  # fmt: skip
        assert line in first.out.partition("Do all of this?")[0]
    assert first.out.endswith("Then go on with: python -m scopecheck setup --login ally-bot\n")

    authorized(tmp_path)
    writes = len(canvas.tables.writes)
    second = setup(tmp_path, *ALLY_BOT)
    assert (second.code, suite.runs, suite.granted) == (0, [()], 31), second.words
    assert "Nothing to do." in second.out
    assert "[y/N]" not in second.out
    assert {write.path for write in canvas.tables.writes[writes:] if "/accounts/" in write.path} == set()


def test_whom_it_stops_for(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """It says who does what and where, and never acts as the service user: no token is issued to it."""
    ran = setup(tmp_path, *ALL)
    ((user,),) = [[each for each in canvas.tables.users.values() if each.login == "ally-bot"]]

    assert ran.code == 1
    assert (
        f"1. If Anthology Ally ({user.id}, log-in ally-bot) has no password yet, an administrator sets one: Admin > "
        "People. 2. That user logs in to Canvas in a private window of a browser, and authorizes: - Anthology Ally "
        "itself: Ally's Configuration, tab Canvas Developer Key - this suite, at the address that this command prints: "
        "python -m scopecheck authorize --no-browser Then go on with: "
    ) in ran.words
    assert [token for token in canvas.tables.tokens.values() if token.user_id == user.id] == []


def test_the_secret_is_in_env_alone(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """No output has it, and no kept record; the file is its owner's alone."""
    ran = setup(tmp_path, *ALL)
    (key,) = made(canvas)

    assert settings_in(tmp_path)["CANVAS_CLIENT_SECRET"] == key.secret
    assert key.secret not in ran.out + ran.err + everything_in(tmp_path)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("typed", ["", "n\n"])
def test_declined(canvas: EmbeddedCanvas, tmp_path: Path, typed: str, suite: Suite) -> None:
    """Exit code 2; nothing is sent, and nothing written."""
    before = (tmp_path / ".env").read_text()
    ran = setup(tmp_path, *ALLY_BOT, *IN_CANADA, typed=typed)

    assert (ran.code, canvas.tables.writes, suite.runs) == (2, [], [])
    assert ran.out.endswith("Nothing was done.\n")
    assert (tmp_path / ".env").read_text() == before
    assert [path for path in (tmp_path / "reports").rglob("*") if path.is_file()] == []


FAILURES = [
    # what fails, what is made by then, what is not
    ("POST .*self/developer_keys$", (0, False), "the key, the role and its user, the sandbox"),
    ("POST .*account_bindings", (1, False), "the key, the role and its user, the sandbox"),
    ("POST .*self/users", (1, True), "the role and its user, the sandbox"),
    ("POST .*sub_accounts", (1, True), "the sandbox"),
]


@pytest.mark.parametrize(("fails", "there", "left"), FAILURES)
def test_a_failure_in_the_middle(
    canvas: EmbeddedCanvas, tmp_path: Path, fails: str, there: tuple[int, bool], left: str, suite: Suite
) -> None:
    """It ends there with exit code 1 and says what is not done; the command that it names does the rest, once each."""
    canvas.canvas._faults = Faults((Fault("other-software", fails),))
    ran = setup(tmp_path, *ALL)
    roles = [each.name for each in canvas.tables.authority.roles.values() if each.name == "Ally"]

    assert (ran.code, suite.runs) == (1, []), ran.words
    assert (len(made(canvas)), bool(roles)) == there
    assert f"Not, or not completely done: {left}.\nTo go on from here: python -m scopecheck setup " in ran.out

    canvas.canvas._faults = Faults(())
    command = ran.out.rpartition("python -m scopecheck setup ")[2].split()
    again = setup(tmp_path, *command, "--yes")
    roles = [each.name for each in canvas.tables.authority.roles.values() if each.name == "Ally"]
    assert (len(made(canvas)), len(roles)) == (1, 1)
    assert again.out.endswith("Then go on with: python -m scopecheck setup --login ally-bot\n"), again.words


def test_an_interrupt(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, with what is not done, and how to go on: the key's options are not needed any more."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scopecheck.commands.setup_parts.make_sandbox", interrupted)
    ran = setup(tmp_path, *ALL)

    assert (ran.code, len(made(canvas))) == (2, 1)
    assert ran.out.endswith(
        "Not, or not completely done: the sandbox.\n"
        "To go on from here: python -m scopecheck setup --login ally-bot\n"
    )  # fmt: skip


@pytest.mark.usefixtures("canvas")
def test_an_env_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends there: what follows would use other settings."""

    def fails(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("scopecheck.commands.key_env.store_settings", fails)
    ran = setup(tmp_path, *ALL)

    assert ran.code == 1
    assert "Write these lines by hand:\nCANVAS_CLIENT_ID=" in ran.out
    assert "Not, or not completely done: the key, the role and its user, the sandbox.\n" in ran.out


@pytest.mark.parametrize("state", [{"role": "ally", "denied": frozenset({"manage_files_add"}), "role_cache": True}])
def test_the_delay_of_a_role(canvas: EmbeddedCanvas, tmp_path: Path, suite: Suite) -> None:
    """A refusal right after the role was changed is said to be Canvas's delay; the exit code is 1 until it is over."""
    complete(tmp_path, canvas)
    ran = setup(tmp_path, "--login", "ally", "--yes")

    assert (ran.code, len(suite.runs)) == (1, 1)
    assert suite.granted < 31
    assert "Turned on 1 of 1 permissions of the role Ally" in ran.out
    tail = ran.out.partition("\nNow the run\n")[2]
    assert "UTC, and calls were refused for want of a permission.\nA change takes effect when Canvas's" in tail
    assert tail.endswith("\npython -m scopecheck setup --login ally\n")

    canvas.canvas.empty_cache()
    done = setup(tmp_path, "--login", "ally")
    assert (done.code, suite.granted) == (0, 31), done.words


@pytest.mark.parametrize("state", [{"role": "ally", "denied": frozenset({"manage_files_add"})}])
def test_another_refusal_is_no_delay(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Where the role was not changed, nothing is said of a delay."""
    complete(tmp_path, canvas)
    ran = setup(tmp_path, "--no-role")

    assert ran.code == 1
    assert "half an hour" not in ran.out


class TestAKeyThatIsThere:
    """One that the settings name, or that has the name, is mended."""

    @pytest.mark.parametrize("state", [{"missing_on_key": frozenset({QUIZ}), "missing_on_token": frozenset({QUIZ})}])
    def test_a_scope_is_added(self, canvas: EmbeddedCanvas, tmp_path: Path, suite: Suite) -> None:
        """The token in `.env` cannot have it, so no run is started: a person authorizes again."""
        complete(tmp_path, canvas)
        ran = setup(tmp_path, "--no-role", "--yes")

        assert (ran.code, suite.runs) == (1, [])
        assert "Changed and read back: 1 scope added." in ran.out
        assert "and authorizes again:" in ran.words
        authorized(tmp_path, "ally")
        assert (setup(tmp_path, "--no-role").code, suite.granted) == (0, 31), suite.last

    @pytest.mark.parametrize("state", [{"enforce_scopes": False}])
    def test_what_has_an_option_of_its_own(self, canvas: EmbeddedCanvas, tmp_path: Path, suite: Suite) -> None:
        """`--yes` does not cover it: it stays undone, no run is started, and the option is named: exit code 1."""
        complete(tmp_path, canvas)
        ran = setup(tmp_path, "--no-role", "--yes")

        assert (ran.code, suite.runs, canvas.tables.writes) == (1, [], [])
        assert "is only done with --enforce-scopes (see above)." in ran.out
        assert ran.out.endswith("Then go on with: python -m scopecheck setup --no-role --enforce-scopes\n")
        setup(tmp_path, "--no-role", "--yes", "--enforce-scopes")
        authorized(tmp_path, "ally")
        assert (setup(tmp_path, "--no-role").code, suite.granted) == (0, 31)

    @pytest.mark.parametrize("state", [{}])
    def test_it_is_found_by_its_name(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """It is not made twice: its ID, secret and redirect URI get into `.env`."""
        (key,) = made(canvas, "Ally")
        key.secret = 8 * "of-64-ch"
        ran = setup(tmp_path, "--no-role", "--no-sandbox", "--name", "ALLY", "--yes")
        kept = settings_in(tmp_path)

        assert (ran.code, canvas.tables.writes) == (1, [])
        assert (kept["CANVAS_CLIENT_ID"], kept["CANVAS_CLIENT_SECRET"]) == (str(KEY), key.secret)
        assert kept["CANVAS_REDIRECT_URI"] == REDIRECT_URI
        assert key.secret not in ran.out + ran.err

    @pytest.mark.parametrize("state", [{}])
    def test_its_secret_is_not_shown(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """Then a person copies it, before anything else."""
        ran = setup(tmp_path, "--no-role", "--no-sandbox", "--name", "ALLY", "--yes")

        assert (ran.code, canvas.tables.writes) == (1, [])
        assert "CANVAS_CLIENT_ID, CANVAS_REDIRECT_URI were written to" in ran.out
        assert "1. Copy the secret in Canvas to CANVAS_CLIENT_SECRET: Admin > Developer Keys > Show Key." in ran.words

    @pytest.mark.parametrize("options", [(), ("--yes",)])
    def test_another_key_in_env(
        self, canvas: EmbeddedCanvas, tmp_path: Path, options: tuple[str, ...], suite: Suite
    ) -> None:
        """It is asked about by itself; its token is commented out, so that no run is started with it."""
        complete(tmp_path, canvas)
        before = (tmp_path / ".env").read_text()
        declined = setup(tmp_path, *ALLY_BOT, *IN_CANADA, *options, typed="n\n")

        assert (declined.code, canvas.tables.writes, (tmp_path / ".env").read_text()) == (2, [], before)
        assert f"! CANVAS_CLIENT_ID={KEY} is not the key that is meant here" in declined.out
        assert f"has another key: CANVAS_CLIENT_ID={KEY} and its secret. Replace it with the new key?" in declined.out
        agreed = setup(tmp_path, *ALLY_BOT, *IN_CANADA, *options, typed="y\ny\n")
        assert (agreed.code, suite.runs) == (1, [])
        assert settings_in(tmp_path)["CANVAS_CLIENT_ID"] == str(made(canvas)[0].id)
        assert f"\n# CANVAS_REFRESH_TOKEN={canvas.credentials.refresh_token}\n" in (tmp_path / ".env").read_text()
        assert (setup(tmp_path, *ALLY_BOT).code, suite.runs) == (1, [])

    def test_a_token_in_the_environment(
        self, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suite: Suite
    ) -> None:
        """It cannot be one of the key that was just made: no run is started."""
        monkeypatch.setenv("CANVAS_ACCESS_TOKEN", canvas.credentials.access_token)
        ran = setup(tmp_path, *ALL)

        assert (ran.code, suite.runs) == (1, [])
        assert "and authorizes again:" in ran.words


class TestSandbox:
    """A sandbox that is there is used."""

    @pytest.mark.parametrize("state", [{}])
    def test_the_course_is_gone(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """A course that this Canvas does not have is replaced, by one that was made before if there is one."""
        complete(tmp_path, canvas, CANVAS_SANDBOX_COURSE_ID="987654", CANVAS_SANDBOX_COURSE_NAME="Gone")
        assert run(tmp_path, "sandbox", "create", typed="n\n").code == 0
        writes = len(canvas.tables.writes)
        ran = setup(tmp_path, "--no-role", "--yes")

        assert ran.code == 0, ran.words
        assert "! CANVAS_SANDBOX_COURSE_ID=987654 is no course of this Canvas, and is replaced" in ran.out
        assert [write for write in canvas.tables.writes[writes:] if "sub_accounts" in write.path] == []
        assert settings_in(tmp_path)["CANVAS_SANDBOX_COURSE_ID"] not in {"987654", str(SANDBOX)}

    @pytest.mark.parametrize("state", [{}])
    def test_one_that_was_broken_off(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """It is named and left alone, with the command that removes it; another one is made."""
        complete(tmp_path, canvas, CANVAS_SANDBOX_COURSE_ID="", CANVAS_SANDBOX_COURSE_NAME="")
        assert run(tmp_path, "sandbox", "create", typed="n\n").code == 0
        (course,) = (
            row.child_course_id for row in canvas.tables.subscriptions.values() if row.child_course_id != SANDBOX
        )
        canvas.tables.subscriptions = {
            number: row for number, row in canvas.tables.subscriptions.items() if row.child_course_id != course
        }
        ran = setup(tmp_path, "--no-role", "--yes")

        assert ran.code == 0, ran.words
        assert "was not completed, and is left alone; to remove it:" in ran.out
        assert f"python -m scopecheck sandbox remove {canvas.tables.courses[course].account_id}" in ran.out
        assert settings_in(tmp_path)["CANVAS_SANDBOX_COURSE_ID"] not in {"", str(course)}

    @pytest.mark.parametrize("state", [{}])
    def test_without(self, canvas: EmbeddedCanvas, tmp_path: Path, suite: Suite) -> None:
        """`--no-sandbox` makes none, and the run is in probe mode."""
        complete(tmp_path, canvas, CANVAS_SANDBOX_COURSE_ID="", CANVAS_SANDBOX_COURSE_NAME="")
        ran = setup(tmp_path, "--no-role", "--no-sandbox")

        assert (ran.code, [write for write in canvas.tables.writes if write.changed]) == (0, []), ran.words
        assert suite.last
        assert suite.last.mode == "probe"


class TestRefused:
    """What it does not begin: exit code 4, and nothing is done."""

    def test_without_canvas_and_administrator(self, tmp_path: Path) -> None:
        """Both are named, with a way to try it."""
        ran = setup(tmp_path, *ALLY_BOT)

        assert (ran.code, ran.out) == (4, "")
        for variable in ("CANVAS_BASE_URL", "CANVAS_ADMIN_TOKEN"):
            assert f"- {variable} is not set, but this command needs it; set it to " in ran.err
        assert "python -m scopecheck demo --embedded integration=absent" in ran.err

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            ((), "--login is missing: the log-in of the user that Anthology Ally acts as"),
            (("--no-role", "--login", "x-bot"), "--no-role leaves role and user alone; omit it, or --login"),
            (("--login", "x"), "Canvas searches for no log-in of fewer than 3 characters"),
            (("--login", "ally-bot", "--canvas-profile", "udoit"), "asks for no role"),
            (ALLY_BOT, "A key needs a redirect URI; give it with --region NAME --customer NUMBER"),
            ((*ALLY_BOT, *IN_CANADA, "--redirect-uri", CANADA), "--redirect-uri and --region are both given"),
        ],
    )
    def test_wrong_options(self, canvas: EmbeddedCanvas, tmp_path: Path, options: tuple[str, ...], why: str) -> None:
        """Each is named."""
        ran = setup(tmp_path, *options, "--yes")

        assert (ran.code, canvas.tables.writes) == (4, []), ran.words
        assert why in ran.err

    @pytest.mark.parametrize(
        ("denied", "named"),
        [
            (("manage_developer_keys", "manage_role_overrides"), ("Developer Keys - manage", "Permissions - manage")),
            (("manage_user_logins",), ("Users - manage login details",)),
        ],
    )
    def test_without_the_rights(
        self, canvas: EmbeddedCanvas, tmp_path: Path, denied: tuple[str, ...], named: tuple[str, ...]
    ) -> None:
        """Every permission that is lacking is named at once, before anything is changed."""
        canvas.tables.users[ADMINISTRATOR].denied = frozenset(denied)
        ran = setup(tmp_path, *ALL)

        assert (ran.code, canvas.tables.writes) == (4, [])
        assert [label for label in named if label not in ran.err] == []

    @pytest.mark.parametrize("state", [{"missing_on_key": frozenset({QUIZ})}])
    def test_a_change_that_may_end_tokens(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """A key with a scope that this Canvas does not list is not touched, and so nothing else is."""
        complete(tmp_path, canvas)
        canvas.tables.keys[KEY].scopes.append("url:GET|/api/v1/gone")
        ran = setup(tmp_path, "--login", "new-bot", "--yes")

        assert (ran.code, canvas.tables.writes) == (4, [])
        assert "url:GET|/api/v1/gone, which this Canvas does not list" in ran.err

    @pytest.mark.parametrize("part", ["developer_keys", "roles", "sub_accounts"])
    def test_a_fault(self, canvas: EmbeddedCanvas, tmp_path: Path, part: str) -> None:
        """It is not taken for an answer: exit code 1, and nothing is done."""
        canvas.canvas._faults = Faults((Fault("503-html", f"GET .*self/{part}"),))
        ran = setup(tmp_path, *ALL)

        assert (ran.code, canvas.tables.writes) == (1, [])
        assert ran.out.endswith("Nothing was done.\n")


def test_options_of_the_run(canvas: EmbeddedCanvas, tmp_path: Path, suite: Suite) -> None:
    """The settings that are given to it are given to the run, and to the commands that it names."""
    reports = tmp_path / "elsewhere"
    option = f"--canvas-reports={reports}"
    ran = setup(tmp_path, *ALL, option)
    authorized(tmp_path)
    setup(tmp_path, *ALLY_BOT, option)

    assert f"Then go on with: python -m scopecheck setup --login ally-bot {option}\n" in ran.out
    assert list((reports / "role").glob("*-after.json"))
    assert suite.runs == [(option,)]
