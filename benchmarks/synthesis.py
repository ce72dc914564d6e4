"""What the synthesis engine computes, and how that compares.

    python -m benchmarks.synthesis --case DIR [--at N] [--issues]
    python -m benchmarks.synthesis BUNDLE [--expected FILE]
    python -m benchmarks.synthesis --speed

`--case` prints the CCMOCs of a bundle after its events (after the first N with `--at`), or with
`--issues` what has no place in them. A bundle alone is scored against the groups in FILE beside
two controls, cell by cell: it describes, it is no target. `--speed` measures recomputation.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.synthesis_case import read_case, read_events
from benchmarks.synthesis_score import scores
from benchmarks.synthesis_speed import speeds
from services.synthesis.domain.issues import issues_of
from services.synthesis.domain.recompute import recompute


def case_output(folder: Path, at: int | None = None, issues: bool = False) -> Any:
    """CCMOCs of the case in `folder` after `at` events (all of them: None), or its issues."""
    case = read_case(folder)
    for event in read_events(folder)[:at]:
        case.apply(event)
    review = case.review()
    return issues_of(review) if issues else recompute(review)


def bundle_output(folder: Path, expected: Path | None) -> Any:
    """Scores of the bundle; the expected groups are read from `expected_pt1-5.json` there too."""
    path = expected or folder / "expected_pt1-5.json"
    groups = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"theories": {}}
    return scores(read_case(folder).review(), groups)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesis", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("bundle", nargs="?", type=Path, help="folder of a bundle to score")
    parser.add_argument("--expected", type=Path, help="groups that people concluded, as JSON")
    parser.add_argument("--case", type=Path, help="folder of a worked case")
    parser.add_argument("--at", type=int, help="stop after this many events")
    parser.add_argument("--issues", action="store_true", help="print what has no place in a CCMOC")
    parser.add_argument("--speed", action="store_true", help="measure recomputation")
    chosen = parser.parse_args(arguments)
    if not (chosen.bundle or chosen.case or chosen.speed):
        parser.error("say what to compute: a bundle's folder, --case DIR or --speed")
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one JSON document."""
    chosen = parsed(arguments)
    if chosen.speed:
        output = speeds()
    elif chosen.case:
        output = case_output(chosen.case, chosen.at, chosen.issues)
    else:
        output = bundle_output(chosen.bundle, chosen.expected)
    json.dump(output, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
