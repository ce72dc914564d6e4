"""The figures that the demo shows, gathered through the interface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.bundle.bundle import Bundle
from runtime.bundle.model.evidence import Fragment
from runtime.cli.configurations import ConfigurationLabels, labels_of
from runtime.demo.changes import changes_by_fragment
from runtime.loading.client import Api, segment

Body = dict[str, Any]
Change = tuple[str, list[str], list[str]]

FIGURES = (
    ("records identified", "identified"),
    ("title_abstract_1", "include"),
    ("title_abstract_1", "exclude"),
    ("title_abstract_2", "waiting"),
    ("title_abstract_2", "include"),
    ("title_abstract_2", "exclude"),
    ("full_text", "pool"),
    ("full_text", "include"),
    ("full_text", "exclude"),
)
"""The figures of the flow in their order: (stage, figure)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the demo prints."""

    title: str
    flow: Mapping[str, Any]
    reported: Mapping[str, Any]
    """By the figure that it stands beside: `identified`, or `stage.figure`."""
    leading: Sequence[tuple[str, str, Body | None]]
    labels: ConfigurationLabels
    changes: Sequence[Change]
    counts: Mapping[str, int]


async def gather(api: Api, bundle: Bundle, last: Sequence[Fragment]) -> Shown:
    """Ask the services for all that is shown; `last` are the fragments that came in last."""
    review = bundle.review.id
    base = f"/api/reviews/{segment(review)}"
    found = {item["theory"]: item for item in await leading(api, review)}
    known = await labels_of(api, review)
    changed = await changes_by_fragment(api, review, [fragment.id for fragment in last], known)
    return Shown(
        title=bundle.review.title,
        flow=await api.get(f"{base}/flow"),
        reported={n.figure: n.value for n in bundle.review.reported_numbers if n.figure},
        leading=[(t.key, t.name, found.get(t.key)) for t in bundle.theories],
        labels=known,
        changes=[(f.id, [str(theory) for theory in f.theories or ()], changed[f.id]) for f in last],
        counts=await api.get(f"{base}/event-counts"),
    )


async def leading(api: Api, review: str) -> list[Body]:
    """The first configuration of every theory: the leading one of its first outcome group."""
    path = f"/api/synthesis/reviews/{segment(review)}/ccmocs"
    found = await api.listed(path, leading=True)
    return [item for item in found if item["outcome_rank"] == 1]
