"""A finished review replayed as a living one: what each batch of evidence changed, and why.

    python -m benchmarks.synthesis_replay BUNDLE [--batches N]

Fragments come by the year of their first citation, those of the review's own evaluation last,
then by id. After each batch the CCMOCs that moved are told in words. At the end the most used
source is retracted and reinstated: the hashes must be those of before.
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

from benchmarks.synthesis_case import Case, read_case, read_lines
from services.synthesis.domain.body import Body
from services.synthesis.domain.difference import Difference, differences
from services.synthesis.domain.recompute import recompute
from services.synthesis.domain.values import Source

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


def replayed(folder: Path, batches: int) -> dict[str, Any]:
    """Every batch with what it changed, then the retraction of the most used source."""
    lines = sorted(read_lines(folder / "fragments.jsonl"), key=place)
    case = read_case(folder)
    whole = dict(case.fragments)
    case.fragments = {}
    before: list[Body] = []
    told = []
    size = -(-len(lines) // batches)
    for number, start in enumerate(range(0, len(lines), size), start=1):
        batch = lines[start : start + size]
        case.fragments |= {str(line["id"]): whole[str(line["id"])] for line in batch}
        after = recompute(case.review())
        told.append(_told(number, batch, differences(before, after)))
        before = after
    return {"batches": told, "retraction": _retraction(case, before)}


def _told(
    number: int, batch: Sequence[dict[str, Any]], changes: Sequence[Difference]
) -> dict[str, Any]:
    years = [year for year, _ in map(place, batch) if year < NO_YEAR]
    return {
        "batch": number,
        "fragments": len(batch),
        "years": [min(years), max(years)] if years else [],
        "kinds": dict(sorted(Counter(kind for item in changes for kind in item.kinds).items())),
        "changes": [{"ccmoc": item.ccmoc, "words": list(item.words)} for item in changes],
    }


def _retraction(case: Case, before: Sequence[Body]) -> dict[str, Any]:
    uses = Counter(
        citation.source
        for fragment in case.fragments.values()
        for citation in fragment.citations
        if citation.source != "evaluation"
    )
    key, used = min(uses.items(), key=lambda item: (-item[1], item[0]))
    known = case.sources.get(key) or Source(key=key, study=key)
    case.sources[key] = replace(known, record=f"record of {key}", retracted=True)
    during = recompute(case.review())
    case.sources[key] = replace(case.sources[key], retracted=False)
    after = recompute(case.review())
    changes = differences(before, during)
    return {
        "source": key,
        "fragments": used,
        "theories": sorted({item.theory for item in changes}),
        "changes": [{"ccmoc": item.ccmoc, "words": list(item.words)} for item in changes],
        "restored": [b["hash"] for b in before] == [b["hash"] for b in after],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the replay as one JSON document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesis_replay")
    parser.add_argument("bundle", type=Path, help="folder of a review bundle")
    parser.add_argument("--batches", type=int, default=20)
    chosen = parser.parse_args(arguments)
    json.dump(replayed(chosen.bundle, chosen.batches), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
