"""`python -m scopecheck preflight`: the check of the key, in words and in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from scopecheck.commands.preflight import COMMAND
from scopecheck.config.scopes_file import load_scopes_file
from scopecheck.embedded_canvas.config import Fault
from scopecheck.report.headline import DEMONSTRATION
from scopecheck.report.scopes_json import SCHEMA
from tests.selftest.commands.running import SCOPES, Ran, run, serve

PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"


def preflight(root: Path, *arguments: object, **state: Any) -> Ran:
    """The preflight of an embedded Canvas in this state, configured like any other."""
    with serve(**state) as canvas:
        known = canvas.credentials
        return run(
            root, "preflight", "--canvas-base-url", canvas.url, "--canvas-client-id", known.client_id,
            "--canvas-redirect-uri", known.redirect_uri, *arguments,
        )  # fmt: skip


def test_a_right_key_is_right(tmp_path: Path) -> None:
    """Exit code 0, every scope on the key, and the next step."""
    ran = preflight(tmp_path)

    assert ran.code == 0
    assert ran.out.count("✓ yes") == 31
    assert "✓ The key is set up correctly: it has all 31 scopes, enforces them, and is on." in ran.words
    assert "python -m scopecheck authorize" in ran.words
    assert "What to do" not in ran.out


def test_without_a_canvas_it_is_a_demonstration(tmp_path: Path) -> None:
    """It says so first and last, with what stands where `.env` should be, also in the JSON: exit code 0."""
    (tmp_path / ".env.txt").write_text("CANVAS_BASE_URL=https://school.test.instructure.com", "utf-8")
    ran, told = run(tmp_path, "preflight"), run(tmp_path, "preflight", "--json")

    assert (ran.code, told.code) == (0, 0)
    assert ran.words.startswith(DEMONSTRATION)
    assert f"– {DEMONSTRATION} The key is set up correctly: it has all 31 scopes" in ran.words
    assert "The settings are in .env.txt, which is not read" in ran.words
    assert json.loads(told.out)["demonstration"] is True
    assert json.loads(told.out)["headline"].startswith(f"{DEMONSTRATION} The key is set up correctly")


def test_a_configured_canvas_is_no_demonstration(tmp_path: Path) -> None:
    """Its answers are its own."""
    assert "emonstration" not in preflight(tmp_path).words + preflight(tmp_path, "--json").out


def test_a_missing_scope_is_named_with_its_box(tmp_path: Path) -> None:
    """Exactly that scope is not on the key; the remedy has its section and box."""
    ran = preflight(tmp_path, missing_on_key=frozenset({PAGE}))

    assert ran.code == 1
    assert [line for line in ran.out.splitlines() if "✗ no" in line] == [
        "✗ no       PUT /courses/:course_id/pages/:url_or_id"
    ]
    assert f"section Pages\n    [ ] {PAGE}\n" in ran.out
    assert ran.out.rstrip().endswith("✗ The key is not set up correctly for Anthology Ally: 1 of 31 scopes missing.")


STATES: Final[list[tuple[str, dict[str, Any], list[str]]]] = [
    ("off", {"key_state": "off"}, ["The key is off for this account.", "1 key check failed",
                                   "set the State of the key with the ID 10000000000042 to ON"]),
    ("not enforcing", {"enforce_scopes": False}, ["the key does not enforce scopes", "turn Enforce Scopes on",
                                                  "1 key check failed"]),
    ("deleted", {"key_workflow": "deleted"}, ["Canvas does not know the key CANVAS_CLIENT_ID.",
                                              "Check CANVAS_BASE_URL, and look for the key with the ID"]),
    ("another redirect URI", {"redirect_uris": ("https://x.test/",)}, ["CANVAS_REDIRECT_URI is not on the key.",
                                                                       "paste the integration's callback exactly"]),
    ("an LTI key", {"key_kind": "lti"}, ["The key lacks all 31 required scopes.", "+ API Key"]),
    ("down", {"faults": (Fault("sso-redirect"),)}, ["redirect to https://sso.example.edu/login",
                                                    "? 5 properties of the key could not be checked."]),
]  # fmt: skip


@pytest.mark.parametrize(("state", "said"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_what_is_wrong_is_said(state: dict[str, Any], said: list[str], tmp_path: Path) -> None:
    """Each fault of a key has its sentence and its remedy, and exit code 1."""
    ran = preflight(tmp_path, **state)

    assert ran.code == 1
    for words in said:
        assert words in ran.words


def test_an_outage_is_said_once(tmp_path: Path) -> None:
    """What answered instead of Canvas is shown once, not for each of five checks, and without an empty table."""
    ran = preflight(tmp_path, faults=(Fault("sso-redirect"),))

    assert ran.out.count("sso.example.edu") == 1
    assert ran.out.startswith("Key and token\n")


def test_it_fits_eighty_columns_without_color(tmp_path: Path) -> None:
    """Output to a file or a pipe has no color and no long lines."""
    ran = preflight(tmp_path, missing_on_key=frozenset(SCOPES))

    assert "\x1b" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_json_is_a_scopes_json(tmp_path: Path) -> None:
    """The document follows the published schema; of the scopes it has only those missing on the key."""
    ran = preflight(tmp_path, "--json", missing_on_key=frozenset({PAGE, QUIZ}))
    found = json.loads(ran.out)
    (tmp_path / "a.json").write_text(ran.out)

    jsonschema.validate(found, json.loads(SCHEMA.read_text()))
    assert ran.code == 1
    assert [row["scope"] for row in found["scopes"]] == [PAGE, QUIZ]
    assert found["counts"] == {"granted": 0, "missing": 2, "misconfigured": 0, "unproved": 0}
    assert [row["check"] for row in found["key"] if row["verdict"] == "failed"] == ["scopes-on-key"]
    assert load_scopes_file(tmp_path / "a.json").profile == "ally"


def test_json_of_a_right_key_claims_no_more_than_was_seen(tmp_path: Path) -> None:
    """Exit code 0 says that the key is right; `conformant` is false, since no endpoint was tested."""
    ran = preflight(tmp_path, "--json")
    found = json.loads(ran.out)

    assert ran.code == 0
    assert (found["conformant"], found["scopes"], found["mode"]) == (False, [], "probe")
    assert [row["verdict"] for row in found["key"]] == ["ok"] * 5 + ["not-checked"] * 4


def test_what_is_ignored_does_not_disturb_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said on standard error."""
    monkeypatch.setenv("CANVAS_API_KEY", "x")
    ran = preflight(tmp_path, "--json")

    assert json.loads(ran.out)["profile"] == "ally"
    assert ran.err == "Note: Ignored in the environment, since these are not settings: CANVAS_API_KEY.\n"


