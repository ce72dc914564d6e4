"""A message to an author, as a person may send it or write it anew."""

from typing import NamedTuple

from services.search.cluster.domain.terms import said
from services.search.library.domain.record import Author, Bibliography


class MessageDraft(NamedTuple):
    """A drafted message."""

    subject: str
    message: str


def draft(author: Author, pearl: Bibliography, review: str) -> MessageDraft:
    """What to ask the author of a pearl: further reports, the theory, related projects.

    `review` is the review's title. The words are a beginning: people send the message, not the
    machine.
    """
    title = pearl.title.rstrip(". ")
    year = f" ({pearl.year})" if pearl.year else ""
    name = " ".join(word for word in (author.given, author.family) if word)
    asked = (
        "1. further reports of this study: a protocol, a process evaluation, interviews, a thesis, "
        "a report to the funder, or something not published;",
        "2. what theory or idea of how it works you had in mind, and where it is written down;",
        "3. earlier or pilot work that it grew from, and related projects, by name;",
        "4. where it worked less well than expected, and why in your view.",
    )
    message = "\n".join(
        (
            f"Dear {name},",
            "",
            f"we are carrying out a realist review, '{review}', and your paper '{title}'{year} "
            "is one of its key sources. To understand how, for whom and in what circumstances "
            "it works, we would be grateful if you could tell us of:",
            "",
            *asked,
            "",
            "A few words or a list of references would help us. With your consent we would cite "
            "your answer as a personal communication; please say if you would rather not.",
            "",
            "With kind regards,",
        )
    )
    return MessageDraft(f"Your study: {said(pearl)}", message)
