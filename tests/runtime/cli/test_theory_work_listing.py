"""What is to check and the inference log, as the command line prints them."""

import json

from typer.testing import CliRunner

from runtime.cli import theory_work
from runtime.cli.app import app

QUEUE = {
    "recheck": [
        {"theory": "PT1", "label": "'Trust' with 'Staying'", "words": ["Contradicted."]},
    ],
    "links": [
        {
            "theory": "PT2",
            "label": "'Fear' with 'Leaving'",
            "judge_as": "verifier",
            "words": "“They left.”",
            "moves": ["One study fewer for it."],
        }
    ],
}
ENTRY = {
    "at": "2026-03-01T09:30:00+00:00",
    "person": "ann",
    "kind": "substantive_theory",
    "done": "selected",
    "name": "Ann Ables",
    "subjects": [{"kind": "substantive_theory", "id": "npt", "label": "Normalisation"}],
    "words": "New practice becomes normal.",
    "reason": "it fits",
    "links": [],
}


def printed(monkeypatch, found, *words):
    def run(work):
        work.close()
        return found

    monkeypatch.setattr(theory_work, "run", run)
    answer = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_what_is_to_check_is_told_with_what_moved_and_what_would(monkeypatch):
    said = printed(monkeypatch, QUEUE, "to-check")
    assert "again" in said
    assert "verifier" in said
    assert "fewer" in said
    assert json.loads(printed(monkeypatch, QUEUE, "to-check", "--json")) == QUEUE
    assert "Nothing waits" in printed(monkeypatch, {"recheck": [], "links": []}, "to-check")


def test_the_inference_log_is_a_table_by_label(monkeypatch):
    said = printed(monkeypatch, [ENTRY], "inference-log")
    assert "selected" in said
    assert "Normalisation" in said
    assert "npt" not in said
    assert "Ann Ables" in said
    assert json.loads(printed(monkeypatch, [ENTRY], "inference-log", "--json")) == [ENTRY]
