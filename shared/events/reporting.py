"""What synthesis says of the report: what its authors wrote."""

from dataclasses import dataclass

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorTextState:
    """What the authors wrote for an item of a reporting standard, at one version.

    `item` is its key, such as `rameses-3`; `because` says why this version.
    """

    item: str
    version: int
    text: str
    because: str = ""


@published("synthesis", subject="text.item", kind="author_text")
@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorTextWritten(Event):
    """The authors wrote the text of an item of a reporting standard, or changed it."""

    text: AuthorTextState
