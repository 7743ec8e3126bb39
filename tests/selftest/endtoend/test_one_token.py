"""One token for a whole run: its workers share what Canvas allows it, and it is renewed for all if it dies."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.selftest.endtoend.runs import Finished, finish, leading_to, run, start
from tests.selftest.own_locks import VARIABLE, keep_locks_in
from tests.selftest.sandbox.watching import Moment, Watched, watching

TOKEN_PATH = "/login/oauth2/token"
PAGE = "PUT .*/pages/"


@pytest.fixture(autouse=True)
def locks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A folder for these tests' locks, in which none is left at the end."""
    folder = keep_locks_in(tmp_path / "locks", monkeypatch)
    yield
    assert list(folder.iterdir()) == []


def with_grant(canvas: Watched) -> dict[str, str]:
    """Settings with a refresh token in place of the access token."""
    known = canvas.canvas.credentials
    settings = {**leading_to(canvas.canvas), "CANVAS_CLIENT_SECRET": known.client_secret}
    del settings["CANVAS_ACCESS_TOKEN"]
    return {**settings, "CANVAS_REFRESH_TOKEN": known.refresh_token}


def kill_token(canvas: Watched) -> None:
    """End the access token, as a refresh on another machine does."""
    canvas.canvas.tables.tokens[201].token = "1~refreshed-elsewhere"


def refreshes(canvas: Watched) -> int:
    """How often the token was refreshed."""
    return sum(seen.path == TOKEN_PATH for seen in canvas.seen)


def assert_secret(canvas: Watched, *runs: Finished) -> None:
    """No token that was ever used, and no other secret, is in anything that the runs wrote."""
    known = canvas.canvas.credentials
    secrets = {known.client_secret, known.refresh_token, *(seen.token for seen in canvas.seen if seen.token)}
    assert len(secrets) > 3
    for ended in runs:
        for path in ended.reports.glob("**/*"):
            shown = path.read_bytes() if path.is_file() else b""
            assert [secret for secret in secrets if secret.encode() in shown] == [], path
        assert [secret for secret in secrets if secret in ended.output] == []


@pytest.mark.parametrize("workers", ["2", "4"])
def test_a_small_bucket_is_enough(tmp_path: Path, workers: str) -> None:
    """Where Canvas allows one request at a time, all scopes are judged all the same, whatever the number of workers."""
    found = run(tmp_path / "r", "-n", workers, "--embedded", "throttle=true", "--embedded", "bucket_size=70")

    assert found.code == 0, found.output
    assert set(found.verdicts.values()) == {"granted"}


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_token_that_dies_is_renewed(tmp_path: Path, workers: str) -> None:
    """It dies right after a page was written: the page is restored, all scopes are judged, and the reason is told."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(PAGE, moment=Moment.AFTER)
        process = start(tmp_path / "r", "-n", workers, settings=with_grant(canvas))
        held.wait()
        assert canvas.content != before
        kill_token(canvas)
        held.release()
        found = finish(process, tmp_path / "r")

        assert found.code == 0, found.output
        assert canvas.content == before
        assert refreshes(canvas) == 2
        assert_secret(canvas, found)
    assert set(found.verdicts.values()) == {"granted"}
    told = "The access token died during the run and was renewed with CANVAS_REFRESH_TOKEN"
    assert " ".join(found.output.split()).count(told) == 1
    assert (tmp_path / "r" / "scopes.md").read_text("utf-8").count(told) == 1


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    """With the same refresh token it says what it waits for, and sends nothing until the first has ended."""
    with watching() as canvas:
        held = canvas.hold(PAGE)
        # A fresh run's locks lie where a user's do, so those of the other one have to.
        settings = {**with_grant(canvas), VARIABLE: ""}
        first = start(tmp_path / "r", "-n", "0", settings=settings)
        held.wait()
        second = start(tmp_path / "other", "-n", "0", settings=settings, fresh=True)
        assert isinstance(second, subprocess.Popen)
        said = until(second, "Waiting for it to end")
        assert refreshes(canvas) == 1
        held.release()
        ended = [finish(first, tmp_path / "r"), finish(second, tmp_path / "other")]

        assert [each.code for each in ended] == [0, 0], ended[0].output + ended[1].output
        assert refreshes(canvas) == 2
        assert_secret(canvas, *ended)
    assert "Another run or command on this machine is using the same CANVAS_REFRESH_TOKEN" in said


def until(process: subprocess.Popen[str], words: str) -> str:
    """What a run has said until it said these words."""
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if words in said:
            return said
    raise AssertionError(said)
