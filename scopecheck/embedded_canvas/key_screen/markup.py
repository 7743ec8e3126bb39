"""The page as HTML: every text in it is escaped, and it loads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from scopecheck.embedded_canvas.http import Response, text_response
from scopecheck.embedded_canvas.key_screen.look import Look
from scopecheck.embedded_canvas.key_screen.next_steps import Commands
from scopecheck.embedded_canvas.key_screen.outcome import Outcome
from scopecheck.embedded_canvas.records import DeveloperKey

if TYPE_CHECKING:
    from jinja2 import Template

_HERE: Final = Path(__file__).parent


def page(
    *,
    look: Look | None,
    keys: Sequence[DeveloperKey],
    outcome: Outcome | None,
    commands: Commands,
    secret: str,
    path: str,
) -> Response:
    """The page of one of the keys; without a key, it says that there is none. `secret` goes into its form."""
    style, template = _loaded()
    text = template.render(
        look=look,
        keys=keys,
        outcome=outcome,
        commands=commands,
        secret=secret,
        path=path,
        style=Markup(style),  # noqa: S704  # our own file
    )
    return text_response(text, content_type="text/html; charset=utf-8").with_headers(*_headers(style))


@cache
def _loaded() -> tuple[str, Template]:
    """The style, and the template."""
    # Imported here because it is slow to load, and only this page needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["breakable"] = _breakable
    return (_HERE / "page.css").read_text("utf-8"), environment.get_template("page.html.j2")


def _headers(style: str) -> list[tuple[str, str]]:
    """No script, no frame, nothing from elsewhere, and nothing kept."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return [
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        # Not `no-referrer`, with which browsers send no Origin either.
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]


def _breakable(text: str) -> Markup:
    """The text, escaped, with line breaks allowed before each slash: a scope has no other place for one."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[\w|])(?=/)", text))
