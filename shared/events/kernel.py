"""What the kernel itself says between services."""

from dataclasses import dataclass

from shared.events.base import Event, published


@published("kernel", subject="publisher", kind="replay")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequested(Event):
    """A service asks a publisher to send history again.

    `number` 0 is catching up: what the asker already has is dropped; a higher
    number is handled again. `review_id` `*` means every review.
    """

    publisher: str
    to: str
    types: tuple[str, ...] = ()
    since: int = 0
    number: int = 0


@published("kernel", subject="export_id", kind="export")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTaken(Event):
    """Somebody took a file of a review out of a service; the actor says who.

    `export_id` is `service/what`, such as `screening/stages/title/export`.
    """

    export_id: str
