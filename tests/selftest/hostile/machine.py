"""States, faults, other people and time in any order, and after each step what may not happen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.selftest.exercises.sweep import SCOPES
from tests.selftest.hostile.fault import Family
from tests.selftest.hostile.findings import Figures, Finding
from tests.selftest.hostile.others import EDITS, Edit
from tests.selftest.hostile.states import STATES, State
from tests.selftest.hostile.table import FAMILIES
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import World, world

_lacking: Final[st.SearchStrategy[frozenset[str]]] = st.one_of(
    st.just(frozenset()),
    st.frozensets(st.sampled_from(SCOPES), max_size=4),
    st.frozensets(st.sampled_from(SCOPES), max_size=len(SCOPES)),
)

states: Final = st.builds(
    State,
    name=st.one_of(st.just("right"), st.sampled_from(sorted(STATES))),
    missing_on_key=_lacking,
    missing_on_token=_lacking,
    admin=st.booleans(),
    refreshes=st.booleans(),
    mode=st.sampled_from(["exercise", "exercise", "exercise", "probe"]),
    litter=st.booleans(),
)
"""Any state of key, token, role, course and Canvas."""

edits: Final = st.lists(st.builds(Edit, name=st.sampled_from(sorted(EDITS)), after=st.integers(1, 8)), max_size=2)
"""What others do while a run is at work."""


@st.composite
def strikes(draw: st.DrawFn) -> Active:
    """One fault of any family at one of its places."""
    fault = draw(st.sampled_from(FAMILIES[draw(st.sampled_from(Family))]))
    place = draw(st.sampled_from(fault.places))
    times = draw(st.sampled_from([1, 1, 2, 3, None]))
    return Active(fault, place, times, draw(st.sampled_from([0, 0, 0, 1, 2, 3])))


several: Final = st.integers(1, 3).flatmap(lambda count: st.lists(strikes(), min_size=count, max_size=count))
"""One to three of them, each as likely."""


class UnderFire(RuleBasedStateMachine):
    """Runs against one institution; in the end a run without faults puts everything right."""

    figures: ClassVar[Figures]
    strict: ClassVar[bool] = True
    """Whether a finding ends the example; else all are counted."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.world: World | None = None
        self.settled = True

    @initialize(state=states)
    def begin(self, state: State) -> None:
        """A new institution."""
        self.world = self._open.enter_context(world(state))

    @rule(active=several, edits=edits, wait=st.sampled_from([0.0, 5.0, 90.0]))
    def run(self, active: list[Active], edits: list[Edit], wait: float) -> None:
        """A run under faults."""
        self.settled = False
        self._look(self._here.run(active, edits))
        self._here.let_pass(wait)

    @rule(at=st.integers(1, 90), active=st.lists(strikes(), max_size=1))
    def kill(self, at: int, active: list[Active]) -> None:
        """A run that is killed."""
        self.settled = False
        self._look(self._here.run(active, killed_at=at))

    @rule(name=st.sampled_from(sorted(EDITS)))
    def edit(self, name: str) -> None:
        """Somebody edits the course between two runs."""
        self._here.edit(Edit(name, 0))

    @rule(by_command=st.booleans())
    def settle(self, by_command: bool) -> None:
        """Time passes, and a run without faults, or `restore`, puts everything right."""
        self.settled = True
        self._look(self._here.settle(by_command=by_command))

    def teardown(self) -> None:
        """What an example leaves is put right, too."""
        try:
            if self.world and not self.settled:
                self._look(self.world.settle())
        finally:
            if self.world:
                self.figures.add(self.world.figures)
            self._open.close()

    @property
    def _here(self) -> World:
        assert self.world is not None
        return self.world

    def _look(self, found: Sequence[Finding]) -> None:
        if self.strict and found:
            raise AssertionError("\n".join([*map(str, found), "", found[0].story]))
