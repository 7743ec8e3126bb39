"""ctrf.json: a run's cases in the Common Test Report Format (https://ctrf.io), which plug-ins of CI systems read.

What the format has no member for is in `extra`. Where the run is not conformant at least one test has failed, and where
it is none has: that is what such plug-ins go by.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from scopecheck import __version__
from scopecheck.model.foreign_text import clean
from scopecheck.model.verdict import CheckVerdict, Exchange, KeyResult, Verdict
from scopecheck.report.facts import facts
from scopecheck.report.matrix import Row
from scopecheck.report.nothing import Nothing
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, KEY_SECTION, UNSETTLED

TOOL: Final = "canvas-scope-check"
SPECIFICATION: Final = "0.0.0"
"""The version of the format, of which no other has been published yet."""
WHOLE: Final = "run"
"""The test that fails where a run is not conformant for a reason that no scope and no key check shows."""

_Status: TypeAlias = Literal["passed", "failed", "skipped", "pending", "other"]

_IDS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://ctrf.io/canvas-scope-check")


class _Test(msgspec.Struct, rename="camel", omit_defaults=True):
    """One case; what is empty is left out."""

    id: str
    name: str
    """The scope, or the name of the key check: the same in every run."""
    status: _Status
    duration: int
    """Milliseconds that Canvas took for the requests in the evidence."""
    raw_status: str
    """The verdict."""
    suite: list[str]
    """The profile's title, and the section of the key screen."""
    message: str = ""
    trace: str = ""
    """What to do."""
    tags: list[str] = []
    extra: dict[str, str | int] = {}


def encode(subject: Subject) -> str:
    """All of ctrf.json."""
    run = subject.run
    tests = [_of_check(subject, check) for check in run.key] + [_of_scope(subject, row) for row in subject.rows]
    if not subject.conformant and all(test.status != "failed" for test in tests):
        tests.append(_of_run(run.profile, "not-conformant", subject.headline.sentence, [*_open(subject)]))
    about = "Demonstration, nothing is known about your Canvas: " if run.target.embedded else ""
    environment = {
        "reportName": f"{about}Canvas scopes for {subject.profile.title}",
        "testEnvironment": run.target.base_url,
        "healthy": subject.conformant,
        "extra": dict(facts(subject)),
    }
    version = {"appVersion": run.target.canvas_version} if run.target.canvas_version else {}
    return _document(tests, run.started_at, run.duration_s, {**environment, **version})


def encode_nothing(nothing: Nothing) -> str:
    """The report of a run that tested nothing: one test, which has failed."""
    test = _of_run("", "nothing-tested", nothing.sentence, nothing.details)
    return _document([test], nothing.started_at, 0, {"reportName": "Canvas scopes", "healthy": False})


def _document(tests: Sequence[_Test], started_at: str, duration_s: float, environment: dict[str, object]) -> str:
    start, duration = round(datetime.fromisoformat(started_at).timestamp() * 1000), round(duration_s * 1000)
    counts = Counter(test.status for test in tests)
    summary = {
        "tests": len(tests),
        **{status: counts[status] for status in ("passed", "failed", "skipped", "pending", "other")},
        "suites": len({*(test.suite[-1] for test in tests)}),
        "start": start,
        "stop": start + duration,
        "duration": duration,
    }
    document = {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "timestamp": started_at,
        "generatedBy": f"{TOOL} {__version__}",
        "results": {
            "tool": {"name": TOOL, "version": __version__},
            "summary": summary,
            "tests": tests,
            "environment": {"appName": "Canvas", **environment},
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _of_check(subject: Subject, check: KeyResult) -> _Test:
    excuse = subject.excuse(check)
    about = {"check": CHECK_TITLES[check.check], "cause": check.cause, "excuse": excuse}
    return _Test(
        id=_id(subject.run.profile, check.check),
        name=check.check.value,
        status="other" if excuse else _status(check.verdict),
        duration=_spent(check.evidence),
        raw_status=check.verdict.value,
        suite=[subject.profile.title, KEY_SECTION],
        message="" if check.verdict is CheckVerdict.OK else check.message,
        trace=_to_do(check.remedy),
        tags=[subject.run.mode],
        extra=_known(about),
    )


def _of_scope(subject: Subject, row: Row) -> _Test:
    result, requirement = row.result, row.requirement
    test = _Test(
        id=_id(subject.run.profile, row.scope),
        name=row.scope,
        # What the run did not get to is still to be done; what was left out on purpose is not.
        status="pending" if subject.run.ended or subject.run.stopped else "skipped",
        duration=0,
        raw_status="not-tested",
        suite=[subject.profile.title, requirement.section],
        message="Not tested.",
        tags=[subject.run.mode, "write" if requirement.scope.is_write else "read"],
        extra=_known({"severity": requirement.severity}),
    )
    if result is None:
        return test
    excuse, gap, optional = subject.excuse(result), subject.gap(result), subject.optional(result)
    why = gap.reason if gap else optional.without if optional else ""
    about = {
        "section": result.section,
        "proof": result.proof,
        "cause": result.cause,
        "requests": result.requests,
        "canvasName": result.canvas_name,
        "excuse": clean(f"{excuse}: {why}") if excuse else None,
    }
    return msgspec.structs.replace(
        test,
        status="other" if excuse else _status(result.verdict),
        duration=_spent(result.evidence),
        raw_status=result.verdict.value,
        message="" if result.verdict is Verdict.GRANTED else result.message,
        trace=_to_do(result.remedy),
        extra={**test.extra, **_known(about)},
    )


def _of_run(profile: str, said: str, message: str, details: Sequence[str]) -> _Test:
    """The run as a whole, which has failed."""
    return _Test(
        id=_id(profile, WHOLE), name=WHOLE, status="failed", duration=0, raw_status=said, suite=["Run"],
        message=message, trace="\n".join(details),
    )  # fmt: skip


def _open(subject: Subject) -> Iterator[str]:
    """What keeps a run from being conformant besides its scopes and key checks."""
    cleanup = subject.run.cleanup
    yield from (f"Not restored: {failure.what}: {failure.message}" for failure in cleanup.failed)
    if cleanup.unsettled:
        yield f"Not settled yet: {'; '.join(cleanup.unsettled)}. {UNSETTLED}"
    yield from (f"Known gap: {clean(problem)}" for problem in subject.gaps.problems)
    yield from subject.explanation


def _status(verdict: Verdict | CheckVerdict) -> _Status:
    """The status of a verdict that counts; unproved is a failure, since it must not look like success."""
    if verdict is CheckVerdict.NOT_CHECKED:
        return "skipped"
    return "passed" if verdict in {Verdict.GRANTED, CheckVerdict.OK} else "failed"


def _id(profile: str, name: str) -> str:
    return str(uuid.uuid5(_IDS, f"{profile}:{name}"))


def _spent(evidence: Sequence[Exchange]) -> int:
    return sum(exchange.elapsed_ms for exchange in evidence)


def _to_do(remedy: str | None) -> str:
    return f"What to do: {remedy}" if remedy else ""


def _known(about: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in about.items() if value is not None and value != ""}
