"""The profile: Ally's table as data, other profiles, and how a wrong profile is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from scopecheck.config.profile_file import PROFILES, SEVERITIES, ProfileError, load_profile
from scopecheck.model.profile import KeySettings, Permission, Profile, Requirement, Role
from scopecheck.model.scope import Scope

SECTIONS = {
    "Accounts": 4,
    "Assignments": 3,
    "Blueprint Courses": 2,
    "Content Migrations": 1,
    "Courses": 3,
    "Discussion Topics": 3,
    "Enrollment Terms": 1,
    "Files": 4,
    "Media Objects": 4,
    "Pages": 3,
    "Quizzes": 3,
}
"""How many scopes Ally requires under each heading, in the order of its table."""

DOCUMENTATION = "https://developerdocs.instructure.com/services/canvas/resources/"

ROW = '[[scope]]\nscope = "url:GET|/api/v1/accounts"\nsection = "Accounts"\n'

PAGE = '[[scope]]\nscope = "url:PUT|/api/v1/courses/:course_id/pages/:{}"\nsection = "Pages"\n'

ROLE = """
[role]
name = "Reader"

[[role.permission]]
label = "Courses - add / edit"
keys = [["courses"], ["courses_add", "courses_edit"]]
scopes = ["url:GET|/api/v1/accounts"]

[[role.permission]]
label = "Users - view"
keys = [["users"]]
"""

OLDER_KEYS = frozenset(
    {
        "read_announcements", "manage_assignments", "manage_content", "read_course_content",
        "manage_course_visibility", "manage_courses", "read_course_list", "moderate_forum", "read_forum",
        "lti_add_edit", "manage_files_add", "manage_files_edit", "manage_files_delete", "manage_wiki_create",
        "manage_wiki_update", "become_user",
    }
)  # fmt: skip
NEWER_KEYS = frozenset(
    {
        "manage_assignments_add", "manage_assignments_edit", "manage_assignments_delete",
        "manage_course_content_add", "manage_course_content_edit", "manage_course_content_delete",
        "manage_courses_admin", "manage_courses_add", "manage_lti_add", "manage_lti_edit", "manage_lti_delete",
        "add_course_template", "edit_course_template",
    }
)  # fmt: skip

ALLY = load_profile("ally")


def write(folder: Path, text: str) -> Path:
    file = folder / "profile.toml"
    file.write_text(text, "utf-8")
    return file


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ProfileError) as refusal:
        load_profile(write(folder, text))
    return refusal.value.problems


class TestAlly:
    def test_it_has_31_different_scopes(self) -> None:
        """Ally requires 31 different scopes."""
        assert len({row.scope for row in ALLY.requirements}) == len(ALLY.requirements) == 31

    def test_its_sections_are_complete_and_in_the_order_of_the_key_screen(self) -> None:
        """Each section appears once, in alphabetical order, with the scopes that Ally requires under it."""
        groups = groupby(ALLY.requirements, lambda row: row.section)
        sections = [(section, len(list(rows))) for section, rows in groups]

        assert list(SECTIONS.items()) == sections == sorted(sections)

    def test_its_key_enforces_scopes_and_allows_includes(self) -> None:
        """Ally's key has both settings on, and Ally's callback as its redirect URI; it is authorized in Ally."""
        callback = "https://[AllyEnvironment]/api/v2/[ClientId]/auth/canvas/callback"

        where = "Ally's Configuration, tab Canvas Developer Key"

        assert replace(ALLY.key, redirect_hosts={}) == KeySettings(True, True, callback, authorized_in=where)
        assert "prod.ally.ac" in ALLY.key.redirect_hosts.values()

    def test_its_name_and_title(self) -> None:
        """The name is that of the file, the title that of the product."""
        assert (ALLY.name, ALLY.title, ALLY.path) == ("ally", "Anthology Ally", PROFILES / "ally.toml")

    @pytest.mark.parametrize("row", ALLY.requirements, ids=lambda row: str(row.scope))
    def test_each_scope_is_explained(self, row: Requirement) -> None:
        """Each scope has a reason in one sentence, a severity, and what the authorizing user needs for it."""
        assert row.why.endswith(".")
        assert ". " not in row.why
        assert row.severity in SEVERITIES
        assert row.permission

    def test_each_scope_has_a_documentation_link_of_its_own(self) -> None:
        """Canvas documents each endpoint at its own address."""
        assert len({row.docs for row in ALLY.requirements}) == 31

    @pytest.mark.parametrize("row", ALLY.requirements, ids=lambda row: str(row.scope))
    def test_a_link_leads_to_the_page_of_its_section(self, row: Requirement) -> None:
        """Canvas's documentation has a page for each section of the key screen."""
        page, _, anchor = row.docs.removeprefix(DOCUMENTATION).partition("#")

        assert row.section.lower().replace(" ", "_") == page
        assert anchor.startswith("method.")
        assert "/" not in anchor  # for a controller in a module the page has "-" instead of "/"


