"""A scope under another name than the profile's: it is exercised all the same, and what lacks is told once."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any, Final

import pytest

from scopecheck.model.profile import Profile
from scopecheck.model.scope import Scope, route_shape
from scopecheck.model.verdict import Cleanup, Proof, RunResult, Target, Verdict
from scopecheck.report.markdown import render
from scopecheck.report.subject import Subject
from scopecheck.report.terminal import summary
from tests.selftest.exercises.sweep import ALLY, SCOPES, Sweep, sweep
from tests.selftest.key.key_states import ADMIN, NO_PREFLIGHT, NO_SUCH, WITH_UNKNOWN

GET_PAGE: Final = "url:GET|/api/v1/courses/:course_id/pages/:url_or_id"
PUT_PAGE: Final = GET_PAGE.replace("GET", "PUT")
PUT_QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"


def older(scope: str) -> str:
    """The scope as Canvas called it before 2023."""
    return scope.replace(":url_or_id", ":url")


def renamed(profile: Profile, **names: str) -> Profile:
    """The profile with other names of parameters."""
    requirements = []
    for each in profile.requirements:
        text = str(each.scope)
        for old, new in names.items():
            text = re.sub(rf":{old}(?=/|$)", f":{new}", text)
        requirements.append(replace(each, scope=Scope.parse(text)))
    return replace(profile, requirements=tuple(requirements))


OLDER: Final = renamed(ALLY, url_or_id="url")
OTHERS: Final = renamed(ALLY, id="some_id", topic_id="id", media_object_id="id")
BACK: Final = {older(scope): scope for scope in (GET_PAGE, PUT_PAGE)}


def proofs(found: Sweep) -> dict[str, Proof | None]:
    """Route to proof."""
    return {route_shape(scope): result.proof for scope, result in found.results.items()}


@cache
def today() -> dict[str, Proof | None]:
    """The proofs where profile and Canvas have the same names."""
    return proofs(sweep())


RUNS: Final[list[tuple[str, Profile, dict[str, Any], dict[str, Any], dict[str, str]]]] = [
    # name, profile, state, settings, this Canvas's names where they are known to differ
    ("older Canvas", ALLY, {"version": "old"}, {}, {new: old for old, new in BACK.items()}),
    ("before 2020", ALLY, {"version": "ancient"}, {}, {new: old for old, new in BACK.items()}),
    ("older Canvas, by the key's record", ALLY, {"version": "old"}, {**NO_PREFLIGHT, **ADMIN},
     {new: old for old, new in BACK.items()}),
    ("older Canvas, nothing is known of the key", ALLY, {"version": "old"}, NO_PREFLIGHT, {}),
    ("older profile, newer Canvas", OLDER, {"scopes_renamed": BACK}, {}, BACK),
    ("older profile, older Canvas", OLDER, {"version": "old"}, {}, {}),
    ("other parameters everywhere", OTHERS, {}, {}, {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "state", "settings", "names"), [row[1:] for row in RUNS], ids=[row[0] for row in RUNS]
)
def test_any_name_is_exercised(
    profile: Profile, state: dict[str, Any], settings: dict[str, Any], names: dict[str, str]
) -> None:
    """Each scope is proved as under today's name; results keep the profile's name and tell this Canvas's beside it."""
    found = sweep(profile=profile, settings=settings, **state)

    assert found.not_granted() == {}
    assert proofs(found) == today()
    assert {proofs(found)[route_shape(scope)] for scope in (GET_PAGE, PUT_PAGE)} == {Proof.EXERCISED}
    assert {scope: r.canvas_name for scope, r in found.results.items() if r.canvas_name} == names
    assert list(found.results) == [str(requirement.scope) for requirement in profile.requirements]
    assert found.untouched


def subject(found: Sweep, profile: Profile) -> Subject:
    """What a report of the sweep is about."""
    setup = found.setup
    run = RunResult(
        profile.name, setup.mode, setup.started_at, 1.0, Target(setup.base_url, False, "self", None), setup.key,
        list(found.results.values()), Cleanup(), len(profile.requirements), setup.missing_on_key, setup.names,
    )  # fmt: skip
    return Subject(profile, run)


def taken(*scopes: str) -> dict[str, Any]:
    """The state of key and token without these scopes."""
    return {"missing_on_key": frozenset(scopes), "missing_on_token": frozenset(scopes)}


BOTH: Final[dict[str, Any]] = taken(GET_PAGE, PUT_PAGE)
UNKNOWN: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:quiz_id"

