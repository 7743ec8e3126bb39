"""Keys are made once, as the profile says, and work: from no key at all to a run with 31 scopes granted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scopecheck.administration.key_changes import Outcome, repair
from scopecheck.administration.key_creation import MadeKey, make_key, require_new
from scopecheck.administration.key_excess import remove_excess
from scopecheck.administration.key_found import KeyNotDone, find_key
from scopecheck.administration.key_plan import CONSENT, Wish, plan_key
from scopecheck.config.settings import SettingsError
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.controllers import developer_keys
from scopecheck.embedded_canvas.controllers.developer_key_json import own_json
from scopecheck.embedded_canvas.known import KEY, REDIRECT_URI
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.model.profile import Requirement
from scopecheck.model.scope import Scope
from scopecheck.model.secret import Secret
from tests.selftest.administration.broken_keys import BROKEN, GRADES, PAGE, QUIZ, USERS
from tests.selftest.administration.keys import (
    WISH,
    Between,
    active_tokens,
    administrator,
    ally,
    canvas,
    nobody_answers,
    planned,
    scopes_here,
    without_right,
    writes,
)
from tests.selftest.embedded_canvas.managing import change
from tests.selftest.exercises.sweep import ALLY, SCOPES
from tests.selftest.setups.world import World

NAME = "Anthology Ally"
VERSIONS = pytest.mark.parametrize("version", ["new", "old"])


def made(of: Any, way: Any = None, wish: Wish = WISH) -> MadeKey:
    """A key that was just made, and is off."""
    with administrator(of, way) as admin:
        return make_key(admin, NAME, wish, scopes_here(of.config.version))


def named(of: Any) -> list[DeveloperKey]:
    """The keys that have the name."""
    return [key for key in of.tables.keys.values() if key.name == NAME]


@VERSIONS
def test_a_new_key_is_what_the_profile_requires(version: str, tmp_path: Path) -> None:
    """All of it at once; it is off until it is switched on, and then nothing is left to do."""
    of = canvas(version=version)
    new = made(of)
    (key,) = named(of)

    assert (key.binding, key.require_scopes, key.allow_includes, key.redirect_uris) == (
        "off",
        True,
        True,
        [REDIRECT_URI],
    )
    assert set(key.scopes) == set(ally(of).scopes)
    assert new.secret == Secret(key.secret)
    with administrator(of) as admin:
        here = scopes_here(version)
        agreed = plan_key(WISH, here).changes
        outcome = repair(admin, new.key, WISH, here, tmp_path, agreed=agreed, consent=CONSENT)
    assert (outcome.all_right, outcome.sent, key.binding) == (True, 1, "on")
    assert planned(of, key_id=key.id).nothing_to_do


@pytest.mark.parametrize("name", [NAME, "anthology  ally "])
def test_a_name_that_is_taken(name: str) -> None:
    """No second key of the name is made, by whoever the first one was; an inactive or LTI key counts as well."""
    of = canvas(key_workflow="inactive")
    ally(of).name, ally(of).is_lti_key = name, True

    with pytest.raises(SettingsError, match=r"with this name already: .*an LTI key\. To mend that: .* --key 1000"):
        made(of)
    with administrator(of) as admin, pytest.raises(SettingsError, match="--name with a name of its own"):
        require_new(admin, NAME)
    assert writes(of) == []


def test_an_answer_that_is_lost() -> None:
    """The key is looked for by its name, with its secret, and not made a second time."""
    of = canvas()
    new = made(of, Between(of, "POST", after=nobody_answers))

    assert [new.key.record.key_id] == [str(key.id) for key in named(of)]
    assert new.secret == Secret(named(of)[0].secret)


def test_a_request_that_is_lost() -> None:
    """That it is not known to be made is said; a second try then makes it."""
    of = canvas()

    with pytest.raises(
        KeyNotDone, match=r"Whether the key was made is not known: .*no key named Anthology Ally so far"
    ):
        made(of, Between(of, "POST", before=nobody_answers))
    assert made(of).key.record.name == NAME


@pytest.mark.parametrize("shown", [{"api_key": "abcde..."}, {"api_key_truncated": True}, {"api_key": None}])
def test_a_secret_that_is_not_shown_whole(shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Canvas may show a hint in its place (lib/api/v1/developer_key.rb): that is not taken for the secret."""
    monkeypatch.setattr(developer_keys, "own_json", lambda *key, **more: own_json(*key, **more) | shown)

    assert made(canvas()).secret is None


@VERSIONS
def test_an_unknown_scope_is_told_in_canvas_s_words(version: str) -> None:
    """This Canvas has no such scope under any name: it says so, and no key is made."""
    unknown = "url:GET|/api/v1/no/such/route"
    wish = replace(
        WISH, profile=replace(ALLY, requirements=(*ALLY.requirements, Requirement(Scope.parse(unknown), "")))
    )
    of = canvas(version=version)

    with pytest.raises(KeyNotDone, match=r"saved nothing of it: cannot contain url:GET\|/api/v1/no/such/route"):
        made(of, wish=wish)
    assert named(of) == []