def test_it_asks_without_a_token(tmp_path: Path) -> None:
    """It sends two requests to one address, without a token, and changes nothing."""
    with serve() as canvas:
        known = canvas.credentials
        ran = run(
            tmp_path, "preflight", "--canvas-base-url", canvas.url, "--canvas-client-id", known.client_id,
            "--canvas-redirect-uri", known.redirect_uri,
        )  # fmt: skip

        assert ran.code == 0
        assert canvas.requests == 2
        assert canvas.tables.writes == []


def test_without_a_canvas_it_tries_the_embedded_one(tmp_path: Path) -> None:
    """Anyone can see what a correct key and a broken one look like."""
    assert run(tmp_path, "preflight").code == 0

    ran = run(tmp_path, "preflight", "--embedded", "key_state=off", "--without-scope", QUIZ)

    assert ran.code == 1
    assert "1 of 31 scopes missing, 1 key check failed" in ran.words


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--canvas-base-url=https://a.test"], ["CANVAS_CLIENT_ID is not set", "CANVAS_REDIRECT_URI is not set"]),
        (["--canvas-base-url=http://a.test", "--canvas-client-id=x", "--canvas-redirect-uri=https://b.test"],
         ["plain http", "CANVAS_CLIENT_ID is not a number"]),
        (["--canvas-client-id=7"], ["CANVAS_BASE_URL is not set, but CANVAS_CLIENT_ID is set"]),
        (["--canvas-profile=nobody"], ["nobody"]),
        (["--embedded", "color=red"], ["there is no key 'color'"]),
        (["--without-scope", "url:GET|/api/v1/none"], ["profile ally does not have"]),
        (["--canvas-base-url=https://a.test", "--canvas-client-id=7", "--canvas-redirect-uri=https://b.test",
          "--embedded", "key_state=off"], ["CANVAS_BASE_URL is set; omit them"]),
    ],
)  # fmt: skip
def test_wrong_settings(arguments: list[str], said: list[str], tmp_path: Path) -> None:
    """Everything that is wrong is reported at once, with exit code 4."""
    ran = run(tmp_path, "preflight", *arguments)

    assert ran.code == 4
    assert ran.out == ""
    for words in said:
        assert words in ran.err


