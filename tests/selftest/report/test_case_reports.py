"""JUnit and Allure results of many random runs, read back and compared with scopes.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from junitparser import Error, Failure, JUnitXml, Properties, Skipped, TestCase

from scopecheck.model.scopes_document import KeyRow, ScopeRow
from scopecheck.model.verdict import CheckVerdict, RunResult, Verdict
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES
from tests.selftest.report.examples import ALLY, EXAMPLES
from tests.selftest.report.replaying import replayed
from tests.selftest.strategies import runs

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example is its own pytest run: a failing one is reported as it is, not after minutes of shrinking."""

STATUS = {
    Verdict.GRANTED: "passed",
    Verdict.MISSING: "failed",
    Verdict.MISCONFIGURED: "failed",
    Verdict.UNPROVED: "broken",
    CheckVerdict.OK: "passed",
    CheckVerdict.FAILED: "failed",
    CheckVerdict.UNPROVED: "broken",
    CheckVerdict.NOT_CHECKED: "skipped",
}


def junit(folder: Path) -> dict[str, TestCase]:
    """The cases by the text in brackets after their names."""
    document = JUnitXml.fromfile(str(folder / "junit.xml"))
    return {case.name.partition("[")[2].removesuffix("]"): case for suite in document for case in suite}


def junit_status(case: TestCase) -> str:
    return {Failure: "failed", Error: "failed", Skipped: "skipped"}[type(case.result[0])] if case.result else "passed"


def junit_properties(case: TestCase) -> dict[str, str]:
    found = case.child(Properties)  # type: ignore[no-untyped-call]  # junitparser's own gap
    return {each.name: each.value for each in found} if found is not None else {}


def allure(folder: Path) -> dict[str, dict[str, Any]]:
    """The cases by their full names."""
    found = [json.loads(path.read_text("utf-8")) for path in (folder / "allure-results").glob("*-result.json")]
    cases = {case["fullName"]: case for case in found}
    assert len(cases) == len(found)
    return cases


def rows_of(subject: Subject) -> dict[str, ScopeRow | KeyRow]:
    """What scopes.json says about each case."""
    scopes: dict[str, ScopeRow | KeyRow] = {row.scope: row for row in subject.document.scopes}
    return scopes | {row.check.value: row for row in subject.document.key}


def plain(text: str) -> str:
    return " ".join(text.split())


@settings(deadline=None, max_examples=3, phases=UNSHRUNK)
@given(run=runs(ALLY))
def test_they_agree_with_the_document(run: RunResult) -> None:
    """Each case's outcome, verdict, cause, message and remedy match scopes.json, whatever Canvas answered."""
    subject = Subject(ALLY, run)
    rows = rows_of(subject)
    with replayed(subject) as folder:
        in_junit, in_allure = junit(folder), allure(folder)

    assert set(in_junit) == set(in_allure) == set(rows)
    for name, row in rows.items():
        status = STATUS[row.verdict]
        assert junit_status(in_junit[name]) == ("failed" if status == "broken" else status)
        properties = junit_properties(in_junit[name])
        for field in ("verdict", "cause", "message", "remedy"):
            assert properties.get(field) == getattr(row, field)
        assert "result" not in properties

        case = in_allure[name]
        labels = {label["name"]: label["value"] for label in case["labels"]}
        assert case["status"] == status
        assert (labels["verdict"], labels.get("cause")) == (row.verdict, row.cause)
        assert labels["epic"] == ALLY.title
        assert labels["feature"] == (row.section if isinstance(row, ScopeRow) else "Key and token")
        assert "parameters" not in case
        if status in {"failed", "broken"}:
            told = f"{row.cause}: {row.message}\nWhat to do: {row.remedy}"
            assert case["statusDetails"] == {"message": told.rstrip()}
            assert plain(told) in plain(in_junit[name].result[0].text)


@settings(deadline=None, max_examples=2, phases=UNSHRUNK)
@given(run=runs(ALLY))
def test_evidence_is_attached(run: RunResult) -> None:
    """Each exchange is an attachment of the case itself, with call, status and answer."""
    subject = Subject(ALLY, run)
    with replayed(subject) as folder:
        for result in subject.run.scopes:
            attached = allure(folder)[result.scope].get("attachments", [])
            texts = [(folder / "allure-results" / each["source"]).read_text("utf-8") for each in attached]

            assert len(attached) == len(result.evidence)
            for text, exchange in zip(texts, result.evidence, strict=True):
                assert text.startswith(exchange.request)
                assert f"answered {exchange.status}" in text or (exchange.status is None and "no answer" in text)
                assert exchange.body in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_ids_are_the_same_in_every_run(name: str) -> None:
    """A scope keeps its history, whatever its verdict, its evidence and the number of workers."""
    first, second = (Subject(ALLY, EXAMPLES[example]()) for example in ("all-right", name))
    with replayed(first) as before, replayed(second) as after:
        ids = [{name: (case["historyId"], case["testCaseId"]) for name, case in allure(folder).items()}
               for folder in (before, after)]  # fmt: skip

    assert ids[0] == ids[1]
    assert len({history for history, _ in ids[0].values()}) == len(ids[0])


def test_the_steps_of_a_case_are_named_in_words() -> None:
    """The setup step says what it does, and pytest's own finalizers are no steps."""
    with replayed(Subject(ALLY, EXAMPLES["all-right"]())) as folder:
        containers = [json.loads(path.read_text()) for path in (folder / "allure-results").glob("*-container.json")]

    steps = {step["name"] for container in containers for step in container.get("befores", [])}
    assert steps == {"Call Canvas under the scope", "Check key and token"}
    assert not any(container.get("afters") for container in containers)


def test_titles_are_scopes_and_checks() -> None:
    """A case is named after its scope, or after what its check says about the key."""
    with replayed(Subject(ALLY, EXAMPLES["all-right"]())) as folder:
        names = {case["name"] for case in allure(folder).values()}

    assert names == {str(row.scope) for row in ALLY.requirements} | set(CHECK_TITLES.values())
