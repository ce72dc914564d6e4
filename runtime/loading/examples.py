"""Where the example bundles lie."""

from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RECO, TOUR = EXAMPLES / "reco", EXAMPLES / "tour"
