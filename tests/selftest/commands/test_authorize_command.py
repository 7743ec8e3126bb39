"""`python -m scopecheck authorize`: the whole flow against an embedded Canvas."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from scopecheck.canvas.authorize_reading import OUT_OF_BAND
from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.known import KEY
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.authorizing import ALLY, GAP, PAGE, authorize, stored, works
from tests.selftest.commands.consenting import User
from tests.selftest.commands.running import SCOPES


def test_the_answer_comes_to_this_machine(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """With a redirect URI on localhost nothing needs pasting; the token is stored so that only the user can read it."""
    ran = authorize(tmp_path, User(), "--yes")
    path = tmp_path / ".env"

    assert ran.code == 0
    assert "Authorized by Ally Integration." in ran.out
    assert f"CANVAS_REFRESH_TOKEN was written to {path}." in ran.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert works(canvas, stored(tmp_path))


def test_the_browser_shows_an_accessible_page(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """It has a language, a title and a heading, says what comes next, and is not cached."""
    user = User()
    authorize(tmp_path, user, "--yes")

    assert user.page is not None
    assert user.page.status_code == 200
    assert '<html lang="en">' in user.page.text
    assert "<title>Done</title>" in user.page.text
    assert "<h1>Done</h1>" in user.page.text
    assert "you can close this window" in user.page.text
    assert user.page.headers["cache-control"] == "no-store"
    assert user.page.headers["referrer-policy"] == "no-referrer"


def test_the_address_has_exactly_the_profile_s_scopes(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Scopes, key and redirect URI are as set, and the state is new each time."""
    first, second = User(), User()
    authorize(tmp_path, first, "--yes")
    authorize(tmp_path, second, "--yes")
    queries = [parse_qs(urlsplit(user.opened[0]).query) for user in (first, second)]

    assert [query["scope"][0].split() for query in queries] == [list(SCOPES)] * 2
    assert queries[0]["client_id"] == [str(KEY)]
    assert queries[0]["state"] != queries[1]["state"]
    assert len(queries[0]["state"][0]) >= 32
    assert [list(token.scopes) for token in canvas.tables.tokens.values() if token.id > 1000] == [list(SCOPES)] * 2


