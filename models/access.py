"""Who may do what: roles, consent scopes, and the caller that every door resolves first."""

from collections.abc import Collection as AnyOf
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a key or a user may do; each role may do what the one before may."""

    READER = "reader"  # approved cards, feed
    EXPERT = "expert"  # + the own interviews and the cards that rest on them
    MANAGER = "manager"  # + all cards and recordings
    ADMIN = "admin"  # + users and keys

    @property
    def _level(self) -> int:
        return list(Role).index(self)

    @property
    def can_review(self) -> bool:
        """See and change drafts, at least of the own interviews."""
        return self._level >= 1

    @property
    def can_manage(self) -> bool:
        """Upload, see every recording and card, record consent."""
        return self._level >= 2

    @property
    def can_administer(self) -> bool:
        """Make users and keys."""
        return self._level >= 3


class Scope(StrEnum):
    """What an expert agrees to, for one recording."""

    MINE = "mine"  # the machine may look for know-how
    QUOTE = "quote"  # the words may stand on a card
    PLAY_AUDIO = "play_audio"  # the voice may be heard
    SHARE_FEED = "share_feed"  # downstream tools may have it


ALL_SCOPES = tuple(Scope)
UNSAID_SCOPES = (Scope.MINE, Scope.QUOTE)  # what nothing said means
APPROVAL_SCOPES = (Scope.QUOTE, Scope.SHARE_FEED)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one expert agrees to, for one recording."""

    expert_id: str
    scopes: tuple[Scope, ...]
    until: datetime | None = None  # aware; None: until it is taken back


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key, or a person in a browser."""

    id: str  # of the key or user; what "human:ID" names
    name: str
    role: Role
    expert_id: str | None = None  # a key or user may stand for one expert
    collections: AnyOf[str] | None = None  # None: all
    csrf: str | None = None  # of the browser's session; None for a key

    @property
    def signature(self) -> str:
        """How this caller's edits are signed."""
        return f"human:{self.id}"
