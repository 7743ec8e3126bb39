"""`diff`: what changed between two runs, or differs between more, of one Canvas or of several."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from scopecheck.commands.command import Command
from scopecheck.config.atomic_write import write_whole
from scopecheck.config.scopes_file import ScopesFileError, load_scopes_file
from scopecheck.config.settings import SettingsError
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import harmless
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.report import side_by_side
from scopecheck.report.diff import Comparison, Kind, as_markdown, as_text, compare
from scopecheck.report.side_by_side.runs import is_one_target


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("before", type=Path, metavar="OLD", help="the scopes.json of the earlier run")
    parser.add_argument("after", type=Path, metavar="NEW", help="the scopes.json of the later run")
    parser.add_argument(
        "more", type=Path, nargs="*", metavar="MORE", help="further ones: nights of one Canvas, or other Canvases"
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown, for a job summary or a ticket")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="also write a page with a column for each run (one HTML file)"
    )


def _run(options: Namespace) -> ExitCode:
    if options.html and options.html.suffix not in {".html", ".htm"}:
        wrong = f"--html: {options.html} does not end in .html, so it may be one of the runs; name the page to write."
        raise SettingsError([wrong])
    documents = _load_all(options.before, options.after, *options.more)
    if options.html:
        _write(options.html, side_by_side.render(side_by_side.runs_of(documents)))
    compared = list(_compared(documents))
    if options.more:
        table = side_by_side.line_up(side_by_side.runs_of(documents))
        text = side_by_side.as_markdown(table) if options.markdown else side_by_side.as_text(table)
    else:
        text = as_markdown(compared[0]) if options.markdown else as_text(compared[0])
    print(harmless(text), end="")
    worse = any(change.kind is Kind.WORSE for each in compared for change in each.changes)
    return ExitCode.NOT_CONFORMANT if worse else ExitCode.OK


def _compared(documents: Sequence[ScopesDocument]) -> Iterator[Comparison]:
    """What the exit code rests on: the last night against the one before it, or each Canvas against the first."""
    if len(documents) > 2 and is_one_target(documents):
        *_, before, last = sorted(documents, key=lambda found: found.started_at)
        yield compare(before, last)
    else:
        first, *others = documents
        yield from (compare(first, other) for other in others)


def _load_all(*paths: Path) -> list[ScopesDocument]:
    """Load the documents; raises SettingsError with everything that is wrong with any of them."""
    documents, problems = [], []
    for path in paths:
        try:
            documents.append(load_scopes_file(path))
        except ScopesFileError as error:
            problems.append(str(error))
    if problems:
        raise SettingsError(problems)
    return documents


def _write(path: Path, page: str) -> None:
    try:
        write_whole(path, page)
    except OSError as error:
        wrong = f"--html: {path} cannot be written ({error.strerror}); name a file in a folder that you can write to."
        raise SettingsError([wrong]) from None


COMMAND = Command(
    "Compare the scopes.json of two runs: what is newly failing, newly passing, or otherwise changed. The exit code is "
    "1 if anything is newly failing (including a scope that was granted and is no longer tested), otherwise 0: what "
    "failed before and still fails does not count. With more than two, say what differs between them; then the exit "
    "code is 1 if anything is newly failing in the last run of one Canvas since the run before it, or, with several "
    "Canvases, if anything fails in one of them that is right in the first.",
    _add_options,
    _run,
)
