"""What the synthesis engine computes, and how that compares.

    python -m benchmarks.synthesis --case DIR [--at N] [--arguments | --issues]
    python -m benchmarks.synthesis BUNDLE [--expected FILE]
    python -m benchmarks.synthesis --speed

`--case` prints the CCMOCs of a bundle after its events (after the first N with `--at`), with
`--arguments` the evidence of its arguments, with `--issues` what has no place in either. A bundle
alone is scored against the groups in FILE beside two controls, cell by cell: it describes, it is
no target. `--speed` measures recomputation.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.synthesis_bundle import read_events, read_inputs
from benchmarks.synthesis_score import scores
from benchmarks.synthesis_speed import speeds
from services.synthesis.engine import issues_of, recompute, reevaluate


def case_output(folder: Path, at: int | None = None, what: str = "ccmocs") -> Any:
    """What a case gives after `at` events (all of them: None): `ccmocs`, `arguments`, `issues`."""
    inputs = read_inputs(folder)
    for event in read_events(folder)[:at]:
        inputs.apply(event)
    review = inputs.review()
    if what == "issues":
        return {**issues_of(review), "states_by_import": inputs.states_unchecked}
    return reevaluate(review) if what == "arguments" else recompute(review)


def bundle_output(folder: Path, expected: Path | None) -> Any:
    """Scores of the bundle; the expected groups are read from `expected_pt1-5.json` there too."""
    path = expected or folder / "expected_pt1-5.json"
    groups = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"theories": {}}
    return scores(read_inputs(folder).review(), groups)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesis", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("bundle", nargs="?", type=Path, help="folder of a bundle to score")
    parser.add_argument("--expected", type=Path, help="groups that people concluded, as JSON")
    parser.add_argument("--case", type=Path, help="folder of a worked case")
    parser.add_argument("--at", type=int, help="stop after this many events")
    parser.add_argument("--arguments", action="store_true", help="print evidence of arguments")
    parser.add_argument("--issues", action="store_true", help="print what has no place in a CCMOC")
    parser.add_argument("--speed", action="store_true", help="measure recomputation")
    chosen = parser.parse_args(arguments)
    if not (chosen.bundle or chosen.case or chosen.speed):
        parser.error("say what to compute: a bundle's folder, --case DIR or --speed")
    return chosen


def _asked(chosen: argparse.Namespace) -> str:
    if chosen.issues:
        return "issues"
    return "arguments" if chosen.arguments else "ccmocs"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one JSON document."""
    chosen = parsed(arguments)
    if chosen.speed:
        output = speeds()
    elif chosen.case:
        output = case_output(chosen.case, chosen.at, _asked(chosen))
    else:
        output = bundle_output(chosen.bundle, chosen.expected)
    json.dump(output, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
