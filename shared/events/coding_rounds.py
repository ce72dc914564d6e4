"""What extraction says of rounds in which two people code the same documents blindly."""

from dataclasses import dataclass

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingRoundState:
    """A round in which two people code the same documents blindly.

    `state` is open or revealed; `done` are the coders who are. Where the documents are a sample,
    `share` of `drawn_from` were drawn with `seed`. On the `curated` documents the team has agreed.
    """

    round_id: str
    title: str = ""
    state: str = "open"
    coders: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    curated: tuple[str, ...] = ()
    share: float | None = None
    seed: str = ""
    drawn_from: int = 0


@published("extraction", subject="round.round_id", kind="coding_round")
@dataclass(frozen=True, slots=True, kw_only=True)
class CodingRoundOpened(Event):
    """A round of blind coding began; its fragments are said when it is revealed."""

    round: CodingRoundState


@published("extraction", subject="round.round_id", kind="coding_round")
@dataclass(frozen=True, slots=True, kw_only=True)
class CodingRoundRevealed(Event):
    """Both coders are done, or an owner ended the round: they see each other's fragments."""

    round: CodingRoundState
    reason: str = ""


@published("extraction", subject="round.round_id", kind="coding_round")
@dataclass(frozen=True, slots=True, kw_only=True)
class CodingCurated(Event):
    """The team agreed on one set of fragments for a document (`document_id`) of a round."""

    round: CodingRoundState
    document_id: str = ""
