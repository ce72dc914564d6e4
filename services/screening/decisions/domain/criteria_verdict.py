"""A stage's criteria, and the verdict that ticking them amounts to."""

from collections.abc import Mapping, Sequence

from services.screening.decisions.domain.votes import Exclude, Include, Maybe, Verdict
from shared.events.screening import Criterion


def verdict_of_criteria(
    met: Mapping[str, bool | None], criteria: Sequence[Criterion], rule: str = "all"
) -> Verdict:
    """The verdict when a reviewer says of each criterion whether it is met.

    `kind` `include`: wanted (`rule` `all` or `any` of them); `kind` `exclude`:
    one that is met excludes. None means not known: it leads to Maybe where it
    could still change the verdict. The reason of an exclusion is the first
    criterion, in the stage's order, that decided it.
    """
    barred = next((c for c in criteria if c.kind == "exclude" and met.get(c.criterion_id)), None)
    if barred is not None:
        return Exclude(barred.criterion_id)
    wanted = [c for c in criteria if c.kind == "include"]
    said = [met.get(c.criterion_id) for c in wanted]
    unknown_bar = any(c.kind == "exclude" and met.get(c.criterion_id) is None for c in criteria)
    missed = next((c for c, value in zip(wanted, said, strict=True) if value is False), None)
    if _fails(said, rule):
        return Exclude(missed.criterion_id if missed else None)
    if unknown_bar or not _holds(said, rule):
        return Maybe()
    return Include()


def _fails(said: Sequence[bool | None], rule: str) -> bool:
    """Whether the wanted criteria can no longer be met."""
    if rule == "any":
        return bool(said) and all(value is False for value in said)
    return any(value is False for value in said)


def _holds(said: Sequence[bool | None], rule: str) -> bool:
    """Whether the wanted criteria are met whatever the unknown ones turn out to be."""
    return any(said) or not said if rule == "any" else all(said)


def unknown_reason(reason: str | None, criteria: Sequence[Criterion]) -> bool:
    """Whether an exclusion names a reason that the stage's criteria do not know."""
    return reason is not None and reason not in {c.criterion_id for c in criteria}