@pytest.mark.parametrize(
    "types",
    [
        str,
        lambda url: f"  {url}  ",
        lambda url: f"<{url}>",
        lambda url: urlsplit(url).query,
        lambda url: parse_qs(urlsplit(url).query)["code"][0],
    ],
    ids=["address", "with blanks", "in brackets", "query", "bare code"],
)
def test_the_final_address_is_pasted(types: Any, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """With a redirect URI elsewhere the address or just its code is pasted; then the command asks before writing."""
    ran = authorize(tmp_path, User(types=(types, lambda _: "y")), "--canvas-redirect-uri", ALLY)

    assert ran.code == 0
    assert f"The browser then ends up on {ALLY}" in ran.words
    assert f"Write CANVAS_REFRESH_TOKEN to {tmp_path / '.env'}? [y/N]" in ran.out
    assert works(canvas, stored(tmp_path))


@pytest.mark.parametrize("state", [{"version": "old"}])
def test_out_of_band(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Older Canvas shows the code on a page of its own."""
    ran = authorize(tmp_path, User(), "--yes", "--canvas-redirect-uri", OUT_OF_BAND)

    assert ran.code == 0, ran.words
    assert works(canvas, stored(tmp_path))


OLDER: Final = tuple(scope.replace(":url_or_id", ":url") for scope in SCOPES)
BACK: Final = dict(zip(OLDER, SCOPES, strict=True))


@pytest.mark.parametrize(
    ("state", "profile", "asked"),
    [
        ({"version": "old"}, SCOPES, OLDER),
        ({"version": "old", "scopes": OLDER}, OLDER, OLDER),
        ({"scopes": OLDER, "scopes_renamed": BACK}, OLDER, SCOPES),
        ({"scopes_renamed": {PAGE: PAGE.replace("url_or_id", "page")}}, SCOPES,
         tuple(scope.replace("url_or_id", "page") if scope == PAGE else scope for scope in SCOPES)),
    ],
    ids=["older Canvas", "older both", "newer Canvas", "a rename that nobody knew of"],
)  # fmt: skip
def test_this_canvas_s_names_are_asked_for(
    profile: tuple[str, ...], asked: tuple[str, ...], administered: EmbeddedCanvas, tmp_path: Path
) -> None:
    """Canvas refuses any other name, whichever of them the profile has."""
    file = tmp_path / "profile.toml"
    file.write_text("".join(f'[[scope]]\nscope = "{scope}"\nsection = "S"\n' for scope in profile))
    user = User()
    ran = authorize(tmp_path, user, "--yes", "--canvas-profile", file)

    assert ran.code == 0, ran.words
    assert parse_qs(urlsplit(user.opened[0]).query)["scope"][0].split() == list(asked)
    assert works(administered, stored(tmp_path))


def test_known_gaps_are_not_asked_for(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Canvas authorizes all requested scopes or none, so those known to be missing on the key are omitted."""
    canvas.tables.keys[KEY].scopes.remove(PAGE)
    gaps = tmp_path / "gaps.toml"
    gaps.write_text(GAP.format(PAGE))
    user = User()
    ran = authorize(tmp_path, user, "--yes", "--canvas-known-gaps", gaps)

    assert ran.code == 0
    assert PAGE not in parse_qs(urlsplit(user.opened[0]).query)["scope"][0].split()


def test_what_the_key_lacks_is_left_out_on_demand(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The token has all that the key has; with no scope left there is nothing to ask for, and nobody gets a browser."""
    scopes = canvas.tables.keys[KEY].scopes
    scopes.remove(PAGE)
    user = User()
    ran = authorize(tmp_path, user, "--yes", "--without-missing")

    assert ran.code == 0, ran.words
    assert parse_qs(urlsplit(user.opened[0]).query)["scope"][0].split() == scopes
    assert works(canvas, stored(tmp_path))

    scopes.clear()
    other = User()
    assert authorize(tmp_path, other, "--yes", "--without-missing").code == 1
    assert other.opened == []


def test_optional_scopes_that_the_key_lacks_are_not_asked_for(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Without them the key is right; once their group is asked for, it is not, and nobody is sent to a browser."""
    canvas.tables.keys[KEY].scopes.remove(PAGE)
    file = tmp_path / "own.toml"
    group = f'[[optional]]\nname = "pages"\nwithout = "No page."\nscopes = ["{PAGE}"]\n\n'
    text = load_profile("ally").path.read_text("utf-8")
    file.write_text(text.replace("[role]", f"{group}[role]", 1), "utf-8")
    user = User()
    ran = authorize(tmp_path, user, "--yes", "--canvas-profile", file)
    needed = authorize(tmp_path, User(), "--yes", "--canvas-profile", file, "--canvas-optional-groups", "pages")

    assert (ran.code, needed.code) == (0, 1)
    assert PAGE not in parse_qs(urlsplit(user.opened[0]).query)["scope"][0].split()


def test_printed_for_a_pipe(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """With --print only the token goes to standard output, and nothing is written."""
    ran = authorize(tmp_path, User(), "--print")

    assert ran.code == 0
    assert works(canvas, ran.out.removesuffix("\n"))
    assert "Authorized by Ally Integration." in ran.err
    assert not (tmp_path / ".env").exists()


def test_no_browser(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """With --no-browser the address is printed and nothing is opened."""
    user = User(types=())
    ran = authorize(tmp_path, user, "--no-browser", "--canvas-redirect-uri", ALLY)

    assert user.opened == []
    assert f"Open this address in a browser: {canvas.url}/login/oauth2/auth?client_id={KEY}&" in ran.words
    assert (ran.code, "Nothing was pasted." in ran.out) == (1, True)


@pytest.mark.parametrize("state", [{"enforce_scopes": False}])
def test_a_warning_about_an_unscoped_key(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Its tokens may do anything; the command warns, but still gets the token."""
    ran = authorize(tmp_path, User(), "--yes")

    assert ran.code == 0
    assert "the key does not enforce scopes. What to do:" in ran.words


def test_the_environment_wins_over_the_file(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token in the environment would still be used; the command says so."""
    monkeypatch.setenv("CANVAS_ACCESS_TOKEN", "1~other")
    ran = authorize(tmp_path, User(), "--yes")

    assert ran.code == 0
    assert "CANVAS_ACCESS_TOKEN is also set in the environment, which overrides .env; unset it there." in ran.words


@pytest.mark.parametrize("state", [{"masquerading": True}])
def test_who_acts_as_another_user_is_warned(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The token works, and is stored; the note says what it depends on."""
    ran = authorize(tmp_path, User(), "--yes")

    assert ran.code == 0
    assert "Authorized by Ally Integration." in ran.words
    assert "Note: The integration was authorized by Alex Administrator acting as its user." in ran.words
    assert "Better log in as the user it is to act for, and authorize again" in ran.words
    assert works(canvas, stored(tmp_path))


@pytest.mark.parametrize("state", [{"redirect_uris": (f"{ALLY}/",)}])
def test_a_mistyped_callback_is_not_authorized_with(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Though the key has the same address, what is wrong is said before anything is opened."""
    user = User()
    ran = authorize(tmp_path, user, "--yes", "--canvas-redirect-uri", f"{ALLY}/")

    assert ran.code == 1
    assert "CANVAS_REDIRECT_URI ends with a slash." in ran.words
    assert user.opened == []
    assert canvas.requests > 0
