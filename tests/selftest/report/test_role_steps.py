"""What to do about the user's role: one step, with all permissions to turn on, and where."""

from __future__ import annotations

from dataclasses import replace

from scopecheck.key.role_checks import limits_of
from scopecheck.model import causes
from scopecheck.model.user_rights import CourseAccount, HeldRole, UserRights
from scopecheck.model.verdict import CheckVerdict, KeyCheck, RunResult, ScopeResult, Verdict
from scopecheck.report import Subject, html, markdown, terminal
from scopecheck.report.actions import Action
from scopecheck.report.columns import WIDTH
from tests.selftest.key.role_answers import NEW_KEYS
from tests.selftest.report.examples import ALLY, PAGE, QUIZ, all_right, check, with_checks, with_scopes, wrong

COURSES = "url:GET|/api/v1/accounts/:account_id/courses"
TITLE = "url:PUT|/api/v1/media_objects/:media_object_id"
MIGRATIONS = "url:GET|/api/v1/courses/:course_id/content_migrations"


def refused(*scopes: str, rights: UserRights, checked: bool = True) -> RunResult:
    """A run whose user lacks a right for these scopes; unless `checked`, the check fails as well."""
    lacking = causes.USER_LACKS_PERMISSION
    run = with_scopes(
        replace(all_right(), rights=rights),
        lambda row: wrong(row, Verdict.MISCONFIGURED, lacking) if str(row.scope) in scopes else None,
    )
    failed = check(KeyCheck.USER_ADMINISTERS, CheckVerdict.FAILED, "The role lacks something.", lacking)
    return run if checked else with_checks(run, {KeyCheck.USER_ADMINISTERS: failed})


def holding(*off: str) -> UserRights:
    """An administrator of the root account with one role that has all but these keys."""
    return UserRights(["1"], roles=[HeldRole("Ally", "1", {key: key not in off for key in NEW_KEYS})])


def steps(run: RunResult) -> list[Action]:
    """What to do."""
    return Subject(ALLY, run).actions


def boxes(action: Action) -> list[str]:
    """The permissions to turn on."""
    return [box.name for group in action.boxes for box in group.boxes]


def test_all_permissions_are_one_step() -> None:
    """Whichever calls were refused, and whatever only the check shows: one step, in the order of the profile."""
    off = ("manage_wiki_update", "manage_assignments_edit", "become_user")
    [action] = steps(refused(PAGE, QUIZ, rights=holding(*off), checked=False))

    assert action.what.endswith("Account Roles, and for the role Ally turn on these 3 permissions:")
    assert boxes(action) == [
        "Manage Assignments and Quizzes > Assignments and Quizzes - edit",
        "Manage Pages > Pages - update",
        "Users - act as",
    ]
    assert (set(action.scopes), action.checks) == ({PAGE, QUIZ}, (KeyCheck.USER_ADMINISTERS,))
    assert "half an hour or more" in action.then


def test_each_box_is_named_once() -> None:
    """Two scopes that need one permission, and a label that stands for several boxes."""
    keys = ("manage_course_content_add", "manage_course_content_edit", "manage_course_content_delete")
    [action] = steps(refused(MIGRATIONS, "url:PUT|/api/v1/courses/:id", rights=holding(*keys)))

    assert boxes(action) == [f"Manage Course Content > Course Content - {each}" for each in ("add", "edit", "delete")]


def test_without_a_record_all_that_the_call_needs() -> None:
    """Then the role has no name either."""
    [action] = steps(
        refused("url:PUT|/api/v1/courses/:course_id/discussion_topics/:topic_id", rights=UserRights(["1"]))
    )

    assert "for the role of the user who authorized the integration turn on these 2 permissions" in action.what
    assert boxes(action) == ["Discussions - moderate", "Discussions - view"]


def test_on_in_the_root_account() -> None:
    """Where the record shows the permission on, it is to be looked for further down."""
    [action] = steps(refused(PAGE, rights=holding()))

    assert "in the sub-account of the course (the role has all of it in account 1)" in action.what
    assert boxes(action) == ["Manage Pages > Pages - update"]


