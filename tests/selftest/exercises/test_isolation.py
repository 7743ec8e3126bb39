"""A missing scope turns exactly one case red: for each scope, both modes, and arbitrary subsets."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scopecheck.embedded_canvas.scopes import matches
from scopecheck.model.verdict import Proof, Verdict
from tests.selftest.exercises.live_reads import READ
from tests.selftest.exercises.sweep import SCOPES, sweep

SUBSETS = st.frozensets(st.sampled_from(SCOPES))


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("scope", SCOPES)
def test_one_scope_taken_off_the_token(scope: str, mode: str) -> None:
    """That scope is missing, because the token is older than the scope, and all others are granted."""
    found = sweep(mode, missing_on_token=frozenset({scope}))

    assert found.not_granted() == {scope: (Verdict.MISSING, "token-not-reauthorized")}
    assert found.untouched


@pytest.mark.parametrize("scope", SCOPES)
def test_one_scope_taken_off_the_key(scope: str) -> None:
    """The same for the key, and the cause says so."""
    taken = frozenset({scope})
    found = sweep("probe", missing_on_key=taken, missing_on_token=taken)

    assert found.not_granted() == {scope: (Verdict.MISSING, "scope-missing-on-key")}
    assert scope in (found.results[scope].remedy or "")


@given(taken=SUBSETS, mode=st.sampled_from(["exercise", "probe"]))
@settings(max_examples=20, deadline=None)
def test_any_subset_taken_off_the_token(taken: frozenset[str], mode: str) -> None:
    """Exactly the missing scopes are reported as missing, and the content stays as it was."""
    found = sweep(mode, missing_on_token=taken)

    assert {scope for scope, verdict in found.verdicts().items() if verdict is Verdict.MISSING} == taken
    assert set(found.verdicts().values()) <= {Verdict.MISSING, Verdict.GRANTED}
    assert found.untouched
    assert found.run is not None
    assert not found.run.tally.failed


def test_an_upload_that_was_refused_leaves_nothing_to_be_looked_for() -> None:
    """Where files cannot be listed either, nobody is sent to delete a file by hand that was never made."""
    files = "/api/v1/courses/:course_id/files"
    found = sweep("exercise", missing_on_token=frozenset({f"url:GET|{files}", f"url:POST|{files}"}))

    assert found.run is not None
    assert (found.run.tally.failed, found.untouched) == ([], True)
    assert found.run.journal is not None
    assert not found.run.journal.path.exists() or not found.run.journal._open


def test_everything_is_exercised_if_all_is_right() -> None:
    """In exercise mode no scope is only probed, and at most 71 requests are sent."""
    found = sweep()

    assert {result.proof for result in found.results.values()} == {Proof.EXERCISED}
    assert found.requests <= 71


def test_probe_mode_needs_few_requests_and_no_write() -> None:
    """Probe mode reads what exists with at most 60 requests, and none of them changes anything."""
    found = sweep("probe")

    exercised = {scope for scope, result in found.results.items() if result.proof is Proof.EXERCISED}
    assert exercised == READ
    assert found.requests <= 60
    assert not [write for write in found.canvas.tables.writes if write.changed]


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("scope", SCOPES)
def test_a_case_calls_no_path_of_another_required_scope(scope: str, mode: str) -> None:
    """By Canvas's loose matching rule, no other required scope allows the calls a case makes under its own scope.

    Otherwise, the other scope would allow the call and hide that this one is missing.
    """
    found = sweep(mode, only=(scope,))
    own = [
        (verb, urlsplit(target).path)
        for verb, target in (exchange.request.split(" ", 1) for exchange in found.results[scope].evidence)
        if matches(scope, verb, urlsplit(target).path)
    ]

    assert own
    for verb, path in own:
        assert [other for other in SCOPES if other != scope and matches(other, verb, path)] == []
