"""The form under a record on the screening page."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The form under a record."""

    record: str
    verdict: str
    reason: str = ""
    note: str = ""
    theories: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The request to screening."""
        reason = self.reason if self.verdict == "exclude" else ""
        return {
            "record": self.record,
            "verdict": self.verdict,
            "note": self.note,
            **({"reason": reason} if reason else {}),
            **({"theories": list(self.theories)} if self.verdict == "include" else {}),
        }
