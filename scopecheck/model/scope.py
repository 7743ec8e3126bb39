"""The scope: one box on Canvas's developer key screen, `url:VERB|/api/v1/path/:param`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

VERBS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The verbs that Canvas's routes, and so its scopes, use (lib/token_scopes.rb)."""

_PREFIX: Final = "url:"
_PARAMETER: Final = re.compile(r"[:*]([A-Za-z_][A-Za-z0-9_]*)")
_OPTIONAL: Final = re.compile(r"\((/[^()]+)\)")
"""The part of a path that a call may leave out: `/custom_data(/*scope)`."""
_SEGMENT: Final = re.compile(r"([A-Za-z0-9._~-]|[:*][A-Za-z_][A-Za-z0-9_]*)+")


_MANY: Final = 4096
"""More than the scopes of any Canvas, whose list is read anew in each preparation."""


@lru_cache(_MANY)
def route_shape(scope: str) -> str:
    """The scope without the names of its parameters: two scopes with the same shape are one route under two names.

    A request is matched by the route, to which all names are alike; only keys and `/login/oauth2/auth` compare names
    (access_token.rb, token_scopes.rb).
    """
    return _PARAMETER.sub(lambda found: found.group()[0], scope.removeprefix(_PREFIX))


class ScopeError(ValueError):
    """A text is not a scope: `wrong` says why not, `remedy` what to write."""

    def __init__(self, text: str, wrong: str, remedy: str) -> None:
        super().__init__(f'"{text}" is not a scope: {wrong}; {remedy}.')
        self.wrong = wrong
        self.remedy = remedy


@dataclass(frozen=True)
class Scope:
    """A verb and a route pattern, both as Canvas writes them; raises ScopeError if they are not."""

    verb: str
    path: str

    def __post_init__(self) -> None:
        if self.verb not in VERBS:
            raise ScopeError(str(self), f'its verb is "{self.verb}"', f"write one of {', '.join(VERBS)}")
        if re.search(r"\s", self.path):
            raise ScopeError(str(self), "its path contains a space", "remove it")
        if not self.path.startswith("/api/"):
            raise ScopeError(str(self), f'its path is "{self.path}"', "begin it with /api/")
        if self.path.endswith("/"):
            raise ScopeError(str(self), "its path ends with a slash", "remove the slash")
        for segment in _OPTIONAL.sub(r"\1", self.path).split("/")[1:]:
            if not _SEGMENT.fullmatch(segment):
                wrong = f'"{segment}" in its path is neither a word nor a :parameter'
                raise ScopeError(str(self), wrong, "write the path as the developer key screen shows it")

    @classmethod
    @lru_cache(_MANY)
    def parse(cls, text: str) -> Self:
        """The scope written in `text` as `url:VERB|/api/...`; raises ScopeError."""
        verb, bar, path = text.removeprefix(_PREFIX).partition("|")
        if not text.startswith(_PREFIX) or not bar:
            raise ScopeError(text, "it is not url:VERB|/path", "write it like url:GET|/api/v1/accounts")
        return cls(verb, path)

    def __str__(self) -> str:
        return f"{_PREFIX}{self.verb}|{self.path}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the path's `:params` and `*globs`, in order."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def shortest_path(self) -> str:
        """The path without the parts that a call may leave out."""
        return _OPTIONAL.sub("", self.path)

    @property
    def is_write(self) -> bool:
        """Whether a call under this scope may change something."""
        return self.verb != "GET"
