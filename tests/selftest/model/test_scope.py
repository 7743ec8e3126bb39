"""The scope: its grammar, and what can be read from it."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopecheck.model.scope import VERBS, Scope, ScopeError

words = st.from_regex(r"[A-Za-z0-9._~-]+", fullmatch=True)
parameters = st.from_regex(r"[:*][a-z_][a-z0-9_]*", fullmatch=True)
paths = st.lists(words | parameters, min_size=1).map(lambda segments: "/api/" + "/".join(segments))


class TestOptionalPart:
    """Some routes have a part that a call may leave out."""

    @pytest.mark.parametrize(
        ("path", "shortest"),
        [
            ("/api/v1/users/:user_id/custom_data(/*scope)", "/api/v1/users/:user_id/custom_data"),
            ("/api/v1/a/:id/imports(/group/:group_id)", "/api/v1/a/:id/imports"),
            ("/api/v1/accounts/:id", "/api/v1/accounts/:id"),
        ],
    )
    def test_the_shortest_path(self, path: str, shortest: str) -> None:
        """The path of a call that leaves it out."""
        assert Scope.parse(f"url:GET|{path}").shortest_path == shortest

    @pytest.mark.parametrize("end", ["(*/scope)", "(scope)", "(/scope", "/scope)", "(/a(/b))", "()"])
    def test_brackets_elsewhere(self, end: str) -> None:
        """Brackets are around a whole part that begins with a slash, or they are a slip."""
        with pytest.raises(ScopeError, match="neither a word nor a :parameter"):
            Scope.parse(f"url:GET|/api/v1/users/:user_id/custom_data{end}")


class TestParse:
    def test_a_scope_is_its_verb_and_its_path(self) -> None:
        """A scope's text is split into the verb and the route pattern."""
        scope = Scope.parse("url:PUT|/api/v1/courses/:course_id/pages/:url_or_id")

        assert scope == Scope("PUT", "/api/v1/courses/:course_id/pages/:url_or_id")

    @given(verb=st.sampled_from(VERBS), path=paths)
    def test_parse_undoes_str(self, verb: str, path: str) -> None:
        """Every scope can be parsed from its own text."""
        scope = Scope(verb, path)

        assert scope == Scope.parse(str(scope))

    @given(text=st.text() | st.text().map(lambda text: f"url:GET|/api/{text}"))
    def test_a_text_is_exactly_its_scope_or_is_refused(self, text: str) -> None:
        """Whatever parses as a scope is exactly that scope's text."""
        with contextlib.suppress(ScopeError):
            assert text == str(Scope.parse(text))

    @pytest.mark.parametrize(
        ("text", "wrong"),
        [
            ("", "is not url:VERB|/path"),
            ("GET /api/v1/accounts", "is not url:VERB|/path"),
            ("GET|/api/v1/accounts", "is not url:VERB|/path"),
            ("url:GET /api/v1/accounts", "is not url:VERB|/path"),
            ("url:get|/api/v1/accounts", 'its verb is "get"'),
            ("url:HEAD|/api/v1/accounts", 'its verb is "HEAD"'),  # for Canvas, HEAD is GET
            ("url:|/api/v1/accounts", 'its verb is ""'),
            ("url:GET |/api/v1/accounts", 'its verb is "GET "'),
            ("url:GET|", 'its path is ""; begin it with /api/'),
            ("url:GET|api/v1/accounts", 'its path is "api/v1/accounts"'),
            ("url:GET|/v1/accounts", 'its path is "/v1/accounts"'),
            ("url:GET|/api/v1/accounts/", "its path ends with a slash"),
            ("url:GET|/api/", "its path ends with a slash"),
            ("url:GET|/api/v1/accounts ", "its path contains a space"),
            ("url:GET|/api/v1/my accounts", "its path contains a space"),
            ("url:GET|/api/v1/accounts\n", "its path contains a space"),
            ("url:GET|/api/v1//accounts", '"" in its path'),
            ("url:GET|/api/v1/accounts/:", '":" in its path'),
            ("url:GET|/api/v1/accounts/:1", '":1" in its path'),
            ("url:GET|/api/v1/accounts/{id}", '"{id}" in its path'),
            ("url:GET|/api/v1/accounts?page=1", '"accounts?page=1" in its path'),
            ("url:GET|/api/v1/accounts|", '"accounts|" in its path'),
        ],
    )
    def test_anything_else_is_refused_with_the_reason(self, text: str, wrong: str) -> None:
        """A refusal quotes the text, says what is wrong with it, and ends with what to do."""
        with pytest.raises(ScopeError, match=re.escape(wrong)) as refusal:
            Scope.parse(text)

        assert str(refusal.value).startswith(f'"{text}" is not a scope: ')
        assert str(refusal.value).endswith(f"; {refusal.value.remedy}.")


class TestScope:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("/api/v1/accounts", ()),
            ("/api/v1/courses/:course_id/files/:id", ("course_id", "id")),
            ("/api/v1/courses/:course_id/folders/by_path/*full_path", ("course_id", "full_path")),
            ("/api/v1/jobs2/:bucket/by_:group", ("bucket", "group")),
        ],
    )
    def test_parameters_are_the_names_in_the_path(self, path: str, expected: tuple[str, ...]) -> None:
        """Parameters and globs are named in the order of the path."""
        assert expected == Scope("GET", path).parameters

    @pytest.mark.parametrize("verb", VERBS)
    def test_only_get_does_not_write(self, verb: str) -> None:
        """Every verb but GET may change something."""
        assert (verb != "GET") == Scope(verb, "/api/v1/accounts").is_write
