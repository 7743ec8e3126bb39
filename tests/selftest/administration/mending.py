"""Faults of key and role, mended by what the commands do with an administrator's token, until a run is green."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from scopecheck.administration.key_changes import repair
from scopecheck.administration.key_found import find_key
from scopecheck.administration.key_plan import CONSENT, KeyPlan, plan_key
from scopecheck.administration.role_changes import carry_out
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import KEY
from scopecheck.report.terminal import to_do
from tests.selftest.administration import broken, broken_keys
from tests.selftest.administration.administering import LOGIN, Line, administrator, plan_of
from tests.selftest.administration.keys import WISH, active_tokens, scopes_here
from tests.selftest.exercises.sweep import report_folder
from tests.selftest.setups.mending import Mended, Setting
from tests.selftest.setups.world import NotDoable, World

UNITED: Final = frozenset({"missing_on_key", "missing_on_token", "denied"})
"""What two faults can both have."""
SETTINGS: Final = tuple(
    Setting(mode, admin=True, version=version) for mode in ("exercise", "probe") for version in ("new", "old")
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, by its name in the tables: processes can hand that on."""

    name: str

    @property
    def row(self) -> _Row:
        """What it is."""
        return _ROWS[self.name]


@dataclass(frozen=True)
class _Row:
    state: Mapping[str, Any]
    wreck: Callable[[Canvas], object]
    login: str = LOGIN
    parts: frozenset[str] = frozenset()
    """What it is about, where two faults exclude each other though they have no state in common."""
    goes_last: bool = False


def _spoil(key: broken_keys.Broken, of: Canvas) -> None:
    key.spoil(of.tables.keys[KEY])


def _rows() -> Iterator[tuple[str, _Row]]:
    for key in broken_keys.BROKEN:
        yield f"key: {key.name}", _Row(key.state, partial(_spoil, key))
    for role in broken.BROKEN:
        parts = {"user"} if role.unassigned else {"active"} if role.inactive else set()
        yield f"role: {role.name}", _Row(role.state, role.wreck, role.login, frozenset(parts), role.inactive)


_ROWS: Final = dict(_rows())
FAULTS: Final = tuple(map(Fault, _ROWS))


def pairs() -> Iterator[tuple[Fault, Fault]]:
    """All pairs of faults that can be at the same time."""
    return ((one, other) for one, other in combinations(FAULTS, 2) if _can_meet(one.row, other.row))


def _can_meet(one: _Row, other: _Row) -> bool:
    alike = (one.state.keys() & other.state.keys()) - UNITED
    return not one.parts & other.parts and all(one.state[name] == other.state[name] for name in alike)


def mend(faults: tuple[Fault, ...], setting: Setting) -> Mended:
    """Plan and repair key and role once, authorize, and run; what was wrong with that."""
    world, login = _world(faults, setting)
    found, tokens = Mended(), active_tokens(world.canvas)
    with report_folder() as reports:
        key, access = _repaired(world.canvas, reports, login, setting.version)
    found.said += [f"    {change.kind} {change.value}" for change in key.changes] + access
    if active_tokens(world.canvas) < tokens:
        found.problems.append("a token has ended")
    line = Line(world.canvas)
    left = _planned(line, setting.version).changes, plan_of(line, login).is_done
    if left != ((), True) or line.writes:
        found.problems.append(f"a second plan is not empty: {left}")
    try:
        world.authorize(login)
    except NotDoable as why:
        found.problems.append(str(why))
        return found
    subject = world.run()
    if not subject.conformant:
        found.problems.append("\n".join(["not green", *to_do(subject.actions)]))
    return found


def _planned(line: Line, version: str) -> KeyPlan:
    """The plan for the key."""
    admin = administrator(line)
    return plan_key(WISH, scopes_here(version), find_key(admin, str(KEY)).record)


def _world(faults: tuple[Fault, ...], setting: Setting) -> tuple[World, str]:
    """The set-up with all of these faults, and the log-in of the user that it is to have."""
    state: dict[str, Any] = {}
    for fault in faults:
        for name, value in fault.row.state.items():
            state[name] = state[name] | value if name in UNITED and name in state else value
    world = World.of({**state, "version": setting.version}, {}, mode=setting.mode, admin=True)
    for fault in sorted(faults, key=lambda each: each.row.goes_last):
        fault.row.wreck(world.canvas)
    return world, next((fault.row.login for fault in faults if fault.row.login != LOGIN), LOGIN)


def _repaired(of: Canvas, reports: Path, login: str, version: str) -> tuple[KeyPlan, list[str]]:
    """What was planned for the key, and what was done for role and user."""
    admin, done = administrator(of), list[str]()
    key, here = find_key(admin, str(KEY)), scopes_here(version)
    plan = plan_key(WISH, here, key.record)
    repair(admin, key, WISH, here, reports, agreed=plan.changes, consent=CONSENT)
    carry_out(administrator(of), plan_of(of, login), reports, done.append)
    return plan, [f"    {each}" for each in done]
