"""Writing settings into `.env`, above all the refresh token: everything else in the file stays."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from scopecheck.config.env_file import store_refresh_token, with_refresh_token, with_settings
from scopecheck.config.env_text import EnvFileError, read_env_file
from scopecheck.model.secret import Secret

TOKEN = Secret("1234~NewRefreshToken")


def values(text: str) -> dict[str, str | None]:
    """What a `.env` sets."""
    return dotenv_values(stream=io.StringIO(text, newline=""))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "CANVAS_REFRESH_TOKEN=1234~NewRefreshToken\n"),
        ("A=1", "A=1\nCANVAS_REFRESH_TOKEN=1234~NewRefreshToken\n"),
        ("CANVAS_REFRESH_TOKEN=\nA=1\n", "CANVAS_REFRESH_TOKEN=1234~NewRefreshToken\nA=1\n"),
        # In its old place, once; comments and blank lines stay.
        ("# Mine\n\nexport CANVAS_REFRESH_TOKEN='old'  # was good\n\nA=1\nCANVAS_REFRESH_TOKEN=older\n# end\n",
         "# Mine\n\nCANVAS_REFRESH_TOKEN=1234~NewRefreshToken\n\nA=1\n# end\n"),
        # Both tokens together would be an error; a token that was pasted by hand is kept as a comment.
        ("CANVAS_ACCESS_TOKEN=7~old\n", "# CANVAS_ACCESS_TOKEN=7~old\nCANVAS_REFRESH_TOKEN=1234~NewRefreshToken\n"),
        ("CANVAS_ACCESS_TOKEN=\n", "CANVAS_ACCESS_TOKEN=\nCANVAS_REFRESH_TOKEN=1234~NewRefreshToken\n"),
        ("A=1\r\nCANVAS_REFRESH_TOKEN=\r\n", "A=1\r\nCANVAS_REFRESH_TOKEN=1234~NewRefreshToken\r\n"),
        # A line inside another value is not a setting.
        ('A="one\nCANVAS_REFRESH_TOKEN=no\n"\n',
         'A="one\nCANVAS_REFRESH_TOKEN=no\n"\nCANVAS_REFRESH_TOKEN=1234~NewRefreshToken\n'),
        ("what is this\nA=1\n", "what is this\nA=1\nCANVAS_REFRESH_TOKEN=1234~NewRefreshToken\n"),
    ],
)  # fmt: skip
def test_exact_text(before: str, after: str) -> None:
    """The file becomes exactly this; doing it again changes nothing."""
    assert with_refresh_token(before, TOKEN) == after
    assert with_refresh_token(after, TOKEN) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "A=x\nB=y z\n"),
        ("C=1", "C=1\nA=x\nB=y z\n"),
        # Each in its own place, and a new one at the end.
        ("B=1\n# mine\nC=1\n", "B=y z\n# mine\nC=1\nA=x\n"),
        ("B=1\nA=1\nB=2\n", "B=y z\nA=x\n"),
    ],
)
def test_several_settings(before: str, after: str) -> None:
    """With two variables set, the file becomes exactly this; doing it again changes nothing."""
    assert with_settings(before, {"A": "x", "B": "y z"}) == after
    assert with_settings(after, {"A": "x", "B": "y z"}) == after


LINES = st.sampled_from(
    [
        "# a comment", "", "   ", "A=1", "B='two words'", "export C=3", 'D="several\nlines"', "E=${A}", "F", "=",
        "G = 7 # x", "CANVAS_BASE_URL=https://a.test", "CANVAS_REFRESH_TOKEN=old", "CANVAS_REFRESH_TOKEN",
        "CANVAS_ACCESS_TOKEN=7~x", "CANVAS_ACCESS_TOKEN='7~x'", "export CANVAS_ACCESS_TOKEN=7~x",
        "CANVAS_ACCESS_TOKEN=", "not a setting at all",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(lines=st.lists(LINES, max_size=12), ending=st.sampled_from(["\n", "\r\n"]), closed=st.booleans())
def test_nothing_else_changes(lines: list[str], ending: str, closed: bool) -> None:
    """Whatever is in the file: the token is set, the other one is not, and everything else is as before."""
    text = ending.join(lines) + (ending if closed and lines else "")
    ours = {"CANVAS_REFRESH_TOKEN", "CANVAS_ACCESS_TOKEN"}
    before, after = values(text), values(with_refresh_token(text, TOKEN))

    assert after["CANVAS_REFRESH_TOKEN"] == TOKEN.reveal()
    assert not after.get("CANVAS_ACCESS_TOKEN")
    assert {k: v for k, v in after.items() if k not in ours} == {k: v for k, v in before.items() if k not in ours}


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """Even if the file was readable for everybody before."""
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o644)
    store_refresh_token(path, TOKEN)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """If `.env` is a link, the file that it points to is written."""
    kept = tmp_path / "kept"
    kept.write_text("A=1\n")
    (tmp_path / ".env").symlink_to(kept)
    store_refresh_token(tmp_path / ".env", TOKEN)

    assert (tmp_path / ".env").is_symlink()
    assert "CANVAS_REFRESH_TOKEN" in kept.read_text()


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk destroys nothing, and leaves no other file behind."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / ".env"
    path.write_text("A=1\n")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        store_refresh_token(path, TOKEN)
    assert path.read_text() == "A=1\n"
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """Neither is waited for, nor taken for no settings; but a folder of that name may be a virtual environment."""
    pipe, link, folder = (tmp_path / name for name in ("pipe", "link", "folder"))
    os.mkfifo(pipe)
    link.symlink_to(tmp_path / "nothing")
    folder.mkdir()

    with pytest.raises(EnvFileError, match="is no file"):
        read_env_file(pipe)
    with pytest.raises(EnvFileError, match="is a link to a file that is not there"):
        read_env_file(link)
    assert read_env_file(folder) == read_env_file(tmp_path / "absent")
