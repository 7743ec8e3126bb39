"""The overview of a fleet as one HTML file, and the matrix of its scopes by target as another."""

from __future__ import annotations

from collections.abc import Mapping

from scopecheck.model.fleet_document import FleetDocument
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.report.fleet.document import MATRIX
from scopecheck.report.fleet.words import counts_of, overall, sentence, shown_seconds, sign_of
from scopecheck.report.rendering import rendered
from scopecheck.report.side_by_side import Run, render
from scopecheck.report.words import shown_time


def overview(found: FleetDocument) -> str:
    """A row for each target: how it ended, its scopes, what to do first, and where its own page is."""
    return rendered(
        "fleet.html.j2",
        "scopes.css",
        "fleet.css",
        found=found,
        sentence=sentence(found),
        overall=overall(found),
        signs=[sign_of(target, preflight=found.preflight) for target in found.targets],
        counts=[counts_of(target) for target in found.targets],
        times=[shown_seconds(target.duration_s) for target in found.targets],
        started=shown_time(found.started_at),
        duration=shown_seconds(found.duration_s),
        matrix="" if found.preflight else MATRIX,
    )


def matrix(found: FleetDocument, documents: Mapping[str, ScopesDocument]) -> str:
    """A column for each target, a row for each scope; `documents` has those of targets that judged anything."""
    runs = []
    for target in found.targets:
        document = documents.get(target.name)
        note = "" if document else f"Exit code {target.exit_code}: {target.headline}"
        runs.append(Run(target.name, document, note, target.page or ""))
    return render(runs, sentence(found))
