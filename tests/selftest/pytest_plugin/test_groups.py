"""Cases are grouped so that nothing is requested twice and all workers take about the same time."""

import pytest

from scopecheck.config.profile_file import load_profile
from scopecheck.pytest_plugin.groups import assign_groups

REQUIREMENTS = load_profile("ally").requirements


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 8, 40])
def test_every_scope_has_a_group_that_exists(groups: int) -> None:
    """All scopes are assigned, to groups counted from 0."""
    assigned = assign_groups(REQUIREMENTS, groups)

    assert set(assigned) == {str(requirement.scope) for requirement in REQUIREMENTS}
    assert set(assigned.values()) <= set(range(groups))


@pytest.mark.parametrize("groups", [2, 4])
def test_a_section_stays_together(groups: int) -> None:
    """A section's scopes share what they read, so they are in one process; section Courses uploads the files."""
    assigned = assign_groups(REQUIREMENTS, groups)
    places = {
        ("Courses" if requirement.section == "Files" else requirement.section, assigned[str(requirement.scope)])
        for requirement in REQUIREMENTS
    }

    assert len(places) == len({section for section, _ in places})


def test_two_workers_share_evenly() -> None:
    """The halves differ by no more than one section's work."""
    assigned = assign_groups(REQUIREMENTS, 2)
    writes = [sum(r.scope.is_write and assigned[str(r.scope)] == group for r in REQUIREMENTS) for group in (0, 1)]

    assert abs(writes[0] - writes[1]) <= 2
