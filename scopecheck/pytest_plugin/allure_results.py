"""The Allure results folder as a whole: what the controller adds for the run rather than for one case."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, Final

import allure
from allure_commons.model2 import Status, StatusDetails, TestResult
from allure_commons.types import AttachmentType
from attrs import asdict

from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.pytest_plugin.allure_case import apply
from scopecheck.report import Subject
from scopecheck.report.allure.cases import CaseMeta, categories, environment_properties, scope_meta
from scopecheck.report.markdown_text import prose

_STATUS: Final = {
    Verdict.GRANTED: Status.PASSED,
    Verdict.MISSING: Status.FAILED,
    Verdict.MISCONFIGURED: Status.FAILED,
    Verdict.UNPROVED: Status.BROKEN,
}


def complete(folder: Path, subject: Subject, page: Path) -> None:
    """Add what only the controller knows: categories, environment, known gaps, and cases lost in a crash.

    `page` is scopes.html, which is attached to the Allure report.
    """
    (folder / "categories.json").write_text(_json(categories(subject.run)), "utf-8")
    (folder / "environment.properties").write_text(environment_properties(subject), "ascii")
    attach: Any = allure.global_attach.file
    attach(str(page), page.name, AttachmentType.HTML)
    cases = _cases(folder)
    for row in subject.rows:
        if row.result is None:
            continue
        meta = scope_meta(subject.profile, row.requirement, row.result)
        gap = subject.gap(row.result)
        if meta.history_id not in cases:
            _add(folder, meta, row.result)
        elif gap:
            _mark_as_known(cases[meta.history_id], f"Known gap until {gap.until}: {prose(gap.reason)}")
        elif group := subject.optional(row.result):
            _mark_as_known(cases[meta.history_id], f"Optional ({prose(group.name)}): {prose(group.without)}")


def _cases(folder: Path) -> dict[str, Path]:
    """The cases' files by history id."""
    return {json.loads(path.read_text("utf-8")).get("historyId", ""): path for path in folder.glob("*-result.json")}


def _add(folder: Path, meta: CaseMeta, result: ScopeResult) -> None:
    """Add a case that its worker could not write, usually because it crashed."""
    text = f"{result.cause}: {result.message}" if result.cause else result.message
    case = TestResult(uuid=str(uuid.uuid4()), status=_STATUS[result.verdict], statusDetails=StatusDetails(message=text))
    apply(meta, case)
    known = asdict(case, filter=lambda _, value: bool(value))
    (folder / f"{case.uuid}-result.json").write_text(_json(known), "utf-8")


def _mark_as_known(path: Path, why: str) -> None:
    """Mark a case as a known failure, which Allure shows separately."""
    case: dict[str, Any] = json.loads(path.read_text("utf-8"))
    case["statusDetails"] = {**case.get("statusDetails", {}), "known": True}
    case["description"] = f"{why}\n\n{case['description']}"
    path.write_text(_json(case), "utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
