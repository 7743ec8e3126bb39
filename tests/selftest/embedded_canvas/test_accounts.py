"""The embedded Canvas's accounts and terms against the fact sheet."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

SHORT = {"id", "name", "workflow_state", "parent_account_id", "root_account_id", "uuid", "default_time_zone"}
QUOTAS = {"default_storage_quota_mb", "default_user_storage_quota_mb", "default_group_storage_quota_mb"}
FOREIGN_IDS = {"sis_account_id", "integration_id", "sis_import_id"}


def get(path: str, **state: Any) -> httpx.Response:
    """One GET with the integration's token below `/api/v1/accounts`."""
    return client(canvas(**state)).get(f"/api/v1/accounts{path}")


def test_the_list_holds_only_accounts_administered_directly() -> None:
    """For a root account's administrator the list has only the root, not the tree."""
    assert [account["id"] for account in get("").json()] == [1]


@pytest.mark.parametrize("role", ["teacher", "student"])
def test_the_list_is_empty_for_others(role: str) -> None:
    """Teachers and students get an empty list, not a refusal."""
    answer = get("", role=role)

    assert (answer.status_code, answer.json()) == (200, [])


def test_the_list_promises_no_last_page() -> None:
    """The list's total is not computed, so the Link header has no `last`."""
    assert 'rel="last"' not in get("").headers["link"]


def test_the_full_form_of_a_root_account() -> None:
    """The root account has no SIS IDs."""
    assert get("/self").json().keys() == SHORT | QUOTAS


def test_the_full_form_of_a_sub_account() -> None:
    """A sub-account has them, for callers who may see them."""
    assert get("/11").json().keys() == SHORT | QUOTAS | FOREIGN_IDS


@pytest.mark.parametrize(
    ("denied", "hidden"),
    [("read_sis", {"sis_account_id", "integration_id"}), ("manage_sis", {"sis_import_id"})],
)
def test_foreign_ids_go_with_the_right(denied: str, hidden: set[str]) -> None:
    """Each SIS right shows its own IDs."""
    shown = get("/11", denied=frozenset({denied})).json().keys()

    assert FOREIGN_IDS - shown == hidden


def test_the_short_form_without_the_right_to_manage() -> None:
    """Users who may read but not manage an account see its short form."""
    assert get("/11", denied=frozenset({"manage"})).json().keys() == SHORT


def test_a_teacher_reads_the_account_of_the_course() -> None:
    """A teacher can read the account that directly contains the course, in its short form."""
    answer = get("/11", role="teacher")

    assert (answer.status_code, answer.json().keys()) == (200, SHORT)


@pytest.mark.parametrize("account", ["1", "12", "13"])
def test_a_teacher_reads_no_other_account(account: str) -> None:
    """A teacher cannot read accounts above, beside or below it."""
    answer = get(f"/{account}", role="teacher")

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


@pytest.mark.parametrize("name", ["self", "default", "1", f"uuid:{1:040d}"])
def test_names_of_the_root_account(name: str) -> None:
    """`self`, `default`, the ID and `uuid:` all name the root account."""
    assert get(f"/{name}").json()["id"] == 1


@pytest.mark.parametrize("name", ["999", "nonsense", "0", "-1"])
def test_an_unknown_account_is_not_found(name: str) -> None:
    """Unknown and malformed IDs get the same answer."""
    answer = get(f"/{name}")

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_a_deleted_account_is_not_found() -> None:
    """A deleted account is not found."""
    of = canvas()
    of.tables.accounts[12].workflow_state = "deleted"

    assert client(of).get("/api/v1/accounts/12").json() == NOT_FOUND


def test_the_single_read_takes_includes_by_another_name() -> None:
    """The single read takes `includes[]`, not `include[]`."""
    added = ["lti_guid", "registration_settings", "services", "global_id", "course_count", "sub_account_count"]
    query = {"include[]": added}

    assert client(canvas()).get("/api/v1/accounts/1", params=query).json().keys() == SHORT | QUOTAS
    query = {"includes[]": added}
    assert client(canvas()).get("/api/v1/accounts/1", params=query).json().keys() == SHORT | QUOTAS | set(added)


@pytest.mark.parametrize("name", ["include", "includes"])
def test_the_list_takes_both_names(name: str) -> None:
    """The list takes `include[]` and `includes[]`."""
    assert get(f"?{name}[]=lti_guid").json()[0]["lti_guid"]


def test_includes_are_stripped_from_a_key_that_does_not_allow_them() -> None:
    """Without Allow Include Parameters `includes` is emptied too, silently."""
    answer = get("/1?includes[]=lti_guid", allow_includes=False)

    assert (answer.status_code, answer.json().keys()) == (200, SHORT | QUOTAS)


def test_older_canvas_counts_nothing() -> None:
    """Older Canvas does not have the counting includes."""
    shown = get("/1/sub_accounts?include[]=course_count", version="old").json()[0]

    assert "course_count" not in shown


def test_courses_and_sub_accounts_are_counted() -> None:
    """Courses are counted across the accounts below, sub-accounts only directly below."""
    science = get("/1/sub_accounts?include[]=course_count&include[]=sub_account_count").json()[0]

    assert (science["id"], science["course_count"], science["sub_account_count"]) == (11, 3, 1)


def test_sub_accounts_are_direct_children() -> None:
    """Without `recursive` there are only direct children, by ID, with a total."""
    answer = get("/1/sub_accounts")

    assert [account["id"] for account in answer.json()] == [11, 12]
    assert 'rel="last"' in answer.headers["link"]


def test_recursive_sub_accounts_have_no_total() -> None:
    """With `recursive` the whole tree below is listed, without a total."""
    answer = get("/1/sub_accounts?recursive=true")

    assert [account["id"] for account in answer.json()] == [11, 12, 13]
    assert 'rel="last"' not in answer.headers["link"]


@pytest.mark.parametrize(("query", "ids"), [("order=name", [12, 11]), ("order=name&recursive=1", [11, 12, 13])])
def test_sub_accounts_by_name(query: str, ids: list[int]) -> None:
    """`order=name` sorts direct children only."""
    assert [account["id"] for account in get(f"/1/sub_accounts?{query}").json()] == ids


def test_sub_accounts_are_in_full_to_every_reader() -> None:
    """Even a reader without the right to manage gets the full form here."""
    assert get("/11/sub_accounts", role="teacher").json()[0].keys() >= QUOTAS


def test_a_leaf_has_an_empty_list() -> None:
    """An account without children has an empty list."""
    assert get("/13/sub_accounts").json() == []


def test_a_sub_account_is_made_and_removed() -> None:
    """An administrator creates a sub-account, and can delete it once it has no live course."""
    of = canvas()
    admin = client(of, "admin")
    made = admin.post("/api/v1/accounts/1/sub_accounts", data={"account[name]": "Sandbox"}).json()
    path = f"/api/v1/accounts/1/sub_accounts/{made['id']}"
    course = admin.post(f"/api/v1/accounts/{made['id']}/courses", data={"course[name]": "C"}).json()

    assert (made["name"], made["parent_account_id"], made["root_account_id"]) == ("Sandbox", 1, 1)
    assert admin.delete(path).status_code == 409
    admin.delete(f"/api/v1/courses/{course['id']}", params={"event": "delete"})
    assert admin.delete(path).json()["workflow_state"] == "deleted"
