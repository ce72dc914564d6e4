"""Whether the lineage of theories.json goes in no circle, and its names name something."""

from collections.abc import Iterable

from runtime.bundle.model.inference import LineageLink
from runtime.bundle.problems import Problems
from runtime.bundle.raw import RawBundle
from runtime.bundle.reco_rules import theory_id
from services.synthesis.inference.domain import circle, link_id
from shared.events.inference import LineageState

FILE = "theories.json"


def check_inference(raw: RawBundle, problems: Problems) -> None:
    """Note links that close a circle, and take them out; note names of theories not stated."""
    kept: list[LineageLink] = []
    states: dict[str, LineageState] = {}
    for index, link in enumerate(raw.theories.lineage):
        state = _state(link)
        others = [other for key, other in states.items() if key != state.link_id]
        path = _closes(state, others)
        if path:
            what = f"closes a circle: {' → '.join(path)}"
            remedy = "leave out one link of the circle"
            problems.add(FILE, what, remedy, field=f"lineage[{index}]")
            continue
        states[state.link_id] = state
        kept.append(link)
    raw.theories = raw.theories.model_copy(update={"lineage": tuple(kept)})
    _check_ideas(raw, problems)


def _closes(state: LineageState, links: Iterable[LineageState]) -> tuple[str, ...]:
    if state.status != "stands":
        return ()
    if state.earlier == state.later:
        return (state.earlier, state.later)
    return circle(links, state.earlier, state.later)


def _state(link: LineageLink) -> LineageState:
    earlier, later = theory_id(link.earlier), theory_id(link.later)
    return LineageState(
        link_id=link_id(earlier, later),
        version=1,
        earlier=earlier,
        later=later,
        kind=link.kind,
        status=link.status,
    )


def _check_ideas(raw: RawBundle, problems: Problems) -> None:
    theories = {theory.key for theory in raw.theories.theories}
    told = (*raw.theories.draft_ideas, *raw.theories.ideas)
    ideas = {idea.id for idea in told}
    for idea in told:
        for theory in map(theory_id, idea.theories):
            if theory not in theories:
                what = f"is sorted into '{theory}', which theories.json does not state"
                remedy = "it is loaded, and listed among the issues while the theory is missing"
                problems.warn(FILE, f"idea '{idea.id}' {what}", remedy, field="ideas")
        if idea.merged_into is not None and idea.merged_into not in ideas:
            what = f"is merged into '{idea.merged_into}', which theories.json does not hold"
            remedy = "it is loaded; name the id of an idea, or its number without quotation marks"
            problems.warn(FILE, f"idea '{idea.id}' {what}", remedy, field="ideas")
