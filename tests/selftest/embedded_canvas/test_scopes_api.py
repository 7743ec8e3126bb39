"""The list of scopes (scopes_api_controller.rb, token_scopes.rb), and what scopes match (access_token.rb)."""

from __future__ import annotations

import pytest

from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.known import KEY
from scopecheck.embedded_canvas.scopes import listed_scopes, matches, scoped_routes
from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, SCOPES, canvas, client

LIST = "/api/v1/accounts/self/scopes"
PAGE = "url:GET|/api/v1/courses/:course_id/pages/:url"
COURSE = "url:GET|/api/v1/courses/:id"


class TestList:
    """`GET /api/v1/accounts/:account_id/scopes`."""

    def test_the_profiles_scopes_are_under_their_headings(self) -> None:
        """Each of Ally's scopes is listed under its section on the key screen."""
        listed = {row["scope"]: row["resource_name"] for row in client(canvas(), "admin").get(LIST).json()}

        for requirement in load_profile("ally").requirements:
            assert listed.get(str(requirement.scope)) == requirement.section

    def test_a_row(self) -> None:
        """A row has heading, controller, action, verb and path besides the scope."""
        rows = {row["scope"]: row for row in client(canvas(), "admin").get(LIST).json()}

        assert rows[COURSE] == {
            "resource": "courses",
            "resource_name": "Courses",
            "controller": "courses",
            "action": "show",
            "verb": "GET",
            "path": "/api/v1/courses/:id",
            "scope": COURSE,
        }

    def test_one_list_without_pages(self) -> None:
        """All rows come at once, sorted by heading, without a Link header."""
        answer = client(canvas(), "admin").get(LIST, params={"per_page": 2})
        names = [row["resource_name"] for row in answer.json()]

        assert names == sorted(names)
        assert len(names) > 31
        assert "link" not in answer.headers

    def test_grouped(self) -> None:
        """On request the rows come as an object by heading."""
        grouped = client(canvas(), "admin").get(LIST, params={"group_by": "resource_name"}).json()

        assert COURSE in [row["scope"] for row in grouped["Courses"]]
        assert {row["resource_name"] for row in grouped["Courses"]} == {"Courses"}

    def test_undocumented_routes_and_graphql_are_not_listed(self) -> None:
        """Only routes with a heading are listed."""
        listed = [row["path"] for row in client(canvas(), "admin").get(LIST).json()]

        assert not [path for path in listed if "create_success" in path or "graphql" in path or "/login/" in path]

    @pytest.mark.parametrize(("version", "name"), [("new", f"{PAGE}_or_id"), ("old", PAGE), ("ancient", PAGE)])
    def test_names_are_the_canvases_own(self, version: str, name: str) -> None:
        """A page's scope was `:url` before it was `:url_or_id`."""
        listed = [row["scope"] for row in client(canvas(version=version), "admin").get(LIST).json()]

        assert [scope for scope in listed if scope in {PAGE, f"{PAGE}_or_id"}] == [name]

    @pytest.mark.parametrize("version", ["new", "old"])
    @pytest.mark.parametrize("name", [PAGE, f"{PAGE}_or_id"])
    def test_either_name_can_be_missing(self, version: str, name: str) -> None:
        """A key lacks the scope whichever name the state gives it."""
        state = canvas(version=version, missing_on_key=frozenset({name}))
        scopes = state.tables.keys[KEY].scopes

        assert ([scope for scope in scopes if scope.startswith(PAGE)], len(scopes)) == ([], len(SCOPES) - 1)

    def test_headings_of_old_canvas(self) -> None:
        """A Canvas of 2022 listed 832 scopes of routes, none of keys and tokens, under the headings of today."""
        old, new = (
            {row["scope"]: row["resource_name"] for row in client(canvas(version=version), "admin").get(LIST).json()}
            for version in ("old", "new")
        )
        added = set(new.values()) - set(old.values())

        assert len(old) == 832
        assert {"Access Tokens", "Developer Keys", "Developer Key Account Bindings", "Learning Object Dates"} <= added
        assert {scope: heading for scope, heading in old.items() if scope in new and new[scope] != heading} == {}

    @pytest.mark.parametrize(("version", "unlisted"), [("new", 3), ("old", 9)])
    def test_its_own_routes_are_listed_but_for_undocumented_ones(self, version: str, unlisted: int) -> None:
        """A route that the table spells otherwise would be none of the listed ones."""
        config = canvas(version=version).config
        listed = {each.route for each in listed_scopes(config)}
        missing = [route for route in scoped_routes(config) if route.scope not in listed]

        assert len(missing) == unlisted
        assert all(
            "create_success" in route.pattern
            or route.pattern.startswith("/files/")
            or (version == "old" and ("developer_keys" in route.pattern or "tokens" in route.pattern))
            for route in missing
        )

    def test_where_a_scope_of_another_route_leads_is_not_told(self) -> None:
        """Scopes whose endpoints the embedded Canvas lacks are listed, without a controller."""
        [row] = [row for row in client(canvas(), "admin").get(LIST).json() if row["path"] == "/api/v1/conferences"]

        assert (row["resource_name"], row["controller"], row["action"]) == ("Conferences", None, None)

    def test_renamed_scopes(self) -> None:
        """A renamed scope is listed under its new name."""
        state = canvas(scopes_renamed={COURSE: "url:GET|/api/v1/courses/:course_id"})
        listed = [row["scope"] for row in client(state, "admin").get(LIST).json()]

        assert "url:GET|/api/v1/courses/:course_id" in listed
        assert COURSE not in listed

    def test_only_for_those_who_manage_keys(self) -> None:
        """The right `manage_developer_keys` is needed."""
        state = canvas(enforce_scopes=False, role="teacher")

        assert (answer := client(state).get(LIST)).status_code == 403
        assert answer.json() == NOT_PERMITTED
        assert client(state, "admin").get("/api/v1/accounts/999/scopes").json() == NOT_FOUND


