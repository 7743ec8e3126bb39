"""Stand-ins for HTML: equal documents get equal ones, and what the exercises look for in a document stays in it."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from lxml.etree import LxmlError

from scopecheck.bundle.stand_ins import StandIns
from scopecheck.canvas import dom
from scopecheck.exercises.content import fragment


def document(text: str, stand_ins: StandIns) -> str:
    """What stands for a fragment of HTML.

    It is plain if the fragment is (`dom.is_plain`), is empty if that is, and has the run's own addition, or only its
    tag, if the fragment has.
    """
    try:
        tokens = dom.outline(text)
        plain = dom.is_plain(text, urlsplit(stand_ins.base_url).netloc)
    except (LxmlError, ValueError, AssertionError):
        # What cannot be parsed: lxml raises all of these.
        return stand_ins.text(text)
    ours = fragment(stand_ins.tag)
    parts = dom.outline(ours)
    start = dom.position(tokens, parts)
    if start is not None:
        rest = tokens[:start] + tokens[start + len(parts) :]
        return _stand_in(rest, stand_ins, plain=plain) + ours
    return _stand_in(tokens, stand_ins, plain=plain, also=f" {escape(stand_ins.tag)}" if stand_ins.tag in text else "")


def _stand_in(tokens: list[object], stand_ins: StandIns, *, plain: bool, also: str = "") -> str:
    if not tokens:
        return ""
    words = stand_ins.whole_text(repr(tokens)) + also
    # A link into Canvas is what Canvas rewrites.
    return f"<p>{words}</p>" if plain else f'<p><a href="/">{words}</a></p>'
