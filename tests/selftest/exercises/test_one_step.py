"""One fault of key or token is one step, whatever it breaks: nobody is sent to the wrong screen first."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.selftest.exercises.sweep import ALLY, sweep
from tests.selftest.exercises.test_scope_name_cases import subject
from tests.selftest.key.key_states import ADMIN, NO_PREFLIGHT, REFRESH

INACTIVE: Final[dict[str, Any]] = {"key_workflow": "inactive"}
PERSONAL: Final[dict[str, Any]] = {"token_state": "personal"}
NO_SUCH_KEY: Final[dict[str, Any]] = {"client_id": "424242"}

FAULTS: Final[list[tuple[str, dict[str, Any], dict[str, Any], str]]] = [
    # name, state, settings, cause of the only step
    ("the key is inactive", INACTIVE, ADMIN, "key-inactive"),
    ("the key is inactive, and there is a refresh token", INACTIVE, {**ADMIN, **REFRESH}, "key-inactive"),
    ("the key is inactive, and there is no preflight", INACTIVE, {**ADMIN, **NO_PREFLIGHT}, "key-inactive"),
    ("the token was created by hand", PERSONAL, {}, "token-from-another-key"),
    ("the token was created by hand, by the key's record", PERSONAL, {**ADMIN, **NO_PREFLIGHT},
     "token-from-another-key"),
    ("the client ID is of no key", {}, NO_SUCH_KEY, "key-unknown-here"),
    ("the client ID is of no key, and the administrator sees none", {}, {**NO_SUCH_KEY, **ADMIN}, "key-unknown-here"),
    ("the client ID is of no key, and there is a refresh token", {}, {**NO_SUCH_KEY, **REFRESH}, "key-unknown-here"),
]  # fmt: skip


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize("stripped", [False, True], ids=["headers", "no headers"])
@pytest.mark.parametrize(("state", "given", "cause"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_one_fault_of_key_or_token_is_one_step(
    state: dict[str, Any], given: dict[str, Any], cause: str, version: str, *, stripped: bool
) -> None:
    """All checks and scopes that it breaks have its cause, and end in its one step.

    That a proxy keeps an administrator from reading the role of a pasted token's user is a fault of its own.
    """
    found = sweep("probe", settings=given, **{"version": version, "proxy_strips_headers": stripped, **state})
    told = subject(found, ALLY)

    unnamed = stripped and "admin_token" in given and state is not INACTIVE
    expected = [cause, *(["token-user-unnamed"] if unnamed else [])]

    assert [action.cause for action in told.actions] == expected
    assert "{" not in told.actions[0].what
    causes = {result.cause for result in found.setup.key} | {result.cause for result in found.results.values()}
    assert causes <= {*expected, None}
