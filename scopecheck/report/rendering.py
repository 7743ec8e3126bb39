"""Pages for people: one HTML file from a template, with its style in it, that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

TEMPLATES: Final = Path(__file__).parent / "templates"


def rendered(template: str, *styles: str, **values: object) -> str:
    """The page of a template, in the style of all pages and with these further style sheets; every value is escaped."""
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
    style = "\n".join(source(name) for name in ("page.css", *styles))
    return environment.get_template(template).render(style=style, style_hash=digest(style), **values)


def source(name: str) -> str:
    """The text of a style sheet or script."""
    return (TEMPLATES / name).read_text("utf-8")


def digest(text: str) -> str:
    """How the Content-Security-Policy names the one style or script that the page may have."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _breakable(text: str) -> Markup:
    """The text, escaped, with line breaks allowed before each slash: a scope has no other place for one."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[\w|])(?=/)", text))
