"""What people inferred on the way to the theories, as a report holds it: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.synthesis.inference.domain import named

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inference:
    """If-then ideas, lineage, substantive theories and the inference log of a review.

    Items are the views of the inference capability, things by label. Entries of the log, oldest
    first, hold memos too; the words of those about confidential sources only where the reader may
    see them. `lacks_memos`: extraction did not say which memos of coding there are.
    """

    ideas: Sequence[Item] = ()
    lineage: Sequence[Item] = ()
    substantive_theories: Sequence[Item] = ()
    log: Sequence[Item] = ()
    lacks_memos: bool = False

    def ideas_of(self, theory: str) -> list[Item]:
        """The ideas that are sorted into a theory and still followed."""
        return [i for i in self.ideas if i["status"] == "open" and _names(i["theories"], theory)]

    def came_from(self, theory: str) -> list[Item]:
        """Links by which the theory came out of others."""
        return [link for link in self.lineage if link["later"]["id"] == theory]

    def went_into(self, theory: str) -> list[Item]:
        """Links by which others came out of the theory."""
        return [link for link in self.lineage if link["earlier"]["id"] == theory]

    def informing(self, theory: str, arguments: Sequence[str]) -> list[Item]:
        """Substantive theories linked with a theory, or with the warrant of one of `arguments`."""
        return [
            item
            for item in self.substantive_theories
            if _names(item["theories"], theory)
            or any(_names(item["arguments"], name) for name in arguments)
        ]


def _names(things: Sequence[Item], key: str) -> bool:
    return any(thing["id"] == key for thing in things)


def with_people(inference: Inference, people: Mapping[str, str]) -> Inference:
    """The same with people called by their names (person id → name) where these are known."""
    return replace(
        inference,
        ideas=[{**i, "sources": named(i["sources"], people)} for i in inference.ideas],
        lineage=[{**i, "moved_by": named(i["moved_by"], people)} for i in inference.lineage],
        log=[
            {
                **entry,
                "by": people.get(entry["person"] or "", ""),
                "links": named(entry["links"], people),
                "subjects": named(entry["subjects"], people),
            }
            for entry in inference.log
        ],
    )


def labels(things: Sequence[Item]) -> str:
    """References in words."""
    return "; ".join(str(thing["label"]) for thing in things)
