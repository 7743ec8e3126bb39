"""scopes.html: the results for people, as one file that needs no server and no network."""

from __future__ import annotations

from scopecheck.report.facts import facts
from scopecheck.report.matrix import LEGEND, by_section
from scopecheck.report.nothing import Nothing
from scopecheck.report.rendering import compile_templates, digest, rendered, source
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS, UNSETTLED


def render(subject: Subject) -> str:
    """All of scopes.html; every text in it is escaped, so that markup in a course title stays text."""
    script = source("scopes.js")
    return rendered(
        "scopes.html.j2",
        "scopes.css",
        subject=subject,
        facts=facts(subject),
        sections=by_section(subject.rows),
        anchors={row.scope: f"scope-{number}" for number, row in enumerate(subject.rows, 1)},
        legend=LEGEND,
        checks=CHECKS,
        check_titles=CHECK_TITLES,
        unsettled=UNSETTLED,
        script=script,
        script_hash=digest(script),
    )


def render_nothing(nothing: Nothing) -> str:
    """The page of a run that tested nothing, in the same style."""
    return rendered("nothing.html.j2", "scopes.css", nothing=nothing)


def prepare() -> None:
    """Compile the page's templates, a quarter of a second: for whoever waits before there is anything to write."""
    parts = ("scopes", "macros", "to_do", "matrix", "key", "beside")
    compile_templates(*(f"{part}.html.j2" for part in parts))
