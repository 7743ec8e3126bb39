"""Write the reports of a run into its report folder, each atomically."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scopecheck.config.atomic_write import write_whole
from scopecheck.report import html, markdown, scopes_json
from scopecheck.report.subject import Subject

HTML: Final = "scopes.html"


class ReportFolderError(OSError):
    """The reports cannot be written."""

    def __init__(self, directory: Path, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(
            f"The reports cannot be written to {directory}: {reason}. "
            "Set CANVAS_REPORTS or --canvas-reports to a writable folder."
        )


def write_reports(directory: Path, subject: Subject) -> None:
    """Write scopes.json, scopes.md and scopes.html; raises ReportFolderError if the folder cannot be written."""
    texts = {
        "scopes.json": scopes_json.encode(subject.document),
        "scopes.md": markdown.render(subject),
        HTML: html.render(subject),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(directory / name, text)
    except OSError as error:
        raise ReportFolderError(directory, error) from error
