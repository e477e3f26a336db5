"""Who may come in, and who may not any more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import accounts, store
from models.access import Role
from models.db import Database
from models.errors import Conflict, Invalid, NotFound
from models.tables import Key, Token

PASSWORD = "four unrelated words do"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def test_the_right_password_lets_a_user_in(session: Session) -> None:
    user = accounts.add_user(session, "Ann", Role.MANAGER, password=PASSWORD)
    assert accounts.verify_password(session, "Ann", PASSWORD) is user
    assert PASSWORD not in (user.password_hash or "")
    assert (user.password_hash or "").startswith("$argon2id$")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ann", PASSWORD + "!"),
        ("Ann", ""),
        ("Bob", PASSWORD),  # nobody
        ("Linus", ""),  # has no password
        ("Linus", PASSWORD),
        ("Ann", "\ud800"),
        ("Ann", "x" * 100_000),
    ],
)
def test_anything_else_does_not(session: Session, name: str, password: str) -> None:
    accounts.add_user(session, "Ann", Role.MANAGER, password=PASSWORD)
    accounts.add_user(session, "Linus", Role.READER)
    assert accounts.verify_password(session, name, password) is None


def test_a_disabled_user_is_locked_out_everywhere(session: Session) -> None:
    user = accounts.add_user(session, "Ann", Role.MANAGER, password=PASSWORD)
    opened, link = accounts.open_session(session, user), accounts.sign_in_link(session, user)
    accounts.disable_user(session, "Ann")
    assert accounts.verify_password(session, "Ann", PASSWORD) is None
    assert accounts.caller_of_session(session, opened.token) is None
    assert accounts.redeem_link(session, link) is None
    assert accounts.redeem_link(session, accounts.sign_in_link(session, user)) is None


def test_a_name_is_taken_once(session: Session) -> None:
    accounts.add_user(session, "Ann", Role.READER)
    with pytest.raises(Conflict):
        accounts.add_user(session, " Ann ", Role.READER)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "two\nlines", "nul\0"])
def test_a_name_that_does_not_do_is_named(session: Session, name: str) -> None:
    with pytest.raises(Invalid):
        accounts.add_user(session, name, Role.READER)
    with pytest.raises(Invalid):
        accounts.create_key(session, name, Role.READER)


def test_a_password_that_is_too_short_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="7 characters"):
        accounts.add_user(session, "Ann", Role.READER, password="1234567")


def test_a_new_password_ends_open_sessions(session: Session) -> None:
    user = accounts.add_user(session, "Ann", Role.READER, password=PASSWORD)
    opened = accounts.open_session(session, user)
    accounts.set_password(session, user, PASSWORD + "2")
    assert accounts.caller_of_session(session, opened.token) is None
    assert accounts.verify_password(session, "Ann", PASSWORD + "2") is user


def test_a_key_carries_its_role_its_expert_and_its_collections(session: Session) -> None:
    expert = store.find_or_add_expert(session, "Ada")
    key, secret = accounts.create_key(session, "feed", Role.EXPERT, expert_id=expert.id, collections=["b", "a"])
    caller = accounts.caller_of_key(session, secret)
    assert caller is not None
    assert (caller.id, caller.name, caller.role, caller.expert_id) == (key.id, "feed", Role.EXPERT, expert.id)
    assert list(caller.collections or ()) == ["a", "b"]
    assert caller.csrf is None


def test_only_the_hash_of_a_key_is_kept(session: Session) -> None:
    _, secret = accounts.create_key(session, "feed", Role.READER)
    assert secret.startswith("tacit_")
    assert len(secret) > 40
    assert all(secret not in str(vars(row)) for row in session.scalars(select(Key)))


@pytest.mark.parametrize("secret", ["", "tacit_", "\ud800", "é", "x" * 10_000])
def test_a_wrong_secret_is_nobody(session: Session, secret: str) -> None:
    accounts.create_key(session, "feed", Role.READER)
    assert accounts.caller_of_key(session, secret) is None


def test_a_revoked_key_is_nobody_and_stays_in_the_list(session: Session) -> None:
    key, secret = accounts.create_key(session, "feed", Role.READER)
    accounts.revoke_key(session, "feed")
    revoked_at = key.revoked_at
    accounts.revoke_key(session, key.id)
    assert accounts.caller_of_key(session, secret) is None
    assert [each.revoked_at for each in accounts.list_keys(session)] == [revoked_at]


def test_a_key_that_is_not_there_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="none-such"):
        accounts.revoke_key(session, "none-such")
    with pytest.raises(NotFound, match="none-such"):
        accounts.disable_user(session, "none-such")


def test_a_session_knows_its_user_and_its_forms_token(session: Session) -> None:
    user = accounts.add_user(session, "Ann", Role.MANAGER)
    opened = accounts.open_session(session, user)
    caller = accounts.caller_of_session(session, opened.token)
    assert caller is not None
    assert (caller.id, caller.role, caller.csrf) == (user.id, Role.MANAGER, opened.csrf)
    assert opened.token != opened.csrf
    accounts.close_session(session, opened.token)
    assert accounts.caller_of_session(session, opened.token) is None


def test_an_expired_session_is_over(session: Session) -> None:
    opened = accounts.open_session(session, accounts.add_user(session, "Ann", Role.MANAGER))
    row = session.scalars(select(Token)).one()
    assert timedelta(hours=11) < row.expires_at - accounts.now() <= timedelta(hours=12)
    row.expires_at -= timedelta(hours=12)
    assert accounts.caller_of_session(session, opened.token) is None


def test_a_sign_in_link_works_once(session: Session) -> None:
    user = accounts.add_user(session, "Ann", Role.EXPERT)
    link = accounts.sign_in_link(session, user)
    assert accounts.caller_of_session(session, link) is None  # a link is no session
    assert accounts.redeem_link(session, link) is user
    assert accounts.redeem_link(session, link) is None


def test_an_expired_link_does_not_work(session: Session) -> None:
    user = accounts.add_user(session, "Ann", Role.EXPERT)
    assert accounts.redeem_link(session, accounts.sign_in_link(session, user, life=timedelta(0))) is None


def test_tokens_that_are_over_are_forgotten(session: Session) -> None:
    user = accounts.add_user(session, "Ann", Role.EXPERT)
    accounts.sign_in_link(session, user, life=timedelta(0))
    accounts.open_session(session, user)
    assert [row.purpose for row in session.scalars(select(Token))] == ["session"]
