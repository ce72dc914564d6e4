"""A finished review replayed as a living one: what each batch of evidence changed, and why.

    python -m benchmarks.synthesis_replay BUNDLE [--batches N] [--arguments FILE]

Fragments come by the year of their first citation, those of the review's own evaluation last,
then by id. After each batch the CCMOCs that moved are told in words, and the cases that arguments
(those of the bundle and of FILE) gained and lost, list by list. At the end the most used source is
retracted and reinstated: the hashes must be those of before.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.synthesis_bundle import BundleInputs, read_inputs, read_lines
from services.synthesis.engine import Body, differences, labels_of, recompute, reevaluate
from services.synthesis.engine.difference import Difference, argument_moves
from services.synthesis.engine.values import Review, Source

NO_YEAR, EVALUATION = 9998, 9999
YEAR = re.compile(r"(?:19|20)\d\d")
PEOPLE = ("staff", "service_user", "carer")


def place(fragment: dict[str, Any]) -> tuple[int, str]:
    """Year of the first citation, the evaluation last, then the id."""
    origin = fragment.get("source") or {}
    if origin.get("type") in PEOPLE:
        return EVALUATION, str(fragment["id"])
    cited = [*(origin.get("citations") or []), *(origin.get("inferred_citations") or [])]
    found = YEAR.search(cited[0]) if cited else None
    return (int(found.group()) if found else NO_YEAR), str(fragment["id"])


def replayed(
    folder: Path, batches: int, arguments: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Every batch with what it changed, then the retraction of the most used source."""
    lines = sorted(read_lines(folder / "fragments.jsonl"), key=place)
    case = read_inputs(folder)
    for item in arguments:
        case.state_argument({"argument": item})
    whole = dict(case.fragments)
    case.fragments = {}
    before, weighed = recompute(case.review()), reevaluate(case.review())
    told = []
    size = -(-len(lines) // batches)
    for number, start in enumerate(range(0, len(lines), size), start=1):
        batch = lines[start : start + size]
        case.fragments |= {str(line["id"]): whole[str(line["id"])] for line in batch}
        review = case.review()
        after, anew = recompute(review), reevaluate(review)
        changes = _told(review, differences(before, after))
        told.append(_batch(number, batch, changes) | {"arguments": _moves(weighed, anew)})
        before, weighed = after, anew
    return {"batches": told, "retraction": _retraction(case, before)}


def _batch(
    number: int, batch: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    years = [year for year, _ in map(place, batch) if year < NO_YEAR]
    return {
        "batch": number,
        "fragments": len(batch),
        "years": [min(years), max(years)] if years else [],
        "kinds": dict(sorted(Counter(kind for item in changes for kind in item["kinds"]).items())),
        "changes": changes,
    }


def _told(review: Review, changes: Sequence[Difference]) -> list[dict[str, Any]]:
    labels = {theory: labels_of(review, theory) for theory in {item.theory for item in changes}}
    return [
        {
            "ccmoc": item.ccmoc,
            "kinds": list(item.kinds),
            "words": item.words(labels[item.theory]),
        }
        for item in changes
    ]


def _moves(before: Sequence[Body], after: Sequence[Body]) -> dict[str, Any]:
    """Argument → list → cases gained and lost; arguments that did not move are left out."""
    known = {body["id"]: body for body in before}
    found = {
        body["id"]: {
            name: {"gained": list(moved.gained), "lost": list(moved.lost)}
            for name, moved in argument_moves(known.get(body["id"]), body).items()
        }
        for body in after
    }
    return {name: lists for name, lists in found.items() if lists}


def _retraction(case: BundleInputs, before: Sequence[Body]) -> dict[str, Any]:
    uses = Counter(
        citation.source
        for fragment in case.fragments.values()
        for citation in fragment.citations
        if citation.attribution == "cited" and not citation.source.startswith("evaluation/")
    )
    key, used = min(uses.items(), key=lambda item: (-item[1], item[0]))
    known = case.sources.get(key) or Source(key=key, study=key)
    case.sources[key] = replace(known, record=f"record of {key}", retracted=True)
    during = recompute(case.review())
    case.sources[key] = replace(case.sources[key], retracted=False)
    after = recompute(case.review())
    changes = _told(case.review(), differences(before, during))
    return {
        "source": key,
        "fragments": used,
        "theories": sorted({body["theory"] for body in before if body not in during}),
        "changes": changes,
        "restored": [b["hash"] for b in before] == [b["hash"] for b in after],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the replay as one JSON document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesis_replay")
    parser.add_argument("bundle", type=Path, help="folder of a review bundle")
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--arguments", type=Path, help="arguments to watch, a JSON list")
    chosen = parser.parse_args(arguments)
    watched = json.loads(chosen.arguments.read_text()) if chosen.arguments else ()
    told = replayed(chosen.bundle, chosen.batches, watched)
    json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
