"""Follows the first step of a report and runs again, until nothing is left to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from scopecheck.report.subject import Subject
from scopecheck.report.terminal import to_do
from tests.selftest.setups.faults import Fault, together
from tests.selftest.setups.reading import Needless, NotUnderstood, Reader
from tests.selftest.setups.truth import wrong_with
from tests.selftest.setups.world import NotDoable, World


@dataclass(frozen=True)
class Setting:
    """How the suite is run."""

    mode: str = "exercise"
    admin: bool = False
    version: str = "new"

    def __str__(self) -> str:
        return f"{self.mode}{' with the administrator' if self.admin else ''}, {self.version}"


SETTINGS = tuple(
    Setting(mode, admin, version)
    for mode in ("exercise", "probe")
    for admin in (False, True)
    for version in ("new", "old")
)


@dataclass
class Mended:
    """What became of a set-up whose steps were followed."""

    problems: list[str] = field(default_factory=list)
    """What was wrong with the steps; empty if they led straight to green."""
    said: list[str] = field(default_factory=list)
    """The first step of each round, with what was done and what was left."""

    @property
    def story(self) -> str:
        """All of it, to be read."""
        return "\n".join([*self.problems, *self.said])


def mend(faults: tuple[Fault, ...], setting: Setting) -> Mended:
    """Do what the reports say, for at most as many rounds as there are faults."""
    world, found = _world(faults, setting), Mended()
    unseen = {each for fault in faults if _is_unseen(fault, setting) for each in wrong_with(_world((fault,), setting))}
    for left in range(len(faults), -1, -1):
        before, subject = wrong_with(world), world.run()
        problem = _misjudged(subject, before, unseen, left)
        if problem or subject.conformant:
            found.problems += [problem] if problem else []
            return found
        found.problems += _follow(world, subject, before, found)
        if found.problems:
            return found
    raise AssertionError("the last round either ends the loop or is misjudged")


def _world(faults: tuple[Fault, ...], setting: Setting) -> World:
    state, given = together(*faults)
    return World.of({**state, "version": setting.version}, given, mode=setting.mode, admin=setting.admin)


def _is_unseen(fault: Fault, setting: Setting) -> bool:
    return not setting.admin and fault.unseen in {"without the record", setting.mode.replace("probe", "probing")}


def _misjudged(subject: Subject, wrong: frozenset[str], unseen: Collection[str], most: int) -> str | None:
    """What is wrong with the outcome or the number of its steps, `most` of which are allowed."""
    if subject.conformant:
        return f"green too early: {', '.join(sorted(wrong))}" if wrong.difference(unseen) else None
    steps = [line for action in subject.actions for line in to_do([action])]
    if not wrong:
        return "\n".join(["red though nothing is wrong", *steps])
    if not most:
        return "\n".join([f"not green after all rounds: {', '.join(sorted(wrong))}", *steps])
    if len(subject.actions) > most:
        return "\n".join([f"{len(subject.actions)} steps, {most} would do", *steps])
    return None


def _follow(world: World, subject: Subject, before: frozenset[str], found: Mended) -> list[str]:
    """Do the first step; what was wrong with it."""
    action = subject.actions[0]
    found.said += to_do([action])
    world.done.clear()
    try:
        Reader(world, action).do()
    except (NotUnderstood, Needless, NotDoable) as wrong:
        return [f"{type(wrong).__name__}: {wrong}"]
    after = wrong_with(world)
    found.said.append(f"    -> {', '.join(world.done)}; left: {len(after)}")
    if after - before:
        return [f"the step broke something: {', '.join(sorted(after - before))}"]
    return [] if before - after else ["the step had no effect"]
