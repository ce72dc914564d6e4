"""Every test that a promise names exists, and every promise names one."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMISES = ROOT / "docs" / "explanation" / "promises.md"
DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def defined():
    """Names of all tests."""
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for path in files for name in DEFINED.findall(path.read_text(encoding="utf-8"))}


def rows():
    """The lines of the tables: the promise, and what proves it."""
    text = PROMISES.read_text(encoding="utf-8").split("## Figures")[0]
    found = re.findall(r"^\| (?!promise|---)(.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert len(found) > 20
    return found


def test_every_promise_names_tests_that_exist():
    known = defined()
    for promise, proof in rows():
        named = re.findall(r"`(test_\w+)`", proof)
        assert named, f"no test proves that {promise}"
        assert set(named) <= known, f"{promise}: {sorted(set(named) - known)} is gone"
