"""A message as it arrives: parsed, and as the row that the inbox keeps of it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared.events.codec import newest
from shared.kernel import envelope
from shared.kernel.envelope import Envelope, Undecodable
from shared.kernel.failures import REASON_LENGTH
from shared.text import clean


@dataclass(frozen=True, slots=True)
class Arrival:
    """The row of a message, and its envelope where it can be read."""

    row: dict[str, Any]
    envelope: Envelope | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """By which the inbox knows a second copy."""
        return self.row["id"], self.row["replay"]


def arrival(body: bytes, now: datetime) -> Arrival:
    """A message as a row that waits; undecodable bytes are dead, unknown versions parked."""
    try:
        parsed = envelope.open_bytes(body)
    except Undecodable as error:
        reason = clean(f"undecodable: {error}")[:REASON_LENGTH]
        return Arrival({**unreadable(body, now), "reason": reason, "fingerprint": "undecodable"})
    name, version = parsed.event_type
    is_known = version <= newest(name)
    row = {
        "id": parsed.id,
        "replay": parsed.replay,
        "type": name,
        "version": version,
        "review_id": parsed.reviewid,
        "subject": parsed.subject,
        "subject_version": parsed.subjectversion,
        "envelope": body,
        "state": "waiting" if is_known else "parked",
        "attempts": 0,
        "not_before": now,
        "received_at": now,
        "reason": None if is_known else f"{name} v{version} is not known here yet",
        "fingerprint": None,
        "done_at": None,
    }
    return Arrival(row, parsed)


def unreadable(body: bytes, now: datetime) -> dict[str, Any]:
    """A dead row under the hash of its bytes."""
    return {
        "id": sha256(body).hexdigest(),
        "replay": 0,
        "type": "",
        "version": 0,
        "review_id": "",
        "subject": "",
        "subject_version": 0,
        "envelope": body,
        "state": "dead",
        "attempts": 0,
        "not_before": now,
        "received_at": now,
        "reason": None,
        "fingerprint": None,
        "done_at": None,
    }
