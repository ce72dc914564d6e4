"""What search says of clusters: rounds, words of theories, messages to authors."""

from dataclasses import dataclass

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceYield:
    """What one source named in a step: articles `retrieved`, of these `new` to the review; `only`
    are new and named by no other source.
    """

    source: str
    retrieved: int = 0
    new: int = 0
    only: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepYield:
    """What one step of a round brought: articles `retrieved`, of these `new` to the review,
    `known`, `beyond` the budget, `missing` at PubMed; `only` are new and found by no other.

    `state` is `done`, `skipped` (nothing to ask), `refused` or `waiting` (no answer);
    `offered` counts excluded records offered again; `sources` are those that named articles.
    `notes` say what was not done.
    """

    step: str
    number: int
    state: str
    retrieved: int = 0
    new: int = 0
    known: int = 0
    beyond: int = 0
    missing: int = 0
    only: int = 0
    offered: int = 0
    notes: tuple[str, ...] = ()
    sources: tuple[SourceYield, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTotal:
    """One round of a cluster in numbers; a record that several steps found counts once."""

    round: int
    succeeded: bool = True
    retrieved: int = 0
    new: int = 0
    known: int = 0
    beyond: int = 0
    missing: int = 0


@published("search", subject="cluster_id", kind="cluster")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRoundFinished(Event):
    """One round of CLUSTER searching ended, with its yield per step.

    `cluster_id` is the gap's id. `yields` are (step, new records); `steps` the whole yield
    of this round, `rounds` the totals of this and every earlier round of the cluster.
    `siblings` counts records proposed as reports of a pearl's study.
    """

    cluster_id: str
    round: int
    yields: tuple[tuple[str, int], ...] = ()
    theory_id: str = ""
    succeeded: bool = True
    pearls: tuple[str, ...] = ()
    budget: int = 0
    steps: tuple[StepYield, ...] = ()
    rounds: tuple[RoundTotal, ...] = ()
    siblings: int = 0
    warnings: tuple[str, ...] = ()


@published("search", subject="cluster_id", kind="step")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStepDecided(Event):
    """People decided on a step of CLUSTER searching.

    `state` is approved, dismissed or closed; `about` is what the evidence does not explain,
    `reason` what people said, `pearls` are the records that it was approved with.
    """

    cluster_id: str
    state: str
    theory_id: str = ""
    about: str = ""
    reason: str = ""
    pearls: tuple[str, ...] = ()


@published("search", subject="round_id", kind="round")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRoundDecided(Event):
    """A round was planned, or people let its queries run or took it back.

    `state` is planned, approved or withdrawn; `steps` are those that ask something, `queries` how
    many questions they ask; `sources` are those that are asked.
    """

    round_id: str
    cluster_id: str
    round: int
    state: str
    theory_id: str = ""
    steps: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    queries: int = 0
    reason: str = ""


@published("search", subject="theory_id", kind="lexicon")
@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconChanged(Event):
    """Reviewers wrote the words by which a theory is known: `words` are all that stand now.

    `version` counts the versions of these words from 1.
    """

    theory_id: str
    version: int
    words: tuple[str, ...] = ()
    reason: str = ""


@published("search", subject="contact_id", kind="contact")
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(Event):
    """A message to an author was drafted or written anew, or people said what became of it.

    `state` is to_write, sent, answered or no_answer; `label` is what people call the pearl;
    `changed` names what is new (`log`: a note was added). The author's address, the message and
    the notes stay with search.
    """

    contact_id: str
    cluster_id: str
    record_id: str
    label: str
    author: str
    state: str
