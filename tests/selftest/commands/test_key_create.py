"""`python -m scopecheck key create`: a key that works, in `.env` and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import REDIRECT_URI
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.keying import CANADA, IN_CANADA, NAME, everything_in, hasty, key, made, settings_in
from tests.selftest.commands.running import SCOPES


@pytest.fixture(autouse=True)
def _administered(administered: EmbeddedCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    """The administrator's token is set, and no key."""
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        monkeypatch.delenv(f"CANVAS_{name}")
    assert administered.requests == 0


def test_a_key_is_made_and_kept(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """As the profile requires it, on, with ID, secret and redirect URI in `.env`, which its owner alone can read."""
    ran = key(tmp_path, "create", *IN_CANADA, typed="y\n")
    (new,) = made(canvas)

    assert ran.code == 0, ran.words
    assert (set(new.scopes), new.require_scopes, new.allow_includes) == (set(SCOPES), True, True)
    assert (new.redirect_uris, new.binding) == ([CANADA], "on")
    assert settings_in(tmp_path) == {
        "CANVAS_CLIENT_ID": str(new.id), "CANVAS_CLIENT_SECRET": new.secret, "CANVAS_REDIRECT_URI": CANADA,
    }  # fmt: skip
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert f"Make this key, switch it on, and write its ID, secret and redirect URI to {tmp_path / '.env'}?" in ran.out
    assert "The key was read back: it is on, and has all that the profile requires." in ran.out
    assert key(tmp_path, "plan", *IN_CANADA).code == 0


def test_the_secret_is_in_env_alone(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """No output has it, and no other file."""
    ran = key(tmp_path, "create", "--yes")
    secret = made(canvas)[0].secret

    assert secret not in ran.out + ran.err + everything_in(tmp_path)
    assert "api_key" not in everything_in(tmp_path)


def test_the_secret_is_printed(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """`--print`: standard output is the secret alone, and `.env` is not written."""
    ran = key(tmp_path, "create", "--yes", "--print")
    (new,) = made(canvas)

    assert (ran.code, ran.out) == (0, f"{new.secret}\n")
    assert new.secret not in ran.err + everything_in(tmp_path)
    assert f"Created {NAME} (ID {new.id})." in ran.err
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize("typed", ["", "\n", "no\n"])
def test_nothing_is_made_without_a_yes(canvas: EmbeddedCanvas, tmp_path: Path, typed: str) -> None:
    """Exit code 2, and nothing was sent."""
    ran = key(tmp_path, "create", typed=typed)

    assert (ran.code, canvas.tables.writes) == (2, [])
    assert "+ add 31 scopes" in ran.out
    assert ran.out.endswith("Nothing was done.\n")
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize("options", [(), ("--yes",)])
def test_another_key_in_env_is_asked_about(canvas: EmbeddedCanvas, tmp_path: Path, options: tuple[str, ...]) -> None:
    """By its ID, before anything is made, whatever else is agreed to: its secret may not be shown a second time."""
    text = "# mine\nCANVAS_CLIENT_ID=77\nCANVAS_CLIENT_SECRET=of-that-other-key\nCANVAS_REFRESH_TOKEN=1~of-that-key\n"
    (tmp_path / ".env").write_text(text)
    declined = key(tmp_path, "create", *options, typed="n\n")

    assert (declined.code, canvas.tables.writes, (tmp_path / ".env").read_text()) == (2, [], text)
    assert f"{tmp_path / '.env'} has another key: CANVAS_CLIENT_ID=77 and its secret. Replace it" in declined.out
    agreed = key(tmp_path, "create", *options, typed="y\ny\n")
    assert agreed.code == 0
    assert (tmp_path / ".env").read_text().startswith(f"# mine\nCANVAS_CLIENT_ID={made(canvas)[0].id}\n")
    assert "\n# CANVAS_REFRESH_TOKEN=1~of-that-key\n" in (tmp_path / ".env").read_text()
    assert "CANVAS_REFRESH_TOKEN in it is of another key, so it is commented out: run python -m" in agreed.out


def test_a_name_of_its_own(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The default is the profile's title; a name that is taken is refused, with the key to mend instead."""
    assert key(tmp_path, "create", "--yes", "--name", "Ally for the test").code == 0
    taken = key(tmp_path, "create", "--yes", "--name", "Ally for the test")

    assert (taken.code, len(made(canvas, "Ally for the test"))) == (4, 1)
    assert "has a key with this name already: Ally for the test (ID " in taken.err
    assert key(tmp_path, "create", "--yes", "--name", " ").code == 4


def test_a_redirect_uri_is_needed(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Without one nobody could authorize the key: it is said how to give it."""
    ran = key(tmp_path, "create", "--yes", "--redirect-uri", "")

    assert (ran.code, canvas.tables.writes) == (4, [])
    assert "A key needs a redirect URI; give it with --region NAME --customer NUMBER" in ran.err


@pytest.mark.parametrize("state", [{"faults": (Fault("other-software", "account_bindings"),)}])
def test_it_cannot_be_switched_on(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is made and kept; that it is off is said, and what does the rest: exit code 1."""
    hasty(monkeypatch)
    ran = key(tmp_path, "create", "--yes")
    (new,) = made(canvas)

    assert (ran.code, new.binding, settings_in(tmp_path)["CANVAS_CLIENT_SECRET"]) == (1, "off", new.secret)
    assert "The key is still off." in ran.out
    assert f"python -m scopecheck key repair --switch-on --key {new.id}" in ran.out


def test_an_env_that_cannot_be_written(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is there all the same, and on; what to write by hand is said, without the secret: exit code 1."""

    def fails(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("scopecheck.commands.key_env.store_settings", fails)
    ran = key(tmp_path, "create", "--yes")
    (new,) = made(canvas)

    assert (ran.code, new.binding) == (1, "on")
    assert f"CANVAS_CLIENT_ID={new.id}\nCANVAS_REDIRECT_URI={REDIRECT_URI}\n" in ran.out
    assert "Copy the secret in Canvas to CANVAS_CLIENT_SECRET: Admin > Developer Keys > Show Key." in ran.out
    assert new.secret not in ran.out + ran.err


def test_an_unknown_scope(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Canvas's own words, and no key: exit code 1."""
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'name = "mine"\ntitle = "Mine"\n[[scope]]\nscope = "url:GET|/api/v1/no/such/route"\nsection = "None"\n'
    )
    ran = key(tmp_path, "create", "--yes", f"--canvas-profile={profile}")

    assert (ran.code, made(canvas, "Mine")) == (1, [])
    assert "saved nothing of it: cannot contain url:GET|/api/v1/no/such/route" in ran.out
    assert "! This Canvas does not list 1 scope of the profile:\n    GET /api/v1/no/such/route" in ran.out


@pytest.mark.parametrize("place", [".env", "reports/key"])
def test_what_could_not_be_kept_is_not_made(canvas: EmbeddedCanvas, tmp_path: Path, place: str) -> None:
    """A secret that cannot be written would be lost, and a change without its record could not be undone."""
    (tmp_path / "reports").mkdir()
    if place == ".env":
        (tmp_path / place).mkdir()
    else:
        (tmp_path / place).write_text("in the way")
    ran = key(tmp_path, "create", "--yes")

    assert (ran.code, made(canvas)) == (4, [])
    assert "Nothing was done:" in ran.err


@pytest.mark.parametrize("state", [{"faults": (Fault("502", "POST .*developer_keys$"),)}])
@pytest.mark.usefixtures("canvas")
def test_what_is_not_known_is_not_said_to_be_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to the request that makes the key was lost, and no list shows the key so far."""
    hasty(monkeypatch)
    ran = key(tmp_path, "create", "--yes")

    assert ran.code == 1
    assert "Whether the key was made is not known" in ran.out
    assert "Nothing was done" not in ran.words
