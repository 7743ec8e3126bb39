"""What the page shows of a key: its boxes under Canvas's headings, its tokens, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.key_screen.next_steps import Commands, Step, next_steps
from scopecheck.embedded_canvas.keys import binding_state, is_on
from scopecheck.embedded_canvas.records import AccessToken, DeveloperKey
from scopecheck.embedded_canvas.scopes import listed_scopes, own_names
from scopecheck.embedded_canvas.tokens import Fate, fate

_NO_HEADING: Final = "Without a heading"
_BEYOND: Final = "On the key, but not asked for by the integration"


@dataclass(frozen=True)
class Box:
    """A scope's box."""

    scope: str
    checked: bool


@dataclass(frozen=True)
class TokenRow:
    """One token of the key, without its text."""

    id: int
    user: str
    state: str
    works: bool
    """Whether it works now, or after a refresh."""
    lacks: tuple[str, ...]
    """The integration's scopes that it was not issued with."""


@dataclass(frozen=True)
class Look:
    """One key as the page shows it."""

    key: DeveloperKey
    state: str
    sections: dict[str, list[Box]]
    """The boxes by heading: the integration's scopes, then the key's others."""
    tokens: Sequence[TokenRow]
    steps: Sequence[Step]

    @property
    def checked(self) -> int:
        """How many boxes are checked."""
        return sum(box.checked for boxes in self.sections.values() for box in boxes)

    @property
    def boxes(self) -> int:
        """How many boxes there are."""
        return sum(map(len, self.sections.values()))


def look_at(canvas: Canvas, key: DeveloperKey, commands: Commands) -> Look:
    """The key as it is now. Hold the tables' lock."""
    wanted = own_names(canvas.config)
    tokens = [_row(canvas, key, token, wanted) for token in canvas.tables.tokens.values() if token.key_id == key.id]
    working = [row.lacks for row in tokens if row.works]
    sections = {} if key.is_lti_key else _sections(canvas, key, wanted)
    return Look(key, binding_state(key), sections, tokens, next_steps(key, wanted, working, commands))


def _sections(canvas: Canvas, key: DeveloperKey, wanted: Sequence[str]) -> dict[str, list[Box]]:
    headings = {each.name: each.heading for each in listed_scopes(canvas.config)}
    sections: dict[str, list[Box]] = {}
    for scope in wanted:
        sections.setdefault(headings.get(scope, _NO_HEADING), []).append(Box(scope, scope in key.scopes))
    beyond = [Box(scope, checked=True) for scope in key.scopes if scope not in wanted]
    return sections | ({_BEYOND: beyond} if beyond else {})


_STATES: Final[dict[Fate, str]] = {
    "alive": "alive",
    "expired": "its hour is over; its refresh token renews it",
    "permanently-expired": "expired for good",
    "revoked": "ended",
    "key-inactive": "refused, because the key is inactive",
    "pending": "nobody's",
}


def _row(canvas: Canvas, key: DeveloperKey, token: AccessToken, wanted: Sequence[str]) -> TokenRow:
    what = fate(canvas.tables, token)
    refused = what in {"alive", "expired"} and not is_on(key)
    works = not refused and (what == "alive" or (what == "expired" and token.refresh_token is not None))
    user = canvas.tables.users.get(token.user_id)
    return TokenRow(
        token.id,
        user.name if user else "–",
        "refused, because the key is off" if refused else _STATES[what],
        works,
        tuple(scope for scope in wanted if scope not in token.scopes),
    )