def test_no_right_to_make_keys() -> None:
    """The permission is named, and nothing is sent."""
    of = without_right(canvas())

    with pytest.raises(SettingsError, match="Developer Keys - manage"):
        made(of)
    assert writes(of) == []


def test_a_right_that_ends_before_the_key_is_made() -> None:
    """The same, where it is the creation that is refused."""
    of = canvas()

    with pytest.raises(SettingsError, match="Developer Keys - manage"):
        made(of, Between(of, "POST", before=lambda: without_right(of)))
    assert named(of) == []


@pytest.mark.parametrize("kind", ["throttle-429", "other-software"])
def test_a_creation_that_never_arrives(kind: Any) -> None:
    """What is answered in Canvas's stead says that no key was made, or that it is not known."""
    of = canvas(faults=(Fault(kind, "POST /api/v1/accounts/self/developer_keys"),))

    with pytest.raises(KeyNotDone, match=r"was not made|is not known"):
        made(of)


class TestExcess:
    """Taking off what is too much."""

    def of(self) -> Any:
        """A Canvas whose key has two scopes beyond the profile."""
        of = canvas()
        ally(of).scopes += [USERS, GRADES]
        return of

    def taken_off(self, of: Any, reports: Path, *agreed: str, way: Any = None) -> Outcome:
        """What became of the key."""
        with administrator(of, way) as admin:
            key = find_key(admin, str(KEY))
            return remove_excess(admin, key, WISH, scopes_here("new"), reports, agreed=agreed or (USERS, GRADES))

    def test_only_that_is_taken_off(self, tmp_path: Path) -> None:
        """What the profile requires stays, in its order; all tokens of the key end."""
        of = self.of()
        outcome = self.taken_off(of, tmp_path)

        assert (ally(of).scopes, outcome.left.excess, outcome.lost) == (list(SCOPES), (), [])
        assert (outcome.failure, len(outcome.kept), active_tokens(of)) == (None, 2, 0)

    def test_nothing_but_what_was_agreed_on(self, tmp_path: Path) -> None:
        """If there is more or less of it meanwhile, nothing is done."""
        for agreed in ((USERS,), (USERS, GRADES, QUIZ)):
            with pytest.raises(SettingsError, match="changed by somebody else meanwhile"):
                self.taken_off(self.of(), tmp_path, *agreed)

    def test_a_scope_that_would_be_dropped_with_it(self, tmp_path: Path) -> None:
        """A required scope under a name that this Canvas does not list is not risked."""
        of = self.of()
        older = PAGE.replace(":url_or_id", ":url")
        ally(of).scopes[ally(of).scopes.index(PAGE)] = older

        with pytest.raises(SettingsError, match=":url, which this Canvas does not list"):
            self.taken_off(of, tmp_path)
        assert writes(of) == []

    def test_a_scope_that_somebody_takes_off_meanwhile(self, tmp_path: Path) -> None:
        """It is named."""
        of = self.of()
        rest = [scope for scope in SCOPES if scope != PAGE]
        outcome = self.taken_off(of, tmp_path, way=Between(of, "PUT", after=lambda: change(of, scopes=rest)))

        assert outcome.lost == [PAGE]

    @pytest.mark.parametrize("kind", ["500", "other-software"])
    def test_a_request_that_fails(self, kind: Any, tmp_path: Path) -> None:
        """That it is as it was is said."""
        of = canvas(faults=(Fault(kind, "PUT /api/v1/developer_keys"),))
        ally(of).scopes += [USERS, GRADES]
        outcome = self.taken_off(of, tmp_path)

        assert (outcome.failure is not None, active_tokens(of)) == (True, 1)


def as_administered(world: World, of: DeveloperKey, reports: Path) -> Outcome:
    """`repair` with everything allowed, in a world of people."""
    with administrator(world.canvas) as admin:
        key, here = find_key(admin, str(of.id)), scopes_here(world.canvas.config.version)
        agreed = plan_key(WISH, here, key.record).changes
        return repair(admin, key, WISH, here, reports, agreed=agreed, consent=CONSENT)


@VERSIONS
def test_a_run_is_green_after_everything_was_mended(version: str, tmp_path: Path) -> None:
    """The key that had everything wrong: repaired, and authorized again, the suite finds nothing."""
    broken = BROKEN[-1]
    world = World.of({**broken.state, "version": version}, {"redirect_uri": REDIRECT_URI}, mode="probe", admin=True)
    broken.spoil(ally(world.canvas))

    assert not world.run().conformant
    assert as_administered(world, ally(world.canvas), tmp_path).all_right
    world.authorize()
    assert world.run().conformant


def test_a_run_is_green_with_a_new_key(tmp_path: Path) -> None:
    """The only key is deleted: a new one is made, switched on and authorized, and all 31 scopes are exercised."""
    world = World.of({"key_workflow": "deleted"}, {"redirect_uri": REDIRECT_URI}, mode="exercise", admin=True)
    new = made(world.canvas)
    assert as_administered(world, named(world.canvas)[0], tmp_path).all_right
    world.change("set the key", client_id=str(new.key.record.key_id), client_secret=new.secret)
    world.authorize()

    assert world.run().conformant
