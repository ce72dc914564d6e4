"""review.yaml, decisions.csv and the record table as typed values."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, model_validator

from runtime.bundle.model.evidence import Key, Part

PersonRole = Literal["owner", "reviewer", "resolver", "coder", "reader"]
StageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def _moment(said: str) -> str:
    """A date or moment in the form of ISO 8601, as it is written."""
    try:
        datetime.fromisoformat(said)
    except ValueError:
        raise ValueError(f"'{said}' is no date; write 2026-01-31 or 2026-01-31T10:00:00Z") from None
    return said


Moment = Annotated[str, AfterValidator(_moment)]
Verdict = Literal["include", "exclude", "maybe"]


class Policy(Part):
    """How many people screen at a stage; `policy: dual` is short for `{kind: dual}`."""

    kind: Literal["single", "dual", "sample", "dual_until_kappa"] = "single"
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    kappa: float | None = None
    minimum: StrictInt | None = None
    resolution: Literal["third", "discussion"] | None = None
    inclusion: Literal["all", "any"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"kind": data} if isinstance(data, str) else data


class StageEntry(Part):
    """One screening stage; `from` names the stage that feeds it (none: the library)."""

    name: StageName
    source: StageName | None = Field(None, alias="from")
    main: StrictBool = True
    policy: Policy = Policy()


class Member(Part):
    """A person on the review's team."""

    person: Annotated[str, Field(min_length=1, max_length=64)]
    name: str = ""
    roles: Annotated[tuple[PersonRole, ...], Field(min_length=1)] = ("reviewer",)


class CriterionEntry(Part):
    """A criterion; without `stages` it holds at every stage."""

    id: Key
    text: str = ""
    kind: Literal["include", "exclude"] = "exclude"
    stages: tuple[Key, ...] = ()


class ReportedNumber(Part):
    """A number that a publication reports; never mixed with what is counted here."""

    id: Key
    value: StrictInt | float | str | dict[str, Any]
    what: str = ""
    figure: str | None = Field(
        None,
        description="The figure of the flow that it stands beside: identified, duplicates, "
        "records, or STAGE.pool, STAGE.include, STAGE.exclude, STAGE.waiting.",
    )


class ReviewFile(Part):
    """review.yaml."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    title: str = ""
    question: str = ""
    protocol: str | dict[str, Any] | None = None
    seed: StrictInt | None = None
    team: tuple[Member, ...] = ()
    others: tuple[Key, ...] = Field(
        (), description="People who decided and are not on the team (now): they get no roles."
    )
    stages: tuple[StageEntry, ...] = ()
    criteria: tuple[CriterionEntry, ...] = ()
    reported_numbers: tuple[ReportedNumber, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {
            **data,
            **_criteria_listed(data.get("criteria")),
            **_numbers_listed(data.get("reported_numbers")),
        }

    def last_main_stage(self) -> str | None:
        """Name of the stage at the end of the main path, or None without stages."""
        main = [stage for stage in self.stages if stage.main]
        feeds = {stage.source for stage in main}
        last = [stage.name for stage in main if stage.name not in feeds]
        return last[-1] if last else None

    def main_path(self) -> tuple[str, ...]:
        """Names of the main stages from the library to the last."""
        by_name = {stage.name: stage for stage in self.stages}
        path: list[str] = []
        name = self.last_main_stage()
        while name is not None and name in by_name and name not in path:
            path.append(name)
            name = by_name[name].source
        return tuple(reversed(path))


def _criteria_listed(given: Any) -> dict[str, Any]:
    """`criteria: {stage: [{id, text}]}` as the list form; the list form as it is."""
    if not isinstance(given, dict):
        return {} if given is None else {"criteria": given}
    listed = [
        {**entry, "stages": [stage]} if isinstance(entry, dict) else entry
        for stage, entries in given.items()
        for entry in entries or []
    ]
    return {"criteria": listed}


def _numbers_listed(given: Any) -> dict[str, Any]:
    """`reported_numbers: {id: value}` as the list form; the list form as it is."""
    if not isinstance(given, dict):
        return {} if given is None else {"reported_numbers": given}
    return {"reported_numbers": [{"id": key, "value": value} for key, value in given.items()]}


class DecisionRow(Part):
    """One line of decisions.csv: one person's verdict on a record at a stage.

    With `how` resolution it is the team's verdict, given after the votes (then without person).
    """

    record: Key
    stage: Key
    person: Key | None = None
    how: Literal["vote", "resolution"] = "vote"
    verdict: Verdict
    reason: str | None = None
    note: str | None = None
    theories: tuple[str, ...] = ()
    decided_at: Moment | None = None
    criteria_version: int | None = None

    @model_validator(mode="after")
    def _a_vote_has_a_voter(self) -> "DecisionRow":
        if self.how == "vote" and self.person is None:
            raise ValueError("a vote needs a person; name who voted")
        return self


class RecordRow(Part):
    """One line of a record table (`records/*.csv` with a column `key`)."""

    key: Key
    source: str = "bundle"
    own_id: str | None = Field(
        None, description="Its number in `source`; without the column the key, empty: it has none."
    )
    label: str = ""
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    language: str = ""
    kind: str = "article"
    doi: str | None = None
    pmid: str | None = None
    keywords: tuple[str, ...] = ()
    arm: Literal["database", "other"] = "other"
