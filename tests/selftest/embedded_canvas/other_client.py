"""canvasapi, a third-party Canvas client, against an embedded Canvas on a real socket."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import canvasapi

from scopecheck.embedded_canvas.known import ROOT, SANDBOX
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.embedded_canvas.tables import Tables
from tests.selftest.embedded_canvas.driver import Holder
from tests.selftest.embedded_canvas.serving import running


@dataclass(frozen=True)
class Visit:
    """canvasapi's objects, and the Canvas that they talk to."""

    server: EmbeddedCanvas
    canvas: canvasapi.Canvas

    @property
    def tables(self) -> Tables:
        """The Canvas's data."""
        return self.server.tables

    @property
    def course(self) -> Any:
        """The sandbox course."""
        return self.canvas.get_course(SANDBOX)

    @property
    def root(self) -> Any:
        """The root account."""
        return self.canvas.get_account(ROOT)


@contextmanager
def visiting(token: Holder = "access", /, **state: Any) -> Iterator[Visit]:  # noqa: S107  # whose token, not a token
    """canvasapi and a Canvas in this state, with the integration's token, the administrator's, or an empty one."""
    with running(**state) as server:
        known = server.credentials
        text = {"access": known.access_token, "admin": known.admin_token, None: ""}[token]
        with warnings.catch_warnings():
            # It warns about plain HTTP, and loopback has nothing else.
            warnings.simplefilter("ignore", UserWarning)
            canvas = canvasapi.Canvas(server.url, text)
        requester = canvas._Canvas__requester
        requester._session.trust_env = False
        try:
            yield Visit(server, canvas)
        finally:
            requester._session.close()