def test_settings_come_from_the_env_file(tmp_path: Path) -> None:
    """The preflight takes the `.env` of a run unchanged."""
    with serve() as canvas:
        known = canvas.credentials
        (tmp_path / ".env").write_text(
            f"CANVAS_BASE_URL={canvas.url}\nCANVAS_CLIENT_ID={known.client_id}\n"
            f"CANVAS_REDIRECT_URI={known.redirect_uri}\nCANVAS_ACCESS_TOKEN=1~any\n"
        )

        assert run(tmp_path, "preflight").code == 0


GAP: Final = f'[[gap]]\nscope = "{QUIZ}"\nverdict = "missing"\nreason = "no quizzes here"\nuntil = {{}}\n'


def test_a_known_gap_is_no_fault(tmp_path: Path) -> None:
    """A scope that the institution omits on purpose is no problem, until the gap's date."""
    gaps = tmp_path / "gaps.toml"
    gaps.write_text(GAP.format("2999-01-01"))
    right = preflight(tmp_path, "--canvas-known-gaps", gaps, missing_on_key=frozenset({QUIZ}))
    gaps.write_text(GAP.format("2001-01-01"))
    late = preflight(tmp_path, "--canvas-known-gaps", gaps, missing_on_key=frozenset({QUIZ}))

    assert (right.code, late.code) == (0, 1)
    assert "PUT /courses/:course_id/quizzes/:id  (known gap)" in right.out
    assert "30 of 31 scopes (the rest are known gaps)" in right.words
    assert "only until 2001-01-01" in late.words


def test_a_right_key_of_an_older_canvas_is_right(tmp_path: Path) -> None:
    """A key that has the page scopes under their older names has all 31."""
    ran = preflight(tmp_path, version="old")

    assert ran.code == 0
    assert ran.out.count("✓ yes") == 31
    assert ":url_or_id" not in ran.out


@pytest.mark.parametrize("option", ["--without-scope=", "--embedded=missing_on_key="])
def test_a_scope_is_taken_off_under_any_of_its_names(tmp_path: Path, option: str) -> None:
    """The embedded Canvas takes the older name of a page's scope for the profile's."""
    ran = run(tmp_path, "preflight", f"{option}url:PUT|/api/v1/courses/:course_id/pages/:url")

    assert ran.code == 1
    assert "1 of 31 scopes missing" in ran.words


def test_it_says_what_it_does_not_check(tmp_path: Path) -> None:
    """A right key is no proof of what only a run asks for."""
    assert "Token, user and CANVAS_ACCOUNT_ID are not tested yet" in " ".join(preflight(tmp_path).out.split())
    assert "Not checked: the token, what its user may do, CANVAS_ACCOUNT_ID" in COMMAND.description


def test_an_administrator_s_token_adds_this_canvas_s_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With it a rename that nobody knew of is found, on the key or as the name of the box to check."""
    renamed = {QUIZ: QUIZ.replace(":id", ":quiz_id")}
    alone = preflight(tmp_path, scopes_renamed=renamed)
    monkeypatch.setenv("CANVAS_ADMIN_TOKEN", "1~embedded-admin-token")
    found = preflight(tmp_path, scopes_renamed=renamed)
    lacking = preflight(tmp_path, "--json", scopes_renamed=renamed, missing_on_key=frozenset({QUIZ}))
    [row] = json.loads(lacking.out)["scopes"]

    assert (alone.code, found.code, lacking.code) == (1, 0, 1)
    assert (row["scope"], row["canvas_name"]) == (QUIZ, renamed[QUIZ])
    assert f"select {renamed[QUIZ]} and save" in row["remedy"]
