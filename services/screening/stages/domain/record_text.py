"""What the ranking reads of a record; light, so that every process may know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordText:
    """What of a record is read by the ranking: the text, nothing of who or when."""

    title: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
