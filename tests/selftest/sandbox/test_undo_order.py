"""The order of undoing: the reverse of that of making, over the changes, processes and runs that left them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from scopecheck.model.call import Call
from scopecheck.sandbox.changes import FieldChange, MadeChange
from scopecheck.sandbox.journal import Journal
from scopecheck.sandbox.objects import Noun
from tests.selftest.embedded_canvas.driver import COURSE
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.leaving import OLD, TARGET, Left, leaving

FIRST: Final = "scopecheck-20260101T000000-abcd"
SECOND: Final = "scopecheck-20260101T000500-0123"
"""A run that began five minutes later."""


def text(tag: str) -> str:
    """A body that this run wrote."""
    return f'<div lang="en"><h2>Scope conformance {tag}</h2></div>'


def journal(left: Left, name: str) -> Journal:
    """The journal of the process of this name."""
    return Journal(left.reports / "journal", TARGET, name)


def write(left: Left, process: Journal, old: str, written: str, what: str, page: str = "reading-list") -> None:
    """Journal a new body of a page, and write it."""
    change = FieldChange(Noun.PAGE, "1001", page, old, written)
    process.open(what, change)
    left.client.send(change.of.put_call("1001", page, written))
    make_old(left.reports)


def test_of_one_process_the_newest_change_first(reports: Path) -> None:
    """Where a page was written twice, the body of before the first time stands there in the end."""
    with leaving(reports) as left:
        process = journal(left, f"{FIRST}-gw0")
        write(left, process, OLD, text(FIRST), "first")
        write(left, process, text(FIRST), text(SECOND), "second")

        assert left.recover().restored == ["second", "first"]
        assert left.body == OLD


def test_of_two_runs_the_newer_first(reports: Path) -> None:
    """The same where two runs wrote it one after the other, and left it so."""
    with leaving(reports) as left:
        write(left, journal(left, f"{FIRST}-gw0"), OLD, text(FIRST), "first")
        write(left, journal(left, f"{SECOND}-gw0"), text(FIRST), text(SECOND), "second")

        assert left.open == ["second", "first"]
        assert left.recover().restored == ["second", "first"]
        assert left.body == OLD


def test_of_one_run_the_workers_before_the_controller(reports: Path) -> None:
    """What a worker wrote to a page that the controller made is put back while the page is still there."""
    with leaving(reports) as left:
        admin, pages, title = left.as_admin(), f"{COURSE}/pages", f"{FIRST} page"
        controller, worker = journal(left, f"{FIRST}-controller"), journal(left, f"{FIRST}-gw0")
        made = MadeChange(Noun.PAGE, "1001", title, by_admin=True)
        entry = controller.open("page", made)
        url = admin.send(Call("POST", pages, json={"wiki_page": {"title": title}}, has_json=True)).json["url"]
        controller.learn(entry, msgspec.structs.replace(made, object_id=url))
        write(left, worker, "", text(FIRST), "body", page=url)

        assert left.open == ["body", "page"]
        assert left.recover(admin=admin).restored == ["body", "page"]
