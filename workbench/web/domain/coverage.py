"""How far the evidence covers each theory, counted in its configurations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.web.domain.configurations import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A theory's configurations: all, and those of each kind; one may be of several kinds."""

    theory: Mapping[str, Any]
    configurations: int
    supported: int
    challenged: int
    untested: int
    unchecked: int
    stale: int


def covered(theories: Iterable[Mapping[str, Any]], found: Sequence[Configuration]) -> list[Covered]:
    """The theories in their order.

    Supported: more than one study for it and none against; challenged: a study against it, or
    one where it did not fire; untested: nobody has looked for a case that could refute it;
    unchecked: no person has judged its quotes; stale: its evidence changed after that.
    """
    rows = []
    for theory in theories:
        own = [one for one in found if one.theory == theory["theory_id"]]
        challenged = [one for one in own if one.contradicting or one.not_fired]
        rows.append(
            Covered(
                theory=theory,
                configurations=len(own),
                supported=sum(one.positive > 1 and one not in challenged for one in own),
                challenged=len(challenged),
                untested=sum(one.untested for one in own),
                unchecked=sum(one.state == "conjectured" for one in own),
                stale=sum(one.recheck for one in own),
            )
        )
    return rows
