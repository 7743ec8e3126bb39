"""A run that ended before anything was asked of Canvas: that nothing was tested, and why."""

from __future__ import annotations

from dataclasses import dataclass

from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.report.words import shown_time


@dataclass(frozen=True)
class Nothing:
    """Why a run tested nothing: in a clause, then what was said about it, a paragraph each. Without any secret."""

    why: str
    said: tuple[str, ...]
    exit_code: ExitCode
    started_at: str

    @property
    def sentence(self) -> str:
        """What people read first."""
        return clean(f"Nothing was tested: {self.why}.")

    @property
    def details(self) -> list[str]:
        """What was said, without characters that no report can show."""
        return [clean(text) for text in self.said]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """When this was, and how it ended."""
        return [("Started", shown_time(self.started_at)), ("Exit code", str(int(self.exit_code)))]
