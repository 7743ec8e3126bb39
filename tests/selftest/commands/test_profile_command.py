"""`python -m scopecheck profile`: list, show, check and write profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from scopecheck.config.profile_file import load_profile, profile_files
from scopecheck.embedded_canvas.known import KEY
from tests.selftest.commands.running import SCOPES, Ran, run, serve

ACCOUNTS: Final = "url:GET|/api/v1/accounts"
PAGE: Final = "url:GET|/api/v1/courses/:course_id/pages/:url_or_id"
UNKNOWN: Final = "url:GET|/api/v1/acounts"
ROW: Final = f'[[scope]]\nscope = "{ACCOUNTS}"\nsection = "Accounts"\n'


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths begin at the caller's folder."""
    monkeypatch.chdir(tmp_path)


def profile(*arguments: object, typed: str = "") -> Ran:
    return run(Path.cwd(), "profile", *arguments, typed=typed)


class TestList:
    def test_every_profile_is_listed_with_title_counts_and_source(self) -> None:
        """A line for each by its name, and its public source with its date."""
        ran = profile("list")

        assert ran.code == 0
        for file in profile_files():
            found = load_profile(file)
            [line] = [line for line in ran.out.splitlines() if line.split()[0] == found.name]
            assert f"{found.title}: {len(found.requirements)} scope" in line
            assert found.source in ran.out
        assert "10 to write" in ran.out
        assert "(2026-08-12)" in ran.out


class TestShow:
    def test_the_whole_profile_is_shown(self) -> None:
        """Key settings, role, and every scope under its section, with what it allows and why it is needed."""
        ran = profile("show", "ally")

        assert ran.code == 0
        for words in (
            "Enforce Scopes: on",
            "Allow Include Parameters: checked",
            "Canada: prod-ca-central-1.ally.ac",
            "Role Ally: 21 permissions",
            "Users - act as",
            "Reads accounts. Finds the accounts that the authorizing user manages",
        ):
            assert words in ran.words
        assert [line.strip() for line in ran.out.splitlines() if line.startswith("  url:")] == list(SCOPES)

    def test_optional_groups_say_what_is_lost(self) -> None:
        """Each group with its scopes' number and what is lost, and each of its scopes with its group."""
        ran = profile("show", "hypothesis")

        assert "groups (3 scopes): Assignments cannot be made for groups of students." in ran.words
        assert ran.out.count("(optional: groups)") == 3
        assert "Source: https://github.com/hypothesis/lms" in ran.out

    def test_a_file_by_its_path(self) -> None:
        """A path begins at the caller's folder."""
        Path("own.toml").write_text(ROW, "utf-8")

        assert "own (own): 1 scope (1 to read, 0 to write)" in profile("show", "own.toml").out

    def test_no_such_profile(self) -> None:
        """The profiles that there are are named; exit code 4."""
        ran = profile("show", "nobody")

        assert ran.code == 4
        assert "canvas-mcp" in ran.err


class TestCheck:
    def test_every_problem_at_once(self) -> None:
        """Each with its place and remedy; exit code 4."""
        Path("own.toml").write_text("titel = 1\n" + ROW + ROW + "severity = 'bad'\n", "utf-8")
        ran = profile("check", "own.toml")

        assert ran.code == 4
        assert ran.out.count("\n- ") == 3
        assert "scope 2, url:GET|/api/v1/accounts); remove one of the two." in ran.out

    def test_an_unknown_scope_is_a_warning(self) -> None:
        """With the nearest name; the file can be used, exit code 0."""
        Path("own.toml").write_text(ROW.replace(ACCOUNTS, UNKNOWN), "utf-8")
        ran = profile("check", "own.toml")

        assert ran.code == 0
        assert ran.out.startswith(f"Warning: {UNKNOWN}")
        assert f"did you mean {ACCOUNTS}" in ran.out
        assert ran.out.endswith("own.toml can be used: 1 scope, 0 optional groups, 1 warning.\n")


class TestNew:
    def test_from_standard_input(self) -> None:
        """One scope a line, with remarks, quotes and list signs; sections and pages come from the table."""
        ran = profile("new", "--title", "My tool", typed=f'# mine\n- "{ACCOUNTS}",\n\n{PAGE}  # pages\n')
        Path("own.toml").write_text(ran.out, "utf-8")
        found = load_profile(Path("own.toml").absolute())

        assert ran.code == 0
        assert (found.name, found.title) == ("my-tool", "My tool")
        assert [(str(row.scope), row.section) for row in found.requirements] == [
            (ACCOUNTS, "Accounts"),
            (PAGE, "Pages"),
        ]
        assert found.requirements[1].docs.endswith("/resources/pages")
        assert profile("check", "own.toml").code == 0

    def test_into_a_file(self) -> None:
        """The file's name is the profile's, and a file that exists is never replaced."""
        Path("scopes.txt").write_text(ACCOUNTS, "utf-8")
        first = profile("new", "scopes.txt", "--output", "my-tool.toml")
        before = Path("my-tool.toml").read_bytes()
        second = profile("new", "scopes.txt", "--output", "my-tool.toml")

        assert (first.code, first.out, second.code) == (0, "", 4)
        assert load_profile(Path("my-tool.toml").absolute()).title == "my-tool"
        assert "my-tool.toml exists already" in second.err
        assert Path("my-tool.toml").read_bytes() == before

    def test_an_older_name_and_a_second_one(self) -> None:
        """The newest name of a route is written, once, and both are said."""
        ran = profile("new", typed=f"{PAGE.replace('_or_id', '')}\n{PAGE}\n")

        assert ran.out.count("[[scope]]") == 1
        assert f'"{PAGE}"' in ran.out
        assert "is an older name of" in ran.err
        assert "is listed twice (standard input, line 2)" in ran.err

    def test_an_unknown_scope(self) -> None:
        """It is written, with a section that its author has to look up, and named."""
        ran = profile("new", typed=UNKNOWN)

        assert ran.code == 0
        assert f'scope = "{UNKNOWN}"\nsection = "?"' in ran.out
        assert f"did you mean {ACCOUNTS}" in ran.err

    @pytest.mark.parametrize(
        ("arguments", "typed", "said"),
        [
            ([], "", "No scope was given (standard input)"),
            ([], "GET /api/v1/accounts\nurl:GTE|/api/v1/x", "(standard input, line 2)"),
            (["none.txt"], "", "none.txt cannot be read"),
            (["a.txt", "--from-key", "7"], "", "Both --from-key and a.txt are given"),
            (["--name", "a/b"], ACCOUNTS, '--name is "a/b"'),
            (["--output", "none/own.toml"], ACCOUNTS, "own.toml cannot be written"),
            (["--from-key", "x"], "", "--from-key is 'x'"),
            (["--from-key", "7"], "", "CANVAS_BASE_URL is not set"),
        ],
    )
    def test_what_is_wrong_is_said(self, arguments: list[str], typed: str, said: str) -> None:
        """Nothing is written, exit code 4."""
        ran = profile("new", *arguments, typed=typed)

        assert (ran.code, ran.out) == (4, "")
        assert said in ran.words
        assert not list(Path.cwd().glob("*.toml"))


