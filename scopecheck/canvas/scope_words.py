"""What a scope allows, in words, from its verb and path alone: for scopes about which nobody has written anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from scopecheck.model.scope import Scope

_VERBS: Final[Mapping[str, str]] = {
    "GET": "reads",
    "POST": "creates or starts",
    "PUT": "changes",
    "PATCH": "changes",
    "DELETE": "deletes",
}
_BEGINNING: Final = re.compile(r"/api/([a-z]+/)?v\d+|/api")
_MANY: Final = (("quizzes", "quiz"), ("ies", "y"), ("sses", "ss"), ("uses", "us"), ("s", ""))
"""Endings of plurals, and of the same word for one."""


def allows(scope: Scope) -> str:
    """What calls under a scope do, such as `changes one of the pages of a course`."""
    words = _BEGINNING.sub("", scope.shortest_path, count=1).strip("/").split("/")
    parts: list[str] = []
    for number, word in enumerate(words):
        if word[:1] in ":*" or (word == "self" and number):
            continue
        following = words[number + 1] if number + 1 < len(words) else ""
        parts.append(_thing(word.replace("_", " "), following, last=number + 2 >= len(words)))
    return f"{_VERBS[scope.verb]} {' of '.join(reversed(parts))}"


def _thing(name: str, following: str, *, last: bool) -> str:
    """A word of the path: all of its kind, or one of them if a parameter follows."""
    if following == "self":
        return "the user itself" if name == "users" else f"the user's own {name}"
    if following[:1] not in (":", "*"):
        return name
    return f"one of the {name}" if last else _one(name)


def _one(name: str) -> str:
    for ending, instead in _MANY:
        if name.endswith(ending) and name != ending:
            name = name.removesuffix(ending) + instead
            break
        if name == ending:
            name = instead
            break
    article = "an" if name[:1] in "aeio" else "a"
    return f"{article} {name}"
