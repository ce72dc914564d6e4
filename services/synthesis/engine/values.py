"""Values that the synthesis computes from: the inputs of section 1 of the method.

All are frozen; ids are strings and stay what the owner of the thing called them. Counting never
looks at anything but these values, so that the same inputs give the same hashes everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

ALGORITHM = 2
"""Version of the counting rules; part of every snapshot."""

Role = Literal["context", "mechanism_resource", "mechanism_response", "outcome"]
State = Literal["present", "absent", "occurred", "failed", "reversed", "not_stated"]
Sense = Literal["same", "opposite"]
Attribution = Literal["cited", "inferred", "summary"]
Level = Literal["proximal", "intermediate", "distal", "unset"]
Valence = Literal["desired", "undesired", "unset"]
PartRole = Literal["resource", "response"]
Function = Literal["reviewer", "verifier"]
Verdict = Literal["supports", "partly", "does_not", "unsure"]

CONTEXT: Role = "context"
RESOURCE: Role = "mechanism_resource"
RESPONSE: Role = "mechanism_response"
OUTCOME: Role = "outcome"
ROLES: tuple[Role, ...] = (CONTEXT, RESOURCE, RESPONSE, OUTCOME)
HOLDS = frozenset({"present", "occurred"})
"""States that are the positive sign of an element; of the others, `not_stated` is none."""


class Unit(NamedTuple):
    """A group in its role."""

    role: Role
    group: str

    @property
    def part(self) -> PartRole:
        """The role of a part of a mechanism, as a CCMOC says it."""
        return "response" if self.role == RESPONSE else "resource"


def part_unit(role: PartRole, group: str) -> Unit:
    """The unit of a part of a mechanism."""
    return Unit(RESPONSE if role == "response" else RESOURCE, group)


@dataclass(frozen=True, slots=True)
class Element:
    """One coded part of a fragment.

    `of_group` says that the state speaks of the group and not of the code, so that the sense of
    the code is not applied (bundles with a polarity). `wished`: it speaks of what people wish for,
    of an undesired outcome group its failure. `not_stated` is an outcome that is stated
    without a sign. `code` is None where the passage is not coded yet: it says nothing.
    """

    role: Role
    code: str | None
    state: State
    of_group: bool = False
    wished: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A source as one fragment cites it. Case and participant as coded, None where not."""

    source: str
    attribution: Attribution = "cited"
    case: str | None = None
    participant: str | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """One linked statement; only in section 9 is it joined with others of its case."""

    id: str
    theories: tuple[str, ...]
    elements: tuple[Element, ...]
    citations: tuple[Citation, ...] = ()
    version: int = 1
    active: bool = True
    duplicate_of: str | None = None

    @property
    def judged_content(self) -> tuple[object, ...]:
        """What a judgement speaks of: it counts while this is as in the judged version."""
        cited = frozenset(item for item in self.citations if item.attribution == "cited")
        return frozenset(self.elements), cited, self.duplicate_of, frozenset(self.theories)


@dataclass(frozen=True, slots=True)
class Source:
    """Where fragments come from: a report with a record, or an interview, workshop, policy.

    `included` (at the last stage of the main path) and `retracted` speak of the record.
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
        """Not withdrawn and, if it has a record, that is included and not retracted."""
        if self.withdrawn:
            return False
        return self.record is None or (self.included and not self.retracted)


@dataclass(frozen=True, slots=True)
class Membership:
    """A code in a group, in the same or the opposite sense; marked where a rule decided."""

    code: str
    sense: Sense = "same"
    by_import_rule: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that people count as one. `level` and `valence` speak of outcome groups only."""

    role: Role
    id: str
    members: tuple[Membership, ...] = ()
    opposite_of: tuple[str, ...] = ()
    two_valued: bool = False
    level: Level = "unset"
    valence: Valence = "unset"
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
    """One person's word on whether a fragment supports a link of (theory, outcome, part).

    `fragment_version` None speaks of any version. One that was given `blind` is held back until
    all three have judged the link (before the engine sees it).
    """

    theory: str
    outcome: str
    role: PartRole
    mechanism: str
    fragment: str
    person: str
    acting_as: Function
    verdict: Verdict
    fragment_version: int | None = None
    blind: bool = False

    @property
    def unit(self) -> Unit:
        """The part of the mechanism that is judged."""
        return part_unit(self.role, self.mechanism)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds of section 4 (studies, share of studies) and of near ties (studies)."""

    k_enabling: int = 2
    k_disabling: int = 2
    share: float = 0.8
    near: int = 1


class Term(NamedTuple):
    """A group with a sign. `holds`: present or occurred; else absent or failed."""

    unit: Unit
    holds: bool


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where all of `given` is so, people expect `expected`."""

    id: str
    given: tuple[Term, ...]
    expected: Term
    words: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    """A CMO configuration that people hold (section 9), in one version.

    `occurs` is the outcome's state that it argues for: occurred (True) or failed.
    """

    id: str
    theory: str
    outcome: str
    occurs: bool = True
    contexts: tuple[Term, ...] = ()
    resource: str | None = None
    response: str | None = None
    predictions: tuple[Prediction, ...] = ()
    version: int = 1

    @property
    def parts(self) -> tuple[Unit, ...]:
        """The named parts of its mechanism."""
        named = ((RESOURCE, self.resource), (RESPONSE, self.response))
        return tuple(Unit(role, group) for role, group in named if group)


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that the synthesis of one review is computed from.

    `fragments` holds the highest version of each; `versions` the bodies of judged versions under
    (fragment, version), the highest may be missing there. `judgements` stand in the order in
    which they were given. A citation whose source is not in `sources` is a study of its own
    without a record. `links` are unordered pairs of studies, kept sorted (`pair`).
    """

    theories: tuple[str, ...] = ()
    fragments: Mapping[str, Fragment] = field(default_factory=dict)
    versions: Mapping[tuple[str, int], Fragment] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    links: frozenset[tuple[str, str]] = frozenset()
    codebooks: Mapping[str, Codebook] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    arguments: tuple[Argument, ...] = ()
    parameters: Parameters = Parameters()


def pair(one: str, other: str) -> tuple[str, str]:
    """A sibling link: the two study ids, sorted, since a link has no direction."""
    return (one, other) if one <= other else (other, one)
