"""How fast theories are recomputed, on made-up reviews of a given size."""

import random
import resource
import sys
import time
from collections.abc import Callable

from services.synthesis.domain.recompute import recompute
from services.synthesis.domain.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Membership,
    Review,
    Role,
    State,
)

GROUPS: dict[Role, int] = {CONTEXT: 12, RESOURCE: 8, RESPONSE: 8, OUTCOME: 5}
CODES_PER_GROUP = 4
SHAPES: tuple[tuple[Role, ...], ...] = (
    (CONTEXT, RESOURCE, RESPONSE, OUTCOME),
    (CONTEXT, RESPONSE),
    (CONTEXT, RESOURCE),
    (RESOURCE, RESPONSE, OUTCOME),
    (RESPONSE, OUTCOME),
    (CONTEXT, OUTCOME),
)


def made_up_review(fragments: int, theories: int, seed: int = 1) -> Review:
    """A review of `fragments` spread over `theories`; groups and shapes as in a real codebook."""
    chance = random.Random(seed)
    names = [f"PT{number}" for number in range(1, theories + 1)]
    studies = [f"study-{number}" for number in range(max(20, fragments // 10))]
    made = (
        _fragment(f"f{number:06}", names[number % theories], studies, chance)
        for number in range(fragments)
    )
    return Review(
        theories=tuple(names),
        fragments={item.id: item for item in made},
        codebooks={name: _codebook() for name in names},
    )


def _codebook() -> Codebook:
    return Codebook(
        tuple(
            Group(
                role,
                f"{role}-{number}",
                tuple(Membership(f"{role}-{number}-{code}") for code in range(CODES_PER_GROUP)),
                level="intermediate" if role == OUTCOME else "unset",
            )
            for role, count in GROUPS.items()
            for number in range(count)
        )
    )


def _fragment(name: str, theory: str, studies: list[str], chance: random.Random) -> Fragment:
    elements = tuple(
        _element(role, chance)
        for role in chance.choice(SHAPES)
        for _ in range(chance.choice((1, 1, 2)))
    )
    cited = chance.sample(studies, chance.choice((1, 1, 1, 2, 4)))
    return Fragment(name, (theory,), elements, tuple(Citation(study) for study in cited))


def _element(role: Role, chance: random.Random) -> Element:
    group, code = chance.randrange(GROUPS[role]), chance.randrange(CODES_PER_GROUP)
    holds = chance.random() < 0.8
    outcome = role == OUTCOME
    state: State = (
        ("occurred" if holds else "failed") if outcome else "present" if holds else "absent"
    )
    return Element(role, f"{role}-{group}-{code}", state)


def speeds() -> dict[str, float | int]:
    """Seconds and memory of the two sizes that the product promises."""
    one = made_up_review(1_000, 1)
    single = min(_seconds(lambda: recompute(one)) for _ in range(5))
    many = made_up_review(100_000, 50)
    whole = _seconds(lambda: recompute(many))
    return {
        "one_theory_fragments": 1_000,
        "one_theory_ms": round(single * 1000, 1),
        "from_scratch_fragments": 100_000,
        "from_scratch_theories": 50,
        "from_scratch_s": round(whole, 2),
        "peak_memory_mb": round(peak_memory_mb()),
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak_memory_mb() -> float:
    """The most memory that this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
