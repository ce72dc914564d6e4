"""What a protocol says of itself."""

from typing import Any


def registration_of(protocol: Any) -> str:
    """Where it is registered: a protocol that is one line, or its `registration`; else nothing."""
    said = protocol.get("registration") if isinstance(protocol, dict) else protocol
    line = said.strip() if isinstance(said, str) else ""
    return line if len(line.splitlines()) == 1 and len(line) <= LONGEST else ""


LONGEST = 300
"""Characters of a line that names a registration; longer is the protocol itself."""
