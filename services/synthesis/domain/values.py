"""Values that the synthesis computes from: the inputs of section 1 of the method.

All are frozen; ids are strings and stay what the owner of the thing called them. Counting never
looks at anything but these values, so that the same inputs give the same hashes everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

ALGORITHM = "ccmoc-1"
"""Version of the counting rules; part of every snapshot."""

Role = Literal["context", "mechanism_resource", "mechanism_response", "outcome"]
State = Literal["present", "absent", "occurred", "failed", "reversed", "not_stated"]
Sense = Literal["same", "opposite"]
Attribution = Literal["cited", "inferred", "summary"]
Level = Literal["proximal", "intermediate", "distal", "unset"]
Pair = tuple[str, str]

CONTEXT: Role = "context"
RESOURCE: Role = "mechanism_resource"
RESPONSE: Role = "mechanism_response"
OUTCOME: Role = "outcome"
ROLES: tuple[Role, ...] = (CONTEXT, RESOURCE, RESPONSE, OUTCOME)


class Unit(NamedTuple):
    """A group in its role. As a mechanism: what a CCMOC is counted by."""

    role: Role
    group: str


@dataclass(frozen=True, slots=True)
class Element:
    """One coded part of a fragment.

    `of_group` says that the state speaks of the group and not of the code, so that the sense of
    the code is not applied (bundles with a polarity). `code` is null where the passage is not
    coded yet: it fills its role and counts nowhere.
    """

    role: Role
    code: str | None
    state: State
    of_group: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A source as one fragment cites it. Case and participant as coded, null where not."""

    source: str
    attribution: Attribution = "cited"
    case: str | None = None
    participant: str | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """One linked statement; what it says is joined with no other fragment."""

    id: str
    theories: tuple[str, ...]
    elements: tuple[Element, ...]
    citations: tuple[Citation, ...] = ()
    version: int = 1
    active: bool = True
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where fragments come from: a report with a record, or an interview, workshop, policy.

    `included` and `retracted` speak of the record, `withdrawn` of a source without one.
    """

    key: str
    study: str
    case: str | None = None
    record: str | None = None
    included: bool = True
    retracted: bool = False
    withdrawn: bool = False

    @property
    def active(self) -> bool:
        """Whether it counts: its record included and not retracted, or it is not withdrawn."""
        if self.record is None:
            return not self.withdrawn
        return self.included and not self.retracted


@dataclass(frozen=True, slots=True)
class Membership:
    """A code in a group, in the same or the opposite sense; marked where a rule decided."""

    code: str
    sense: Sense = "same"
    by_import_rule: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that people count as one. `level` speaks of outcome groups only."""

    role: Role
    id: str
    members: tuple[Membership, ...] = ()
    opposite_of: tuple[str, ...] = ()
    level: Level = "unset"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """The groups of one theory."""

    groups: tuple[Group, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class Pin:
    """People hold one outcome group first, and say why."""

    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's word on whether a fragment supports a link of a CCMOC."""

    theory: str
    outcome: str
    resource: str | None
    response: str | None
    fragment: str
    person: str
    acting_as: Literal["reviewer", "verifier"]
    verdict: Literal["supports", "partly", "does_not", "unsure"]

    @property
    def unit(self) -> Unit:
        """The unit that the judged CCMOC is counted by: its response if it has one."""
        if self.response:
            return Unit(RESPONSE, self.response)
        return Unit(RESOURCE, self.resource or "")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds of section 4 (studies, share of studies) and of near ties (studies)."""

    k_enabling: int = 2
    k_disabling: int = 2
    share: float = 0.8
    near: int = 1


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that the synthesis of one review is computed from.

    `judgements` stand in the order in which they were given. A citation whose source is not in
    `sources` is a study of its own without a record. Links are unordered pairs, kept sorted.
    """

    theories: tuple[str, ...] = ()
    fragments: Mapping[str, Fragment] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    links: frozenset[Pair] = frozenset()
    codebooks: Mapping[str, Codebook] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    parameters: Parameters = Parameters()


def pair(one: str, other: str) -> Pair:
    """A sibling link: the two study ids, sorted, since a link has no direction."""
    return (one, other) if one <= other else (other, one)
