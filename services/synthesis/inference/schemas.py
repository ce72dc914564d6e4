"""What people send of ideas, lineage, substantive theories and memos."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from services.synthesis.inference.handlers.keeping import Elsewhere
from services.synthesis.schemas import Input, ReferenceIn
from shared.events.synthesis import Reference
from shared.http.bounds import Key, Moment, Whole, Words

Rating = Literal["strong", "weak", "no"]
References = Annotated[tuple[ReferenceIn, ...], Field(max_length=100)]
Keys = Annotated[tuple[Key, ...], Field(max_length=500)]


class VersionedIn(Input):
    """What may have been said elsewhere: only with `version`, by whom and when."""

    because: Words = ""
    version: Annotated[Whole, Field(ge=1)] | None = Field(
        None, description="of what was said elsewhere: a higher one than known stands as it is"
    )
    person: Key | None = None
    at: Moment | None = None

    @model_validator(mode="after")
    def _elsewhere_is_whole(self) -> "VersionedIn":
        if self.version is None and self.at is not None:
            raise ValueError("a moment needs a version; leave it out for what is said now")
        return self

    def elsewhere(self, person: str) -> Elsewhere | None:
        """Where it was said elsewhere: version, person and moment."""
        return None if self.version is None else Elsewhere(self.version, person, self.at)


class IdeaIn(VersionedIn):
    """An if-then idea in words, where it comes from, and the theories it is sorted into."""

    text: Annotated[Words, Field(min_length=1)]
    number: Whole | None = None
    sources: References = ()
    theories: Keys | None = Field(None, description="left out: as they are")
    status: Literal["open", "merged", "dropped"] | None = Field(
        None, description="only with `version`: merge, drop and take up by their own routes"
    )
    merged_into: Key | None = None

    @model_validator(mode="after")
    def _status_from_elsewhere(self) -> "IdeaIn":
        if self.version is None and (self.status or self.merged_into):
            raise ValueError("a status needs a version; merge or drop the idea instead")
        if (self.status == "merged") != (self.merged_into is not None):
            raise ValueError("a merged idea names the idea it went into, another one none")
        return self


class SortIdeaIn(Input):
    """The theories that an idea became, and why."""

    theories: Keys
    reason: Words = ""


class MergeIdeaIn(Input):
    """The idea that speaks for this one from now on, and why."""

    into: Key
    reason: Words = ""


class LineageIn(VersionedIn):
    """Theory `later` came out of theory `earlier`: how, why, and what moved people."""

    earlier: Key
    later: Key
    kind: Literal["merged_into", "split_from", "became"] = "became"
    moved_by: References = ()
    status: Literal["stands", "withdrawn"] | None = Field(
        None, description="only with `version`: withdraw a link by its own route"
    )

    @model_validator(mode="after")
    def _status_from_elsewhere(self) -> "LineageIn":
        if self.version is None and self.status:
            raise ValueError("a status needs a version; withdraw the link instead")
        return self


class WithdrawLineageIn(Input):
    """The link to take back, and why."""

    earlier: Key
    later: Key
    reason: Words = ""


class SubstantiveTheoryIn(VersionedIn):
    """A substantive theory, appraised by the criteria of Shearn et al., and the decision."""

    name: Annotated[Words, Field(min_length=1)]
    citation: Words = ""
    summary: Words = ""
    level: Literal["micro", "meso", "macro"] | None = None
    fit: Rating | None = None
    simplicity: Rating | None = None
    compatibility: Rating | None = None
    decision: Literal["shortlisted", "selected", "rejected"] = "shortlisted"
    phase: Literal["initial", "final"] = "initial"
    theories: Keys = ()


class InferenceMemoIn(VersionedIn):
    """A memo about things of the review."""

    text: Annotated[Words, Field(min_length=1)]
    about: References = ()
    status: Literal["kept", "withdrawn"] | None = Field(
        None, description="only with `version`: withdraw a memo by its own route"
    )

    @model_validator(mode="after")
    def _status_from_elsewhere(self) -> "InferenceMemoIn":
        if self.version is None and self.status:
            raise ValueError("a status needs a version; withdraw the memo instead")
        return self


def references(items: Iterable[ReferenceIn]) -> tuple[Reference, ...]:
    """The values, each once."""
    return tuple(dict.fromkeys(item.reference() for item in items))
