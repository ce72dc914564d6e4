"""Events numbered as a publisher numbers them: one counter for each subject, and each alias."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from shared.events import Received
from shared.events.search import RecordMerged, RecordSplit

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


class Versions:
    """The counters of one publisher, for tests that hand events to handlers themselves."""

    def __init__(self) -> None:
        self._counters: Counter[tuple[str, str]] = Counter()
        self._ids = count(1)

    def next(self, review_id: str, subject: str) -> int:
        """The next version of a subject (`kind/id`)."""
        self._counters[(review_id, subject)] += 1
        return self._counters[(review_id, subject)]

    def last(self, review_id: str, subject: str) -> int:
        """The last version given to a subject, 0 before the first."""
        return self._counters[(review_id, subject)]

    def received(
        self,
        event: Any,
        version: int | None = None,
        *,
        id: str | None = None,
        time: datetime = MOMENT,
        replay: int = 0,
        completed: bool = True,
    ) -> Received[Any]:
        """An event as it arrives; what it leaves open (0) of aliases and restored is numbered.

        With `completed` false it stays open, as in events of version 1.
        """
        event = self._completed(event) if completed else event
        if version is None:
            version = self.next(event.review_id, event.subject)
        key = (event.review_id, event.subject)
        self._counters[key] = max(self._counters[key], version)
        return Received(
            id=id or f"e{next(self._ids)}",
            event=event,
            subject=event.subject,
            subject_version=version,
            time=time,
            correlation_id="c",
            replay=replay,
        )

    def _completed(self, event: Any) -> Any:
        if isinstance(event, RecordSplit) and not event.restored_version:
            own = self.next(event.review_id, f"record/{event.restored.record_id}")
            event = replace(event, restored_version=own)
        if isinstance(event, RecordMerged | RecordSplit) and not event.alias_version:
            merged = isinstance(event, RecordMerged)
            name = event.absorbed if merged else event.restored.record_id
            event = replace(event, alias_version=self.next(event.review_id, f"alias/{name}"))
        return event
