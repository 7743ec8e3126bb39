"""Accounts, courses, terms, blueprints and migrations through canvasapi."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from canvasapi.exceptions import BadRequest, Conflict

from scopecheck.embedded_canvas.known import BLUEPRINT, OTHER_COURSE
from scopecheck.embedded_canvas.records import Account, Term
from tests.selftest.embedded_canvas.other_client import Visit

MANY = range(60_001, 60_151)
"""IDs of more than one page of a hundred."""


class TestAccounts:
    """The tree of accounts."""

    def test_the_root_is_the_callers(self, ally: Visit) -> None:
        """A root administrator's list has only the root."""
        assert [str(each) for each in ally.canvas.get_accounts()] == ["Example University (1)"]

    def test_one_is_read(self, ally: Visit) -> None:
        """It is shown in full; the root has no SIS ID."""
        root = ally.root

        assert (root.name, root.parent_account_id, root.default_storage_quota_mb) == ("Example University", None, 500)
        assert not hasattr(root, "sis_account_id")

    @pytest.mark.parametrize(("recursive", "ids"), [(False, [11, 12]), (True, [11, 12, 13])])
    def test_sub_accounts(self, ally: Visit, recursive: bool, ids: list[int]) -> None:
        """They are the children, or the whole tree below."""
        assert [each.id for each in ally.root.get_subaccounts(recursive=recursive)] == ids

    def test_a_list_without_a_last_page(self, ally: Visit) -> None:
        """A recursive list has no `last` link, and is still read to its end."""
        ally.tables.accounts |= {n: Account(n, f"Course of study {n}", 12, 1, f"{n:040d}") for n in MANY}

        assert [each.id for each in ally.root.get_subaccounts(recursive=True)] == [11, 12, 13, *MANY]

    def test_courses_of_the_whole_tree(self, ally: Visit) -> None:
        """The root's list spans its sub-accounts, with terms if included."""
        courses = list(ally.root.get_courses(include=["term"]))

        assert [each.id for each in courses] == [1001, 1002, 1003, 1004]
        assert {each.term["name"] for each in courses} == {"Default Term"}

    def test_terms(self, ally: Visit) -> None:
        """They are in a wrapper, and their dates are parsed as times."""
        terms = {each.name: each for each in ally.root.get_enrollment_terms()}

        assert set(terms) == {"Default Term", "Spring 2026"}
        assert terms["Spring 2026"].start_at_date == datetime(2026, 1, 15, 9, tzinfo=UTC)

    def test_many_terms(self, ally: Visit) -> None:
        """Pages are followed inside the wrapper, too."""
        ally.tables.terms |= {n: Term(n, f"Term {n}", datetime(2026, 1, 1, tzinfo=UTC)) for n in MANY}

        assert {each.id for each in ally.root.get_enrollment_terms()} == {301, 302, *MANY}

    def test_terms_belong_to_the_root(self, ally: Visit) -> None:
        """A sub-account has none, which is refused before any right is checked."""
        with pytest.raises(BadRequest, match="Terms only belong to root_accounts"):
            list(ally.canvas.get_account(11).get_enrollment_terms())

    def test_scopes(self, admin: Visit) -> None:
        """The list has this Canvas's scopes, as the key's screen shows them."""
        scopes = {each.scope for each in admin.root.get_scopes()}

        assert "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id" in scopes


class TestMaking:
    """What an administrator creates and removes."""

    def test_a_course_in_a_sub_account(self, admin: Visit) -> None:
        """It is listed in its own account and those above."""
        science = admin.canvas.get_account(11)
        made = science.create_course(course={"name": "Sandbox", "course_code": "S"}, offer=True)

        assert (made.account_id, made.workflow_state) == (11, "available")
        for account in (science, admin.root):
            assert made.id in [each.id for each in account.get_courses()]

    def test_everything_is_removed(self, admin: Visit) -> None:
        """Course and sub-account are deleted, and nothing has changed."""
        before = admin.tables.digest()
        account = admin.root.create_subaccount({"name": "Trial"})
        course = account.create_course(course={"name": "Sandbox"})

        assert course.delete() is True
        assert account.delete() is True
        assert admin.tables.digest() == before

    def test_an_account_with_courses_stays(self, admin: Visit) -> None:
        """As long as a course is live it is a 409, canvasapi's Conflict."""
        account = admin.root.create_subaccount({"name": "Trial"})
        account.create_course(course={"name": "Sandbox"})

        with pytest.raises(Conflict):
            account.delete()

    def test_a_term(self, admin: Visit) -> None:
        """A new term is listed with the others."""
        admin.root.create_enrollment_term(enrollment_term={"name": "Summer 2026"})

        assert "Summer 2026" in [each.name for each in admin.root.get_enrollment_terms()]


