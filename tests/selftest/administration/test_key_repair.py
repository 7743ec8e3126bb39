"""Each broken key: the plan shows exactly what it lacks, `repair` mends it, and no token that worked stops working."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scopecheck.administration.key_found import find_key
from scopecheck.administration.key_plan import CONSENT, Kind, Wish, plan_key
from scopecheck.canvas.scope_names import RENAMES
from scopecheck.embedded_canvas.known import ADMIN_KEY, KEY, REDIRECT_URI
from scopecheck.model.profile import KeySettings, OptionalGroup
from scopecheck.model.scope import Scope
from tests.selftest.administration.broken_keys import BROKEN, PAGE, QUIZ, SLASH, TERMS, USERS, Broken
from tests.selftest.administration.keys import (
    WISH,
    active_tokens,
    administrator,
    ally,
    canvas,
    mended,
    planned,
    scopes_here,
    status_of,
    writes,
)
from tests.selftest.exercises.sweep import ALLY, SCOPES

EACH = pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
VERSIONS = pytest.mark.parametrize("version", ["new", "old"])


@EACH
@VERSIONS
def test_the_plan_is_the_difference(broken: Broken, version: str) -> None:
    """Scopes by this Canvas's names, switches and state that differ, what is too much, and nothing else."""
    of = broken.canvas(version)
    plan = planned(of)

    assert {change.value for change in plan.of(Kind.SCOPE)} == broken.names(of)
    assert {change.kind for change in plan.changes} - {Kind.SCOPE} == broken.kinds
    assert {excess.name for excess in plan.excess} == set(broken.excess)
    assert plan.nothing_to_do == (not broken.scopes and not broken.kinds)
    assert (plan.not_here, plan.lacks_redirect_uri, plan.unshown, plan.unlisted) == ((), False, (), ())
    assert writes(of) == []


@EACH
@VERSIONS
def test_repair_mends_it_and_no_token_stops(broken: Broken, version: str, tmp_path: Path) -> None:
    """Afterwards the plan is empty, what was there is still there, and the key's tokens are alive as before."""
    of = broken.canvas(version)
    scopes, uris, tokens, worked = [*ally(of).scopes], [*ally(of).redirect_uris], active_tokens(of), status_of(of)
    outcome = mended(of, tmp_path, consent=broken.consent)

    assert (outcome.all_right, outcome.lost, outcome.tokens_ended) == (True, [], False)
    assert outcome.done == outcome.planned.changes
    assert planned(of).nothing_to_do
    assert ally(of).scopes[: len(scopes)] == scopes
    assert ally(of).redirect_uris[: len(uris)] == uris
    assert active_tokens(of) == tokens
    assert status_of(of) == 200 or worked != 200 or Kind.ENFORCE in broken.consent


@EACH
def test_a_second_repair_only_reads(broken: Broken, tmp_path: Path) -> None:
    """There is nothing to do, so nothing is sent."""
    of = broken.canvas("new")
    mended(of, tmp_path, consent=broken.consent)
    sent = writes(of)
    again = mended(of, tmp_path, consent=broken.consent)

    assert (again.all_right, again.sent, again.kept) == (True, 0, [])
    assert writes(of) == sent


@pytest.mark.parametrize("broken", [each for each in BROKEN if each.consent], ids=lambda broken: broken.name)
def test_without_consent_the_rest_is_done(broken: Broken, tmp_path: Path) -> None:
    """Enforcement and a key that is off are left alone, and said to be left."""
    of = broken.canvas("new")
    before = ally(of).require_scopes, ally(of).workflow_state, ally(of).binding
    outcome = mended(of, tmp_path, consent=frozenset())

    assert {change.kind for change in outcome.left.changes} == broken.kinds & CONSENT
    assert (ally(of).require_scopes, ally(of).workflow_state, ally(of).binding) == before
    assert not outcome.all_right
    assert outcome.failure is None


def test_only_what_changes_is_sent(tmp_path: Path) -> None:
    """No column that needs no change is in the request, and what does not change needs none."""
    of = canvas(key_state="off", allow_includes=False)
    ally(of).texts["notes"] = "Mine"
    mended(of, tmp_path)

    assert writes(of) == [("PUT", str(KEY)), ("POST", "developer_key_account_bindings")]
    assert (ally(of).texts["notes"], ally(of).name, ally(of).scopes) == ("Mine", "Ally", list(SCOPES))


def test_the_record_is_kept_without_its_secret(tmp_path: Path) -> None:
    """Before and after, for their owner alone: any change can be undone by hand."""
    of = canvas(missing_on_key=frozenset({QUIZ}))
    outcome = mended(of, tmp_path)
    before, after = (json.loads(path.read_text()) for path in outcome.kept)

    assert [path.parent for path in outcome.kept] == [tmp_path / "key"] * 2
    assert {path.stat().st_mode & 0o777 for path in outcome.kept} == {0o600}
    assert (QUIZ in before["scopes"], QUIZ in after["scopes"]) == (False, True)
    assert ally(of).secret not in "".join(path.read_text() for path in outcome.kept)


