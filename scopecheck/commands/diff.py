"""`diff`: what changed between two runs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from scopecheck.commands.command import Command
from scopecheck.config.scopes_file import ScopesFileError, load_scopes_file
from scopecheck.config.settings import SettingsError
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import harmless
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.report.diff import Kind, as_markdown, as_text, compare


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("before", type=Path, metavar="OLD", help="the scopes.json of the earlier run")
    parser.add_argument("after", type=Path, metavar="NEW", help="the scopes.json of the later run")
    parser.add_argument("--markdown", action="store_true", help="print Markdown, for a job summary or a ticket")


def _run(options: Namespace) -> ExitCode:
    before, after = _load_both(options.before, options.after)
    changes = compare(before, after)
    print(harmless(as_markdown(changes) if options.markdown else as_text(changes)), end="")
    worse = any(change.kind is Kind.WORSE for change in changes.changes)
    return ExitCode.NOT_CONFORMANT if worse else ExitCode.OK


def _load_both(*paths: Path) -> list[ScopesDocument]:
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


COMMAND = Command(
    "Compare the scopes.json of two runs: what is newly failing, newly passing, or otherwise changed. The exit code is "
    "1 if anything is newly failing (including a scope that was granted and is no longer tested), otherwise 0: what "
    "failed before and still fails does not count.",
    _add_options,
    _run,
)