class TestAllysRole:
    def test_it_has_the_permissions_that_anthology_asks_for(self) -> None:
        """Its keys are those of a Canvas of 2022, and those into which Canvas has split them since."""
        assert ALLY.role is not None
        keys = {key for permission in ALLY.role.permissions for key in permission.all_keys}

        assert ALLY.role.name == "Ally"
        assert keys == OLDER_KEYS | NEWER_KEYS

    def test_every_write_but_those_that_no_permission_refuses_alone_is_named(self) -> None:
        """Media are refused by no single permission on a Canvas of 2022."""
        assert ALLY.role is not None
        named = {scope for permission in ALLY.role.permissions for scope in permission.scopes}
        unnamed = {str(row.scope) for row in ALLY.requirements if row.scope.is_write} - named

        assert unnamed == {
            "url:PUT|/api/v1/media_objects/:media_object_id",
            "url:PUT|/api/v1/media_objects/:media_object_id/media_tracks",
        }


class TestRole:
    def test_its_permissions_are_read(self, tmp_path: Path) -> None:
        """A role has a name and permissions, each with a label, its keys, and the scopes that need it."""
        found = load_profile(write(tmp_path, ROW + ROLE))
        both = Permission(
            "Courses - add / edit", (("courses",), ("courses_add", "courses_edit")), ("url:GET|/api/v1/accounts",)
        )

        assert found.role == Role("Reader", (both, Permission("Users - view", (("users",),))))

    def test_a_scopes_permission_comes_from_the_table(self, tmp_path: Path) -> None:
        """What the user needs for a scope is said once: it is the labels of the permissions that name the scope."""
        more = '[[role.permission]]\nlabel = "Accounts"\nkeys = [["a"]]\nscopes = ["url:GET|/api/v1/accounts"]\n'
        [row] = load_profile(write(tmp_path, ROW + ROLE + more)).requirements

        assert row.permission == "Courses - add / edit; Accounts"

    def test_a_scope_that_the_table_does_not_name_keeps_its_own_words(self, tmp_path: Path) -> None:
        """`permission` of a scope stays, and may name a permission of the role by its label."""
        other = ROW.replace("accounts", "courses") + 'permission = "Users - view"\n'
        found = load_profile(write(tmp_path, ROW + other + ROLE))

        assert found.requirements[1].permission == "Users - view"
        assert [each.label for each in found.permissions_of("url:GET|/api/v1/courses")] == ["Users - view"]

    @pytest.mark.parametrize(
        ("keys", "boxes"),
        [
            (["courses_edit"], ["Courses - edit"]),
            (["courses_edit", "courses_add"], ["Courses - add", "Courses - edit"]),
            (["courses"], ["Courses - add / edit"]),
        ],
    )
    def test_a_label_names_the_box_of_each_key(self, tmp_path: Path, keys: list[str], boxes: list[str]) -> None:
        """`add / edit` is two boxes where Canvas has a key for each, else one."""
        role = load_profile(write(tmp_path, ROW + ROLE)).role

        assert role is not None
        assert role.permissions[0].boxes(keys) == boxes


