"""`python -m scopecheck key plan`, `repair` and `remove-excess`: what is said, asked, done, and the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import ADMIN_KEY, ADMINISTRATOR
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.keying import CANADA, IN_CANADA, ally, everything_in, hasty, key
from tests.selftest.commands.running import SCOPES

QUIZ = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
USERS = "url:GET|/api/v1/users/:id"
WRONG: dict[str, Any] = {"missing_on_key": frozenset({QUIZ}), "enforce_scopes": False, "key_state": "off"}
LACKS: dict[str, Any] = {"missing_on_key": frozenset({QUIZ})}


@pytest.fixture(autouse=True)
def _administered(administered: EmbeddedCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    """The administrator's token is set, and no redirect URI."""
    monkeypatch.delenv("CANVAS_REDIRECT_URI")
    ally(administered).redirect_uris = ["https://prod.ally.ac/api/v2/1234/auth/canvas/callback"]


def writes(canvas: EmbeddedCanvas) -> int:
    """How many requests were to change something."""
    return len(canvas.tables.writes)


class TestPlan:
    """Only reads, and says what there is to do."""

    def test_a_right_key(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """Nothing to do: exit code 0; what is too much is said in words, and is no reason for another."""
        ally(canvas).scopes.append(USERS)
        ran = key(tmp_path, "plan")

        assert (ran.code, writes(canvas)) == (0, 0)
        assert "Ally (ID 10000000000042) on http://127.0.0.1" in ran.out
        assert "1 scope beyond the profile" in ran.out
        assert "      Users\n        GET /api/v1/users/:id\n          reads one of the users\n" in ran.out
        assert ran.out.endswith("\nNothing to do.\n")

    @pytest.mark.parametrize("state", [WRONG])
    def test_a_wrong_key(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """Like a diff, by section; what has an option of its own says so, and what it means for the key's tokens."""
        ran = key(tmp_path, "plan")

        assert (ran.code, writes(canvas)) == (1, 0)
        assert "+ add 1 scope\n    Quizzes\n    + PUT /api/v1/courses/:course_id/quizzes/:id\n" in ran.out
        assert "~ Enforce Scopes: off -> ON" in ran.out
        assert (
            "only with --enforce-scopes: the key has 1 active token, and every one that was issued without" in ran.words
        )
        assert "~ State: off -> ON only with --switch-on: the key has 1 active token, and each works again" in ran.words
        assert "scopecheck key repair --key 10000000000042 --enforce-scopes --switch-on\n" in ran.out

    def test_a_key_by_its_name(self, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without an ID it is looked for; if there is none, the plan is of the one to be made."""
        monkeypatch.delenv("CANVAS_CLIENT_ID")
        none = key(tmp_path, "plan")
        found = key(tmp_path, "plan", "--name", "ally")
        ally(canvas).is_lti_key = True
        lti = key(tmp_path, "plan", "--name", "ally")

        assert (none.code, found.code, lti.code) == (1, 0, 1)
        assert "There is no key named Anthology Ally. It would be made, and switched on, like this:" in none.out
        assert "To do this: python -m scopecheck key create" in none.out
        assert "+ add 31 scopes" in none.out
        assert "There is no key named ally" in lti.out

    def test_several_keys_of_a_name(
        self, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is asked which one is meant."""
        monkeypatch.delenv("CANVAS_CLIENT_ID")
        canvas.tables.keys[ADMIN_KEY].name = "Ally"
        ran = key(tmp_path, "plan", "--name", "Ally")

        assert ran.code == 4
        assert (
            "several keys of that name: Ally (ID 10000000000042), Ally (ID 10000000000007). Set CANVAS_CLIENT_ID"
            in ran.err
        )

    def test_a_redirect_uri_that_is_not_known(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """What the key has besides is said with what is wrong with it, and how to give the right one."""
        ally(canvas).redirect_uris = ["https://prod.ally.ac/api/v2/1234/auth/canvas/callback/"]
        ran = key(tmp_path, "plan", "--redirect-uri", "")

        assert ran.code == 1
        assert "! The key has no redirect URI of the integration." in ran.out
        assert "--region NAME --customer NUMBER (NAME is one of United States, Canada" in ran.words
        assert "canvas/callback/, which ends with a slash" in ran.out

    def test_a_name_that_this_canvas_does_not_list(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """It is said why nothing can be repaired then; `repair` refuses before it asks."""
        ally(canvas).scopes.append("url:GET|/api/v1/nowhere")
        ally(canvas).allow_includes = False
        planned, repaired = key(tmp_path, "plan"), key(tmp_path, "repair", "--yes")

        assert (planned.code, repaired.code, writes(canvas)) == (1, 4, 0)
        assert "! The key has scopes that this Canvas does not list." in planned.out
        assert "taking a scope off ends every token of the key" in repaired.err

    @pytest.mark.parametrize("state", [{"faults": (Fault("503-html", "developer_keys"),)}])
    def test_a_canvas_that_is_down(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """That is no answer: exit code 1, and what to do."""
        hasty(monkeypatch)
        ran = key(tmp_path, "plan")

        assert ran.code == 1
        assert "list of developer keys could not be read" in ran.out
        assert ran.out.endswith("Nothing was done.\n")


class TestRepair:
    """Asks, adds, reads back, and says who has to authorize again."""

    @pytest.mark.parametrize("state", [LACKS])
    @pytest.mark.parametrize("typed", ["", "\n", "no\n", "n\n"])
    def test_nothing_is_done_without_a_yes(self, canvas: EmbeddedCanvas, tmp_path: Path, typed: str) -> None:
        """Exit code 2."""
        ran = key(tmp_path, "repair", typed=typed)

        assert (ran.code, writes(canvas), everything_in(tmp_path)) == (2, 0, "")
        assert "Make 1 change to Ally (ID 10000000000042)? [y/N]" in ran.out
        assert ran.out.endswith("Nothing was done.\n")

    @pytest.mark.parametrize("state", [LACKS])
    def test_a_yes(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """Then it is done, read back, and kept; a second time there is nothing to do, and then `plan` says so too."""
        ran = key(tmp_path, "repair", *IN_CANADA, typed="y\n")
        again = key(tmp_path, "repair", *IN_CANADA, typed="y\n")

        assert (ran.code, again.code, writes(canvas)) == (0, 0, 1)
        assert set(ally(canvas).scopes) == set(SCOPES)
        assert ally(canvas).redirect_uris[1] == CANADA
        assert f"Changed and read back: 1 scope added; Redirect URIs: + {CANADA}." in ran.words
        assert "authorize again as the user that the integration acts as: the integration in Ally's Config" in ran.words
        assert "is as Anthology Ally requires it. Nothing to do." in again.out
        assert len(list((tmp_path / "reports" / "key").iterdir())) == 2
        assert key(tmp_path, "plan", *IN_CANADA).code == 0

    @pytest.mark.parametrize("state", [WRONG])
    def test_what_yes_does_not_include(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """Enforcement and state are left, with the options for them: exit code 1; with these all is done."""
        ran = key(tmp_path, "repair", "--yes")
        rest = key(tmp_path, "repair", "--yes", "--enforce-scopes", "--switch-on")

        assert (ran.code, rest.code) == (1, 0)
        assert "Not done: Enforce Scopes: off -> ON (--enforce-scopes does that)." in ran.out
        assert "Not done: State: off -> ON (--switch-on does that)." in ran.out
        assert "Tokens that were issued without scopes no longer work: authorize again as the user" in rest.words
        assert (ally(canvas).require_scopes, ally(canvas).binding) == (True, "on")

    @pytest.mark.parametrize("state", [{"allow_includes": False}])
    def test_nobody_has_to_authorize_again(self, tmp_path: Path) -> None:
        """For what changes no token."""
        assert "Nobody has to authorize again" in key(tmp_path, "repair", "--yes").out

    @pytest.mark.parametrize("state", [{**LACKS, "key_state": "off", "faults": (Fault("other-software", "bindings"),)}])
    def test_a_failure_in_the_middle(
        self, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was done is said, what was not, and that `plan` shows the rest: exit code 1."""
        hasty(monkeypatch)
        ran = key(tmp_path, "repair", "--yes", "--switch-on")

        assert (ran.code, QUIZ in ally(canvas).scopes) == (1, True)
        assert "Changed and read back: 1 scope added." in ran.out
        assert "A change was not made: HTTP 404" in ran.out
        assert "Not done: State: off -> ON" in ran.out
        assert "python -m scopecheck key plan" in ran.out

    @pytest.mark.parametrize("state", [LACKS])
    def test_a_scope_that_is_gone_is_said_loudly(
        self, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The scope by name, that all tokens of the key have ended, and what to do."""
        monkeypatch.setattr(
            "scopecheck.embedded_canvas.controllers.developer_keys.valid_scopes",
            lambda _: [scope for scope in SCOPES if scope != SCOPES[0]],
        )
        ran = key(tmp_path, "repair", "--yes")

        assert (ran.code, canvas.tables.tokens[201].workflow_state) == (1, "deleted")
        assert "ATTENTION: Ally (ID 10000000000042) has lost url:GET|/api/v1/accounts, which this command" in ran.words
        assert "That ends every token of the key." in ran.words


class TestRemoveExcess:
    """Takes the key's name for an answer, and no other."""

    @pytest.fixture(autouse=True)
    def _too_much(self, canvas: EmbeddedCanvas) -> None:
        ally(canvas).scopes.append(USERS)

    @pytest.mark.parametrize("typed", ["", "y\n", "yes\n", "ally\n", "10000000000042\n"])
    def test_another_answer(self, canvas: EmbeddedCanvas, tmp_path: Path, typed: str) -> None:
        """Nothing is done; how many tokens would end has been said."""
        ran = key(tmp_path, "remove-excess", typed=typed)

        assert (ran.code, writes(canvas)) == (2, 0)
        assert "ends every token of the key, at once: 1 active token." in ran.words
        assert "reads one of the users" in ran.out

    def test_the_name(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """The scope is taken off; who has to authorize again is said; a second time there is nothing to do."""
        ran = key(tmp_path, "remove-excess", typed="Ally\n")
        again = key(tmp_path, "remove-excess", typed="Ally\n")

        assert (ran.code, again.code, writes(canvas)) == (0, 0, 1)
        assert ally(canvas).scopes == list(SCOPES)
        assert "Taken off and read back: 1 scope. Now authorize again as the user" in ran.words
        assert "has no scope beyond what Anthology Ally requires. Nothing to do." in again.out

    def test_it_has_no_yes(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """There is no option that answers for a person."""
        assert (key(tmp_path, "remove-excess", "--yes").code, writes(canvas)) == (4, 0)


@pytest.mark.parametrize("action", ["plan", "repair", "remove-excess", "create"])
class TestRefused:
    """Exit code 4, and nothing is done."""

    def test_without_the_right(self, canvas: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
        """The permission is named."""
        canvas.tables.users[ADMINISTRATOR].denied = frozenset({"manage_developer_keys"})
        ran = key(tmp_path, action)

        assert (ran.code, writes(canvas)) == (4, 0)
        assert "Nothing was done:" in ran.err
        assert "Developer Keys - manage" in ran.err

    def test_without_the_administrators_token(
        self, tmp_path: Path, action: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The setting is named."""
        monkeypatch.delenv("CANVAS_ADMIN_TOKEN")
        ran = key(tmp_path, action)

        assert ran.code == 4
        assert "CANVAS_ADMIN_TOKEN is not set" in ran.err

    def test_the_key_of_the_administrators_token(self, canvas: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
        """It is never changed; `create` has no key to be given."""
        ran = key(tmp_path, action, "--key", ADMIN_KEY)

        assert (ran.code, writes(canvas)) == (4, 0)
        assert ("was issued through" in ran.err) != (action == "create")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--key", "forty-two"), "--key is 'forty-two'; write the key's ID"),
        (("--key", "999"), "No key with the ID 999 is in the root account"),
        (("--region", "Mars", "--customer", "1"), "--region is 'Mars', no region of Anthology Ally"),
        (("--region", "Canada", "--redirect-uri", CANADA), "--redirect-uri and --region are both given"),
        (("--redirect-uri", f"{CANADA}/"), "ends with a slash"),
    ],
)
def test_wrong_options(canvas: EmbeddedCanvas, tmp_path: Path, given: tuple[str, ...], words: str) -> None:
    """They are named with what to write instead."""
    ran = key(tmp_path, "repair", "--yes", *given)

    assert (ran.code, writes(canvas)) == (4, 0)
    assert words in ran.err


def test_no_key_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is changed by a name alone."""
    monkeypatch.delenv("CANVAS_CLIENT_ID")
    ran = key(tmp_path, "repair", "--yes")

    assert ran.code == 4
    assert "No key is named: set CANVAS_CLIENT_ID, or give its ID with --key" in ran.err


@pytest.mark.parametrize("state", [WRONG])
def test_no_secret_is_told(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Neither the key's nor the administrator's is in any output or file, though each record of the key has it."""
    ally(canvas).scopes.append(USERS)
    runs = [
        key(tmp_path, "plan"),
        key(tmp_path, "repair", "--yes", "--enforce-scopes", "--switch-on"),
        key(tmp_path, "remove-excess", typed="Ally\n"),
    ]
    told = "".join(ran.out + ran.err for ran in runs) + everything_in(tmp_path)

    assert [ran.code for ran in runs] == [1, 0, 0]
    assert "before.json" in told
    assert not [
        each for each in (ally(canvas).secret, canvas.credentials.admin_token, "admin-key-secret") if each in told
    ]
