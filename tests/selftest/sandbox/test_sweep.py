"""The sweep removes leftovers of old runs, recognized by their exact names, and says so; it removes nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from scopecheck.embedded_canvas.tables import Tables
from scopecheck.sandbox.sweep import sweep
from scopecheck.sandbox.tag import new_tag
from tests.selftest.endtoend.runs import run
from tests.selftest.sandbox.killing import to
from tests.selftest.sandbox.leaving import leaving
from tests.selftest.sandbox.watching import watching

OLD: Final = "scopecheck-20260101T000000-abcd"

SIMILAR: Final = [
    OLD, f"{OLD} page 2", f"{OLD} quiz-2", f"{OLD}-2 page",
    f"Copy of {OLD} page", f" {OLD} page", f"{OLD}  page", f"{OLD} video", f"{OLD} Page",
    f"{OLD.upper()} page", "scopecheck-20260101T000000-abcde page", "scopecheck-20260101-abcd page",
    "scopecheck-20269999T999999-abcd page", "scopecheck page", "How to use the scopecheck", f"{OLD}.png.bak",
    f"{OLD}-1a.png", f"{OLD}-copy.png", f"Scope check sandbox {OLD}", f"Scope check blueprint {OLD}",
]  # fmt: skip
"""Names that look like a run's but belong to somebody else, or to `python -m scopecheck sandbox create`."""

KINDS: Final[dict[str, list[str]]] = {
    "pages": [" page", " page-2"],
    "assignments": [" assignment"],
    "topics": [" topic"],
    "quizzes": [" quiz"],
    "files": [".png", "-renamed.png", "-kept.png", "-1.png", "-kept-2.png"],
    "courses": [" blueprint"],
}
"""Table to the endings of the names that runs give."""


def fill(tables: Tables) -> None:
    """Add objects of each kind with all of these names to the course and account, with an old and a recent tag."""
    young = new_tag(datetime.now(UTC))
    names = [*SIMILAR, *(tag + end for tag in (OLD, young) for ends in KINDS.values() for end in ends)]
    ids = count(9001)
    for kind in KINDS:
        table = getattr(tables, kind)
        # Canvas has a dummy course with the ID 0, which is deleted.
        pattern = table[min(filter(None, table))]
        for name in names:
            number = next(ids)
            named = {"url": f"page-{number}", "front_page": False} if kind == "pages" else {}
            table[number] = replace(pattern, id=number, **{NAMES.get(kind, "title"): name}, **named)


NAMES: Final = {"assignments": "name", "courses": "name", "files": "display_name"}
"""The member that holds the name, if it is not the title."""


def shown(tables: Tables) -> set[tuple[str, str]]:
    """Table and name of everything that is not deleted."""
    rows = (
        (kind, row, getattr(row, NAMES.get(kind, "title"))) for kind in KINDS for row in getattr(tables, kind).values()
    )
    return {(kind, name) for kind, row, name in rows if row.workflow_state != "deleted"}


@pytest.mark.parametrize("with_admin", [False, True])
def test_only_old_litter_of_ours_is_swept(reports: Path, with_admin: bool) -> None:
    """Exactly the old names of each kind are removed and reported; without an administrator, only files are."""
    with leaving(reports) as left:
        fill(left.canvas.tables)
        before = shown(left.canvas.tables)
        admin = left.as_admin() if with_admin else None
        reported = sweep(left.client, admin, "1001", "11", datetime.now(UTC)).names
        swept = before - shown(left.canvas.tables)

    expected = {(kind, OLD + end) for kind, ends in KINDS.items() if with_admin or kind == "files" for end in ends}
    assert swept == expected
    assert sorted(reported) == sorted(name for _, name in expected)


@pytest.mark.parametrize("admin", [False, True])
def test_the_run_says_what_it_swept(reports: Path, admin: bool) -> None:
    """On the terminal and in scopes.md; a page is only swept with an administrator's token."""
    with watching() as canvas:
        tables = canvas.canvas.tables
        tables.pages[9001] = replace(tables.pages[3002], id=9001, title=f"{OLD} page", url="litter")
        tables.files[9002] = replace(tables.files[5002], id=9002, uuid="uuid9002", display_name=f"{OLD}.png")
        found = run(reports, "-n", "0", settings=to(canvas, admin=admin))

    assert found.code == 0, found.output
    note = f"Removed leftovers of earlier runs, more than a day old: {OLD}.png{f', {OLD} page' if admin else ''}."
    assert f"Note: {note}" in " ".join(found.output.split())
    assert f"> {note}" in (reports / "scopes.md").read_text("utf-8")


def test_nothing_swept_nothing_said(reports: Path) -> None:
    """With a clean course there is no note."""
    with watching() as canvas:
        found = run(reports, "-n", "0", settings=to(canvas))

    assert "Note:" not in found.output
