"""Scope names: which names are one route, and what the box of a scope is called where that is known or not."""

from __future__ import annotations

from typing import Final

import pytest

from scopecheck.canvas.scope_names import RENAMES, Names, box, has_no_box, names_here, other_name_here, other_names
from scopecheck.canvas.scopes_list import ListedScope, listed_scopes, names_by_action, names_by_shape
from scopecheck.canvas.signs import Signs
from scopecheck.model.scope import Scope, route_shape

PAGES: Final = "url:GET|/api/v1/courses/:course_id/pages"
NEW, OLD = f"{PAGES}/:url_or_id", f"{PAGES}/:url"
PUT_NEW, PUT_OLD = NEW.replace("GET", "PUT"), OLD.replace("GET", "PUT")
QUIZ: Final = "url:GET|/api/v1/courses/:course_id/quizzes/:id"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (NEW, OLD, True),
        (QUIZ, "url:GET|/api/v1/courses/:id/quizzes/:quiz_id", True),
        ("url:GET|/api/v1/users/:id/custom_data/*scope", "url:GET|/api/v1/users/:user_id/custom_data/*path", True),
        ("url:GET|/api/v1/users/:id/custom_data/*scope", "url:GET|/api/v1/users/:id/custom_data/:scope", False),
        (NEW, PUT_NEW, False),
        (NEW, PAGES, False),
        (NEW, f"{PAGES}/front", False),
        ("url:GET|/api/v1/a/:id.json", "url:GET|/api/v1/a/:name.json", True),
    ],
)
def test_two_scopes_are_one_route(one: str, other: str, same: bool) -> None:
    """They are if they differ only in the names of their parameters."""
    assert (route_shape(one) == route_shape(other)) is same


def test_a_known_rename_changes_only_parameters() -> None:
    """So both names of a rename are one route, and each rename says where it is known from."""
    for each in RENAMES:
        assert route_shape(each.older) == route_shape(each.newer)
        assert each.source


@pytest.mark.parametrize(
    ("scope", "others"),
    [
        (NEW, [OLD]),
        (OLD, [NEW]),
        (f"{OLD}/revisions/:revision_id", [f"{NEW}/revisions/:revision_id"]),
        (f"{NEW}/duplicate", [f"{OLD}/duplicate"]),
        ("url:GET|/api/v1/groups/:group_id/pages/:url", ["url:GET|/api/v1/groups/:group_id/pages/:url_or_id"]),
        (PAGES, []),
        (f"{PAGES}/:urls", []),
        (QUIZ, []),
    ],
)
def test_other_names(scope: str, others: list[str]) -> None:
    """The page scopes of courses and groups have two names; a part that only begins alike is no rename."""
    assert other_names(scope) == others


@pytest.mark.parametrize(
    ("accepted", "names"),
    [
        ({}, {}),
        ({QUIZ: QUIZ}, {}),
        ({NEW: NEW, PUT_NEW: PUT_NEW}, {NEW: NEW, PUT_NEW: PUT_NEW}),
        ({NEW: OLD}, {NEW: OLD, PUT_NEW: PUT_OLD}),
        ({PUT_NEW: PUT_NEW}, {NEW: NEW, PUT_NEW: PUT_NEW}),
    ],
)
def test_one_accepted_name_tells_the_others(accepted: dict[str, str], names: dict[str, str]) -> None:
    """A Canvas is older or newer than a rename; without an accepted name it is not known which."""
    assert names_here([PAGES, NEW, PUT_NEW, QUIZ], accepted) == names


BOXES: Final[list[tuple[str, Names, str]]] = [
    (QUIZ, {}, QUIZ),
    (NEW, {}, f"{NEW} (on older Canvas {OLD})"),
    (OLD, {}, f"{OLD} (on newer Canvas {NEW})"),
    (NEW, {NEW: OLD}, OLD),
    (NEW, {NEW: NEW}, NEW),
    (QUIZ, {QUIZ: "url:GET|/api/v1/courses/:course_id/quizzes/:quiz_id"},
     "url:GET|/api/v1/courses/:course_id/quizzes/:quiz_id"),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "names", "said"), BOXES)
