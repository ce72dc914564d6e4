"""Notices about records, as the feed tells them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One notice: its kind, where it was published, and when it was raised here."""

    kind: str
    where: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class RecordNotices:
    """A record with all its notices, newest first."""

    record: str
    title: str
    said: list[Said] = field(default_factory=list)


def grouped(rows: Iterable[Any], stands: Mapping[str, str]) -> list[RecordNotices]:
    """Feed entries, newest first, by the record that stands for theirs now."""
    found: dict[str, RecordNotices] = {}
    for row in rows:
        data = row["data"]
        told = data["record"]
        record = stands.get(told["record_id"], told["record_id"])
        title = told.get("title") or told.get("label") or "Untitled record"
        one = found.setdefault(record, RecordNotices(record=record, title=str(title)))
        one.said.append(Said(kind=data["flag"], where=data.get("notice") or "", at=row["at"]))
    return list(found.values())
