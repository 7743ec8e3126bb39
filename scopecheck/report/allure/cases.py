"""What Allure and JUnit get about a case besides its outcome, as plain data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scopecheck.model.causes import CAUSES
from scopecheck.model.profile import Profile, Requirement
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.model.verdict import CheckVerdict, KeyResult, RunResult, ScopeResult, Verdict
from scopecheck.report.cause_order import IN_ORDER
from scopecheck.report.facts import facts
from scopecheck.report.markdown_text import paragraph
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, KEY_SECTION

OUTCOME: Final = "Canvas scopes"
"""What the outcome is called in environment.properties."""
ANY_EXCEPTION: Final = r"(?:[\w.]+: )?"
"""The name of an exception with which Allure's message of a case may begin."""


@dataclass(frozen=True)
class CaseMeta:
    """Names, labels, links and description of one case."""

    title: str
    test_case_name: str
    history_id: str
    """The same in every run of a profile, so that trends work."""
    labels: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    """Pairs of address and name."""
    description: str
    """Markdown."""


def scope_meta(profile: Profile, requirement: Requirement, result: ScopeResult) -> CaseMeta:
    """What Allure gets about a scope's case."""
    scope = str(requirement.scope)
    here = f"This Canvas calls it {result.canvas_name}." if result.canvas_name else ""
    why = f"{profile.title} needs it: {requirement.why}" if requirement.why else ""
    return CaseMeta(
        title=scope,
        test_case_name=scope,
        history_id=_stable(profile.name, scope),
        labels=_labels(profile, requirement.section, scope, requirement.severity, result),
        links=((requirement.docs, "Canvas documentation of this endpoint"),) if requirement.docs else (),
        description=_description(here, why, result),
    )


def key_meta(profile: Profile, result: KeyResult) -> CaseMeta:
    """What Allure gets about a key check's case."""
    title = CHECK_TITLES[result.check]
    return CaseMeta(
        title=title,
        test_case_name=result.check.value,
        history_id=_stable(profile.name, result.check),
        labels=_labels(profile, KEY_SECTION, title, "blocker", result),
        links=(),
        description=_description("", "", result),
    )


def junit_properties(result: ScopeResult | KeyResult) -> list[tuple[str, str]]:
    """The properties of a case in junit.xml; unknown ones are left out."""
    pairs: list[tuple[str, str | None]] = [("verdict", result.verdict)]
    if isinstance(result, ScopeResult):
        pairs += [("scope", result.scope), ("section", result.section), ("proof", result.proof)]
        pairs += [("requests", str(result.requests))]
    else:
        pairs += [("check", result.check)]
    pairs += [("cause", result.cause), ("message", result.message), ("remedy", result.remedy)]
    # Plain str: xdist cannot send an enum member to the controller.
    return [(name, str(value)) for name, value in pairs if value is not None]


def categories(run: RunResult) -> list[dict[str, Any]]:
    """categories.json for Allure 2: one category for each verdict and cause in the run."""
    return [
        {
            "name": _category(verdict, cause),
            "matchedStatuses": ["broken" if verdict is Verdict.UNPROVED else "failed"],
            # Allure 2 matches the whole message; [\s\S] is any character in both Java and JavaScript.
            "messageRegex": rf"{ANY_EXCEPTION}{re.escape(cause)}: [\s\S]*",
        }
        for verdict, cause in _met(run)
    ]


def label_categories(found: RunResult | ScopesDocument) -> list[dict[str, Any]]:
    """The same categories for Allure 3, which matches labels and does not read categories.json."""
    return [
        {
            "id": f"{verdict}-{cause}",
            "name": _category(verdict, cause),
            "matchers": {"labels": {"verdict": verdict.value, "cause": cause}},
            "expand": True,
            "groupByMessage": False,
        }
        for verdict, cause in _met(found)
    ]


def environment_properties(subject: Subject) -> str:
    """environment.properties: the outcome, which Canvas the run tested and how; never a secret."""
    pairs = [(OUTCOME, subject.headline.sentence), *facts(subject)]
    return "".join(f"{_escaped(name, key=True)} = {_escaped(value)}\n" for name, value in pairs)


def _labels(
    profile: Profile, feature: str, story: str, severity: str, result: ScopeResult | KeyResult
) -> tuple[tuple[str, str], ...]:
    labels = (
        ("epic", profile.title),
        ("feature", feature),
        ("story", story),
        ("severity", severity),
        ("verdict", result.verdict.value),
    )
    return (*labels, ("cause", result.cause)) if result.cause else labels


def _description(here: str, why: str, result: ScopeResult | KeyResult) -> str:
    remedy = f"What to do: {result.remedy}" if result.remedy else ""
    return "\n\n".join(paragraph(text) for text in (here, why, result.message, remedy) if text)


def _stable(*names: str) -> str:
    # Not for security: Allure's history IDs have this form.
    return hashlib.md5(":".join(names).encode(), usedforsecurity=False).hexdigest()


def _met(found: RunResult | ScopesDocument) -> Iterator[tuple[Verdict | CheckVerdict, str]]:
    met = {(result.verdict, result.cause) for result in (*found.scopes, *found.key) if result.cause}
    for verdict in (Verdict.MISSING, Verdict.MISCONFIGURED, Verdict.UNPROVED, CheckVerdict.FAILED):
        yield from ((verdict, cause.slug) for cause in IN_ORDER if (verdict, cause.slug) in met)


def _category(verdict: Verdict | CheckVerdict, cause: str) -> str:
    return f"{verdict} ({cause}): {CAUSES[cause].means}"


def _escaped(text: str, *, key: bool = False) -> str:
    """Text for a properties file: ASCII, with a backslash before anything that ends a key or starts an escape."""
    special = r"[\\ :=#!]" if key else r"\\"
    marked = re.sub(special, r"\\\g<0>", " ".join(text.split()))
    return "".join(character if character.isascii() else _unicode_escaped(character) for character in marked)


def _unicode_escaped(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
