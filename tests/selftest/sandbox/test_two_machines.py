"""Whole runs on two machines, which share nothing but the sandbox course: its lease excludes one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scopecheck.sandbox.lease_name import LeaseName, this_machine
from tests.selftest.endtoend.runs import Finished, finish, run, start
from tests.selftest.own_locks import VARIABLE
from tests.selftest.sandbox.killing import kill_at, to
from tests.selftest.sandbox.test_two_runs import OTHER_TOKEN
from tests.selftest.sandbox.watching import LONGEST_S, Moment, Watched, watching

PAGE = "PUT .*/pages/"


def on_another_machine(tmp_path: Path, **more: str) -> dict[str, str]:
    """What a run needs to be there: other locks, and no memory of where journals are."""
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    return {VARIABLE: str(tmp_path / "elsewhere"), "XDG_STATE_HOME": str(tmp_path / "memory"), **more}


def leases(canvas: Watched) -> list[LeaseName]:
    """The leases in the course."""
    files = [file for file in canvas.canvas.tables.files.values() if file.workflow_state == "processed"]
    return [name for name in (LeaseName.parse(file.display_name) for file in files) if name]


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + LONGEST_S
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def words(found: Finished) -> str:
    """What a run's report says."""
    return " ".join((found.reports / "scopes.md").read_text("utf-8").replace("\\", "").split())


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_second_is_refused(reports: Path, tmp_path: Path, workers: str) -> None:
    """It waits as long as it is told, ends with exit code 4, names machine and time, and has changed nothing."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(PAGE, moment=Moment.BEFORE)
        first = start(reports, "-n", workers, settings=to(canvas))
        held.wait()
        (lease,) = leases(canvas)
        tokens = canvas.canvas.tables.tokens
        tokens[999] = replace(tokens[201], id=999, token=OTHER_TOKEN["CANVAS_ACCESS_TOKEN"])
        waiting = on_another_machine(tmp_path, CANVAS_LEASE_WAIT_SECONDS="3")
        second = run(tmp_path / "others", "-n", workers, settings={**to(canvas, admin=True), **OTHER_TOKEN, **waiting})
        held.release()
        ended = finish(first, reports)

        assert canvas.content == before
        others = {OTHER_TOKEN["CANVAS_ACCESS_TOKEN"], canvas.canvas.credentials.admin_token}
        assert [seen for seen in canvas.seen if seen.token in others and seen.writes] == []
    said = " ".join(second.output.split())
    assert second.code == 4, second.output
    assert (
        f"A run on {this_machine()} is using course 1001 on {canvas.canvas.url}. Waiting for it to end, for 3" in said
    )
    assert f"is using course 1001 on {canvas.canvas.url}; nothing was changed. It has ended by" in said
    assert f"{lease.expires:%Y-%m-%d %H:%M:%S} UTC at the latest" in said
    assert "Nothing was tested" in (tmp_path / "others" / "scopes.html").read_text("utf-8")
    assert not (tmp_path / "others" / "journal").exists()
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert ended.code == 0, ended.output


def test_the_second_waits_for_the_first(reports: Path, tmp_path: Path) -> None:
    """It goes on once the first has ended, and both are green."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(PAGE, moment=Moment.BEFORE)
        first = start(reports, "-n", "0", settings=to(canvas))
        held.wait()
        looked = sum(seen.path.endswith("/1001/files") for seen in canvas.seen)
        second = start(tmp_path / "others", "-n", "0", settings={**to(canvas), **on_another_machine(tmp_path)})
        until(lambda: sum(seen.path.endswith("/1001/files") for seen in canvas.seen) > looked)
        held.release()
        ended = [finish(first, reports), finish(second, tmp_path / "others")]

        assert canvas.content == before
    assert [each.code for each in ended] == [0, 0], ended[0].output + ended[1].output


def test_a_run_killed_elsewhere_keeps_the_course_for_a_while(reports: Path, tmp_path: Path) -> None:
    """Until its lease has expired; then the next run ignores and removes it, and says so."""
    with watching() as canvas:
        kill_at(canvas.hold(PAGE), canvas, reports, "-n", "2", settings={**to(canvas), "CANVAS_RUN_SECONDS": "1000"})
        (lease,) = leases(canvas)
        elsewhere = {**to(canvas), **on_another_machine(tmp_path, CANVAS_LEASE_WAIT_SECONDS="0")}
        refused = run(tmp_path / "others", "-n", "0", settings=elsewhere)
        expire(canvas)
        following = run(tmp_path / "others", "-n", "0", settings=elsewhere)

        assert leases(canvas) == []
    assert refused.code == 4, refused.output
    assert following.code == 0, following.output
    assert f"Removed leases of runs that have ended: {lease.tag}" in words(following)


def expire(canvas: Watched) -> None:
    """Let the time of each lease be over."""
    for file in canvas.canvas.tables.files.values():
        name = LeaseName.parse(file.display_name)
        if name:
            file.display_name = str(LeaseName(name.tag, name.holder, file.created_at))


@pytest.mark.parametrize("given", [{}, {"CANVAS_MODE": "probe"}])
def test_who_needs_none_takes_none(reports: Path, given: dict[str, Any]) -> None:
    """A run in probe mode uploads nothing; one in exercise mode leaves nothing."""
    with watching() as canvas:
        found = run(reports, "-n", "0", settings={**to(canvas), **given})
        uploads = [seen for seen in canvas.seen if seen.method == "POST" and seen.path.endswith("/1001/files")]

        assert leases(canvas) == []
    assert found.code == 0, found.output
    assert len(uploads) == (0 if given else 2)


@pytest.mark.parametrize("scope", [
    "url:POST|/api/v1/courses/:course_id/files", "url:GET|/api/v1/courses/:course_id/files",
    "url:DELETE|/api/v1/files/:id",
])  # fmt: skip
def test_a_missing_scope_turns_one_case_red(reports: Path, scope: str) -> None:
    """And is noted as the reason for having no lease."""
    found = run(reports, "-n", "0", "--without-scope", scope)

    assert found.code == 1, found.output
    assert found.not_granted == {scope: ("missing", found.not_granted[scope][1])}
    assert f"at the same time: the token lacks {scope}." in words(found)
