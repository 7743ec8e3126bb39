"""Which keys are never changed, and what is said where keys cannot be seen: nothing is done, in any of these."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.administration.key_found import KeyNotDone, find_by_name, find_key, read_scopes
from scopecheck.config.settings import SettingsError
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import ADMIN_KEY, DEFAULT_KEY, KEY
from tests.selftest.administration.broken_keys import TERMS
from tests.selftest.administration.keys import administrator, ally, canvas, without_right, writes

LIST = "url:GET|/api/v1/accounts/:account_id/developer_keys"


def refused(of: Canvas, key: object = KEY) -> str:
    """Why the key must not be changed."""
    with administrator(of) as admin, pytest.raises(SettingsError) as error:
        find_key(admin, str(key))
    assert writes(of) == []
    return str(error.value)


@pytest.mark.parametrize("number", [KEY, KEY % 10**13], ids=["global", "local"])
def test_a_key_is_found_by_either_id(number: int) -> None:
    """With its record, and all of the row."""
    with administrator(canvas()) as admin:
        found = find_key(admin, str(number))

    assert (found.record.name, found.record.key_id, found.row["access_token_count"]) == ("Ally", str(KEY), 1)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"key_owner": "site-admin"}, "inherited from another account"),
        ({"key_owner": "other-account"}, "inherited from another account"),
        ({"key_kind": "lti"}, "is an LTI key, which has no API scopes"),
        ({"key_workflow": "deleted"}, "No key with the ID 10000000000042 is in the root account"),
    ],
)
def test_keys_that_are_not_ours(state: dict[str, Any], words: str) -> None:
    """They are refused, with what to do."""
    assert words in refused(canvas(**state))


@pytest.mark.parametrize("owner", ["site-admin", "root-account"])
def test_the_default_key(owner: str) -> None:
    """Canvas's key for tokens made by hand is never changed, wherever it is listed."""
    of = canvas()
    of.tables.keys[DEFAULT_KEY].owner, of.tables.keys[DEFAULT_KEY].visible = owner, True

    assert "User-Generated (ID 10000000000001) is Canvas's default key" in refused(of, DEFAULT_KEY)


def test_the_default_key_of_a_token_made_by_hand() -> None:
    """It is in no list, but the token's own answers name it."""
    of = canvas()
    of.tables.tokens[202].key_id = DEFAULT_KEY

    assert "was issued through" in refused(of, DEFAULT_KEY)


@pytest.mark.parametrize("number", [ADMIN_KEY, ADMIN_KEY % 10**13], ids=["global", "local"])
@pytest.mark.parametrize("strips", [False, True], ids=["named", "not named"])
def test_the_key_of_the_token_itself(number: int, strips: bool) -> None:
    """It is refused by the header that names it, and where a proxy takes that off, because it may be the one."""
    assert "may be, the one that CANVAS_ADMIN_TOKEN was issued" in refused(canvas(proxy_strips_headers=strips), number)


def test_a_key_that_may_be_the_tokens_own() -> None:
    """Without the header, no key that enforces nothing and has tokens can be told from the token's own."""
    of = canvas(proxy_strips_headers=True, enforce_scopes=False)

    assert "may be, the one that CANVAS_ADMIN_TOKEN was issued" in refused(of)
    ally(of).require_scopes = True
    ally(of).scopes.append(LIST)
    assert "may be, the one that CANVAS_ADMIN_TOKEN was issued" in refused(of)


@pytest.mark.parametrize(
    "state",
    [{}, {"enforce_scopes": False, "key_state": "off"}, {"enforce_scopes": False, "key_workflow": "inactive"},
     {"enforce_scopes": False, "token_state": "unknown"}],
    ids=["cannot list keys", "off", "inactive", "has no tokens"],
)  # fmt: skip
def test_a_key_that_cannot_be_the_tokens_own(state: dict[str, Any]) -> None:
    """Without the header: one whose tokens cannot have made the very call that was answered."""
    with administrator(canvas(proxy_strips_headers=True, **state)) as admin:
        assert find_key(admin, str(KEY)).record.name == "Ally"


@pytest.mark.parametrize("version", ["new", "old"])
def test_no_right_to_manage_keys(version: str) -> None:
    """The permission is named as Canvas's page calls it, and where to give it."""
    of = without_right(canvas(version=version))

    assert "Developer Keys - manage (Admin > Permissions > Account Roles)" in refused(of)
    with administrator(of) as admin, pytest.raises(SettingsError, match="Developer Keys - manage"):
        find_by_name(admin, "Ally")
    with administrator(of) as admin, pytest.raises(SettingsError, match="Developer Keys - manage"):
        read_scopes(admin)


def test_a_token_that_is_limited_to_scopes() -> None:
    """Its scopes are what is wrong, not its user."""
    of = canvas()
    of.tables.keys[ADMIN_KEY].require_scopes = True

    assert "CANVAS_ADMIN_TOKEN is limited to scopes" in refused(of)


def test_a_token_that_is_dead() -> None:
    """So it is said."""
    of = canvas()
    of.tables.tokens[202].workflow_state = "deleted"

    assert "Canvas does not accept CANVAS_ADMIN_TOKEN" in refused(of)


@pytest.mark.parametrize("kind", ["500", "503-html", "reset", "html-200", "not-json", "sso-redirect", "other-software"])
def test_a_fault_is_no_answer(kind: Any) -> None:
    """Whatever comes instead of a list, no key is said to be missing, and no right."""
    of = canvas(faults=(Fault(kind, "developer_keys"), Fault(kind, "scopes")))

    with administrator(of) as admin:
        with pytest.raises(KeyNotDone, match="list of developer keys could not be read"):
            find_key(admin, str(KEY))
        with pytest.raises(KeyNotDone, match="list of developer keys could not be read"):
            find_by_name(admin, "Ally")
        with pytest.raises(KeyNotDone, match="list of scopes could not be read"):
            read_scopes(admin)


def test_a_canvas_that_lists_no_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty list is none: nothing could be told from it."""
    monkeypatch.setattr("scopecheck.embedded_canvas.controllers.scopes_api.listed_scopes", lambda _: [])

    with administrator(canvas()) as admin, pytest.raises(KeyNotDone, match="list of scopes could not be read"):
        read_scopes(admin)


def test_keys_are_found_by_name_on_all_pages() -> None:
    """However many there are; case and blanks do not count, deleted ones do not either."""
    of = canvas()
    for number in range(130):
        make(of, f"Key {number}")
    make(of, "Ally", workflow_state="deleted")
    with administrator(of) as admin:
        assert [key.record.key_id for key in find_by_name(admin, " ally ")] == [str(KEY)]
        assert [key.record.name for key in find_by_name(admin, "KEY 3")] == ["Key 3"]
        assert find_by_name(admin, TERMS) == []


def make(of: Canvas, name: str, **columns: Any) -> None:
    """Another key of the account."""
    number = 10**13 + of.tables.next_id()
    of.tables.keys[number] = type(ally(of))(number, name, f"secret of {name}", [], False, True, [], **columns)
