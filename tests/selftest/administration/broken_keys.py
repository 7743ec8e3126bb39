"""Set-ups whose key is not what Ally requires, each with exactly what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final

from scopecheck.administration.key_plan import Kind
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import KEY, REDIRECT_URI
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.embedded_canvas.scopes import own_name
from tests.selftest.exercises.sweep import SCOPES

PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
TERMS: Final = "url:GET|/api/v1/accounts/:account_id/terms"
USERS: Final = "url:GET|/api/v1/users/:id"
GRADES: Final = "url:PUT|/api/v1/courses/:course_id/assignments/:assignment_id/submissions/:user_id"
SLASH: Final = f"{REDIRECT_URI}/"
ENFORCE: Final = frozenset({Kind.ENFORCE})
ON: Final = frozenset({Kind.ACTIVATE, Kind.SWITCH_ON})


def _nothing(_: DeveloperKey) -> None:
    """Leave the key as the state makes it."""


@dataclass(frozen=True)
class Broken:
    """One set-up, what its key lacks, and what it takes to mend it."""

    name: str
    state: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[DeveloperKey], object] = _nothing
    scopes: Collection[str] = ()
    kinds: frozenset[Kind] = frozenset()
    """What is to change besides scopes."""
    consent: frozenset[Kind] = frozenset()
    excess: Collection[str] = ()

    def canvas(self, version: str) -> Canvas:
        """The embedded Canvas in this state."""
        given = {"scopes": SCOPES, "throttle": False, **self.state, "version": version}
        canvas = Canvas(CanvasConfig(**given))
        self.spoil(canvas.tables.keys[KEY])
        return canvas

    def names(self, canvas: Canvas) -> set[str]:
        """The scopes that it lacks, by the names of this Canvas."""
        return {own_name(canvas.config, scope) for scope in self.scopes}


def _boxes(*scopes: str) -> dict[str, Any]:
    """These boxes were never selected, so that the token does not have them either."""
    return {"missing_on_key": frozenset(scopes), "missing_on_token": frozenset(scopes)}


def _also(*scopes: str) -> Callable[[DeveloperKey], object]:
    return lambda key: key.scopes.extend(scopes)


BROKEN: Final = (
    Broken("one box is missing", _boxes(QUIZ), scopes=[QUIZ]),
    Broken("boxes are missing that have had two names", _boxes(PAGE, QUIZ, TERMS), scopes=[PAGE, QUIZ, TERMS]),
    Broken("all boxes are missing", _boxes(*SCOPES), scopes=SCOPES),
    Broken("scopes are not enforced", {"enforce_scopes": False}, kinds=ENFORCE, consent=ENFORCE),
    Broken(
        "scopes are not enforced, and no box is selected", {"enforce_scopes": False, **_boxes(*SCOPES)},
        scopes=SCOPES, kinds=ENFORCE, consent=ENFORCE,
    ),
    Broken("includes are not allowed", {"allow_includes": False}, kinds=frozenset({Kind.INCLUDES})),
    Broken("no redirect URI", spoil=lambda key: key.redirect_uris.clear(), kinds=frozenset({Kind.REDIRECT_URI})),
    Broken("another redirect URI", {"redirect_uris": (SLASH,)}, kinds=frozenset({Kind.REDIRECT_URI})),
    Broken("the key is off", {"key_state": "off"}, kinds=frozenset({Kind.SWITCH_ON}), consent=ON),
    Broken("the key is only allowed", {"key_state": "allow"}, kinds=frozenset({Kind.SWITCH_ON}), consent=ON),
    Broken("the key is inactive", {"key_workflow": "inactive"}, kinds=frozenset({Kind.ACTIVATE}), consent=ON),
    Broken("the key is inactive and off", {"key_workflow": "inactive", "key_state": "off"}, kinds=ON, consent=ON),
    Broken("too many boxes and too few", _boxes(PAGE), _also(USERS, GRADES), [PAGE], excess=[USERS, GRADES]),
    Broken("too many boxes", spoil=_also(USERS), excess=[USERS]),
    Broken(
        "everything at once",
        {
            "enforce_scopes": False, "allow_includes": False, "key_workflow": "inactive", "key_state": "off",
            "redirect_uris": (SLASH,), **_boxes(PAGE, TERMS),
        },
        _also(USERS), [PAGE, TERMS], frozenset(Kind) - {Kind.SCOPE}, ENFORCE | ON, [USERS],
    ),
)  # fmt: skip
