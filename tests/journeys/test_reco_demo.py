"""`retroduct demo`, typed for real: what it prints, twice; then the review out and in again."""

import json
import os
import re
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path

import pytest

from tests.support import copies

RECO = Path(__file__).resolve().parents[2] / "examples" / "reco"
THEORIES = [f"PT{number}" for number in range(1, 12)]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "RETRODUCT_HOME": str(home), "RETRODUCT_SQLITE_SYNCHRONOUS": "NORMAL"}


def read(home: Path, *words: str) -> str:
    """What a command that only reads says, in a process that need not import everything first."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        returncode = copies.start(words, environment(home), said.name).wait(300)
        printed = said.read()
    assert returncode == 0, printed
    return printed


def retroduct(home: Path, *words: str) -> str:
    """Standard output of a command that succeeds."""
    done = subprocess.run(
        [sys.executable, "-m", "runtime.cli", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def printed(home: Path) -> str:
    """What the first demo prints."""
    return retroduct(home, "demo")


def section(printed: str, title: str) -> str:
    """The table under a title."""
    start = printed.index(title)
    return printed[start : printed.index("└", start)]


def test_reported_numbers_stand_beside_the_loaded_ones(printed: str) -> None:
    flow = section(printed, "Flow of records")
    assert re.search(r"records identified .*│ +99 │ +5,099 │", flow)
    assert re.search(r"full_text .* include .*│ +99 │ +172 │", flow)


def test_every_theory_has_a_leading_configuration_marked_unchecked(printed: str) -> None:
    leading = section(printed, "First configuration to look at in each theory")
    assert re.findall(r"│ (PT\d+) ", leading) == THEORIES
    assert leading.count("conjectured,") == len(THEORIES)
    assert leading.count("unchecked") == len(THEORIES)
    assert len(re.findall(r"\d+ support", leading)) == len(THEORIES)


def test_each_of_the_last_twenty_fragments_says_what_it_changed(printed: str) -> None:
    rows = re.findall(
        r"│ (PT\d+-[A-Z]-\d+) │ PT\d+ +│ (\S.*)", section(printed, "What the last 20")
    )
    assert len(rows) == 20
    assert any("→" in said for _, said in rows)


def test_events_are_counted_by_type(printed: str) -> None:
    counts = section(printed, "Events by type")
    assert re.search(r"extraction\.fragment_coded +│ +615 │", counts)
    assert re.search(r"search\.record_added +│ +99 │", counts)


def test_the_report_holds_everything_it_shows(home: Path, printed: str) -> None:
    path = home / "reco-report.html"
    assert f"Report: {path}" in printed
    text = path.read_text(encoding="utf-8")
    assert "<html" in text
    assert not re.search(r"(?:src|href)=[\"']https?://[^\"']+\.(?:js|css|png|woff2?)", text)


def sentences(page: str) -> list[str]:
    """What a reader reads of a page, piece by piece."""
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    pieces = re.split(r"</(?:p|td|th|li|dd|dt|h\d|figcaption|caption|footer|text)>", body)
    return [unescape(" ".join(re.sub(r"<[^>]+>", " ", piece).split())) for piece in pieces]


def undesired_outcomes() -> list[str]:
    """Labels of outcomes that nobody wishes for: what speaks for them is their prevention."""
    book = json.loads((RECO / "codebook.json").read_text(encoding="utf-8"))
    return [
        group["label"]
        for roles in book["programme_theories"].values()
        for group in roles["outcome"]
        if group.get("valence") == "undesired"
    ]


def test_every_printed_sentence_reads_true(home: Path, printed: str) -> None:
    page = (home / "reco-report.html").read_text(encoding="utf-8")
    page_and_print = [*sentences(page), *(" ".join(line.split()) for line in printed.splitlines())]
    undesired = undesired_outcomes()
    assert undesired
    for sentence in page_and_print:
        assert not re.search(r"\bPT\d+-[CSPO]\d+\b", sentence), sentence
        assert not re.search(r"\b[0-9a-f]{32}\b", sentence), sentence
        for label in undesired:
            assert f"→ {label}" not in sentence, sentence
            assert f"leads to {label}" not in sentence, sentence
    assert "<blockquote><p></p>" not in page
    assert "Paraphrase:</b>  <span>" not in page


def test_the_report_tells_the_arguments_with_their_predictions(home: Path, printed: str) -> None:
    assert printed
    page = " ".join(sentences((home / "reco-report.html").read_text(encoding="utf-8")))
    assert "What leaders keep asking about stays a priority" in page
    assert "In which the outcome came although a context is otherwise" in page
    assert "with clear protocols staff feel supported" in page


@pytest.mark.slow
def test_a_second_demo_changes_nothing_and_prints_the_same(home: Path, printed: str) -> None:
    before = read(home, "events", "counts", "--json")
    history = read(home, "ccmocs", "--history")
    assert retroduct(home, "demo") == printed
    assert read(home, "events", "counts", "--json") == before
    assert read(home, "ccmocs", "--history") == history


@pytest.mark.slow
def test_export_then_load_reproduces_the_review(home: Path, printed: str, tmp_path: Path) -> None:
    assert printed
    retroduct(home, "export", str(tmp_path / "out"))
    retroduct(tmp_path / "home", "load", str(tmp_path / "out"))
    assert read(tmp_path / "home", "ccmocs", "--json") == read(home, "ccmocs", "--json")
    retroduct(tmp_path / "home", "export", str(tmp_path / "again"))
    assert _files(tmp_path / "again") == _files(tmp_path / "out")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def coded_record(home: Path, printed: str) -> str:
    """A record whose report was coded."""
    del printed
    found = json.loads(read(home, "events", "trace", "document/Adams et al 2008", "--json"))
    return str(found[0]["event"]["data"]["document"]["record_id"])


def test_a_trace_shows_a_records_way_from_its_import_to_the_ccmocs_it_supports(
    home: Path, coded_record: str
) -> None:
    printed = read(home, "events", "trace", coded_record)
    way = [
        "record  Adams (2008)",
        "search.record_added  from reco",
        "screening.record_settled  full_text: include (single) for PT1 ‘First meeting",
        "extraction.report_sought",
        "document  Adams et al 2008",
        "fragment  PT1-T-003 (CMO) in PT1 ‘First meeting",
        "extraction.fragment_coded  version 1",
        "synthesis.ccmoc_conjectured  revision 1 of PT1 ‘First meeting",
        "supports CCMOC  PT1 ‘First meeting",
    ]
    at = 0
    for words in way:
        at = printed.index(words, at)
    assert all(re.match(r"[│├└─ ]*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ", line)
               for line in printed.splitlines())  # fmt: skip


def test_a_trace_for_programs_names_the_cause_of_every_event_that_a_service_made(
    home: Path, coded_record: str
) -> None:
    way = json.loads(read(home, "events", "trace", coded_record, "--json"))

    def steps(step):
        return [step, *(one for child in step["then"] for one in steps(child))]

    events = {step["id"]: step for step in steps(way) if step["id"]}
    (sought,) = (one for one in events.values() if one["what"] == "extraction.report_sought")
    assert {events[cause]["what"] for cause in sought["caused_by"]} == {"screening.record_settled"}
    computed = [one for one in events.values() if one["what"].startswith("synthesis.")]
    assert computed
    assert all(not events.keys().isdisjoint(one["caused_by"]) for one in computed)
