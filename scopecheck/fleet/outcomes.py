"""What became of a target: read from what its process left in its folder, and shown where it left nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scopecheck.config.file_problems import FileProblems
from scopecheck.config.known_gaps_file import load_gaps
from scopecheck.config.profile_file import is_profile_name, load_profile
from scopecheck.config.scopes_file import ScopesFileError, load_scopes_file
from scopecheck.config.targets_file import Target
from scopecheck.fleet.process import DOCUMENT, LOG
from scopecheck.fleet.timetable import Ended
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.fleet_document import TargetOutcome
from scopecheck.model.foreign_text import clean
from scopecheck.model.scopes_document import KeyRow, ScopeRow, ScopesDocument
from scopecheck.model.secret import KnownSecrets, without_credentials
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Verdict
from scopecheck.report.cause_order import PLACE
from scopecheck.report.files import HTML, JSON, remove_old
from scopecheck.report.nothing import Nothing
from scopecheck.report.write import ReportFolderError, write_nothing

_LONGEST: Final = 600
"""Characters of a reason."""
_RIGHT: Final = (Verdict.GRANTED, CheckVerdict.OK, CheckVerdict.NOT_CHECKED)


@dataclass(frozen=True)
class Reading:
    """What a target's process left: its outcome, and its document if it judged anything."""

    outcome: TargetOutcome
    document: ScopesDocument | None


class Results:
    """What a target's folder had before its process started, to tell the new from the old."""

    def __init__(self, target: Target, folder: Path, known: KnownSecrets, *, preflight: bool) -> None:
        self.target = target
        self.folder = folder
        self.known = known
        self.preflight = preflight
        for name in (LOG, DOCUMENT):
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)
        self._before = {name: _identity(folder / name) for name in (JSON, HTML)}

    def read(self, ended: Ended, started_at: str) -> Reading:
        """What was found, once the process has ended."""
        found = self._document()
        if not self.preflight:
            if found is None and not self._is_new(HTML):
                # An earlier run's reports must not stand for this one's.
                remove_old(self.folder)
                self._write_nothing(ended, ended.why or self._reason(), started_at)
            elif found is None:
                (self.folder / JSON).unlink(missing_ok=True)
        headline = (found.headline if found else None) or ended.why or self._reason()
        outcome = TargetOutcome(
            name=self.target.name,
            base_url=self.target.settings.get("CANVAS_BASE_URL"),
            exit_code=int(ended.code),
            ending=ended.ending,
            duration_s=round(ended.seconds, 1),
            headline=headline if headline.startswith(ended.why) else f"{ended.why} {headline}",
            conformant=self._conformant(found, ended),
            counts=found.counts if found and not self.preflight else None,
            remedy=first_remedy(found, self._excused()) if found and ended.code != ExitCode.OK else None,
            folder=self.target.folder,
            page=self._beside(HTML) if not self.preflight else None,
            log=self._beside(LOG),
        )
        return Reading(outcome, found)

    def _document(self) -> ScopesDocument | None:
        """What the process found; None if it found nothing, or an earlier one did."""
        with suppress(ScopesFileError):
            if self.preflight:
                return load_scopes_file(self.folder / DOCUMENT)
            if self._is_new(JSON):
                return load_scopes_file(self.folder / JSON)
        return None

    def _is_new(self, name: str) -> bool:
        now = _identity(self.folder / name)
        return now is not None and now != self._before[name]

    def _conformant(self, found: ScopesDocument | None, ended: Ended) -> bool | None:
        if found is None:
            return None
        return ended.code == ExitCode.OK if self.preflight else found.conformant

    def _reason(self) -> str:
        """Why nothing was judged, by the log: the first problem in it, or else its last line."""
        try:
            lines = (self.folder / LOG).read_text("utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        problem = next((line.removeprefix("- ") for line in lines if line.startswith("- ")), "")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "It printed nothing.")
        return clean(without_credentials(self.known.mask(problem or last)), _LONGEST)

    def _write_nothing(self, ended: Ended, reason: str, started_at: str) -> None:
        why = "its settings are wrong" if ended.code == ExitCode.WRONG_SETTINGS else "the run did not get that far"
        with suppress(ReportFolderError):
            write_nothing(self.folder, Nothing(why, (reason,), ExitCode(ended.code), started_at))

    def _beside(self, name: str) -> str | None:
        return f"{self.target.folder}/{name}" if (self.folder / name).is_file() else None

    def _excused(self) -> frozenset[str]:
        """The scopes that are known gaps, as far as the files can be read: the run has told what is wrong with them."""
        named = self.target.settings.get("CANVAS_KNOWN_GAPS")
        if named:
            with suppress(FileProblems):
                profile = self.target.settings.get("CANVAS_PROFILE", "ally")
                found = load_profile(profile if is_profile_name(profile) else Path(profile))
                return frozenset(gap.scope for gap in load_gaps(Path(named), found))
        return frozenset()


def first_remedy(found: ScopesDocument, excused: Collection[str] = ()) -> str | None:
    """What to do first about what is wrong, in the order in which an administrator handles causes."""
    rows = [row for row in _wrong(found, excused) if row.remedy]
    first = min(rows, key=lambda row: PLACE.get(row.cause or "", len(PLACE)), default=None)
    return first.remedy if first else None


def _wrong(found: ScopesDocument, excused: Collection[str]) -> Iterator[KeyRow | ScopeRow]:
    # With known gaps, a key may lack scopes: the scopes themselves say which of them count.
    unsaid = {KeyCheck.SCOPES_ON_KEY} if excused else set()
    yield from (row for row in found.key if row.verdict not in _RIGHT and row.check not in unsaid)
    rows = (row for row in found.scopes if row.verdict not in _RIGHT)
    yield from (row for row in rows if row.scope not in excused and not row.optional)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
