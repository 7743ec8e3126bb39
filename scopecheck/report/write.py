"""Write the reports of a run into its report folder, each atomically."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scopecheck.config.atomic_write import write_whole
from scopecheck.report import ctrf, html, markdown, scopes_json
from scopecheck.report.files import CTRF, HTML, JSON, MARKDOWN
from scopecheck.report.nothing import Nothing
from scopecheck.report.subject import Subject


class ReportFolderError(OSError):
    """The reports cannot be written."""

    def __init__(self, directory: Path, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(
            f"The reports cannot be written to {directory}: {reason}. "
            "Set CANVAS_REPORTS or --canvas-reports to a writable folder."
        )


def write_reports(directory: Path, subject: Subject) -> None:
    """Write all reports of a run; raises ReportFolderError if the folder cannot be written.

    A run that ended early and judged nothing has no scopes.json: it says nothing that a machine could compare.
    """
    texts = {MARKDOWN: markdown.render(subject), HTML: html.render(subject), CTRF: ctrf.encode(subject)}
    if not subject.tested_nothing:
        texts = {JSON: scopes_json.encode(subject.document), **texts}
    _write(directory, texts)


def write_nothing(directory: Path, nothing: Nothing) -> None:
    """Write scopes.md, scopes.html and ctrf.json of a run that tested nothing; raises ReportFolderError as above."""
    texts = {MARKDOWN: markdown.render_nothing(nothing), HTML: html.render_nothing(nothing)}
    _write(directory, {**texts, CTRF: ctrf.encode_nothing(nothing)})


def _write(directory: Path, texts: Mapping[str, str]) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(directory / name, text)
    except OSError as error:
        raise ReportFolderError(directory, error) from error