def test_what_a_box_is_called(scope: str, names: Names, said: str) -> None:
    """By this Canvas's name where that is known, else by both names."""
    assert str(box(scope, names)) == said


def test_no_box_and_no_other_name_are_not_the_same_as_unknown() -> None:
    """Only a scope that this Canvas is known to lack has no box; only a name that differs is another."""
    names = {NEW: OLD, PAGES: PAGES, QUIZ: None}

    assert [has_no_box(scope, names) for scope in (NEW, PAGES, QUIZ, PUT_NEW)] == [False, False, True, False]
    assert [other_name_here(scope, names) for scope in (NEW, PAGES, QUIZ, PUT_NEW)] == [OLD, None, None, None]


def row(scope: str, controller: str | None = None, action: str | None = None) -> ListedScope:
    """A row of the account's list."""
    return ListedScope(Scope.parse(scope), controller, action)


def leads(controller: str | None, action: str | None) -> Signs:
    """The signs of an answer that names its controller and action."""
    return Signs(canvas=True, throttle=True, dead_token=False, controller=controller, action=action)


DATA: Final = "url:GET|/api/v1/users/:user_id/custom_data(/*scope)"


def test_rows_that_are_no_route_s_scope_are_passed_over() -> None:
    """The list has scopes of other kinds, and whatever a proxy or a plug-in adds; a path may have an optional part."""
    rows = [
        {"scope": OLD, "controller": "wiki_pages_api", "action": "show", "verb": "GET"},
        {"scope": DATA},
        {"scope": "/auth/userinfo"},
        {"scope": None},
        {},
        "text",
        None,
        {"scope": QUIZ},
    ]

    assert listed_scopes(rows) == [row(OLD, "wiki_pages_api", "show"), row(DATA), row(QUIZ)]
    assert listed_scopes({"errors": []}) == listed_scopes(None) == []


def test_the_list_names_scopes_by_their_shape() -> None:
    """A scope is listed under its own name or another of its parameters' names, or not at all."""
    listed = [row(OLD), row(PAGES), row("url:PUT|/api/v1/courses/:id/pages/:url")]

    assert names_by_shape(listed, [NEW, PAGES, QUIZ]) == {NEW: OLD, PAGES: PAGES}


GROUPS: Final = "url:GET|/api/v1/groups/:group_id/wiki/:url"
WIKI: Final = "url:GET|/api/v1/courses/:course_id/wiki/:url"
LISTED: Final = [
    row(WIKI, "wiki_pages_api", "show"),
    row(GROUPS, "wiki_pages_api", "show"),
    row(WIKI.replace("GET", "PUT"), "wiki_pages_api", "show"),
    row("url:GET|/api/v1/polls/:id", "polls", "show"),
    row("url:GET|/api/v1/courses/:course_id/a/:id", "twice", "show"),
    row("url:GET|/api/v1/courses/:course_id/b/:id", "twice", "show"),
    row("url:GET|/api/v1/unnamed"),
]


@pytest.mark.parametrize(
    ("scope", "signs", "names"),
    [
        (NEW, leads("wiki_pages_api", "show"), {NEW: WIKI}),
        (PUT_NEW, leads("wiki_pages_api", "show"), {PUT_NEW: WIKI.replace("GET", "PUT")}),
        ("url:GET|/api/v1/courses/:id/poll", leads("polls", "show"),
         {"url:GET|/api/v1/courses/:id/poll": "url:GET|/api/v1/polls/:id"}),
        # Two that begin alike: not known which.
        (NEW, leads("twice", "show"), {}),
        ("url:GET|/api/v1/users/:id/wiki", leads("wiki_pages_api", "show"), {}),
        (NEW, leads("wiki_pages_api", "index"), {NEW: None}),
        (NEW, leads(None, None), {NEW: None}),
    ],
)  # fmt: skip
def test_a_rename_that_nobody_knew_of(scope: str, signs: Signs, names: dict[str, str | None]) -> None:
    """Controller and action of a call, its verb, and among several the same beginning tell the listed name."""
    assert names_by_action(LISTED, {scope: signs}) == names
