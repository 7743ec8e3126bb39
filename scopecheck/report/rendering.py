"""Pages for people: one HTML file from a template, with its style in it, that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).parent / "templates"


def rendered(template: str, *styles: str, **values: object) -> str:
    """The page of a template, in the style of all pages and with these further style sheets; every value is escaped."""
    style = "\n".join(source(name) for name in ("page.css", *styles))
    return _environment().get_template(template).render(style=style, style_hash=digest(style), **values)


def compile_templates(*names: str) -> None:
    """Do ahead what the first use of a template takes time for."""
    for name in names:
        _environment().get_template(name)


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


def source(name: str) -> str:
    """The text of a style sheet or script."""
    return (TEMPLATES / name).read_text("utf-8")


def digest(text: str) -> str:
    """How the Content-Security-Policy names the one style or script that the page may have."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _breakable(text: str) -> Markup:
    """The text, escaped, with line breaks allowed before each slash: a scope has no other place for one."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[\w|])(?=/)", text))