LACKING: Final[list[tuple[str, Profile, dict[str, Any], dict[str, Any], list[str], list[str]]]] = [
    # name, profile, state, settings, the boxes to check, the scopes that have none
    ("newer Canvas", ALLY, taken(PUT_PAGE), {}, [PUT_PAGE], []),
    ("older Canvas", ALLY, {**taken(PUT_PAGE), "version": "old"}, {}, [older(PUT_PAGE)], []),
    ("neither name is on the key", ALLY, BOTH, {},
     [f"{each} (on older Canvas {older(each)})" for each in (GET_PAGE, PUT_PAGE)], []),
    ("nothing is known of the key", ALLY, {**BOTH, "version": "old"}, NO_PREFLIGHT,
     [f"{each} (on older Canvas {older(each)})" for each in (GET_PAGE, PUT_PAGE)], []),
    ("older Canvas, by its list", ALLY, {**BOTH, "version": "old"}, ADMIN, [older(GET_PAGE), older(PUT_PAGE)], []),
    ("newer Canvas, by its list", ALLY, BOTH, ADMIN, [GET_PAGE, PUT_PAGE], []),
    ("a rename that nobody knew of, by its list", ALLY, {**taken(PUT_QUIZ), "scopes_renamed": {PUT_QUIZ: UNKNOWN}},
     ADMIN, [UNKNOWN], []),
    ("no such scope", WITH_UNKNOWN, {}, ADMIN, [], [NO_SUCH]),
    ("no such scope, and another box is not ticked", WITH_UNKNOWN, taken(PUT_PAGE), ADMIN, [PUT_PAGE], [NO_SUCH]),
]  # fmt: skip


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize(
    ("profile", "state", "settings", "boxes", "none"), [row[1:] for row in LACKING], ids=[row[0] for row in LACKING]
)
def test_one_fault_is_one_step(
    profile: Profile, state: dict[str, Any], settings: dict[str, Any], boxes: list[str], none: list[str], mode: str
) -> None:
    """Key check and scopes end in one step with the boxes that are there; what has no box here is a step of its own."""
    # The Canvas has Ally's scopes, whatever else the profile asks for.
    found = sweep(mode, profile=profile, settings=settings, **{"scopes": SCOPES, **state})
    told = subject(found, profile)
    actions = told.actions

    assert [action.cause for action in actions] == [
        *(["scope-missing-on-key"] if boxes else []),
        *(["scope-name-stale"] if none else []),
    ]
    assert [str(box) for action in actions for group in action.boxes for box in group.boxes] == boxes
    assert [scope for action in actions if not action.boxes for scope in action.scopes] == none
    assert set(found.not_granted()) == {scope for action in actions for scope in action.scopes}
    assert {verdict for verdict, _ in found.not_granted().values()} == {Verdict.MISSING}
    assert len(told.missing) == len(boxes)
    for result in found.results.values():
        assert result.verdict is Verdict.GRANTED or told.step(result)
        assert result.cause != "scope-missing-on-key" or any(
            f"select {box} and save" in str(result.remedy) for box in boxes
        )


@pytest.mark.parametrize("scope", [str(each.scope) for each in OTHERS.requirements if each.section == "Files"])
def test_each_stage_of_a_file_is_judged_by_its_own_scope(scope: str) -> None:
    """Under other names too: the box that lacks is the one that is named."""
    found = sweep(profile=OTHERS, **taken(scope))

    assert found.not_granted() == {scope: (Verdict.MISSING, "scope-missing-on-key")}


def test_reports_show_this_canvas_s_name() -> None:
    """The steps have its box alone, and the tables its name beside the profile's."""
    told = subject(sweep(version="old", **taken(PUT_PAGE)), ALLY)
    to_do = summary(told).partition("What to do")[2]

    assert f"[ ] {older(PUT_PAGE)}\n" in to_do
    assert ":url_or_id" not in to_do
    assert told.missing == [older(PUT_PAGE)]
    assert f"`{PUT_PAGE.replace('|', chr(92) + '|')}` (on this Canvas " in render(told)


def test_reports_show_both_names_where_none_is_known() -> None:
    """Each box has the name that it has on older Canvas beside it."""
    told = subject(sweep(**BOTH), ALLY)

    assert f"    [ ] {PUT_PAGE}\n        on older Canvas: {older(PUT_PAGE)}\n" in summary(told)
    assert f"- [ ] `{PUT_PAGE}` (on older Canvas `{older(PUT_PAGE)}`)\n" in render(told)
    assert all(len(line) <= 80 for line in summary(told).splitlines())
