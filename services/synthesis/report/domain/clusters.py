"""CLUSTER searching as it was done: in the terms of TARCiS, and what each step brought.

TARCiS: the statement on citation searching of Hirt et al. 2024 (doi 10.1136/bmj-2023-078384).
What follows counts from the log: rounds, settlements, fragments and what they changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import Block, Bullets, Heading, Paragraph, table
from services.synthesis.report.domain.material import Material

Item = Mapping[str, Any]
COUNTS = (
    ("retrieved", "Retrieved"),
    ("new", "New"),
    ("offered", "Offered again"),
    ("included", "Included"),
    ("reincluded", "Included again"),
    ("fragments", "Fragments coded"),
    ("ccmocs", "CCMOCs changed"),
    ("arguments", "Arguments changed"),
)
LOCAL = ("recheck", "mentions")
BACKWARD, FORWARD, THEORY = "references", "cited_by", "theory_citations"
WAYS = (
    ("Citation searching", (BACKWARD, FORWARD, THEORY)),
    ("Recheck of the library, excluded records with it", LOCAL),
    (
        "Queries by author, project and theory",
        ("lead_author", "project", "theory", "antecedents", "related", "comparison"),
    ),
)
"""The methods of the other arm, with the steps of each."""
MESSAGES = {
    "to_write": "to write",
    "sent": "sent, no answer yet",
    "answered": "answered",
    "no_answer": "no answer",
}
SUMMED_UP = (
    "A record that several steps found counts in each of them, and once in the line 'all steps'. "
    "Fragments are those coded from reports that a step brought or brought back; CCMOCs and "
    "arguments are those that these fragments changed."
)


def cluster_searching(material: Material) -> Iterator[Block]:
    """The method in words, seeds, the yield of each step, the other arm, messages to authors."""
    rounds = [one for one in material.told.rounds if one["state"] in ("succeeded", "failed")]
    rounds.sort(key=lambda one: (str(one["asked_at"]), one["step_id"], one["number"]))
    if not rounds and not material.told.contacts:
        return
    yield Heading(2, "CLUSTER searching (other methods)")
    if rounds:
        yield from (Paragraph(words) for words in _in_words(rounds))
        yield Paragraph(_endings(rounds, material.told.closed))
        yield Paragraph("Seed references:")
        yield Bullets(tuple(_seeds(rounds)))
        names = {part.id: part.title for part in material.theories}
        yield table(
            "Yield of CLUSTER searching, round by round and step by step",
            (
                "Theory and round",
                "Step",
                "Sources asked",
                *(words for _, words in COUNTS),
            ),
            [row for one in rounds for row in _rows(one, names, _crowded(rounds))],
        )
        yield Paragraph(SUMMED_UP)
        yield table(
            "Other methods of identification (PRISMA 2020), steps added up",
            ("Method", *(words for _, words in COUNTS)),
            [_way(words, steps, rounds) for words, steps in WAYS],
        )
    if material.told.contacts:
        yield table(
            "Authors who were written to",
            ("Author", "About", "State", "Last entry of the log"),
            [_contact(one) for one in material.told.contacts],
        )


def _in_words(rounds: Sequence[Item]) -> Iterator[str]:
    days = sorted(str(one["asked_at"])[:10] for one in rounds)
    seeds = _seeds(rounds)
    yield (
        f"{_number(len(rounds), 'round')} of CLUSTER searching (Booth et al. 2013) started from "
        f"{_number(len(seeds), 'seed reference')}, from {days[0]} to {days[-1]}. People chose the "
        "seeds and approved every query before it ran."
    )
    backward, forward = _asked(rounds, BACKWARD), _asked(rounds, FORWARD)
    theory = _asked(rounds, THEORY)
    parts = [
        f"backward citation searching in {_number(backward, 'round')}" if backward else "",
        f"forward citation searching in {_number(forward, 'round')}" if forward else "",
        f"citation searching around works of theory in {_number(theory, 'round')}"
        if theory
        else "",
    ]
    done = "; ".join(part for part in parts if part)
    if done:
        yield f"Citation searching: {done}. {_indexes(rounds)}"
    else:
        yield "No citation searching was carried out in these rounds."
    if _iterated(rounds):
        yield "Citation searching was iterative: later rounds had further seed references."
    yield (
        "What was found was compared with the library before it was screened like every other "
        "record."
    )


def _endings(rounds: Sequence[Item], closed: Sequence[Item]) -> str:
    """How many of the clusters are closed, and the reason for each."""
    clusters = dict.fromkeys(one["step_id"] for one in rounds)
    reasons = [
        str(one["detail"].get("decision", {}).get("closed", {}).get("reason", ""))
        for one in closed
        if one["step_id"] in clusters
    ]
    known = "; ".join(dict.fromkeys(reason.rstrip(". ") for reason in reasons if reason.strip()))
    if not reasons:
        return f"Nobody has closed any of {_number(len(clusters), 'cluster')} yet."
    said = f"People closed {len(reasons)} of {_number(len(clusters), 'cluster')}"
    return f"{said}: {known}." if known else f"{said}."


def _indexes(rounds: Sequence[Item]) -> str:
    """Which citation indexes were asked, and what TARCiS says where it was one alone."""
    further = sorted(
        {
            question["label"]
            for one in rounds
            for step in one["steps"]
            for question in step.get("elsewhere", ())
            if question.get("asked") and question["label"] not in step["unanswered"]
        }
    )
    known = ", with the reference lists of the records themselves; PubMed's links were asked for "
    twice = "twice. Co-cited and co-citing references were not searched for."
    if further:
        named = f"{', '.join(['PubMed', *further[:-1]])} and {further[-1]}"
        return f"Citation indexes: {named}, their results united{known}{twice}"
    return (
        f"Citation index: PubMed{known}{twice} TARCiS recommends a second citation index where a "
        "topic is hard to search for."
    )


def _asked(rounds: Sequence[Item], step: str) -> int:
    """Rounds in which a step was carried out."""
    return sum(
        any(each["step"] == step and each["state"] == "done" for each in one["steps"])
        for one in rounds
    )


def _iterated(rounds: Sequence[Item]) -> bool:
    seeds: dict[str, list[set[str]]] = {}
    for one in rounds:
        here = {pearl["record_id"] for pearl in one["pearls"]}
        seeds.setdefault(one["step_id"], []).append(here)
    return any(later - some[0] for some in seeds.values() for later in some[1:])


def _seeds(rounds: Sequence[Item]) -> list[str]:
    """What people call the seeds, each once, in the order in which they were taken."""
    seeds = {p["record_id"]: p["label"] for one in rounds for p in one["pearls"]}
    return list(seeds.values())


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _crowded(rounds: Sequence[Item]) -> set[str]:
    """Theories with several clusters: their rounds are told apart by their seeds."""
    clusters = {(one["theory_id"], one["step_id"]) for one in rounds}
    theories = [theory for theory, _ in clusters]
    return {theory for theory in theories if theories.count(theory) > 1}


def _rows(one: Item, names: Mapping[str, str], crowded: set[str]) -> Iterator[tuple[Any, ...]]:
    theory = names.get(one["theory_id"], one["theory_id"])
    head = f"{theory}, round {one['number']}"
    if one["theory_id"] in crowded:
        head += f" around {'; '.join(pearl['label'] for pearl in one['pearls'])}"
    for step in one["steps"]:
        state = "" if step["state"] == "done" else f" ({_STATES.get(step['state'], 'not asked')})"
        words = f"{step['number']} {step['words']}{state}"
        yield (head, words, asked_of(step), *(step[name] for name, _ in COUNTS))
    yield (head, "all steps", "", *(one["total"][name] for name, _ in COUNTS))


def asked_of(step: Item) -> str:
    """The sources that a step asked, each with how many records it named: `PubMed 12`."""
    if step["step"] in LOCAL:
        return "the library"
    if step.get("state") == "skipped":
        return "none"
    named = dict(step.get("sources") or {})
    silent = {*(step.get("unanswered") or ()), _refused(step)}
    asked = ["PubMed"] if step.get("queries") or step.get("links") else []
    asked += [each["label"] for each in step.get("elsewhere") or () if each.get("asked")]
    told = [
        f"{one} no answer" if one in silent and one not in named else f"{one} {named.get(one, 0)}"
        for one in dict.fromkeys((*asked, *named))
    ]
    return ", ".join(told) or "none"


def _refused(step: Item) -> str:
    """The source that refused a step as a whole: only PubMed does."""
    return "PubMed" if step.get("state") == "refused" else ""


_STATES = {"skipped": "not done", "refused": "refused by its source", "waiting": "not asked"}


def _way(words: str, steps: Sequence[str], rounds: Sequence[Item]) -> tuple[Any, ...]:
    taken = [each for one in rounds for each in one["steps"] if each["step"] in steps]
    return (words, *(sum(each[name] for each in taken) for name, _ in COUNTS))


def _contact(one: Item) -> tuple[Any, ...]:
    last = one["log"][-1] if one["log"] else None
    said = f"{str(last['at'])[:10]}: {last['note']}".rstrip(": ") if last else ""
    return one["author"], one["pearl"], MESSAGES.get(one["state"], one["state"]), said
