"""`python -m scopecheck demo`: the embedded Canvas by itself."""

from __future__ import annotations

import os
import re
import socket
import webbrowser
from pathlib import Path

import httpx
import pytest

from scopecheck.commands import demo
from scopecheck.commands.demo import commands
from scopecheck.commands.main import main
from scopecheck.model.exit_code import ExitCode


def served(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], root: Path, *options: str) -> str:
    """What the command says; while it serves, its settings are tried on it."""

    def use() -> None:
        known = dict(re.findall(r"^(CANVAS_\w+)=(.*)$", capsys.readouterr().out, re.MULTILINE))
        said.append("\n".join(f"{name}={value}" for name, value in known.items()))
        for path, token in (("accounts/self/developer_keys", known["CANVAS_ADMIN_TOKEN"]), ("accounts", "unknown")):
            answer = httpx.get(
                f"{known['CANVAS_BASE_URL']}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}
            )
            said.append(f"{path} {answer.status_code}")
        raise KeyboardInterrupt

    said: list[str] = []
    monkeypatch.setattr(demo, "until_interrupted", use)
    assert main(["demo", *options], root) is ExitCode.OK
    return "\n".join([*said, capsys.readouterr().out])


def test_it_serves_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It prints all settings of a run, which work, and ends well with Ctrl-C."""
    said = served(monkeypatch, capsys, tmp_path)

    assert "accounts/self/developer_keys 200\naccounts 401" in said
    assert "Stopped." in said
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "REFRESH_TOKEN", "SANDBOX_COURSE_ID"):
        assert f"CANVAS_{name}=" in said
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_with_nothing_set_up_it_prints_the_administrators_settings_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """There is no key, token or course to name."""
    said = served(monkeypatch, capsys, tmp_path, "--embedded", "integration=absent")

    assert "accounts/self/developer_keys 200" in said
    assert "CLIENT" not in said
    assert "COURSE" not in said


@pytest.mark.parametrize("option", ["", "--open"])
def test_the_key_screen_is_there(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its address is printed; a browser opens it on demand, without the secrets of the environment."""

    def look() -> None:
        address = re.findall(r"http\S+/demo$", capsys.readouterr().out, re.MULTILINE)[0]
        page = httpx.get(address).text
        said.append(
            (opened == ([address] if option else []), "Scopes: 31 of 31 checked" in page, commands("").run in page)
        )
        raise KeyboardInterrupt

    def open_it(url: str) -> bool:
        opened.append(url)
        assert "CANVAS_ADMIN_TOKEN" not in os.environ
        return True

    opened: list[str] = []
    said: list[tuple[bool, bool, bool]] = []
    monkeypatch.setenv("CANVAS_BASE_URL", "https://canvas.example.edu")
    monkeypatch.setenv("CANVAS_ADMIN_TOKEN", "of-another-canvas")
    monkeypatch.setattr(webbrowser, "open", open_it)
    monkeypatch.setattr(demo, "until_interrupted", look)

    assert main(["demo", *option.split()], tmp_path) is ExitCode.OK
    assert said == [(True, True, True)]


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With what to do, and exit code 4."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["demo", "--port", str(port)], tmp_path) is ExitCode.WRONG_SETTINGS

    assert f"Port {port} cannot be used" in capsys.readouterr().err


def test_an_unknown_state_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With the states that there are."""
    assert main(["demo", "--embedded", "integration=half"], tmp_path) is ExitCode.WRONG_SETTINGS
    assert "complete|absent" in capsys.readouterr().err
