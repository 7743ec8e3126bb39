"""A Canvas where nothing of the integration has been set up yet."""

from __future__ import annotations

from typing import Any

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import KEY, SANDBOX
from tests.selftest.embedded_canvas.asking import browser, log_in
from tests.selftest.embedded_canvas.driver import canvas, client


def shown(of: Canvas, path: str) -> Any:
    """What an administrator reads there."""
    return client(of, "admin").get(f"/api/v1{path}").json()


def test_there_is_no_key_role_user_or_sandbox() -> None:
    """The institution, its administrator and its other courses are there."""
    at = canvas(integration="absent")

    assert [key["name"] for key in shown(at, "/accounts/self/developer_keys")] == ["Administration"]
    assert {role["workflow_state"] for role in shown(at, "/accounts/self/roles")} == {"built_in"}
    assert [row["user"]["name"] for row in shown(at, "/accounts/self/admins")] == ["Alex Administrator"]
    assert client(at, "admin").get(f"/api/v1/courses/{SANDBOX}").status_code == 404
    assert [course["name"] for course in shown(at, "/accounts/1/courses")] == [
        "Introduction to Biology", "Drawing I",
    ]  # fmt: skip


def test_its_credentials_are_worth_nothing() -> None:
    """The token of a set-up integration is unknown, its key too."""
    at = canvas(integration="absent")

    assert client(at).get("/api/v1/accounts").status_code == 401
    assert KEY not in at.tables.keys
    assert log_in(browser(at)).status_code == 400


def test_a_user_who_was_made_can_log_in() -> None:
    """With the user name as password, as every user of this Canvas."""
    at = canvas(integration="absent")
    made = {"user": {"name": "Ally", "skip_registration": True}, "pseudonym": {"unique_id": "ally-service"}}
    assert client(at, "admin").post("/api/v1/accounts/self/users", json=made).status_code == 200
    by = browser(at)

    assert log_in(by, "ally-service", "wrong").status_code == 400
    assert log_in(by, "ally-service", "ally-service").status_code == 302
    assert "logged in as Ally" in by.get("/").text
