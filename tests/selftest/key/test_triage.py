"""Which cause a missing scope has, by what is known of the key."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from scopecheck.key.triage import missing_cause
from scopecheck.model.verdict import Verdict
from tests.selftest.exercises.sweep import ALLY, sweep

A, B, C = "url:GET|/api/v1/a", "url:GET|/api/v1/b", "url:GET|/api/v1/c"

CAUSES: Final[list[tuple[str, list[str] | None, int, dict[str, str | None], str]]] = [
    # name, missing on the key, required, this Canvas's names (None: it has no such route), cause of A
    ("nobody asked", None, 3, {}, "scope-missing-on-key"),
    ("on the key", [], 3, {}, "token-not-reauthorized"),
    ("on the key, as no other", [B, C], 3, {}, "token-not-reauthorized"),
    ("one missing", [A], 3, {}, "scope-missing-on-key"),
    ("all but one missing", [A, B], 3, {}, "scope-missing-on-key"),
    ("all missing", [A, B, C], 3, {}, "wrong-kind-of-key"),
    ("both missing", [A, B], 2, {}, "wrong-kind-of-key"),
    ("the only one missing", [A], 1, {}, "scope-missing-on-key"),
    ("another name", [A], 3, {A: B}, "scope-missing-on-key"),
    ("no such route", [A, B, C], 3, {A: None}, "scope-name-stale"),
    ("no such route, and nobody asked", None, 3, {A: None}, "scope-name-stale"),
    ("another has no such route", [A, B, C], 3, {B: None}, "wrong-kind-of-key"),
]


@pytest.mark.parametrize(
    ("missing", "required", "names", "cause"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES]
)
def test_cause(missing: list[str] | None, required: int, names: dict[str, str | None], cause: str) -> None:
    """A key that lacks all of several scopes is of the wrong kind; of a single scope that says nothing."""
    assert missing_cause(A, missing, required, names).slug == cause


@pytest.mark.parametrize(("required", "cause"), [(1, "scope-missing-on-key"), (2, "wrong-kind-of-key")])
def test_a_run_of_few_scopes(required: int, cause: str) -> None:
    """The same in a whole run with a profile of so few scopes, none of which the key has."""
    profile = replace(ALLY, requirements=ALLY.requirements[:required])
    scopes = [str(requirement.scope) for requirement in profile.requirements]
    others = tuple(str(requirement.scope) for requirement in ALLY.requirements[required:])
    found = sweep("probe", profile=profile, scopes=others)

    assert found.setup.missing_on_key == scopes
    assert found.not_granted() == dict.fromkeys(scopes, (Verdict.MISSING, cause))
