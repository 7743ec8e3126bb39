"""The states of key, role, course and Canvas in which faults strike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tests.selftest.exercises import test_scope_states
from tests.selftest.exercises.sweep import SCOPES
from tests.selftest.hostile.told import ADMIN, CLIENT, REFRESH, TOKEN

STATES: Final[dict[str, dict[str, Any]]] = {name: state for name, state, _ in test_scope_states.STATES}
"""What is set in each."""

FAILING: Final[dict[str, frozenset[str]]] = {name: frozenset(wrong) for name, _, wrong in test_scope_states.STATES}
"""The scopes that the role, or a feature of the course, makes fail, whatever the key carries."""


@dataclass(frozen=True)
class State:
    """One state of everything that is not a fault."""

    name: str = "right"
    missing_on_key: frozenset[str] = frozenset()
    missing_on_token: frozenset[str] = frozenset()
    admin: bool = False
    """Whether CANVAS_ADMIN_TOKEN is set."""
    refreshes: bool = False
    """Whether the token comes from CANVAS_REFRESH_TOKEN."""
    mode: str = "exercise"
    litter: bool = False
    """Whether earlier runs, and people, have left things that look like a run's."""

    @property
    def config(self) -> dict[str, Any]:
        """The fields of CanvasConfig."""
        return {
            "scopes": SCOPES, "throttle": False, "missing_on_key": self.missing_on_key,
            "missing_on_token": self.missing_on_token | self.missing_on_key, **STATES[self.name],
        }  # fmt: skip

    @property
    def failing(self) -> frozenset[str]:
        """The scopes whose calls fail although the token may have them."""
        return FAILING[self.name]

    @property
    def missing(self) -> frozenset[str]:
        """The scopes that the token lacks."""
        return self.missing_on_key | self.missing_on_token

    @property
    def secrets(self) -> list[str]:
        """The secrets that are set; others are not known to the suite."""
        return [REFRESH if self.refreshes else TOKEN, CLIENT, *([ADMIN] if self.admin else [])]

    def __str__(self) -> str:
        said = [self.name, self.mode]
        said += [
            word
            for word, given in (("admin", self.admin), ("refresh", self.refreshes), ("litter", self.litter))
            if given
        ]
        return "; ".join([*said, *(f"lacks {scope}" for scope in sorted(self.missing))])


_BY_ADMINISTRATORS: Final = frozenset({"creating", "creating a course", "deleting", "the administrator's questions"})


def reaching(place: str, **given: Any) -> State:
    """A state in which runs come by a place (places.PLACES), otherwise as given."""
    needed: dict[str, Any] = {
        "name": "no blueprint" if place == "creating a course" else "right",
        "admin": place in _BY_ADMINISTRATORS,
        "refreshes": place == "the token",
    }
    return State(**{**needed, **{name: value for name, value in given.items() if value}})
