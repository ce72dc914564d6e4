"""Whatever stands in a bundle's files, reading ends with a list of problems, never a crash."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.bundle.parse import FILES, read_bundle
from tests.support.generated import examples

KEYS = st.sampled_from(
    [
        "id", "key", "theory", "theories", "elements", "sources", "source", "citations", "role",
        "code_id", "state", "sense", "codes", "group_id", "number", "name", "stages", "from",
        "policy", "kind", "team", "person", "roles", "criteria", "event", "fragment", "record",
        "verdict", "groups", "flags", "studies", "polarity", "programme_theories", "outcome",
        "PT1", "context", "final", "pin", "start", "end", "quote", "document", "text", "case_study",
    ]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.text(max_size=5),
    st.sampled_from(["context", "outcome", "present", "fragment_coded", "pin_set", "staff", "PT1"]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
CONTENT = st.one_of(
    ANYTHING.map(lambda value: json.dumps(value)),
    st.lists(ANYTHING, max_size=3).map(lambda rows: "\n".join(json.dumps(row) for row in rows)),
    st.text(max_size=40),
)


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(files=st.dictionaries(st.sampled_from([*FILES, "records/t.csv"]), CONTENT, min_size=1))
def test_reading_never_crashes(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "records").mkdir()
        for name, text in files.items():
            (root / name).write_text(text, encoding="utf-8", errors="replace")
        reading = read_bundle(root)
        for problem in reading.problems:
            assert problem.what
            assert problem.remedy


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(fragment=st.dictionaries(KEYS, ANYTHING, max_size=6), source=st.dictionaries(KEYS, ANYTHING))
def test_a_bad_line_never_takes_a_good_one_with_it(
    fragment: dict[str, Any], source: dict[str, Any]
) -> None:
    good = {"id": "good-line", "theory": 1, "sources": [{"key": "good-source"}]}
    lines = [json.dumps(good), json.dumps(fragment)]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "fragments.jsonl").write_text("\n".join(lines), encoding="utf-8")
        (root / "sources.jsonl").write_text(json.dumps(source), encoding="utf-8")
        kept = read_bundle(root).good_part()
    assert kept.fragments[0].id == "good-line"
    assert "good-source" in {one.key for one in kept.sources}
