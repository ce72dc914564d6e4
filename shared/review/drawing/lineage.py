"""How theories came to be, as a drawing: ideas, then theories, each after what it came out of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.review.drawing.network import SCREEN, Layout, LineStyle, Node, draw_network

IDEAS = "idea"
WIDTH = 1.6


@dataclass(frozen=True, slots=True)
class DrawnIdea:
    """An if-then idea, and the theories that it is sorted into."""

    id: str
    label: str
    theories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """Theory `later` came out of `earlier`; `split` is drawn dashed."""

    earlier: str
    later: str
    split: bool = False


def draw_lineage(
    theories: Mapping[str, str],
    ideas: Iterable[DrawnIdea],
    links: Iterable[DrawnLink],
    layout: Layout = SCREEN,
) -> str:
    """The drawing (SVG); empty where no idea is sorted and no theory came out of another.

    `theories` are labels by id. Links between theories that are not there are left out, as are
    theories that nothing leads to or from.
    """
    standing = [link for link in links if {link.earlier, link.later} <= theories.keys()]
    steps = generations(theories, standing)
    drawn_ideas = [(idea, [t for t in idea.theories if t in theories]) for idea in ideas]
    told = [(idea, into) for idea, into in drawn_ideas if into]
    named = {name for _, into in told for name in into}
    named |= {name for link in standing for name in (link.earlier, link.later)}
    if not named:
        return ""
    places = {name: Node(f"t{steps[name]}", name) for name in theories if name in named}
    nodes = {Node(IDEAS, idea.id): idea.label for idea, _ in told}
    nodes |= {place: theories[name] for name, place in places.items()}
    line = LineStyle(WIDTH)
    edges = {(Node(IDEAS, idea.id), places[name]): line for idea, into in told for name in into}
    edges |= {
        (places[link.earlier], places[link.later]): LineStyle(WIDTH, dashed=link.split)
        for link in standing
    }
    columns = _columns(bool(told), max(steps[name] for name in named))
    return draw_network(columns, nodes, edges, "How the theories came to be", layout)


def _columns(with_ideas: bool, last: int) -> Sequence[tuple[str, str]]:
    words = ["Theories", *("Out of them" for _ in range(last))]
    found = [(f"t{n}", said) for n, said in enumerate(words)]
    return [(IDEAS, "If-then ideas"), *found] if with_ideas else found


def generations(names: Iterable[str], links: Sequence[DrawnLink]) -> dict[str, int]:
    """How many links lie at most between each theory and what came out of nothing.

    Links go in no circle; one that does all the same ends where it closes.
    """
    before: dict[str, list[str]] = {}
    for link in links:
        before.setdefault(link.later, []).append(link.earlier)
    found: dict[str, int] = {}

    def place(name: str, seen: frozenset[str]) -> int:
        if name not in found:
            earlier = [n for n in before.get(name, ()) if n not in seen]
            deeper = [place(n, seen | {name}) + 1 for n in earlier]
            found[name] = max(deeper, default=0)
        return found[name]

    return {name: place(name, frozenset()) for name in names}
