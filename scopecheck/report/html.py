"""scopes.html: the results for people, as one file that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from scopecheck.report.facts import facts
from scopecheck.report.matrix import LEGEND, by_section
from scopecheck.report.nothing import Nothing
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS, UNSETTLED

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).parent / "templates"


def render(subject: Subject) -> str:
    """All of scopes.html; every text in it is escaped, so that markup in a course title stays text."""
    script = (TEMPLATES / "scopes.js").read_text("utf-8")
    return _rendered(
        "scopes.html.j2",
        subject=subject,
        facts=facts(subject),
        sections=by_section(subject.rows),
        anchors={row.scope: f"scope-{number}" for number, row in enumerate(subject.rows, 1)},
        legend=LEGEND,
        checks=CHECKS,
        check_titles=CHECK_TITLES,
        unsettled=UNSETTLED,
        script=script,
        script_hash=_hash(script),
    )


def render_nothing(nothing: Nothing) -> str:
    """The page of a run that tested nothing, in the same style."""
    return _rendered("nothing.html.j2", nothing=nothing)


def prepare() -> None:
    """Compile the templates, a quarter of a second: for whoever waits anyway before there is anything to write."""
    environment = _environment()
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)


def _rendered(template: str, **values: object) -> str:
    style = (TEMPLATES / "scopes.css").read_text("utf-8")
    return _environment().get_template(template).render(style=style, style_hash=_hash(style), **values)


@cache
def _environment() -> Environment:
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
    return environment


def _breakable(text: str) -> Markup:
    """The text, escaped, with line breaks allowed before each slash: a scope has no other place for one."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[\w|])(?=/)", text))


def _hash(text: str) -> str:
    """How the Content-Security-Policy names the one style or script that the page may have."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
