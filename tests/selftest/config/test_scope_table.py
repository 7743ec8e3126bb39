"""The table of known scopes: whole, well-formed, and of use for those who misspell one."""

from __future__ import annotations

import pytest

from scopecheck.config.profile_file import load_profile
from scopecheck.config.scope_table import SCOPE_TABLE, documentation, nearest, same_route, sections
from scopecheck.model.scope import Scope, route_shape

ROWS = [line.split("\t") for line in SCOPE_TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
PAGE = "url:GET|/api/v1/courses/:course_id/pages/:url_or_id"
OLDER = PAGE.replace("_or_id", "")


def test_it_has_all_scopes_of_2022_and_later_ones() -> None:
    """832 scopes of routes are from the Canvas of 2022, 246 from later documentation, and none stands twice."""
    years = [year for _, _, year in ROWS]

    assert (years.count("2022"), years.count("2026"), len(years)) == (832, 246, 1078)
    assert len({scope for scope, _, _ in ROWS}) == len(ROWS) == len(sections())


@pytest.mark.parametrize("scope", [row[0] for row in ROWS])
def test_each_is_a_scope_with_a_heading(scope: str) -> None:
    """Each row's scope is well-formed, also where a part of the path may be left out."""
    assert str(Scope.parse(scope)) == scope
    assert sections()[scope].strip() == sections()[scope] != ""


def test_a_route_with_two_names_has_one_heading() -> None:
    """Only pages have two names, an older and a newer one; both are under the same heading."""
    names: dict[str, set[str]] = {}
    for scope in sections():
        names.setdefault(route_shape(scope), set()).add(scope)
    several = [scopes for scopes in names.values() if len(scopes) > 1]

    assert len(several) == 15
    for scopes in several:
        assert all("/pages/:url" in scope for scope in scopes)
        assert len({sections()[scope] for scope in scopes}) == 1


def test_ally_s_headings_and_pages_are_the_table_s() -> None:
    """What Ally's own help says of sections, and the pages of Canvas's documentation, agree with the table."""
    for row in load_profile("ally").requirements:
        assert sections()[str(row.scope)] == row.section
        assert row.docs.partition("#")[0] == documentation(row.section)


def test_a_page_that_does_not_follow_from_the_heading_is_not_guessed() -> None:
    """Headings with capitals of their own have addresses that follow other rules."""
    assert documentation("SIS Imports") == documentation("ePortfolios") == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("url:GET|/api/v1/course/:course_id/pages", "url:GET|/api/v1/courses/:course_id/pages"),
        ("url:PATCH|/api/v1/courses/:id", "url:PUT|/api/v1/courses/:id"),
        ("url:GET|/api/v1/courses/:course_id/asignments/:id", "url:GET|/api/v1/courses/:course_id/assignments/:id"),
        # another name of a parameter: Canvas compares the whole name
        ("url:GET|/api/v1/courses/:course_id", "url:GET|/api/v1/courses/:id"),
        ("url:GET|/api/v1/users/:user_id/custom_data", "url:GET|/api/v1/users/:user_id/custom_data(/*scope)"),
    ],
)
def test_the_nearest_names_have_the_one_that_was_meant(written: str, meant: str) -> None:
    """The scope that was meant is among the few that are offered."""
    assert written not in sections()
    assert meant in nearest(written)
    assert len(nearest(written)) <= 3


def test_what_is_like_nothing_has_no_nearest_name() -> None:
    """No name is offered where none is likely to be meant."""
    assert nearest("url:GET|/api/v1/zzz") == []


def test_the_newest_name_of_a_route() -> None:
    """A route is found under any name of its parameters, and has the name of today's Canvas."""
    assert same_route(OLDER) == same_route(PAGE) == PAGE
    assert same_route("url:GET|/api/v1/none") is None
