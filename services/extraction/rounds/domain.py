"""Rounds of blind coding: two people code the same documents, neither sees the other's until
both are done; then they are compared and curated into one agreed set.

What counts: nothing of a round while it is open; afterwards, of each document, what the first
named coder coded, until the team agrees; then the agreed set alone (docs/decisions/0026).
"""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

OPEN, REVEALED = "open", "revealed"
STATES = (OPEN, REVEALED)
CODERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Who codes what, how far they are, and of which documents the team has agreed."""

    round_id: str
    state: str
    coders: tuple[str, ...]
    documents: frozenset[str]
    curated: frozenset[str] = frozenset()

    def holds(self, coder: str | None, documents: Collection[str]) -> bool:
        """Whether what this coder codes on these documents belongs to the round."""
        return coder in self.coders and not self.documents.isdisjoint(documents)

    @property
    def is_blind(self) -> bool:
        """Whether coders see their own fragments alone."""
        return self.state == OPEN

    def counts(self, coder: str | None, documents: Collection[str]) -> bool:
        """Whether what this coder coded in the round counts in the synthesis now."""
        if self.is_blind or not self.curated.isdisjoint(documents):
            return False
        return coder == self.coders[0]


def drawn(documents: Collection[str], share: float, seed: str) -> list[str]:
    """A random sample of the documents, sorted: the `share` of them (at least one, where there
    is any) with the lowest HMAC-SHA256 under the seed. The same seed draws the same ones.
    """
    number = min(len(documents), max(1, round(share * len(documents))))
    return sorted(sorted(documents, key=lambda one: _rank(seed, one))[:number])


def _rank(seed: str, document: str) -> bytes:
    return hmac.new(seed.encode(), document.encode(), sha256).digest()


def problem_of(coders: Sequence[str]) -> str:
    """What is wrong with the coders of a round; empty where nothing is."""
    if len(set(coders)) != CODERS or len(coders) != CODERS:
        return "Name two different people who code."
    return ""


_KINDS = {
    "document": "document",
    "source": "document",
    "fragment": "fragment",
    **dict.fromkeys(("theory", "code", "group", "record", "review", "argument"), "open"),
}
"""What memos are about, and whose confidence they share; `open` has none."""


def parted(about: str) -> tuple[str, str]:
    """What kind of thing a memo is about (`document`, `fragment`, `open`, or "" for one that is
    not known, and may be confidential), and its id.
    """
    kind, _, key = about.strip().partition("/")
    return _KINDS.get(kind.strip().lower(), ""), key


def canonical(about: str) -> str:
    """What a memo is about, in the one way of writing it."""
    kind, slash, key = about.strip().partition("/")
    plain = kind.strip().lower()
    return f"{plain}/{key}" if slash and plain in _KINDS else about


def memos_on(kind: str, keys: Collection[str]) -> list[str]:
    """Everything that memos on documents or fragments with these ids may say they are about."""
    names = [name for name, means in _KINDS.items() if means == kind]
    return [f"{name}/{key}" for name in names for key in keys]
