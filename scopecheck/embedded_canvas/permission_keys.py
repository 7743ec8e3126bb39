"""The permissions of Canvas's Permissions page: their keys, their labels, and on which Canvas each is in force.

Today's: config/initializers/permissions_registry.rb. Of 2022: app/models/role_override.rb of that time, where one
broad key ruled what several granular ones rule today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

COURSE_ROLES: Final = {"S": "StudentEnrollment", "T": "TeacherEnrollment", "A": "TaEnrollment",
                       "D": "DesignerEnrollment", "O": "ObserverEnrollment"}  # fmt: skip
_OF_ACCOUNT_ADMINS_FOR_GOOD: Final = frozenset(
    {"manage_account_memberships", "manage_account_settings", "manage_role_overrides"}
)
_TODAY: Final = """
become_user                   root  Users - act as
import_sis                    root  SIS Data - import
manage_account_memberships    -     Admins - add / remove
manage_account_settings       -     Account-level settings - manage
manage_alerts                 -     Global Announcements - add / edit / delete
manage_courses_admin          -     Courses - manage / update                      < manage_courses
manage_courses_add            -     Courses - add                                  < manage_courses
manage_courses_publish        TaD   Courses - publish                              < change_course_state
manage_courses_conclude       TaD   Courses - conclude                             < change_course_state
manage_courses_reset          td    Courses - reset                                < manage_courses
manage_courses_delete         td    Courses - delete                               < change_course_state
undelete_courses              -     Courses - undelete
manage_data_services          -     Data Services - manage
manage_course_visibility      TAD   Courses - change visibility
manage_developer_keys         -     Developer Keys - manage
moderate_user_content         -     Users - moderate content
view_feature_flags            -     Feature Options - view
manage_feature_flags          -     Feature Options - enable / disable
manage_master_courses         -     Blueprint Courses - add / edit / associate / delete
manage_role_overrides         -     Permissions - manage
manage_storage_quotas         -     Storage Quotas - manage
manage_sis                    root  SIS Data - manage
manage_user_logins            root  Users - manage login details
manage_user_observers         root  Users - manage observers
read_course_content           -     Course Content - view
read_course_list              -     Courses - view list
view_course_changes           root  Courses - view change logs
view_grade_changes            -     Grades - view change logs
view_statistics               -     Statistics - view
create_collaborations         STADo Student Collaborations - create
create_conferences            STADo Web Conferences - create
create_forum                  STADo Discussions - create
generate_observer_pairing_code tado Users - generate observer pairing codes for students
import_outcomes               TaDo  Learning Outcomes - import
manage_lti_add                TAD   LTI - add                                      < lti_add_edit
manage_lti_edit               TAD   LTI - edit                                     < lti_add_edit
manage_lti_delete             TAD   LTI - delete                                   < lti_add_edit
allow_course_admin_actions    Tad   Users - allow administrative actions in courses < manage_admin_users
add_teacher_to_course         Tad   Teachers - add                                 < manage_admin_users
remove_teacher_from_course    Tad   Teachers - remove                              < manage_admin_users
add_ta_to_course              Tad   TAs - add                                      < manage_admin_users
remove_ta_from_course         Tad   TAs - remove                                   < manage_admin_users
add_designer_to_course        Tad   Designers - add                                < manage_admin_users
remove_designer_from_course   Tad   Designers - remove                             < manage_admin_users
add_observer_to_course        TAD   Observers - add                                < manage_students
remove_observer_from_course   TAD   Observers - remove                             < manage_students
add_student_to_course         TAD   Students - add                                 < manage_students
remove_student_from_course    TAD   Students - remove                              < manage_students
manage_students               TAD   Users - manage students in courses
manage_assignments_add        TADo  Assignments and Quizzes - add                  < manage_assignments
manage_assignments_edit       TADo  Assignments and Quizzes - edit                 < manage_assignments
manage_assignments_delete     TADo  Assignments and Quizzes - delete               < manage_assignments
manage_account_calendar_visibility - Account Calendars - change visibility         < nothing
manage_account_calendar_events -    Account Calendars - add / edit / delete events < nothing
manage_calendar               sTADo Course Calendar - add / edit / delete
manage_course_content_add     TADo  Course Content - add                           < manage_content
manage_course_content_edit    TADo  Course Content - edit                          < manage_content
manage_course_content_delete  TADo  Course Content - delete                        < manage_content
add_course_template           -     Course Templates - create                      < nothing
edit_course_template          -     Course Templates - edit                        < nothing
delete_course_template        -     Course Templates - delete                      < nothing
manage_account_banks          td    Item Banks - manage account                    < nothing
manage_files_add              TADo  Course Files - add
manage_files_edit             TADo  Course Files - edit
manage_files_delete           TADo  Course Files - delete
manage_grades                 TA    Grades - edit
manage_groups_add             TAD   Groups - add                                   < manage_groups
manage_groups_manage          TAD   Groups - manage                                < manage_groups
manage_groups_delete          TAD   Groups - delete                                < manage_groups
manage_interaction_alerts     Ta    Alerts - add / edit / delete
manage_outcomes               sTaDo Learning Outcomes - add / edit / delete
manage_proficiency_calculations td  Outcome Proficiency Calculations - add / edit
manage_proficiency_scales     td    Outcome Mastery Scales - add / edit
manage_sections_add           TaD   Course Sections - add
manage_sections_edit          TaD   Course Sections - edit
manage_sections_delete        TaD   Course Sections - delete
manage_rubrics                TAD   Rubrics - add / edit / delete
manage_wiki_create            TADo  Pages - create
manage_wiki_update            TADo  Pages - update
manage_wiki_delete            TADo  Pages - delete
moderate_forum                sTADo Discussions - moderate
new_quizzes_view_ip_address   -     New Quizzes - view IP address                  < nothing
post_to_forum                 STADo Discussions - post
read_announcements            STADO Announcements - view
read_email_addresses          sTAdo Users - view primary email address
read_forum                    STADO Discussions - view
read_question_banks           TADo  Question banks - view and link
read_reports                  TAD   Reports - manage
read_roster                   STADo Users - view list
read_sis                      sTa   SIS Data - read
select_final_grade            TA    Grades - select final grade for moderation
send_messages                 STADo Conversations - send messages to individual course members
send_messages_all             sTADo Conversations - send messages to entire class
view_audit_trail              t     Grades - view audit trail
view_all_grades               TAd   Grades - view all grades
view_group_pages              sTADo Groups - view all student groups
view_quiz_answer_audits       -     Quizzes - view submission log
view_user_logins              TA    Users - view login IDs
manage_impact                 root  Impact - Manage                                < nothing
"""
"""A row: the key; the course roles that have it by default (capitals) or can be given it, in Canvas's own letters, or
`-` for account roles alone, or `root` for those of a root account alone; the label; and after `<` the key that ruled
in its place in 2022, or `nothing` if the permission is newer."""

_BROAD: Final = """
manage_courses                -     Manage ( add / edit / delete )
change_course_state           TaD   Change course state
lti_add_edit                  TAD   LTI add and edit
manage_admin_users            Tad   Add/remove other teachers, course designers or TAs to the course
manage_assignments            TADo  Manage (add / edit / delete) assignments and quizzes
manage_content                TADo  Manage all other course content
manage_groups                 TAD   Manage (create / edit / delete) groups
manage_user_notes             TA    Manage faculty journal entries
"""
"""What was in force in 2022 and is not today, in the same form."""


@dataclass(frozen=True)
class Permission:
    """One permission of one Canvas version."""

    key: str
    label: str
    root_only: bool
    """Whether it is a root account's alone."""
    of_account_roles: bool
    """Whether only account roles can have it."""
    letters: str
    """Course roles that have it by default (capitals) or can be given it."""
    ruled_by: str | None
    """The key that ruled in its place in 2022: its own, a broader one, or none."""

    def is_on(self, base_role: str) -> bool:
        """Whether a role based on this one has it unless somebody changes that."""
        return base_role == "AccountAdmin" or any(COURSE_ROLES.get(each) == base_role for each in self.letters)

    def can_be_set(self, base_role: str) -> bool:
        """Whether it can be switched for roles based on this one."""
        if base_role == "AccountAdmin":
            return self.key not in _OF_ACCOUNT_ADMINS_FOR_GOOD
        return base_role == "AccountMembership" or any(COURSE_ROLES[each.upper()] == base_role for each in self.letters)


