"""The stages of screening and which feeds which.

Stages are a forest, not a chain: in RECO title/abstract stage 1 fed both the
reading in full (the main path) and stage 2, a side branch for the mapping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.events.workbench import Stage


class BadStages(ValueError):
    """The stages do not form a forest; the message says which and why."""


@dataclass(frozen=True, slots=True)
class StageGraph:
    """A review's stages by name, in order of feeding (sources first)."""

    stages: tuple[Stage, ...]
    by_name: Mapping[str, Stage] = field(repr=False)

    def fed_by(self, source: str | None) -> tuple[Stage, ...]:
        """The stages that records enter when `source` includes them (None: from the library)."""
        return tuple(s for s in self.stages if s.source == source)

    def main_path(self) -> tuple[Stage, ...]:
        """The stages that the flow diagram's trunk shows, in order."""
        return tuple(s for s in self.stages if s.main)

    def upstream(self, name: str) -> tuple[str, ...]:
        """The stages before `name`, nearest first (earlier decisions are priors for it)."""
        path: list[str] = []
        source = self.by_name[name].source
        while source is not None:
            path.append(source)
            source = self.by_name[source].source
        return tuple(path)

    def downstream(self, name: str) -> tuple[str, ...]:
        """Every stage that lives on `name`'s includes, nearest first."""
        names: list[str] = []
        waiting = [s.name for s in self.fed_by(name)]
        while waiting:
            names.append(waiting.pop(0))
            waiting += [s.name for s in self.fed_by(names[-1])]
        return tuple(names)


def stage_graph(stages: Sequence[Stage]) -> StageGraph:
    """Order the stages so that each comes after the one that feeds it.

    Raises BadStages on a doubled name, an unknown source or a circle.
    """
    by_name = {s.name: s for s in stages}
    if len(by_name) != len(stages):
        raise BadStages("two stages have the same name; give each its own")
    for stage in stages:
        if stage.source is not None and stage.source not in by_name:
            raise BadStages(f"stage {stage.name} is fed from {stage.source}, which is no stage")
    ordered: list[Stage] = []
    left = list(stages)
    while left:
        placed = {s.name for s in ordered}
        ready = [s for s in left if s.source is None or s.source in placed]
        if not ready:
            raise BadStages(f"stages {', '.join(s.name for s in left)} feed each other in a circle")
        ordered += ready
        left = [s for s in left if s not in ready]
    return StageGraph(tuple(ordered), by_name)
