"""What synthesis says of the way to theories: ideas, lineage, substantive theories, memos."""

from dataclasses import dataclass

from shared.events.base import Event, published
from shared.events.synthesis import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaState:
    """An if-then idea at one version; `because` says why this version.

    It may be older than any theory: `theories` are those it is sorted into. `status` is `open`,
    `merged` (into the idea `merged_into`) or `dropped`; `sources` say where it comes from.
    """

    idea_id: str
    version: int
    text: str
    number: int | None = None
    sources: tuple[Reference, ...] = ()
    theories: tuple[str, ...] = ()
    status: str = "open"
    merged_into: str | None = None
    because: str = ""


@published("synthesis", subject="idea.idea_id", kind="idea")
@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaStated(Event):
    """People noted an if-then idea, sorted it, merged it, dropped it or took it up again."""

    idea: IdeaState


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageState:
    """One theory came out of another; `because` says why this version.

    `kind` is `merged_into`, `split_from` or `became`; `status` is `stands` or `withdrawn`.
    """

    link_id: str
    version: int
    earlier: str
    later: str
    kind: str
    status: str = "stands"
    because: str = ""
    moved_by: tuple[Reference, ...] = ()


@published("synthesis", subject="link.link_id", kind="lineage")
@dataclass(frozen=True, slots=True, kw_only=True)
class LineageStated(Event):
    """People said that one theory came out of another, or took that back."""

    link: LineageState


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstantiveTheoryState:
    """A substantive theory of the review at one version, appraised once (Shearn et al.).

    `level` is `micro`, `meso` or `macro`; `fit`, `simplicity` and `compatibility` (with realist
    causation) are `strong`, `weak` or `no`; `decision` is `shortlisted`, `selected` or
    `rejected`; `theories` are the programme theories that it informs.
    """

    substantive_theory_id: str
    version: int
    name: str
    citation: str = ""
    summary: str = ""
    level: str | None = None
    fit: str | None = None
    simplicity: str | None = None
    compatibility: str | None = None
    decision: str = "shortlisted"
    phase: str = "initial"
    theories: tuple[str, ...] = ()
    because: str = ""


@published(
    "synthesis", subject="substantive_theory.substantive_theory_id", kind="substantive_theory"
)
@dataclass(frozen=True, slots=True, kw_only=True)
class SubstantiveTheoryAppraised(Event):
    """People took up a substantive theory, appraised it, or linked it to programme theories."""

    substantive_theory: SubstantiveTheoryState


@published("synthesis", subject="memo_id", kind="memo")
@dataclass(frozen=True, slots=True, kw_only=True)
class MemoWritten(Event):
    """A person wrote or rewrote a memo about things of the review.

    Its words stay with synthesis: they may quote what is confidential.
    """

    memo_id: str
    version: int
    about: tuple[Reference, ...]
    person_id: str
    status: str = "kept"