def _read(table: str) -> Iterable[Permission]:
    for line in table.strip().splitlines():
        text, _, older = line.partition("<")
        key, whose, label = text.split(maxsplit=2)
        letters = "" if whose in {"-", "root"} else whose
        ruled_by = {"": key, "nothing": None}.get(older.strip(), older.strip())
        yield Permission(key, label.strip(), whose == "root", not letters, letters, ruled_by)


@cache
def in_force(*, old: bool) -> dict[str, Permission]:
    """This version's permissions by key, in the order of the Permissions page's source."""
    today = {each.key: each for each in _read(_TODAY)}
    if not old:
        return today
    kept = {key: each for key, each in today.items() if each.ruled_by == key}
    return kept | {each.key: each for each in _read(_BROAD)}


@cache
def keys_for(name: str, *, old: bool) -> frozenset[str]:
    """The keys in force for a permission named as any version names it; none if it is no permission there."""
    if name in in_force(old=old):
        return frozenset({name})
    today = in_force(old=False)
    if old:
        ruling = today[name].ruled_by if name in today else None
        return frozenset({ruling} if ruling else ())
    return frozenset(key for key, each in today.items() if each.ruled_by == name)


_ALLYS: Final = """
read_announcements manage_assignments_add manage_assignments_edit manage_assignments_delete manage_course_content_add
manage_course_content_edit manage_course_content_delete read_course_content manage_course_visibility
manage_courses_admin manage_courses_add read_course_list moderate_forum read_forum manage_lti_add manage_lti_edit
manage_lti_delete manage_files_add manage_files_edit manage_files_delete add_course_template edit_course_template
manage_wiki_create manage_wiki_update become_user
"""


def of_ally(*, old: bool) -> frozenset[str]:
    """The keys of the role that Anthology's page about Ally's access token asks for."""
    return frozenset().union(*(keys_for(name, old=old) for name in _ALLYS.split()))
