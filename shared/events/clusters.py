"""What search says of work around a cluster: words of theories, messages to authors."""

from dataclasses import dataclass

from shared.events.base import Event, published


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
