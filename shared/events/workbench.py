"""What workbench says: reviews and the people on them."""

from dataclasses import dataclass

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How many people screen at a stage.

    `kind` is `single`, `dual`, `sample` (dual for a keyed-hash `share`) or
    `dual_until_kappa` (dual until `kappa` is reached on at least `minimum` pairs);
    `resolution` is `third` (a resolver decides) or `discussion` (the two voters).
    """

    kind: str = "single"
    share: float = 1.0
    kappa: float | None = None
    minimum: int = 50
    resolution: str = "third"
    inclusion: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One screening stage; `source` names the stage that feeds it (None: the library).

    In bundles and API the field is called `from`.
    """

    name: str
    source: str | None = None
    main: bool = True
    policy: Policy = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """A review as its readers need it; people's names stay in workbench.

    `registration` says where the protocol is registered, such as a PROSPERO number.
    """

    review_id: str
    title: str
    question: str = ""
    stages: tuple[Stage, ...] = ()
    seed: int = 0
    retired: bool = False
    registration: str = ""

    def last_main_stage(self) -> str | None:
        """Name of the stage at the end of the main path, or None without stages."""
        feeds = {s.source for s in self.stages if s.main}
        last = [s.name for s in self.stages if s.main and s.name not in feeds]
        return last[-1] if last else None


@published("workbench", subject="review.review_id", kind="review")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened(Event):
    """A living review was opened."""

    review: ReviewState


@published("workbench", subject="review.review_id", kind="review")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAmended(Event):
    """A review's question, stages or settings were changed; `reason` says why."""

    review: ReviewState
    reason: str = ""


@published("workbench", subject="person_id", kind="member")
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(Event):
    """A person got roles in a review (again, if roles changed)."""

    person_id: str
    roles: tuple[str, ...]


@published("workbench", subject="person_id", kind="member")
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(Event):
    """A person left a review; what they decided stays."""

    person_id: str
