"""One set-up: an embedded Canvas, the settings that point to it, and the people who can change either."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import httpx

from scopecheck.config.settings import Settings
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import CREDENTIALS, INTEGRATION_USER
from scopecheck.key.authorization import Authorization, NotAuthorized
from scopecheck.key.oauth import TokenRefused, exchange_code
from scopecheck.model.secret import Secret
from scopecheck.report.subject import Subject
from scopecheck.run.plan import Plan
from scopecheck.run.preflight_only import preflight_run
from scopecheck.run.session import SandboxSession
from scopecheck.transport.client import CanvasClient
from tests.selftest.commands.consenting import User
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, SCOPES, report_folder, run_sweep, settings_for

ADMIN: Final[dict[str, Any]] = {"admin_token": Secret(CREDENTIALS.admin_token)}
PLAN: Final = ("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z")


NEEDED: Final = ALLY.role.permissions if ALLY.role else ()
"""The permissions of the role that the integration asks for."""


class NotDoable(Exception):
    """What a step asks for cannot be done now."""


def permissions(labels: Collection[str]) -> dict[str, dict[str, bool]]:
    """What turns these permissions on, by all of their keys: Canvas drops those that are not in force."""
    boxes = {label: each.all_keys for each in NEEDED for label in [each.label]}
    for each in NEEDED:
        for key in each.all_keys:
            for label in each.boxes([key]):
                boxes[label] = (*boxes.get(label, ()), key)
    return {key: {"explicit": True, "enabled": True} for label in labels for key in boxes[label]}


@dataclass
class World:
    """What there is beside the suite: Canvas, settings, an administrator, and the integration's user."""

    canvas: Canvas
    settings: Settings
    done: list[str] = field(default_factory=list)
    """What was changed, in order."""

    @classmethod
    def of(cls, state: Mapping[str, Any], given: dict[str, Any], *, mode: str, admin: bool) -> World:
        """A Canvas in this state, and settings for it with these differences."""
        canvas = Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))
        settings = settings_for(canvas, mode, ALLY, Path("unused"))
        return cls(canvas, replace(settings, **{**(ADMIN if admin else {}), **given}))

    def run(self) -> Subject:
        """One run of the suite, ready to be reported."""
        with report_folder() as reports:
            settings = replace(self.settings, reports=reports)
            found = run_sweep(self.canvas, settings)
            session = SandboxSession(settings, Plan(*PLAN), found.setup, None)
            return Subject(ALLY, session.result(list(found.results.values()), 0.0, embedded=False))

    def change(self, what: str, **settings: Any) -> None:
        """Change the suite's settings."""
        self.settings = replace(self.settings, **settings)
        self.done.append(what)

    # ---------------------------------------------------------------- the administrator

    def ask(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON of an administrator's call; raises NotDoable if Canvas refuses it."""
        headers = {"Authorization": f"Bearer {CREDENTIALS.admin_token}", "User-Agent": "an administrator"}
        with httpx.Client(base_url=BASE, transport=transport(self.canvas), headers=headers) as client:
            answer = client.request(verb, f"/api/v1{path}", json=body)
        if not answer.is_success:
            raise NotDoable(f"{verb} {path} got {answer.status_code}: {answer.text[:200]}")
        return answer.json()

    def all_keys(self) -> list[dict[str, Any]]:
        """What the administrator sees under Admin > Developer Keys: the account's own keys, then the inherited ones."""
        own = self.ask("GET", "/accounts/self/developer_keys?per_page=100")
        return [*own, *self.ask("GET", "/accounts/self/developer_keys?per_page=100&inherited=true")]

    def key(self, number: str) -> dict[str, Any]:
        """The key with this ID in the administrator's list; raises NotDoable if there is none."""
        found = next((key for key in self.all_keys() if str(key["id"]) == number), None)
        if found is None:
            raise NotDoable(f"Admin > Developer Keys has no key {number}")
        return found

    def edit(self, key: Mapping[str, Any], what: str, **changed: Any) -> None:
        """Change a key on its screen, and save."""
        self.ask("PUT", f"/developer_keys/{key['id']}", {"developer_key": changed})
        self.done.append(what)

    def turn_on(self, key: Mapping[str, Any]) -> None:
        """Set the State of a key to ON."""
        path = f"/accounts/self/developer_keys/{key['id']}/developer_key_account_bindings"
        self.ask("POST", path, {"developer_key_account_binding": {"workflow_state": "on"}})
        self.done.append("turned the key on")

    def create_key(self) -> None:
        """Create an API key as the integration needs it, turn it on, and set it in the settings."""
        wanted = {
            "name": "Ally again", "scopes": self.boxes(), "require_scopes": True, "allow_includes": True,
            "redirect_uris": str(self.settings.redirect_uri),
        }  # fmt: skip
        key = self.ask("POST", "/accounts/self/developer_keys", {"developer_key": wanted})
        self.done.append("created a key")
        self.turn_on(key)
        self.use_key(key)

    def use_key(self, key: Mapping[str, Any]) -> None:
        """Set another key in the settings."""
        self.change("set the key", client_id=str(key["id"]), client_secret=Secret(key["api_key"]))

    def boxes(self) -> list[str]:
        """The integration's scopes, by the names that the key screen shows."""
        shown = {row["scope"] for row in self.ask("GET", "/accounts/self/scopes")}
        names = [scope if scope in shown else scope.replace(":url_or_id", ":url") for scope in SCOPES]
        assert shown.issuperset(names)
        return names

    def roles(self) -> list[dict[str, Any]]:
        """The roles with which the integration's user administers the root account."""
        held = {row["role_id"] for row in self.ask("GET", f"/accounts/self/admins?user_id[]={INTEGRATION_USER}")}
        return [role for role in self.ask("GET", "/accounts/self/roles?per_page=100") if role["id"] in held]

    def allow(self, role: Mapping[str, Any], labels: Collection[str]) -> None:
        """Turn permissions of a role on, by their labels on the Permissions page."""
        self.ask("PUT", f"/accounts/self/roles/{role['id']}", {"permissions": permissions(labels)})
        self.done.append(f"turned on {', '.join(labels)}")

    def make_administrator(self, role_name: str, labels: Collection[str]) -> None:
        """Add the integration's user to the root account's administrators, with a role that has these permissions."""
        wanted = {"label": role_name, "permissions": permissions(labels)}
        known = {role["label"]: role for role in self.ask("GET", "/accounts/self/roles?per_page=100")}
        role = known.get(role_name) or self.ask("POST", "/accounts/self/roles", wanted)
        self.ask("POST", "/accounts/self/admins", {"user_id": INTEGRATION_USER, "role_id": role["id"]})
        self.done.append("made the user an administrator")

    # ---------------------------------------------------------------- the integration's user

    def authorize(self, login: str = CREDENTIALS.login) -> None:
        """Authorize in a browser with all scopes, and set the new refresh token; raises NotDoable if Canvas refuses."""
        settings, way = self.settings, transport(self.canvas)
        if not (settings.client_id and settings.redirect_uri and settings.client_secret):
            raise NotDoable("authorize needs CANVAS_CLIENT_ID, CANVAS_CLIENT_SECRET and CANVAS_REDIRECT_URI")
        names = preflight_run(settings, Plan(*PLAN, patience=HASTY, transport=way)).names
        asked = Authorization(BASE, settings.client_id, settings.redirect_uri, SCOPES, "the key", names)
        browser = User(login=login, way=way)
        try:
            browser.open(asked.url)
            code = asked.code_in(browser.ended_on)
            issued = exchange_code(
                CanvasClient(BASE, patience=HASTY, transport=way), settings.client_id, settings.client_secret, code,
                settings.redirect_uri,
            )  # fmt: skip
        except (AssertionError, NotAuthorized, TokenRefused) as refused:
            raise NotDoable(f"Canvas does not authorize: {refused}") from refused
        self.change("authorized again", access_token=None, refresh_token=issued.refresh_token)
