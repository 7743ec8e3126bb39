"""From each broken set-up: the plan shows exactly the difference, carrying it out mends it, then nothing is done."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from scopecheck.administration.role_changes import carry_out
from scopecheck.embedded_canvas.known import OWN_ROLE, ROOT
from tests.selftest.administration.administering import Line, administrator, plan_of
from tests.selftest.administration.broken import BROKEN, Broken, Version
from tests.selftest.embedded_canvas.driver import canvas
from tests.selftest.setups.world import World


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: each.name)
def test_it_is_mended(broken: Broken, version: Version, tmp_path: Path) -> None:
    """The difference and nothing else is planned and done; the second time nothing is sent but questions."""
    of = canvas(version=version, **broken.state)
    broken.wreck(of)
    plan = plan_of(of, broken.login)
    role = plan.role

    assert {box.key for box in role.add} == broken.lacks(version)
    assert (role.role_id is None, role.inactive) == (broken.no_role, broken.inactive)
    assert (plan.user is None, plan.is_assigned) == (broken.no_user, not broken.unassigned)
    assert not plan.is_done

    changed = carry_out(administrator(of), plan, tmp_path, lambda _: None)
    assert changed.problem is None
    assert changed.after is not None
    assert changed.after.is_done
    assert changed.after.role.beyond == role.beyond

    line = Line(of)
    again = plan_of(line, broken.login)
    assert (again.is_done, line.writes) == (True, [])
    carry_out(administrator(line), again, tmp_path, lambda _: None)
    assert line.writes == []


@pytest.mark.parametrize("version", ["new", "old"])
def test_what_is_right_is_left(version: Version) -> None:
    """Nothing is to be done where nothing is wrong."""
    assert plan_of(canvas(role="ally", version=version)).is_done


@pytest.mark.parametrize(
    ("broken", "mode"),
    [(BROKEN[0], "exercise"), (BROKEN[3], "probe"), (BROKEN[12], "exercise"), (BROKEN[13], "probe")],
    ids=lambda each: each.name if isinstance(each, Broken) else each,
)
def test_a_run_is_green_afterwards(broken: Broken, mode: str, tmp_path: Path) -> None:
    """The suite itself found it wrong before, and finds it right once the role is in effect."""
    world = World.of(broken.state, {}, mode=mode, admin=True)
    broken.wreck(world.canvas)
    assert not world.run().conformant

    carry_out(administrator(world.canvas), plan_of(world.canvas), tmp_path, lambda _: None)
    assert world.run().conformant


def test_a_run_is_green_once_the_cache_is_empty(tmp_path: Path) -> None:
    """Canvas shows the permission as on at once, but goes on refusing until its cache has run out."""
    state = {"role": "ally", "denied": frozenset({"manage_files_add"}), "role_cache": True}
    world = World.of(state, {}, mode="exercise", admin=True)
    changed = carry_out(administrator(world.canvas), plan_of(world.canvas), tmp_path, lambda _: None)

    assert changed.after
    assert changed.after.is_done
    assert not world.run().conformant
    world.canvas.empty_cache()
    assert world.run().conformant


def test_a_lock_stays(tmp_path: Path) -> None:
    """What was locked for the accounts below is still locked, and on."""
    broken = next(each for each in BROKEN if "locked" in each.name)
    of = canvas(**broken.state)
    broken.wreck(of)
    carry_out(administrator(of), plan_of(of), tmp_path, lambda _: None)
    override = of.tables.authority.overrides[ROOT, OWN_ROLE, "moderate_forum"]

    assert (override.enabled, override.locked) == (True, True)


def test_no_other_role_is_touched(tmp_path: Path) -> None:
    """Not those built in, nor another of the account's, nor what the role has beyond the profile."""
    of = canvas(role="ally", denied=frozenset({"read_forum"}))
    before = dict(of.tables.authority.overrides)
    carry_out(administrator(of), plan_of(of), tmp_path, lambda _: None)
    after = of.tables.authority.overrides

    assert after.keys() - before.keys() == {(ROOT, OWN_ROLE, "read_forum")}
    assert all(after[key] == before[key] for key in before)


def test_a_new_user_is_told_of_to_nobody(tmp_path: Path) -> None:
    """No message about user, log-in, address or role is asked for."""
    of = canvas(role="ally")
    bodies: dict[str, bytes] = {}

    def hear(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        bodies[f"{request.method} {request.url.path}"] = request.content
        return answer

    line = Line(of, sees=hear)
    carry_out(administrator(line), plan_of(line, "ally-bot"), tmp_path, lambda _: None)

    assert b'"send_confirmation": false' in bodies["POST /api/v1/accounts/self/users"]
    assert b'"skip_registration": true' in bodies["POST /api/v1/accounts/self/users"]
    assert b'"send_confirmation": false' in bodies["POST /api/v1/accounts/self/admins"]
