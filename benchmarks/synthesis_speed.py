"""How fast theories are recomputed and arguments weighed, on made-up reviews of a given size.

The control counts the same fragments in the plainest way, elements per group and state, and so
tells a slow machine from a slow engine. Seconds of the processor stand beside those of the clock:
on a busy machine only the former say what the engine takes.
"""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from services.synthesis.engine.recompute import recompute, reevaluate
from services.synthesis.engine.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    Argument,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Membership,
    Prediction,
    Review,
    Role,
    State,
    Term,
    Unit,
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


def made_up_arguments(count: int, theory: str, seed: int = 1) -> tuple[Argument, ...]:
    """Arguments on the groups of a made-up review, each with two contexts and two predictions."""
    chance = random.Random(seed)

    def term(role: Role, holds: bool = True) -> Term:
        return Term(Unit(role, f"{role}-{chance.randrange(GROUPS[role])}"), holds)

    def argument(number: int) -> Argument:
        resource, response = term(RESOURCE), term(RESPONSE)
        return Argument(
            id=f"a{number}",
            theory=theory,
            outcome=term(OUTCOME).unit.group,
            contexts=(term(CONTEXT), term(CONTEXT)),
            resource=resource.unit.group,
            response=response.unit.group,
            predictions=(
                Prediction("p1", (resource, term(CONTEXT, False)), Term(response.unit, False)),
                Prediction("p2", (term(CONTEXT),), term(OUTCOME)),
            ),
        )

    return tuple(argument(number) for number in range(count))


def plain_count(review: Review) -> Counter[tuple[str, str, str]]:
    """The control: elements per role, group and state, by a pass over all fragments."""
    return Counter(
        (element.role, (element.code or "").rpartition("-")[0], element.state)
        for fragment in review.fragments.values()
        for element in fragment.elements
    )


def speeds() -> dict[str, float | int]:
    """Seconds and memory of the sizes that the product promises."""
    one = made_up_review(1_000, 1)
    single, single_cpu = _best(lambda: recompute(one))
    control, _ = _best(lambda: plain_count(one))
    argued = replace(one, arguments=made_up_arguments(200, "PT1"))
    weighed, weighed_cpu = _best(lambda: reevaluate(argued))
    many = made_up_review(100_000, 50)
    whole, whole_cpu = _seconds(lambda: recompute(many))
    whole_control, _ = _seconds(lambda: plain_count(many))
    return {
        "one_theory_fragments": 1_000,
        "one_theory_ms": round(single * 1000, 1),
        "one_theory_cpu_ms": round(single_cpu * 1000, 1),
        "one_theory_control_ms": round(control * 1000, 2),
        "arguments": 200,
        "arguments_ms": round(weighed * 1000, 1),
        "arguments_cpu_ms": round(weighed_cpu * 1000, 1),
        "from_scratch_fragments": 100_000,
        "from_scratch_theories": 50,
        "from_scratch_s": round(whole, 2),
        "from_scratch_cpu_s": round(whole_cpu, 2),
        "from_scratch_control_s": round(whole_control, 3),
        "peak_memory_mb": round(peak_memory_mb()),
    }


def _best(work: Callable[[], object]) -> tuple[float, float]:
    """The least seconds of clock and processor in five runs."""
    runs = [_seconds(work) for _ in range(5)]
    return min(clock for clock, _ in runs), min(cpu for _, cpu in runs)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used


def peak_memory_mb() -> float:
    """The most memory that this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