class TestBlueprints:
    """Both sides of an association."""

    def test_a_course_has_a_subscription(self, ally: Visit) -> None:
        """The subscription names the blueprint course."""
        (found,) = ally.course.list_blueprint_subscriptions()

        assert (found.template_id, found.blueprint_course["name"]) == (7101, "Science blueprint")

    def test_syncs_reached_it(self, ally: Visit) -> None:
        """An import has its subscription, and its times are parsed."""
        (subscription,) = ally.course.list_blueprint_subscriptions()
        (found,) = subscription.list_blueprint_imports()

        assert (found.subscription_id, found.workflow_state, found.comment) == (7001, "completed", "First sync")
        assert found.imports_completed_at_date == datetime(2026, 1, 15, 9, tzinfo=UTC)

    def test_a_course_is_associated_at_once(self, admin: Visit) -> None:
        """There is no wait for a sync or a job."""
        blueprint = admin.canvas.get_course(BLUEPRINT).get_blueprint()

        assert blueprint.update_associated_courses(course_ids_to_remove=[1001]) is True
        assert list(admin.course.list_blueprint_subscriptions()) == []
        assert blueprint.update_associated_courses(course_ids_to_add=[1001]) is True
        assert [each.id for each in blueprint.get_associated_courses()] == [1001]

    def test_a_course_outside_the_blueprints_account(self, admin: Visit) -> None:
        """The refusal contains its ID."""
        blueprint = admin.canvas.get_course(BLUEPRINT).get_blueprint()

        with pytest.raises(BadRequest, match=r"invalid courses to add \(1004\)"):
            blueprint.update_associated_courses(course_ids_to_add=[1004])

    def test_a_sync_is_begun(self, admin: Visit) -> None:
        """It is first queued, then done for the course that it reached."""
        blueprint = admin.canvas.get_course(BLUEPRINT).get_blueprint()
        begun = blueprint.associated_course_migration(comment="By canvasapi")
        (subscription,) = admin.course.list_blueprint_subscriptions()

        assert begun.workflow_state == "queued"
        assert blueprint.show_blueprint_migration(begun).workflow_state == "completed"
        assert [each.comment for each in subscription.list_blueprint_imports()] == ["By canvasapi", "First sync"]

    def test_an_item_is_restricted(self, admin: Visit) -> None:
        """Only the blueprint's own content can be restricted."""
        page = admin.canvas.get_course(BLUEPRINT).create_page({"title": "Safety"})
        blueprint = admin.canvas.get_course(BLUEPRINT).get_blueprint()

        assert blueprint.change_blueprint_restrictions("wiki_page", page.page_id, True) is True


class TestMigrations:
    """Content migrations."""

    def test_they_are_listed(self, ally: Visit) -> None:
        """They say where the content came from; blueprint syncs are not among them."""
        (found,) = ally.course.get_content_migrations()

        assert (str(found), found.workflow_state) == ("Course Copy 7301", "completed")
        assert found.settings["source_course_id"] == OTHER_COURSE

    def test_a_selective_one_waits(self, admin: Visit) -> None:
        """It copies nothing, needs no job, and is the newest in the list."""
        made = admin.course.create_content_migration(
            "course_copy_importer", settings={"source_course_id": OTHER_COURSE}, selective_import=True
        )

        assert made.workflow_state == "waiting_for_select"
        assert not hasattr(made, "progress_url")
        assert next(iter(admin.course.get_content_migrations())).id == made.id
