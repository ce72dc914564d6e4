"""What workbench's HTTP interface takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.actors import ActorKind
from shared.events.workbench import Policy, Stage
from shared.http.bounds import Json, JsonObject, Listed, Name, PersonKey, Whole, Words


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def _with_value(number: dict[str, Any]) -> dict[str, Any]:
    if number.get("value") is None:
        raise ValueError("a reported number needs a 'value'")
    return number


ReportedNumber = Annotated[JsonObject, AfterValidator(_with_value)]
"""A number that the report states: `value`, and `what` or `id` to name it."""


class PolicyModel(_In):
    """How many people screen at a stage."""

    kind: Literal["single", "dual", "sample", "dual_until_kappa"] = "single"
    share: float = Field(1.0, gt=0, le=1)
    kappa: float | None = Field(None, ge=-1, le=1)
    minimum: Whole = Field(50, ge=1)
    resolution: Literal["third", "discussion"] = "third"
    inclusion: Literal["all", "any"] = "all"


class StageModel(_In):
    """A stage; `from` names the stage that feeds it, null the library."""

    name: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    source: Name | None = Field(None, alias="from")
    main: bool = True
    policy: PolicyModel = PolicyModel()

    def stage(self) -> Stage:
        """As events say it."""
        return Stage(
            name=self.name,
            source=self.source,
            main=self.main,
            policy=Policy(**self.policy.model_dump()),
        )


class MemberIn(_In):
    """A person's name and roles."""

    name: str = Field("", max_length=200)
    roles: list[Name] = Field(min_length=1, max_length=20)


class TeamMember(MemberIn):
    """A member, with the key that names them."""

    person: PersonKey = Field(min_length=1, max_length=64)


class ReviewIn(_In):
    """A review to open."""

    id: Name
    title: Words = Field(min_length=1)
    question: Words = ""
    stages: Listed[StageModel] = []
    team: Listed[TeamMember] = []
    seed: Annotated[int, Field(ge=-(2**53), le=2**53)] = 0
    reported_numbers: Listed[ReportedNumber] = []
    protocol: Json = None


class ReviewPatch(_In):
    """What of a review is to change, and why; what is not named stays."""

    title: Words = Field(default_factory=str, min_length=1)
    question: Words = ""
    stages: Listed[StageModel] = []
    retired: bool = False
    reported_numbers: Listed[ReportedNumber] = []
    protocol: Json = None
    reason: Words = Field(min_length=1)


class MemberOut(BaseModel):
    """A member of the team."""

    person: str
    name: str
    roles: list[str]
    left_at: datetime | None = None


class ReviewOut(BaseModel):
    """A review."""

    id: str
    title: str
    question: str
    stages: list[dict[str, Any]]
    seed: int
    retired: bool
    version: int
    opened_at: datetime
    team: list[MemberOut]
    invited: list[MemberOut] = []
    reported_numbers: list[dict[str, Any]]
    protocol: Any = None


class InvitationOut(BaseModel):
    """A review that waits for one to join, with the roles that are offered."""

    review: str
    title: str
    roles: list[str]
    invited_by: str | None
    invited_at: datetime


class ActivityOut(BaseModel):
    """One feed entry: the event, where it stands, and a sentence about it."""

    position: int
    id: str
    type: str
    subject: str
    version: int
    at: datetime
    actor: str | None
    actor_kind: ActorKind
    causation: str | None
    words: str
    data: dict[str, Any]


class SettledOut(BaseModel):
    """Whether nothing moves any more, and what still does."""

    settled: bool
    waiting: dict[str, dict[str, int]]