def test_the_redirect_uri_is_added_to_the_others(tmp_path: Path) -> None:
    """Those of the key stay, as a line each, and the wrong one is named as what is left."""
    of = canvas(redirect_uris=("http://localhost:4000/callback", SLASH))
    outcome = mended(of, tmp_path)

    assert ally(of).redirect_uris == ["http://localhost:4000/callback", SLASH, REDIRECT_URI]
    assert set(outcome.left.other_uris) == {"http://localhost:4000/callback", SLASH}


@pytest.mark.parametrize("uris", [(), (SLASH,), ("http://localhost:4000/callback",)], ids=["none", "wrong", "another"])
def test_a_redirect_uri_that_is_not_known(uris: tuple[str, ...], tmp_path: Path) -> None:
    """Where none is given, and the key has none of the integration's form, that is left to do; a right one will do."""
    of = canvas()
    ally(of).redirect_uris = list(uris)
    outcome = mended(of, tmp_path, Wish(ALLY))

    assert (outcome.left.lacks_redirect_uri, outcome.all_right, outcome.sent) == (True, False, 0)
    ally(of).redirect_uris.append("https://prod-ca-central-1.ally.ac/api/v2/77/auth/canvas/callback")
    assert mended(of, tmp_path, Wish(ALLY)).all_right


def test_sections_are_those_of_the_key_screen() -> None:
    """Each scope is under the heading where its box is, and what is too much is said in words."""
    of = canvas(version="old", missing_on_key=frozenset({PAGE, TERMS}))
    ally(of).scopes.append(USERS)
    plan = planned(of)

    assert {change.value: change.section for change in plan.changes} == {
        PAGE.replace(":url_or_id", ":url"): "Pages", TERMS: "Enrollment Terms",
    }  # fmt: skip
    assert [(each.name, each.allows, each.section) for each in plan.excess] == [
        (USERS, "reads one of the users", "Users")
    ]


@VERSIONS
def test_a_profile_in_the_names_of_another_version(version: str, tmp_path: Path) -> None:
    """A profile that names pages as before 2023 is fulfilled under the names that this Canvas has."""
    older = tuple(
        replace(row, scope=Scope.parse(str(row.scope).replace(RENAMES[0].newer, RENAMES[0].older)))
        for row in ALLY.requirements
    )
    wish = Wish(replace(ALLY, requirements=older), REDIRECT_URI)
    of = canvas(version=version, missing_on_key=frozenset({PAGE}))
    expected = PAGE if version == "new" else PAGE.replace(":url_or_id", ":url")

    assert [change.value for change in planned(of, wish).changes] == [expected]
    assert mended(of, tmp_path, wish).all_right
    assert planned(of, wish).excess == ()


def test_optional_scopes_are_left_off(tmp_path: Path) -> None:
    """Those of an optional group are neither added nor too much; what is lost without them is said."""
    group = OptionalGroup("terms", "Terms are not shown.", (TERMS,))
    wish = Wish(replace(ALLY, optional=(group,)), REDIRECT_URI)
    of = canvas(missing_on_key=frozenset({TERMS, QUIZ}))

    assert [change.value for change in planned(of, wish).changes] == [QUIZ]
    assert planned(of, wish).optional == (group,)
    assert mended(of, tmp_path, wish).all_right
    assert planned(canvas(), wish).excess == ()


def test_a_profile_that_does_not_ask_for_switches(tmp_path: Path) -> None:
    """What a profile does not require is not switched on, and not off either."""
    wish = Wish(replace(ALLY, key=KeySettings(enforce_scopes=False)))
    of = canvas(enforce_scopes=False, allow_includes=False)

    assert planned(of, wish).nothing_to_do
    assert mended(of, tmp_path, wish).sent == 0
    assert planned(canvas(), wish).nothing_to_do


def test_a_setting_that_canvas_does_not_show() -> None:
    """It is said to be unknown, and is not taken for off: nothing is sent for it."""
    with administrator(canvas()) as admin:
        here, record = scopes_here("new"), find_key(admin, str(KEY)).record
    plan = plan_key(WISH, here, replace(record, includes=None, enforced=None))

    assert (plan.unshown, plan.changes, plan.nothing_to_do) == ((Kind.ENFORCE, Kind.INCLUDES), (), False)


def test_the_keys_of_others_stay(tmp_path: Path) -> None:
    """Nothing but the one key changes."""
    of = BROKEN[-1].canvas("new")
    others = {number: vars(key).copy() for number, key in of.tables.keys.items() if number != KEY}
    mended(of, tmp_path)

    assert {number: vars(key) for number, key in of.tables.keys.items() if number != KEY} == others
    assert active_tokens(of, ADMIN_KEY) == 1
