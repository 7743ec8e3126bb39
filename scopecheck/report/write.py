"""Write the reports of a run into its report folder, each at once or not at all."""

from __future__ import annotations

from pathlib import Path

from scopecheck.profile import Profile
from scopecheck.report import html, markdown, scopes_json
from scopecheck.report.known_gaps import NO_GAPS, GapsFound
from scopecheck.report.scopes_json import Document
from scopecheck.report.subject import Subject
from scopecheck.verdict import RunResult
from scopecheck.whole_file import write_whole


class ReportFolderError(OSError):
    """The reports cannot be written."""

    def __init__(self, directory: Path, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(
            f"The reports cannot be written to {directory}: {reason}. "
            "Set CANVAS_REPORTS or --canvas-reports to a folder that can be written."
        )


def write_reports(
    directory: Path, profile: Profile, run: RunResult, gaps: GapsFound = NO_GAPS, baseline: Document | None = None
) -> Subject:
    """Write scopes.json, scopes.md and scopes.html, and give what they were made from.

    Raises ReportFolderError where the folder cannot be made or written.
    """
    subject = Subject(profile, run, gaps, baseline)
    texts = {
        "scopes.json": scopes_json.encode(subject.document),
        "scopes.md": markdown.render(subject),
        "scopes.html": html.render(subject),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(directory / name, text)
    except OSError as error:
        raise ReportFolderError(directory, error) from error
    return subject