class TestMatching:
    """Whether a scope covers a request; the rules are generous."""

    @pytest.mark.parametrize(
        ("scope", "verb", "path", "covered"),
        [
            (COURSE, "GET", "/api/v1/courses/12", True),
            (COURSE, "GET", "/api/v1/courses/12.json", True),
            (COURSE, "GET", "/api/v1/courses/sis_course_id:a", True),
            (COURSE, "GET", "/api/v1/courses/uuid:Wz", True),
            (COURSE, "GET", "/api/v1/courses/12~34", True),
            # an encoded slash does not end a segment
            (COURSE, "GET", "/api/v1/courses/sis_course_id:a%2Fb", True),
            (COURSE, "HEAD", "/api/v1/courses/12", True),
            (COURSE, "PUT", "/api/v1/courses/12", False),
            (COURSE, "get", "/api/v1/courses/12", False),
            (COURSE, "GET", "/api/v1/courses/12/files", False),
            (COURSE, "GET", "/api/v1/courses", False),
            (COURSE, "GET", "/api/v1/courses/12/", False),
            (COURSE, "GET", "/api/v1//courses/12", False),
            (COURSE, "GET", "/prefix/api/v1/courses/12", False),
            ("url:PUT|/api/v1/files/:id", "PATCH", "/api/v1/files/1", False),
            # literal siblings of equal depth
            ("url:GET|/api/v1/courses/:course_id/files/:id", "GET", "/api/v1/courses/1/files/quota", True),
            ("url:GET|/api/v1/users/:id", "GET", "/api/v1/users/activity_stream", True),
            # parameter names do not matter
            (PAGE, "GET", "/api/v1/courses/1/pages/home", True),
            # a dot is not escaped, so it matches any character
            ("url:GET|/api/v1/a.b", "GET", "/api/v1/axb", True),
            ("url:GET|/api/v1/files/*path", "GET", "/api/v1/files/a/b/c", True),
            ("url:GET|/api/v1/files(/:id)", "GET", "/api/v1/files", True),
            ("url:GET|/api/v1/files(/:id)", "GET", "/api/v1/files/3", True),
            ("url:GET|/api/v1/files(/all)", "GET", "/api/v1/files/all", True),
            ("url:GET|/files/:id/download", "GET", "/files/3/preview", True),
            ("url:GET|/files/:id/download", "GET", "/files/3/other", False),
            ("/auth/userinfo", "GET", "/auth/userinfo", False),
        ],
    )
    def test_matching(self, scope: str, verb: str, path: str, covered: bool) -> None:
        """One row for each way in which a scope covers a request or does not."""
        assert matches(scope, verb, path) is covered

    @pytest.mark.parametrize("path", ["/api/v1/courses/1001.json", "/api/v1/courses/uuid%3A" + f"{1001:040d}"])
    def test_routed_and_covered(self, path: str) -> None:
        """A request that the scope covers is also routed."""
        assert client(canvas()).get(path).json()["id"] == 1001

    @pytest.mark.parametrize("path", ["/api/v1/courses/1001/", "/api/v1//courses/1001"])
    def test_routed_and_not_covered(self, path: str) -> None:
        """An extra slash is routed but does not match the scope."""
        assert client(canvas()).get(path).json() == INSUFFICIENT
        assert client(canvas(enforce_scopes=False)).get(path).json()["id"] == 1001
