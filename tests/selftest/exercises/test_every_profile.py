"""Every profile of the suite, run against the embedded Canvas in this process."""

from __future__ import annotations

import pytest

from scopecheck.config.profile_file import load_profile, profile_files
from scopecheck.exercises.probe import probe_call
from scopecheck.model.profile import Profile
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Verdict
from tests.selftest.exercises.sweep import sweep

PROFILES = [pytest.param(load_profile(file), id=file.stem) for file in profile_files()]
ON_THE_KEY = (KeyCheck.KEY_KNOWN, KeyCheck.KEY_ON, KeyCheck.SCOPES_ON_KEY, KeyCheck.SCOPES_ENFORCED)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_right_key_is_right(profile: Profile) -> None:
    """Every scope is found on the key; each whose path has an ID is granted, unless it has no harmless probe."""
    done = sweep("probe", profile=profile)

    assert [done.check(name)[0] for name in ON_THE_KEY] == [CheckVerdict.OK] * 4
    assert done.untouched
    for row in profile.requirements:
        verdict = done.results[str(row.scope)].verdict
        if row.scope.parameters and probe_call(row.scope):
            assert verdict is Verdict.GRANTED
        else:
            assert verdict in {Verdict.GRANTED, Verdict.UNPROVED}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_key_without_one_scope_lacks_that_one(profile: Profile) -> None:
    """With the last scope that can be probed taken off the key, exactly that one is missing."""
    taken = [str(row.scope) for row in profile.requirements if row.scope.parameters and probe_call(row.scope)][-1]
    done = sweep("probe", profile=profile, missing_on_key=frozenset({taken}), missing_on_token=frozenset({taken}))

    assert [scope for scope, verdict in done.verdicts().items() if verdict is Verdict.MISSING] == [taken]
    assert done.setup.missing_on_key == [taken]


def test_names_of_profiles() -> None:
    """A profile's file is named by lower-case words with hyphens, as the profile is."""
    for file in profile_files():
        assert file.stem == load_profile(file).name
        assert file.stem.replace("-", "").isalnum()
        assert file.stem == file.stem.lower()


def test_each_list_taken_over_has_its_source_and_date() -> None:
    """What others have published is shown with where and when; the suite's own two say it in their heads."""
    without = [file.stem for file in profile_files() if not load_profile(file).source]

    assert without == ["ally", "example-reader"]
    assert all(load_profile(file).as_of for file in profile_files() if file.stem not in without)
