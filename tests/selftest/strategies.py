"""Hypothesis strategies for the values of the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from scopecheck.model.causes import CAUSES
from scopecheck.model.profile import Profile, Requirement
from scopecheck.model.verdict import (
    CheckVerdict,
    Cleanup,
    Exchange,
    FailedRestore,
    KeyCheck,
    KeyResult,
    Proof,
    RunResult,
    ScopeResult,
    Target,
    Verdict,
)

NASTY: Final = (
    "<script>alert(1)</script>",
    "</style></details><b>bold",
    "a|b \\| c",
    "`code` *star* _under_ [link](http://example.invalid) ~~gone~~ $x$",
    "# heading",
    "1. list",
    "> quoted &lt; &amp;",
    "two\nlines\r\nand three",
    "\x1b[2J\x1b]0;title\x07",
    "half \ud83d of a pair",
    "\u202eright to left",
    "::error::x ##[error]x ##vso[task.complete]",
    "{{ 7 * 7 }} {% include 'x' %} %s {}",
)
"""Texts with a special meaning in one of the formats that they are written into."""

texts = st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(NASTY))
causes = st.sampled_from(sorted(CAUSES))

exchanges = st.builds(
    Exchange,
    request=texts,
    sent=texts | st.just(""),
    status=st.none() | st.integers(200, 599),
    headers=st.dictionaries(texts, texts, max_size=2),
    body=texts | st.just(""),
    elapsed_ms=st.integers(0, 90_000),
)


@st.composite
def scope_results(draw: st.DrawFn, requirement: Requirement) -> ScopeResult:
    """Any verdict for a scope."""
    verdict = draw(st.sampled_from(Verdict))
    granted = verdict is Verdict.GRANTED
    return ScopeResult(
        scope=str(requirement.scope),
        section=requirement.section,
        verdict=verdict,
        proof=draw(st.sampled_from(Proof)) if granted else None,
        cause=None if granted else draw(causes),
        message=draw(texts),
        remedy=None if granted else draw(texts),
        requests=draw(st.integers(0, 9)),
        evidence=draw(st.lists(exchanges, max_size=2)),
        canvas_name=draw(st.none() | st.just(str(requirement.scope).replace("_id", ""))),
    )


@st.composite
def key_results(draw: st.DrawFn, check: KeyCheck) -> KeyResult:
    """Any verdict for a key check."""
    verdict = draw(st.sampled_from(CheckVerdict))
    wrong = verdict in {CheckVerdict.FAILED, CheckVerdict.UNPROVED}
    return KeyResult(
        check=check,
        verdict=verdict,
        cause=draw(causes) if wrong else None,
        message=draw(texts),
        remedy=draw(texts) if wrong else None,
        evidence=draw(st.lists(exchanges, max_size=1)),
    )


@st.composite
def runs(draw: st.DrawFn, profile: Profile) -> RunResult:
    """Any run: most scopes alike, some with their own results, some perhaps not judged."""
    requirements = profile.requirements
    most = draw(scope_results(requirements[0]))
    special = draw(st.sets(st.integers(0, len(requirements) - 1), max_size=4))
    unjudged = draw(st.sets(st.integers(0, len(requirements) - 1), max_size=2))
    scopes = [
        draw(scope_results(requirement))
        if number in special
        else replace(most, scope=str(requirement.scope), section=requirement.section, canvas_name=None)
        for number, requirement in enumerate(requirements)
        if number not in unjudged
    ]
    names = st.sampled_from([str(requirement.scope) for requirement in requirements])
    return RunResult(
        profile=profile.name,
        mode=draw(st.sampled_from(["exercise", "probe"])),
        started_at="2026-11-23T21:00:00Z",
        duration_s=draw(st.floats(0, 999)),
        target=Target("http://127.0.0.1:8080", draw(st.booleans()), "self", draw(st.none() | st.just("7")), "42"),
        key=[draw(key_results(check)) for check in KeyCheck],
        scopes=scopes,
        cleanup=Cleanup(
            draw(st.integers(0, 9)),
            draw(st.lists(st.builds(FailedRestore, texts, texts), max_size=1)),
            unsettled=draw(st.lists(texts, max_size=1)),
        ),
        expected=len(requirements),
        missing_on_key=draw(st.none() | st.lists(names, unique=True, max_size=3)),
        names=draw(st.dictionaries(names, st.none() | names, max_size=3)),
        notes=draw(st.lists(texts, max_size=1)),
    )
