"""What people call the codes of a review, for pages that name them."""

from workbench.web.pages.review_at import ReviewAt


async def code_labels(at: ReviewAt) -> dict[str, str]:
    """Code → its label."""
    codes = (await at.ask("GET", "extraction", "/codes")).body or ()
    return {one["code_id"]: one["label"] for one in codes}
