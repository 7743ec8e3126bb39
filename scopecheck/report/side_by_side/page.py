"""Several runs side by side as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence

from scopecheck.report.rendering import rendered
from scopecheck.report.side_by_side.runs import Run
from scopecheck.report.side_by_side.table import FACTS, line_up


def render(runs: Sequence[Run], title: str = "") -> str:
    """The page of these runs, a column for each; every text in it is escaped, and it loads nothing from anywhere.

    `title`: what people read first, instead of how much differs.
    """
    return rendered("side_by_side.html.j2", "side_by_side.css", table=line_up(runs), names=FACTS, title=title)
