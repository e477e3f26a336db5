"""Each role may do what the one before may, and something more."""

import pytest

from models.access import ALL_SCOPES, APPROVAL_SCOPES, UNSAID_SCOPES, Caller, Role


@pytest.mark.parametrize(
    ("role", "reviews", "manages", "administers"),
    [
        (Role.READER, False, False, False),
        (Role.EXPERT, True, False, False),
        (Role.MANAGER, True, True, False),
        (Role.ADMIN, True, True, True),
    ],
)
def test_what_a_role_may_do(role: Role, reviews: bool, manages: bool, administers: bool) -> None:
    assert (role.can_review, role.can_manage, role.can_administer) == (reviews, manages, administers)


def test_silence_allows_drafts_and_no_approval() -> None:
    assert not set(APPROVAL_SCOPES) <= set(UNSAID_SCOPES)
    assert set(UNSAID_SCOPES) | set(APPROVAL_SCOPES) < set(ALL_SCOPES)


def test_a_caller_signs_with_its_id() -> None:
    assert Caller("k1", "a tool", Role.READER).signature == "human:k1"
