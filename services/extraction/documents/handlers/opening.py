"""Who may open a confidential document, and that they say why."""

from collections.abc import Mapping
from typing import Any

from services.extraction.texts.domain import DocumentFacts
from shared.http.problems import Forbidden, Invalid


def check_opening(
    before: Mapping[str, Any] | None, facts: DocumentFacts, *, may_open: bool
) -> None:
    """Refuse to open a confidential document without the right, or without a reason."""
    if before is None or not before["confidential"] or facts.confidential is not False:
        return
    if not may_open:
        raise Forbidden("Only an owner opens a confidential document; leave 'confidential' out.")
    if not facts.opening_reason.strip():
        raise Invalid(
            "Say in 'opening_reason' why this confidential document may be open.",
            field="opening_reason",
        )
