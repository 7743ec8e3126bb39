"""The page at its path: shown on GET, saved on POST, and refused to whatever is not this machine's own browser."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.http import Request, Response, redirect, text_response
from scopecheck.embedded_canvas.key_screen.look import look_at
from scopecheck.embedded_canvas.key_screen.markup import page
from scopecheck.embedded_canvas.key_screen.next_steps import Commands
from scopecheck.embedded_canvas.key_screen.outcome import Outcome
from scopecheck.embedded_canvas.key_screen.saving import save
from scopecheck.embedded_canvas.known import ADMIN_KEY, DEFAULT_KEY
from scopecheck.embedded_canvas.params import parse_params
from scopecheck.embedded_canvas.records import DeveloperKey

PATH: Final = "/demo"
"""Where it is; no Canvas has this path."""

_HERE: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.IGNORECASE)
"""This machine as a Host. A site elsewhere can have its own name lead here, so any other is refused."""

_FORM: Final = "application/x-www-form-urlencoded"
_NOT_SHOWN: Final = frozenset({DEFAULT_KEY, ADMIN_KEY})
"""Keys that are no integration's."""


@dataclass
class KeyScreen:
    """The key screen of one Canvas; `commands` are those that its page tells the reader to type."""

    canvas: Canvas
    commands: Commands
    _secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), init=False, repr=False)
    """Is in the form, and has to come back with it: no page elsewhere can read it."""
    _saved: tuple[int, Outcome | None] = field(default=(0, None), init=False)
    """How often something was saved, and what came of it the last time."""

    def answer(self, request: Request) -> Response:
        """The answer to one request for the page. Safe to call from several threads."""
        posted = request.method == "POST"
        refused = _stranger(request, posted=posted)
        if refused is not None:
            return refused
        with self.canvas.tables.lock:
            fields = parse_params(request.query, _FORM, request.body if posted else b"").values
            keys = self._keys()
            key = _chosen(keys, fields.get("key"))
            if key is None and (posted or keys):
                return _refusal(404, f"There is no such key here. Open {request.origin}{PATH} again.")
            if posted and key is not None:
                return self._save(request, key, fields)
            return self._show(keys, key, fields.get("saved"))

    def _keys(self) -> list[DeveloperKey]:
        """The keys of integrations that an administrator sees; Canvas lists no deleted ones."""
        every = self.canvas.tables.keys.values()
        return [key for key in every if key.id not in _NOT_SHOWN and key.workflow_state != "deleted"]

    def _show(self, keys: list[DeveloperKey], key: DeveloperKey | None, saved: object) -> Response:
        number, outcome = self._saved
        look = look_at(self.canvas, key, self.commands) if key is not None else None
        return page(
            look=look, keys=keys, outcome=outcome if saved == str(number) else None, commands=self.commands,
            secret=self._secret, path=PATH,
        )  # fmt: skip

    def _save(self, request: Request, key: DeveloperKey, form: Mapping[str, Any]) -> Response:
        given = form.get("form_secret")
        if not isinstance(given, str) or not secrets.compare_digest(given.encode(), self._secret.encode()):
            return _refusal(
                403, f"Nothing was saved: this form is not of the demonstration that runs. Open {request.origin}{PATH}."
            )
        number = self._saved[0] + 1
        self._saved = number, save(self.canvas, key, form)
        query = urlencode({"key": key.id, "saved": number})
        return redirect(f"{request.origin}{PATH}?{query}#outcome", 303)


def _stranger(request: Request, *, posted: bool) -> Response | None:
    """The refusal of a request that does not come from this machine's own page; None if it does."""
    if not _HERE.fullmatch(request.host):
        return _refusal(403, "The key screen is for this machine alone: open it at 127.0.0.1 or localhost.")
    if posted and request.headers.get("origin", request.origin) != request.origin:
        return _refusal(403, "Nothing was saved: the form came from another site.")
    if not posted and request.method not in {"GET", "HEAD"}:
        return _refusal(405, "The key screen takes GET and POST.")
    return None


def _chosen(keys: list[DeveloperKey], wanted: object) -> DeveloperKey | None:
    """The key that the request names, else the first one."""
    if wanted is None:
        return next(iter(keys), None)
    return next((key for key in keys if str(key.id) == wanted), None)


def _refusal(status: int, text: str) -> Response:
    return text_response(f"{text}\n", status).with_headers(("Cache-Control", "no-store"))
