"""The review's fragments in the form of the API, for tables."""

from typing import Any

from services.extraction.exchange.domain.rows import COLUMNS
from services.extraction.exchange.handlers.content import content_of
from services.extraction.fragments.domain import NOT_STATED
from services.extraction.projections.handlers import require_review
from shared.db import Tx
from shared.events.extraction import FragmentState


async def all_fragments(tx: Tx, review_id: str, *, confidential: bool) -> list[dict[str, Any]]:
    """Every active fragment as it is sent to the API; of confidential sources only if asked."""
    await require_review(tx, review_id)
    content = await content_of(tx, review_id, confidential=confidential)
    return [_row(one) for _, one in sorted(content.fragments.items())]


def _row(fragment: FragmentState) -> dict[str, Any]:
    plain = ("quote", "paraphrase", "locator", "explicitness", "statement_level", "coder",
             "coded_at", "memo", "status", "duplicate_of", "start", "end",
             "suggested_by")  # fmt: skip
    return {
        "id": fragment.fragment_id,
        "theories": list(fragment.theories),
        "elements": [
            {
                "role": e.role,
                "code": e.code_id,
                "state": e.state or NOT_STATED,
                "statement": e.statement,
                "of_group": e.of_group,
                "wished": e.wished,
            }
            for e in fragment.elements
        ],
        "sources": [
            {
                "document": s.document_id,
                "attribution": s.attribution,
                "case": s.case_id,
                "participant": s.participant,
            }
            for s in fragment.sources
        ],
        "document": fragment.document_id,
        **{name: getattr(fragment, name) for name in plain if name in COLUMNS},
    }
