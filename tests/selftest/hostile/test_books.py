"""What judges runs under faults: it sees each thing that may not happen, and nothing where nothing did."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from scopecheck.embedded_canvas.known import OTHER_COURSE
from tests.selftest.hostile.content import changed, outside
from tests.selftest.hostile.encodings import ENCODINGS, found_in
from tests.selftest.hostile.findings import Wrong
from tests.selftest.hostile.others import EDITS, Edit
from tests.selftest.hostile.running import tag
from tests.selftest.hostile.states import STATES, State
from tests.selftest.hostile.told import ADMIN, CLIENT, REFRESH, TOKEN
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import World, world

ALL = State(admin=True, refreshes=True, litter=True)


@pytest.mark.parametrize("state", [ALL, State("no blueprint", admin=True), State(mode="probe"), State("a teacher")])
def test_nothing_is_found_where_nothing_strikes(state: State) -> None:
    """Runs without faults, one after the other and by command, leave no finding."""
    with world(state) as here:
        assert here.run() + here.settle() + here.settle(by_command=True) == []


@pytest.mark.parametrize("state", sorted(STATES))
def test_each_state_is_without_finding(state: str) -> None:
    """What fails in a state is known (`states.FAILING`): a run without faults says so."""
    with world(State(state, missing_on_token=frozenset({"url:GET|/api/v1/accounts/:id"}))) as here:
        assert here.run() == []


def test_a_refusal_is_judged_as_it_is_shown() -> None:
    """What ends a run before it begins names the course as Canvas does, and the plugin shows no text as it came."""
    with world(State()) as here:
        assert here.run([Active.parse("TeamCity's commands in records @ the course #1 xall")]) == []
        assert here.figures.verdicts.total() == 0, "the run had to be refused"


def test_any_byte_outside_is_seen() -> None:
    """Texts, names, times of the last change, and what is deleted or comes back."""
    with world(State()) as here:
        tables = here.canvas.tables
        before = outside(tables)
        assert changed(before, tables) == []
        tables.pages[3901].updated_at += timedelta(seconds=1)
        tables.files[5901].workflow_state = "deleted"
        tables.courses[OTHER_COURSE].blueprint = True
        tables.users[101].name = "Ally"

        places = [each.where for each in changed(before, tables)]
    assert places == ["courses/1003", "files/5901", "pages/3901", "users/101"]


def _left(here: World) -> list[str]:
    return [each.where for each in here.wanted.missed(here.canvas.tables)]


def test_whatever_is_left_inside_is_seen() -> None:
    """Texts that are not restored, what was created or deleted, and a course that a run leaves beside the sandbox."""
    with world(ALL) as here:
        tables = here.canvas.tables
        assert _left(here) == []
        tables.pages[3002].body = "something else"
        tables.media_tracks.pop(6101)
        tables.files[5001].workflow_state = "deleted"
        tables.files[5902].workflow_state = "deleted"
        left = tables.courses[OTHER_COURSE]
        tables.courses[100_500] = type(left)(**{**vars(left), "id": 100_500, "name": f"{tag(here.clock, 1)} blueprint"})

        assert _left(here) == ["files/5001", "media_tracks/6101", "pages/3002.body", "courses/100500"]


@pytest.mark.parametrize("name", sorted(EDITS))
def test_what_others_do_has_to_stay(name: str) -> None:
    """An edit by somebody else is wanted from then on, and its loss is seen."""
    with world(ALL) as here:
        tables = here.canvas.tables
        before = {each: vars(record).copy() for each, record in tables.pages.items()}
        here.edit(Edit(name, 0))
        assert here.way.said == [f"   somebody else: {name}"]
        assert _left(here) == []
        assert here.run() == []
        if name == "rewrites the page":
            tables.pages[3002].body = before[3002]["body"]
            assert _left(here) == ["pages/3002.body"]


def test_what_others_do_meanwhile_comes_after_a_change() -> None:
    """Right after the run's first change, before its next request."""
    with world(State()) as here:
        here.run(edits=[Edit("uploads a file", 1)])
        changes = [number for number, line in enumerate(here.way.said) if line.startswith("PUT")]

        assert here.way.said[changes[0] + 1] == "   somebody else: uploads a file"


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
@pytest.mark.parametrize("secret", [TOKEN, REFRESH, CLIENT, ADMIN])
def test_a_secret_is_found_in_every_encoding(encoding: str, secret: str) -> None:
    """As it is, within JSON, and within HTML; and in halves."""
    told = f"before {ENCODINGS[encoding](secret)} after"
    for text in (told, json.dumps(told), json.dumps(json.dumps(told)), told.replace("&", "&amp;")):
        assert list(found_in(text.encode(), [TOKEN, REFRESH, CLIENT, ADMIN])) == [secret]
    assert list(found_in(secret[:20].encode(), [secret])) == [secret]
    assert list(found_in(secret[-20:].encode(), [secret])) == [secret]
    assert list(found_in(b"nothing of that", [secret])) == []


def test_a_secret_in_any_file_is_found() -> None:
    """In reports, journals and saved values, and in what is printed."""
    with world(State()) as here:
        assert here.run() == []
        (here.settings.reports / "journal").mkdir()
        (here.settings.reports / "journal" / "x.jsonl").write_text(f"{{{ADMIN}}}")

        assert {each.wrong for each in here.run()} == {Wrong.SECRET}


def test_what_lands_late_lands() -> None:
    """A change that a network delays takes effect when its time has come, once the run has ended."""
    late = Active.parse("done a hundred seconds later @ changing pages #1 x1")
    with world(State()) as here:
        here.run([late])
        assert here.way.late
        assert _left(here) == []
        here.let_pass(200)

        assert not here.way.late
        assert _left(here) == ["pages/3002.body"]


def test_a_killed_run_sends_nothing_more() -> None:
    """Its last request reaches Canvas, and nobody cleans up."""
    with world(State()) as here:
        assert here.run() == []
        requests = next(number for number, line in enumerate(here.way.said) if "PUT" in line)
        asked = len(here.way.said)
        here.run(killed_at=requests)
        assert "and then the run is killed" in here.way.said[-1]
        assert len(here.way.said) == asked + requests + 1


@pytest.mark.parametrize("at", [30, 40, 50])
def test_a_killed_run_is_put_right_by_command(at: int) -> None:
    """What a killed run has left is there, and is gone after `restore`."""
    with world(State(admin=True, refreshes=True)) as here:
        assert here.run(killed_at=at) == []
        assert _left(here)
        assert here.settle(by_command=True) == []
        assert _left(here) == []


def test_the_same_seed_strikes_the_same() -> None:
    """Two worlds in which the same happens tell the same story, to the last request."""
    stories = []
    for _ in range(2):
        with world(State(admin=True, litter=True)) as here:
            here.run([Active.parse("a stranger's 502 @ reading #3 x2"), Active.parse("done twice @ all changes #2 x1")])
            stories.append([line.partition("?uuid")[0] for line in here.way.said])

    assert stories[0] == stories[1]
