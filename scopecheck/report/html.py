"""scopes.html: the results for people, as one file that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

from scopecheck.report.facts import facts
from scopecheck.report.matrix import LEGEND, by_section
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS

TEMPLATES: Final = Path(__file__).parent / "templates"


def render(subject: Subject) -> str:
    """All of scopes.html; every text in it is escaped, so that markup in a course title stays text."""
    # Imported here because it is slow to load, and worker processes never need it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = _breakable
    style, script = ((TEMPLATES / name).read_text("utf-8") for name in ("scopes.css", "scopes.js"))
    return environment.get_template("scopes.html.j2").render(
        subject=subject,
        facts=facts(subject),
        sections=by_section(subject.rows),
        anchors={row.scope: f"scope-{number}" for number, row in enumerate(subject.rows, 1)},
        legend=LEGEND,
        checks=CHECKS,
        check_titles=CHECK_TITLES,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _breakable(text: str) -> Markup:
    """The text, escaped, with line breaks allowed before each slash: a scope has no other place for one."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[\w|])(?=/)", text))


def _hash(text: str) -> str:
    """How the Content-Security-Policy names the one style or script that the page may have."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
