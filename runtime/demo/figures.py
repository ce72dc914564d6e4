"""The figures that the demo shows, gathered through the interface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.bundle.bundle import Bundle
from runtime.bundle.checks import groups_of
from runtime.loading.client import Api, segment

Body = dict[str, Any]
Change = tuple[str, list[str], list[str]]

REPORTED = (
    ("records identified", "identified", "records_identified"),
    ("title_abstract_1", "include", "stage1_included"),
    ("title_abstract_1", "exclude", "stage1_excluded"),
    ("title_abstract_2", "include", "stage2_included"),
    ("title_abstract_2", "exclude", "stage2_excluded"),
    ("full_text", "pool", "fulltexts_screened"),
    ("full_text", "include", "included_synthesis"),
    ("full_text", "exclude", "fulltext_excluded"),
)
"""Which reported number stands beside which computed one: (stage, figure, id of the number)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the demo prints."""

    title: str
    flow: Mapping[str, Any]
    reported: Mapping[str, Any]
    leading: Sequence[tuple[str, str, Body | None]]
    labels: Mapping[str, str]
    changes: Sequence[Change]
    counts: Mapping[str, int]


async def gather(api: Api, bundle: Bundle, changes: Sequence[Change]) -> Shown:
    """Ask the services for all that is shown."""
    review = bundle.review.id
    base = f"/api/reviews/{segment(review)}"
    found = {item["theory"]: item for item in await configurations(api, review, leading=True)}
    return Shown(
        title=bundle.review.title,
        flow=await api.get(f"{base}/flow"),
        reported={number.id: number.value for number in bundle.review.reported_numbers},
        leading=[(t.key, t.name, found.get(t.key)) for t in bundle.theories],
        labels=labels(bundle),
        changes=changes,
        counts=await api.get(f"{base}/event-counts"),
    )


async def configurations(api: Api, review: str, **wish: Any) -> list[Body]:
    """The CCMOCs of a review, or of a theory, or the leading ones."""
    return await api.listed(f"/api/synthesis/reviews/{segment(review)}/ccmocs", **wish)


def labels(bundle: Bundle) -> dict[str, str]:
    """Group id → label, for every group of the codebook."""
    return {
        group.group_id: group.label
        for book in bundle.codebook.values()
        for _, group in groups_of(book)
    }
