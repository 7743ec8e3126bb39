"""Several runs side by side, nights of one Canvas or many Canvases: as one table, in text, Markdown and HTML."""

from scopecheck.report.side_by_side.page import render
from scopecheck.report.side_by_side.runs import Run, runs_of
from scopecheck.report.side_by_side.table import Table, line_up
from scopecheck.report.side_by_side.text import as_markdown, as_text

__all__ = ["Run", "Table", "as_markdown", "as_text", "line_up", "render", "runs_of"]
