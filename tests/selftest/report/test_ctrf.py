"""ctrf.json: valid by the published format, in agreement with scopes.json, and red exactly where the run is."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator

from scopecheck import __version__
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.known_gap import Gap
from scopecheck.model.verdict import Cleanup, FailedRestore, RunResult, Verdict
from scopecheck.report import ctrf
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.nothing import Nothing
from scopecheck.report.subject import Subject
from tests.selftest.report.examples import ALLY, EXAMPLES, PAGE, QUIZ, SCOPES, all_right, demonstrated, missing_on_key
from tests.selftest.report.test_case_reports import rows_of
from tests.selftest.strategies import runs

TEXT: Final = {"type": "string"}
WHOLE: Final = {"type": "integer", "minimum": 0}
TEXTS: Final = {"type": "array", "items": TEXT}
COUNTED: Final = ("passed", "failed", "skipped", "pending", "other")


def closed(required: str, **members: object) -> dict[str, object]:
    """An object with these members and no others, as everywhere in the format except in `extra`."""
    return {"type": "object", "required": required.split(), "properties": members, "additionalProperties": False}


NAMED: Final = {"type": "string", "minLength": 1}
TEST: Final = closed(
    "name status duration",
    id={"type": "string", "format": "uuid"}, name=NAMED, status={"enum": [*COUNTED]}, duration=WHOLE, rawStatus=TEXT,
    suite={**TEXTS, "minItems": 1}, message=TEXT, trace=TEXT, tags=TEXTS, extra={"type": "object"},
)  # fmt: skip
ENVIRONMENT: Final = closed(
    "", reportName=TEXT, appName=TEXT, appVersion=TEXT, testEnvironment=TEXT, healthy={"type": "boolean"},
    extra={"type": "object"},
)  # fmt: skip
TIMES: Final = ("start", "stop")
SUMMARY: Final = closed(
    " ".join(("tests", *COUNTED, *TIMES)),
    **dict.fromkeys(("tests", *COUNTED, *TIMES, "suites", "flaky", "duration"), WHOLE),
)
RESULTS: Final = closed(
    "tool summary tests",
    tool=closed("name", name=NAMED, version=TEXT), summary=SUMMARY, tests={"type": "array", "items": TEST},
    environment=ENVIRONMENT,
)  # fmt: skip
SCHEMA: Final = closed(
    "results reportFormat specVersion",
    reportFormat={"const": "CTRF"}, specVersion={"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
    timestamp={"type": "string", "format": "date-time"}, generatedBy=TEXT, results=RESULTS,
)  # fmt: skip
"""What ctrf-io/ctrf, schema/ctrf.schema.json says of the members that this suite writes."""
VALIDATOR: Final = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)


def read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(found)
    return found


def cases_of(subject: Subject) -> dict[str, dict[str, Any]]:
    """The tests by name, each there once, and counted as they are."""
    results = read(ctrf.encode(subject))["results"]
    counts = Counter(test["status"] for test in results["tests"])
    assert {status: results["summary"][status] for status in COUNTED} == {each: counts[each] for each in COUNTED}
    assert results["summary"]["tests"] == len(results["tests"])
    found = {test["name"]: test for test in results["tests"]}
    assert len(found) == len(results["tests"])
    return found


@settings(deadline=None, max_examples=20)
@given(run=runs(ALLY))
def test_it_agrees_with_the_document(run: RunResult) -> None:
    """Each case has its verdict, message, remedy and cause, whatever Canvas returned; red is what is not conformant."""
    subject = Subject(ALLY, run)
    tests, rows = cases_of(subject), rows_of(subject)
    red = any(test["status"] == "failed" for test in tests.values())
    assert red is not subject.conformant
    for name, row in rows.items():
        test, right = tests.pop(name), row.verdict in {"granted", "ok"}
        assert test["rawStatus"] == row.verdict
        assert test["status"] == ("passed" if right else "skipped" if row.verdict == "not-checked" else "failed")
        assert test.get("message") == (None if right else row.message)
        assert test.get("trace") == (f"What to do: {row.remedy}" if row.remedy else None)
        assert test["extra"].get("cause") == row.cause
    tests.pop("run", None)

    assert {test["status"] for test in tests.values()} <= {"skipped"}
    assert {*tests} == {*SCOPES} - {*rows}


@pytest.mark.parametrize(
    ("run", "word"),
    [
        (replace(all_right(), cleanup=Cleanup(1, [FailedRestore("page x", "got 500")])), "page x: got 500"),
        (replace(all_right(), cleanup=Cleanup(1, unsettled=["quiz 7: title"])), "quiz 7: title"),
        (replace(all_right(), scopes=all_right().scopes[:-1], part="-k pages"), "Run without a filter"),
        (replace(all_right(), scopes=all_right().scopes[:-1], ended="it was interrupted"), "it was interrupted"),
    ],
    ids=["not restored", "not settled", "a part", "ended"],
)
def test_what_no_case_shows_fails_the_run(run: RunResult, word: str) -> None:
    """A run with nothing but green cases that is not conformant has one more test, which has failed and says why."""
    subject = Subject(ALLY, run)
    tests = cases_of(subject)
    whole = tests.pop("run")

    assert (whole["status"], whole["message"]) == ("failed", subject.headline.sentence)
    assert word in whole["trace"]
    assert {test["status"] for test in tests.values()} <= {"passed", "pending" if run.ended else "skipped"}


def test_what_does_not_count_is_neither_passed_nor_failed() -> None:
    """A known gap, and the key check that fails for it alone, are `other`; with the gap granted the run has failed."""
    gaps = (Gap(QUIZ, Verdict.MISSING, "no quizzes here", date(2027, 1, 1)),)
    run, right = missing_on_key(QUIZ), all_right()
    accepted = cases_of(Subject(ALLY, run, find_gaps(gaps, run, date(2026, 1, 1))))
    stale = cases_of(Subject(ALLY, right, find_gaps(gaps, right, date(2026, 1, 1))))

    assert {name for name, test in accepted.items() if test["status"] != "passed"} == {QUIZ, "scopes-on-key"}
    assert (accepted[QUIZ]["status"], accepted[QUIZ]["rawStatus"]) == ("other", "missing")
    assert accepted[QUIZ]["extra"]["excuse"] == "known gap: no quizzes here"
    assert accepted["scopes-on-key"]["status"] == "other"
    assert "granted now; remove it from the known gaps" in stale["run"]["trace"]


@pytest.mark.parametrize("name", ["two-things-wrong", "outage"])
def test_names_and_ids_are_the_same_in_every_run(name: str) -> None:
    """A case keeps its history whatever its verdict; another profile's has another."""
    first, second = cases_of(Subject(ALLY, all_right())), cases_of(Subject(ALLY, EXAMPLES[name]()))
    other = cases_of(Subject(ALLY, replace(all_right(), profile="other")))

    assert {test["name"]: test["id"] for test in first.values()} == {
        test["name"]: test["id"] for test in second.values()
    }
    assert first[PAGE]["id"] != other[PAGE]["id"]


