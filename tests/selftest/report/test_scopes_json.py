"""scopes.json: the published schema, and what is refused as a baseline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from scopecheck.config.scopes_file import NoScopesFile, ScopesFileError, load_scopes_file
from scopecheck.model.verdict import Cleanup, FailedRestore, RunResult
from scopecheck.report.scopes_json import SCHEMA, encode
from scopecheck.report.subject import Subject
from tests.selftest.report.examples import ALLY, EXAMPLES, PAGE, all_right, two_things_wrong
from tests.selftest.strategies import runs

VALIDATOR = Draft202012Validator(
    json.loads(SCHEMA.read_text("utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER
)


def written(run: RunResult) -> str:
    return encode(Subject(ALLY, run).document)


def as_json(run: RunResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(run))
    return found


def test_the_schema_is_a_schema() -> None:
    """The published schema is itself valid JSON Schema of draft 2020-12."""
    Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_valid(name: str) -> None:
    """Each kind of run is valid by the schema."""
    assert list(VALIDATOR.iter_errors(as_json(EXAMPLES[name]()))) == []


@settings(deadline=None, max_examples=30)
@given(run=runs(ALLY))
def test_any_run_is_valid(run: RunResult) -> None:
    """Whatever a run finds, its document is valid by the schema."""
    assert list(VALIDATOR.iter_errors(as_json(run))) == []


@settings(deadline=None, max_examples=30)
@given(run=runs(ALLY))
def test_reading_returns_what_was_written(tmp_path_factory: pytest.TempPathFactory, run: RunResult) -> None:
    """A document that is read back equals the one that was written."""
    subject = Subject(ALLY, run)
    path = tmp_path_factory.mktemp("json") / "scopes.json"
    path.write_text(encode(subject.document), "utf-8")

    assert load_scopes_file(path) == subject.document


def test_its_members_are_in_order() -> None:
    """The members are in the order of the published format, without evidence or what only one report needs."""
    found = as_json(two_things_wrong())

    assert list(found) == [
        "schema", "headline", "profile", "mode", "started_at", "duration_s", "target", "conformant", "counts", "key",
        "scopes", "cleanup",
    ]  # fmt: skip
    assert list(found["target"]) == ["base_url", "embedded", "account_id", "course_id"]
    assert list(found["key"][0]) == ["check", "verdict", "cause", "message", "remedy"]
    assert list(found["scopes"][0]) == [
        "scope", "section", "verdict", "proof", "cause", "message", "remedy", "requests",
    ]  # fmt: skip
    assert found["counts"] == {"granted": 29, "missing": 1, "misconfigured": 1, "unproved": 0}


def test_this_canvas_s_name_is_there_where_it_differs() -> None:
    """A row has it as its last member, and keeps the profile's name as its scope; other rows do not have it."""
    run = all_right()
    older = PAGE.replace("url_or_id", "url")
    scopes = [replace(each, canvas_name=older) if each.scope == PAGE else each for each in run.scopes]
    rows = as_json(replace(run, scopes=scopes))["scopes"]

    assert [(row["scope"], row["canvas_name"]) for row in rows if "canvas_name" in row] == [(PAGE, older)]
    assert list(next(row for row in rows if row["scope"] == PAGE))[-1] == "canvas_name"


def test_a_failed_restore_is_listed() -> None:
    """A change that could not be undone is listed with the file of its old value."""
    run = replace(all_right(), cleanup=Cleanup(8, [FailedRestore("page x", "got 500", "journal/1.json")]))

    assert as_json(run)["cleanup"] == {
        "restored": 8,
        "failed": [{"what": "page x", "message": "got 500", "saved_as": "journal/1.json"}],
        "unsettled": [],
        "left": [],
    }
    assert as_json(run)["conformant"] is False


def test_a_change_that_may_still_take_effect_is_listed() -> None:
    """It makes the run not conformant; what somebody else has replaced does not."""
    run = replace(all_right(), cleanup=Cleanup(8, unsettled=["page x: body"], left=["quiz 7: description"]))
    VALIDATOR.validate(as_json(run))

    assert as_json(run)["cleanup"]["unsettled"] == ["page x: body"]
    assert as_json(run)["conformant"] is False
    assert as_json(replace(run, cleanup=Cleanup(8, left=["quiz 7: description"])))["conformant"] is True


def spoiled(**changes: object) -> str:
    return json.dumps({**as_json(all_right()), **changes})


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "truncated"),
        ("[]", "Expected `object`, got `array`"),
        ("{}", "missing required field `schema`"),
        ("\ud800", "malformed"),
        (spoiled(schema=2), "Invalid enum value 2 - at `$.schema`"),
        (spoiled(conformant="yes"), "Expected `bool`, got `str` - at `$.conformant`"),
        (spoiled(counts={}), "its counts do not match its scopes"),
        (spoiled(scopes=[as_json(all_right())["scopes"][0]] * 31), "it lists url:GET|/api/v1/accounts twice"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, wrong: str) -> None:
    """A file that is no scopes.json is refused with its path, the problem, and what to do."""
    path = tmp_path / "old.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ScopesFileError) as refusal:
        load_scopes_file(path)

    assert str(refusal.value).startswith(f"{path} is not a scopes.json: ")
    assert wrong in str(refusal.value)
    assert str(refusal.value).endswith("; use the scopes.json of an earlier run.")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A baseline that does not exist is named, and why there may be none."""
    with pytest.raises(
        NoScopesFile, match=r"nowhere.json does not exist: a run that tests nothing leaves none, .* use"
    ):
        load_scopes_file(tmp_path / "nowhere.json")


def later(value: object) -> Any:
    """The same document with one more member in each of its objects."""
    if isinstance(value, dict):
        return {**{name: later(each) for name, each in value.items()}, "later": 0}
    return [later(each) for each in value] if isinstance(value, list) else value


def test_unknown_members_are_ignored(tmp_path: Path) -> None:
    """A document of a later version with more members anywhere follows the schema and is a baseline."""
    run = replace(two_things_wrong(), cleanup=Cleanup(8, [FailedRestore("page x", "got 500", "journal/1.json")]))
    path = tmp_path / "scopes.json"
    path.write_text(json.dumps(later(as_json(run))), "utf-8")
    found = load_scopes_file(path)

    assert list(VALIDATOR.iter_errors(later(as_json(run)))) == []
    assert replace(found, counts=run.counts()) == Subject(ALLY, run).document


def test_the_missing_scope_is_missing() -> None:
    """A missing scope has its cause and remedy."""
    row = next(row for row in as_json(two_things_wrong())["scopes"] if row["scope"] == PAGE)

    assert (row["verdict"], row["proof"], row["cause"]) == ("missing", None, "scope-missing-on-key")
    assert f"section Pages: select {PAGE} and save" in row["remedy"]