class TestLoad:
    def test_a_profile_of_another_integration_loads_by_name_and_by_path(self) -> None:
        """A bare name means one of the project's profiles; a path is used as it is."""
        assert load_profile("example-reader") == load_profile(PROFILES / "example-reader.toml")

    def test_another_profile_may_share_scopes_with_ally_and_have_others(self) -> None:
        """The example has two scopes that Ally requires too, and four others."""
        ally = {row.scope for row in ALLY.requirements}
        example = [row.scope for row in load_profile("example-reader").requirements]

        assert [scope in ally for scope in example] == [True, False, False, False, True, False]

    def test_only_scope_and_section_have_to_be_given(self, tmp_path: Path) -> None:
        """Everything else has a default; the name is that of the file."""
        file = write(tmp_path, ROW)
        row = Requirement(Scope("GET", "/api/v1/accounts"), "Accounts")

        assert Profile("profile", "profile", file, KeySettings(), (row,)) == load_profile(file)


class TestRefusals:
    def test_an_unknown_name_is_refused_with_the_known_ones(self) -> None:
        """If a profile does not exist, the message says where it was expected, and which profiles exist."""
        with pytest.raises(ProfileError, match="does not exist") as refusal:
            load_profile("no-such-integration")

        assert str(PROFILES / "no-such-integration.toml") in str(refusal.value)
        assert "or to one of ally, canvas-app-explorer, canvas-course-manager, " in str(refusal.value)

    def test_a_folder_cannot_be_read(self, tmp_path: Path) -> None:
        """A path that is not a file is refused without a crash."""
        with pytest.raises(ProfileError, match="cannot be read"):
            load_profile(tmp_path)

    def test_a_file_that_is_not_utf_8_cannot_be_read(self, tmp_path: Path) -> None:
        """A file that is not UTF-8 is refused without a crash."""
        file = tmp_path / "profile.toml"
        file.write_bytes(b"\xff\xfe")

        with pytest.raises(ProfileError, match="in UTF-8"):
            load_profile(file)

    @pytest.mark.parametrize(
        ("text", "wrong", "place", "remedy"),
        [
            ("scope = [", "not valid TOML", "", "fix that line"),
            ("", "scope is missing", "", "add it"),
            ("scope = []", "scope is missing", "", "add it"),
            ("scope = 'url:GET|/api/v1/accounts'", "scope is 'url:", "", "write [[scope]] tables"),
            ("scope = ['url:GET|/api/v1/accounts']", "is not a table", ", scope 1", "write it under its own ["),
            ("titel = 'A'\n" + ROW, "titel is not a field of a profile", "", "write one of name, "),
            ("name = 1\n" + ROW, "name is 1", "", "write text in quotes"),
            ("key = true\n" + ROW, "key is True", "", "write a [key] table"),
            (
                "key.redirect_hosts = 'x'\n" + ROW,
                "redirect_hosts is 'x'",
                ", [key]",
                "write a [key.redirect_hosts] table",
            ),
            ("key.redirect_hosts.eu = 1\n" + ROW, "eu is 1", ", [key.redirect_hosts]", "write a host"),
            ("key.enforce_scopes = 1\n" + ROW, "enforce_scopes is 1", ", [key]", "write true or false"),
            ("key.scopes = 1\n" + ROW, "scopes is not a field", ", [key]", "write one of enforce_scopes, "),
            ("[[scope]]\nsection = 'Accounts'", "scope is missing", ", scope 1, ?", "add it"),
            ("[[scope]]\nscope = ''\nsection = 'Accounts'", "scope is missing", ", scope 1, ", "add it"),
            (ROW.replace("Accounts", ""), "section is missing", ", scope 1, url:GET|", "add it"),
            (ROW.replace("GET", "GTE"), 'its verb is "GTE"', ", scope 1, url:GTE|", "write one of GET, "),
            (ROW + ROW, "the scope is listed twice", ", scope 2, url:GET|", "remove one"),
            (
                PAGE.format("url_or_id") + PAGE.format("url"),
                "the scope is listed twice, first as url:PUT|/api/v1/courses/:course_id/pages/:url_or_id",
                ", scope 2, url:PUT|/api/v1/courses/:course_id/pages/:url)",
                "remove one",
            ),
            (PAGE.format("a-{b}"), "is neither a word nor a :parameter", ", scope 1, url:PUT|", "write the path as"),
            (ROW + "severity = 'high'", 'severity is "high"', ", scope 1, url:GET|", "write one of "),
            (ROW + "severity = 3", "severity is 3", ", scope 1, url:GET|", "write text in quotes"),
            (ROW + "docs = 'accounts.html'", 'docs is "accounts.html"', ", scope 1, url:GET|", "write an "),
            (ROW + "reason = 'x'", "reason is not a field of", ", scope 1, url:GET|", "write one of scope, "),
            ("role = 'Ally'\n" + ROW, "role is 'Ally'", "", "write a [role] table"),
            (ROW + ROLE.replace('name = "Reader"', ""), "name is missing", ", [role]", "add it"),
            (ROW + "[role]\nname = 'A'", "permission is missing", ", [role]", "add it"),
            (ROW + "[role]\nname = 'A'\npermission = ['x']", "'x' is not a table", ", permission 1", "write it under"),
            (ROW + "[role]\nname = 'A'\npermission = 1", "permission is 1", ", [role]", "write [[role.permission]]"),
            (ROW + ROLE.replace('"Users - view"', '""'), "label is missing", ", permission 2, ", "add it"),
            (ROW + ROLE.replace('[["users"]]', "[]"), "keys is missing", ", permission 2, Users - view", "add it"),
            (ROW + ROLE.replace('[["users"]]', '["users"]'), "keys is ['users']", ", permission 2, Us", "write lists"),
            (ROW + ROLE.replace('[["users"]]', "[[]]"), "keys is [[]]", ", permission 2, Users", "write lists"),
            (ROW + ROLE.replace('"users"', '""'), "keys is [['']]", ", permission 2, Users", "write lists"),
            (ROW + ROLE.replace('[["users"]]', '"users"'), "keys is 'users'", ", permission 2, Us", "write lists"),
            (
                ROW + ROLE.replace("accounts", "acounts"),
                "scopes has 'url:GET|/api/v1/acounts', which is no scope of this profile",
                ", permission 1, Courses - add / edit",
                "copy it from a [[scope]]",
            ),
            (ROW + ROLE + ROLE[ROLE.rindex("[[role") :], "is listed twice", ", permission 3, Users", "remove one"),
            (
                ROW + "permission = 'Users'\n" + ROLE,
                "permission is also in [[role.permission]]",
                ", url:GET|/api/v1/accounts",
                "remove it from the [[scope]]",
            ),
        ],
    )
    def test_one_problem_is_one_sentence(self, tmp_path: Path, text: str, wrong: str, place: str, remedy: str) -> None:
        """A refusal says what is wrong, in which file and row, and what to do."""
        [problem] = problems(tmp_path, text)

        assert wrong in problem.partition(" (/")[0]
        assert f"({tmp_path / 'profile.toml'}{place}" in problem
        assert remedy in problem.rpartition("); ")[2]

    def test_all_problems_are_reported_at_once(self, tmp_path: Path) -> None:
        """One attempt finds every problem, in the order of the file."""
        text = "title = 1\nkey.allow_includes = 'yes'\n" + ROW + "severity = 'high'\n" + ROW + "x = 1"
        wrongs = [problem.partition(" (/")[0] for problem in problems(tmp_path, text)]

        assert wrongs == [
            "title is 1",
            "allow_includes is 'yes'",
            'severity is "high"',
            "x is not a field of a profile",
            "the scope is listed twice",
        ]
