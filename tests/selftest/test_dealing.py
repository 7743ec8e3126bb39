"""Cases are dealt so that nothing is asked twice and each worker waits about as long."""

import pytest

from scopecheck.profile import load_profile
from wiring.dealing import deal

REQUIREMENTS = load_profile("ally").requirements


@pytest.mark.parametrize("hands", [1, 2, 3, 4, 8, 40])
def test_every_scope_is_dealt_to_a_hand_that_exists(hands: int) -> None:
    """All scopes are dealt, to hands from 0 on."""
    dealt = deal(REQUIREMENTS, hands)

    assert set(dealt) == {str(requirement.scope) for requirement in REQUIREMENTS}
    assert set(dealt.values()) <= set(range(hands))


@pytest.mark.parametrize("hands", [2, 4])
def test_a_section_stays_together(hands: int) -> None:
    """What a section's scopes read together is read in one process; files are uploaded by section Courses."""
    dealt = deal(REQUIREMENTS, hands)
    places = {
        ("Courses" if requirement.section == "Files" else requirement.section, dealt[str(requirement.scope)])
        for requirement in REQUIREMENTS
    }

    assert len(places) == len({section for section, _ in places})


def test_two_workers_share_evenly() -> None:
    """The halves differ by no more than one section's work."""
    dealt = deal(REQUIREMENTS, 2)
    writes = [sum(r.scope.is_write and dealt[str(r.scope)] == hand for r in REQUIREMENTS) for hand in (0, 1)]

    assert abs(writes[0] - writes[1]) <= 2