def from_key(monkeypatch: pytest.MonkeyPatch, *arguments: object, **state: Any) -> Ran:
    """A profile of the embedded Canvas's key, of which nothing secret is shown and nothing changed."""
    with serve(**state) as canvas:
        known = canvas.credentials
        monkeypatch.setenv("CANVAS_ADMIN_TOKEN", known.admin_token)
        ran = profile("new", "--from-key", KEY, "--canvas-base-url", canvas.url, *arguments)
        assert canvas.tables.writes == []
        secrets = (canvas.tables.keys[KEY].secret, known.admin_token)
        written = "".join(file.read_text("utf-8") for file in Path.cwd().glob("*.toml"))
        assert not [secret for secret in secrets if secret in ran.out + ran.err + written]
    return ran


class TestFromKey:
    def test_a_key_that_works(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its scopes, its name, its settings and its one redirect URI; nothing is changed, no secret written."""
        ran = from_key(monkeypatch, "--output", "own.toml", redirect_uris=("https://a.test/callback",))
        found = load_profile(Path("own.toml").absolute())

        assert (ran.code, ran.out) == (0, "")
        assert {str(row.scope) for row in found.requirements} == set(SCOPES)
        assert {str(row.scope): row.section for row in found.requirements} == {
            str(row.scope): row.section for row in load_profile("ally").requirements
        }
        assert (found.key.enforce_scopes, found.key.allow_includes) == (True, True)
        assert found.key.redirect_uri == "https://a.test/callback"
        assert found.title != "own"

    def test_names_of_an_older_canvas_become_today_s(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A key of a Canvas of 2022 gives the profile that a key of today gives."""
        older = from_key(monkeypatch, version="old")
        newer = from_key(monkeypatch)

        assert older.out == newer.out
        assert older.err.count("is an older name of") == 2

    def test_a_section_that_only_this_canvas_knows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """For a scope that the table lacks, Canvas's own list has the heading."""
        ran = from_key(monkeypatch, scopes_renamed={ACCOUNTS: "url:GET|/api/v1/all_accounts"})

        assert 'scope = "url:GET|/api/v1/all_accounts"\nsection = "Accounts"' in ran.out

    def test_several_redirect_uris(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Which of them is the integration's, nobody can tell."""
        ran = from_key(monkeypatch, redirect_uris=("https://a.test/", "https://b.test/"))

        assert "redirect_uri" not in ran.out
        assert "the key has several redirect URIs" in ran.err

    def test_a_key_that_does_not_enforce(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its integration may call more than what is selected: said, and the profile asks for no more."""
        ran = from_key(monkeypatch, enforce_scopes=False)

        assert "enforce_scopes = false" in ran.out
        assert "may call more" in ran.err

    @pytest.mark.parametrize(
        ("key", "state", "said"),
        [
            (KEY, {"key_owner": "site-admin"}, "is inherited, and Canvas shows the scopes of inherited keys to nobody"),
            (KEY, {"key_kind": "lti"}, "is an LTI key, which has no API scopes"),
            (KEY, {"scopes": ()}, "has no API scopes"),
            (123456, {}, "No key with the ID 123456 is in the root account"),
            (KEY, {"token": "1~nobody"}, "Canvas did not show its developer keys: HTTP 401"),
            (
                KEY,
                {"token": "1~embedded-access-token", "role": "teacher", "enforce_scopes": False},
                "permission Developer Keys - manage",
            ),
        ],
        ids=["inherited", "LTI", "no scopes", "unknown", "dead token", "no right"],
    )
    def test_what_cannot_be_read_is_said(
        self, key: object, state: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nothing is written, exit code 4."""
        state = dict(state)
        token = state.pop("token", None)
        with serve(**state) as canvas:
            monkeypatch.setenv("CANVAS_ADMIN_TOKEN", token or canvas.credentials.admin_token)
            ran = profile("new", "--from-key", key, "--canvas-base-url", canvas.url, "--output", "own.toml")

        assert (ran.code, ran.out) == (4, "")
        assert said in ran.words
        assert not Path("own.toml").exists()