def test_who_administers_nothing() -> None:
    """One step for everything, and it says which permissions the role needs, each once."""
    [action] = steps(refused(COURSES, PAGE, TITLE, rights=UserRights([]), checked=False))

    assert "Admin > Settings > Admins > + Account Admins, and add that user with the role Ally" in action.what
    assert len(boxes(action)) == len(set(boxes(action))) == 20
    assert len(action.scopes) == 3


def test_who_administers_a_sub_account_only() -> None:
    """The root account's calls need an administrator of it; the course's calls need permissions."""
    administrator, permission = steps(refused(COURSES, PAGE, rights=UserRights(["11"], sub_accounts_only=True)))

    assert "administers only account 11, which is no root account" in administrator.what
    assert "set CANVAS_ACCOUNT_ID to that account" in administrator.what
    assert (administrator.scopes, permission.scopes) == ((COURSES,), (PAGE,))


def test_what_is_no_permission() -> None:
    """What no permission gives keeps its own words."""
    [action] = steps(refused(TITLE, rights=UserRights(["1"])))

    assert "needs: ownership of the media object" in action.what
    assert action.boxes == ()


def test_another_profile() -> None:
    """A profile that asks for no role keeps the words of its scopes."""
    profile = replace(ALLY, role=None)
    [action] = Subject(profile, refused(PAGE, rights=UserRights([]))).actions

    assert "needs: Manage Pages > Pages - update (in Canvas: Admin > Permissions > Account Roles" in action.what


def test_every_report_shows_the_boxes() -> None:
    """As boxes, without a section of the key; the button that copies scopes does not copy permissions."""
    subject = Subject(ALLY, refused(PAGE, rights=holding("manage_wiki_update")))
    page: ScopeResult = next(each for each in subject.run.scopes if each.scope == PAGE)

    assert "    [ ] Manage Pages > Pages - update\n" in terminal.summary(subject)
    assert "   - [ ] `Manage Pages > Pages - update`\n" in markdown.render(subject)
    assert "<dt>Permissions</dt>" in html.render(subject)
    assert "Section <" not in html.render(subject)
    assert subject.missing == []
    assert subject.step(page) == 1


def test_a_long_label_is_broken_in_the_terminal() -> None:
    """A profile of one's own may have any label."""
    assert ALLY.role is not None
    label = "Pages - " + "very " * 20 + "carefully update"
    permissions = tuple(replace(each, label=label) if PAGE in each.scopes else each for each in ALLY.role.permissions)
    rows = tuple(replace(row, permission=label) if str(row.scope) == PAGE else row for row in ALLY.requirements)
    profile = replace(ALLY, role=replace(ALLY.role, permissions=permissions), requirements=rows)
    shown = terminal.summary(Subject(profile, refused(PAGE, rights=holding("manage_wiki_update"))))

    assert "    [ ] Pages - very" in shown
    assert max(map(len, shown.splitlines())) <= WIDTH


def test_the_headline_tells_of_a_sub_account() -> None:
    """A green run says for which part of the institution it is."""
    held = holding()
    rights = replace(held, accounts=["11"], sub_accounts_only=True)
    subject = Subject(ALLY, replace(all_right(), rights=rights, limits=limits_of(ALLY, rights, "exercise")))

    assert subject.conformant
    assert str(subject.headline) == "All 31 scopes are granted; the token's user administers only sub-account 11."
    assert limits_of(ALLY, held, "exercise") == []


def test_the_headline_tells_of_what_was_not_read_of_the_role() -> None:
    """Without a record nothing is known of what no scope needs; with one, only of the accounts that were read."""
    unread = [CourseAccount("12", ["1004"]), CourseAccount("13", ["1005"], roles=holding().roles)]

    assert limits_of(ALLY, UserRights(["1"]), "exercise") == ["the role's other permissions were not read"]
    assert limits_of(replace(ALLY, role=None), UserRights(["1"]), "exercise") == []
    assert limits_of(ALLY, UserRights([]), "probe") == []
    assert limits_of(ALLY, holding(), "probe") == ["the role's permissions were read only in account 1"]
    assert limits_of(ALLY, replace(holding(), course_accounts=unread), "probe") == [
        "the role's permissions were read only in accounts 1, 13"
    ]
    assert limits_of(ALLY, replace(holding(), course_accounts=unread[1:]), "probe") == []
