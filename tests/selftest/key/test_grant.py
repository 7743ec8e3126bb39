"""The lock of a grant: one run at a time on this machine refreshes a CANVAS_REFRESH_TOKEN."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from scopecheck.config.profile_file import load_profile
from scopecheck.config.settings import Settings
from scopecheck.key.grant import Grant, GrantBusy, GrantLock
from scopecheck.model.secret import Secret
from tests.selftest.own_locks import keep_locks_in

GRANT = Grant("https://canvas.test", "7", Secret("the-secret"), Secret("1~the-refresh-token"))
LONGEST_S = 30


@pytest.fixture(autouse=True)
def locks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for these tests' locks."""
    return keep_locks_in(tmp_path / "locks", monkeypatch)


def test_a_second_one_is_told_and_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what it waits for, and ends in one sentence that says what to do."""
    monkeypatch.setattr("scopecheck.key.grant.GRANT_WAIT_S", 0.1)
    said: list[str] = []
    first = GrantLock(GRANT).acquire(said.append)
    assert said == []
    with pytest.raises(GrantBusy, match="still using the same CANVAS_REFRESH_TOKEN; nothing was sent"):
        GrantLock(GRANT).acquire(said.append)
    first.release()

    assert len(said) == 1
    assert said[0].startswith("Another run or command on this machine is using the same CANVAS_REFRESH_TOKEN")


def test_a_second_one_waits_for_the_first() -> None:
    """It goes on as soon as the first has ended."""
    first, waits = GrantLock(GRANT).acquire(print), threading.Event()
    done = threading.Event()

    def second() -> None:
        lock = GrantLock(GRANT).acquire(lambda _: waits.set())
        done.set()
        lock.release()

    thread = threading.Thread(target=second)
    thread.start()
    assert waits.wait(LONGEST_S)
    assert not done.is_set()
    first.release()
    thread.join(LONGEST_S)

    assert done.is_set()


@pytest.mark.parametrize(
    "other",
    [{"token": Secret("1~another")}, {"client_id": "8"}, {"base_url": "https://other.test"}],
)
def test_another_grant_is_free(other: dict[str, object]) -> None:
    """Another refresh token, key or Canvas is not locked by it."""
    first = GrantLock(GRANT).acquire(print)
    second = GrantLock(replace(GRANT, **other)).acquire(print)  # type: ignore[arg-type]  # any field
    second.release()
    first.release()


def test_its_file_tells_nothing_and_goes_away(locks: Path) -> None:
    """Neither name nor content shows a secret, and no file is left."""
    lock = GrantLock(GRANT).acquire(print)
    (file,) = locks.glob("*.lock")
    shown = file.name + file.read_text("utf-8")
    lock.release()

    assert "refresh-token" not in shown
    assert "secret" not in shown
    assert list(locks.glob("*.lock")) == []


def test_without_a_folder_for_locks_the_run_goes_on(locks: Path) -> None:
    """A refresh changes nothing in the course, so it is done all the same, and the reason is kept."""
    locks.rmdir()
    locks.write_text("")
    lock = GrantLock(GRANT).acquire(print)
    lock.release()

    assert lock.problem
    assert lock.problem.startswith("CANVAS_REFRESH_TOKEN could not be locked against other runs")


@pytest.mark.parametrize("lacking", ["client_id", "client_secret", "refresh_token"])
def test_settings_without_a_grant(lacking: str, tmp_path: Path) -> None:
    """Without the key's ID, its secret or a refresh token nothing is refreshed, and nothing locked."""
    settings = Settings(
        load_profile("ally"), "probe", tmp_path, base_url=GRANT.base_url, client_id=GRANT.client_id,
        client_secret=GRANT.secret, refresh_token=GRANT.token,
    )  # fmt: skip

    assert Grant.of(settings) == GRANT
    without = Grant.of(replace(settings, **{lacking: None}))  # type: ignore[arg-type]  # any field
    assert without is None
    GrantLock(without).acquire(print).release()