def test_it_says_what_was_tested() -> None:
    """The tool, the times, and in the environment the Canvas; a demonstration says first that it is one."""
    assert {test["status"] for test in cases_of(Subject(ALLY, all_right())).values()} == {"passed"}
    found = read(ctrf.encode(Subject(ALLY, all_right())))["results"]
    shown = read(ctrf.encode(Subject(ALLY, demonstrated(all_right()))))["results"]["environment"]

    assert found["tool"] == {"name": "canvas-scope-check", "version": __version__}
    assert found["summary"]["stop"] - found["summary"]["start"] == 4200
    assert found["environment"]["testEnvironment"] == "https://school.test.instructure.com"
    assert found["environment"]["extra"]["Developer key ID"] == "10000000000042"
    assert shown["reportName"].startswith("Demonstration, nothing is known about your Canvas: ")


def test_a_run_that_tested_nothing_has_failed() -> None:
    """Its one test says why, so that no plug-in takes the report for a green one."""
    nothing = Nothing("the run was refused", ("CANVAS_BASE_URL is wrong.",), ExitCode(4), "2026-11-23T21:00:00Z")
    (test,) = read(ctrf.encode_nothing(nothing))["results"]["tests"]

    assert (test["status"], test["message"]) == ("failed", "Nothing was tested: the run was refused.")
    assert test["trace"] == "CANVAS_BASE_URL is wrong."
