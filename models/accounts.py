"""Who may come in: people with passwords, keys of tools, browser sessions and sign-in links.

Secrets are never kept: of a password an Argon2id hash, of a key, session or link the SHA-256.
"""

import hashlib
import secrets
from collections.abc import Collection as AnyOf
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from models.access import Caller, Role
from models.errors import Conflict, FieldError, Invalid, NotFound
from models.tables import Key, Token, User, now

SESSION_LIFE = timedelta(hours=12)
LINK_LIFE = timedelta(hours=24)
SHORTEST_PASSWORD = 8
LONGEST_NAME = 200
LONGEST_PASSWORD = 1000  # hashing more would only cost us work

_SESSION, _LINK = "session", "link"


@dataclass(frozen=True, slots=True)
class OpenSession:
    """What the browser gets: `token` for its cookie, `csrf` for its forms. Neither can be had again."""

    token: str
    csrf: str


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's Argon2id recommendation


@cache
def _nobodys_hash() -> str:
    """Of a password that nobody has: unknown names must cost as much work as known ones."""
    return _hasher().hash(secrets.token_urlsafe(32))


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not stripped or len(stripped) > LONGEST_NAME or not stripped.isprintable():
        raise Invalid(
            f"the name {name[:80]!r} does not do: 1 to {LONGEST_NAME} printable characters are wanted",
            errors=[FieldError("/name", f"wants 1 to {LONGEST_NAME} printable characters")],
        )
    return stripped


# Users


def add_user(
    session: Session,
    name: str,
    role: Role,
    *,
    password: str | None = None,
    expert_id: str | None = None,
    collections: AnyOf[str] | None = None,
) -> User:
    """A new user; without a password only a sign-in link lets them in. Raises Conflict for a name that is taken."""
    name = _checked_name(name)
    if session.scalar(select(User.id).where(User.name == name)):
        raise Conflict(f"there is a user “{name}” already", remedy="Choose another name.")
    user = User(
        name=name,
        role=role,
        password_hash=None if password is None else _hash(password),
        expert_id=expert_id,
        collections=None if collections is None else sorted(collections),
    )
    session.add(user)
    session.flush()
    return user


def list_users(session: Session) -> list[User]:
    """Everybody, disabled ones too, by name."""
    return list(session.scalars(select(User).order_by(User.name)))


def find_user(session: Session, name: str) -> User:
    """The user of that name or id, disabled or not. Raises NotFound."""
    user = session.scalar(select(User).where(or_(User.name == name.strip(), User.id == name)))
    if user is None:
        raise NotFound(f"there is no user “{name[:80]}”", remedy="“tacit user list” names them all.")
    return user


def disable_user(session: Session, name: str) -> User:
    """Let that user in no more: sessions and links end at once. Raises NotFound."""
    user = find_user(session, name)
    user.disabled_at = user.disabled_at or now()
    session.execute(delete(Token).where(Token.user_id == user.id))
    return user


def set_password(session: Session, user: User, password: str) -> None:
    """A new password; open sessions and links end. Raises Invalid for one that is too short."""
    user.password_hash = _hash(password)
    session.execute(delete(Token).where(Token.user_id == user.id))


def verify_password(session: Session, name: str, password: str) -> User | None:
    """The user, if name and password belong together and nobody disabled it; the same work in every case."""
    user = session.scalar(select(User).where(User.name == name.strip()))
    kept = (user and user.password_hash) or _nobodys_hash()
    try:
        _hasher().verify(kept, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return None
    if user is None or user.disabled_at:
        return None
    return user


def _hash(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(
            f"the password has {len(password)} characters, and {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} are wanted",
            remedy="Choose a longer one: four unrelated words do well.",
            errors=[FieldError("/password", f"wants {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")],
        )
    return _hasher().hash(password)


# Keys


def create_key(
    session: Session,
    name: str,
    role: Role,
    *,
    expert_id: str | None = None,
    collections: AnyOf[str] | None = None,
) -> tuple[Key, str]:
    """A key for a tool, and its secret, which cannot be had again."""
    secret = f"tacit_{secrets.token_urlsafe(32)}"
    key = Key(
        name=_checked_name(name),
        role=role,
        sha256=_sha256(secret),
        expert_id=expert_id,
        collections=None if collections is None else sorted(collections),
    )
    session.add(key)
    session.flush()
    return key, secret


def list_keys(session: Session) -> list[Key]:
    """Every key, revoked ones too, oldest first."""
    return list(session.scalars(select(Key).order_by(Key.created_at, Key.id)))


def revoke_key(session: Session, name: str) -> list[Key]:
    """End every key of that name, or the one with that id; those that had ended before stay as they were.

    Raises NotFound where there is none.
    """
    keys = list(session.scalars(select(Key).where(or_(Key.id == name, Key.name == name.strip()))))
    if not keys:
        raise NotFound(f"there is no key “{name[:80]}”", remedy="“tacit key list” names them all.")
    for key in keys:
        key.revoked_at = key.revoked_at or now()
    return keys


def caller_of_key(session: Session, secret: str) -> Caller | None:
    """Who signs with that secret; None for a wrong or revoked one."""
    key = session.scalar(select(Key).where(Key.sha256 == _sha256(secret), Key.revoked_at.is_(None)))
    return None if key is None else Caller(key.id, key.name, key.role, key.expert_id, key.collections)


# Sessions and links


def open_session(session: Session, user: User) -> OpenSession:
    """Let the user's browser in for twelve hours."""
    opened = OpenSession(token=secrets.token_urlsafe(32), csrf=secrets.token_urlsafe(32))
    _keep(session, opened.token, _SESSION, user, SESSION_LIFE, csrf=opened.csrf)
    return opened


def caller_of_session(session: Session, token: str) -> Caller | None:
    """Who sits at that browser; None for a wrong, closed or expired session, or a disabled user."""
    kept = _find(session, token, _SESSION)
    if kept is None:
        return None
    user = kept.user
    return Caller(user.id, user.name, user.role, user.expert_id, user.collections, kept.csrf)


def close_session(session: Session, token: str) -> None:
    """Sign out; nothing happens where the session is over."""
    session.execute(delete(Token).where(Token.sha256 == _sha256(token), Token.purpose == _SESSION))


def sign_in_link(session: Session, user: User, *, life: timedelta = LINK_LIFE) -> str:
    """A token that lets the user in once, within `life`."""
    token = secrets.token_urlsafe(32)
    _keep(session, token, _LINK, user, life)
    return token


def redeem_link(session: Session, token: str) -> User | None:
    """The user whose link this was; it works no more. None for a wrong, used or expired one, or a disabled user."""
    kept = _find(session, token, _LINK)
    if kept is None:
        return None
    session.delete(kept)
    return kept.user


def _keep(session: Session, token: str, purpose: str, user: User, life: timedelta, *, csrf: str | None = None) -> None:
    session.execute(delete(Token).where(Token.expires_at <= now()))
    session.add(Token(sha256=_sha256(token), purpose=purpose, user_id=user.id, csrf=csrf, expires_at=now() + life))
    session.flush()


def _find(session: Session, token: str, purpose: str) -> Token | None:
    wanted = (Token.sha256 == _sha256(token), Token.purpose == purpose, Token.expires_at > now())
    return session.scalar(select(Token).join(User).where(*wanted, User.disabled_at.is_(None)))
