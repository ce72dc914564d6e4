"""Projects of coding tools on the command line."""

import json

import pytest
from typer.testing import CliRunner

from runtime.cli.app import app
from tests.support.reference import reference

REVIEW = "id: r1\ntitle: A review\nquestion: Why?\nstages:\n- {name: full_text, from: null}\n"


@pytest.fixture
def told(tmp_path, monkeypatch):
    monkeypatch.setenv("RETRODUCT_HOME", str(tmp_path / "home"))
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "review.yaml").write_text(REVIEW)

    def tell(*words, fails=False):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert bool(result.exit_code) == fails, result.output
        return result.output

    tell("load", bundle)
    return tell


def test_a_project_comes_in_is_accepted_and_goes_out_again(told, tmp_path):
    file = reference("qda/handmade/d5_zero_length.qdpx")
    taken = json.loads(told("projects", "import", file, "--json"))
    assert taken["state"] == "waiting"
    assert any("21s" in loss for loss in taken["losses"])
    assert taken["id"] in told("projects", "import", file)
    told("projects", "accept", taken["id"])
    assert "accepted" in told("projects", "list")
    out = tmp_path / "out.qdpx"
    told("projects", "export", out)
    again = json.loads(told("projects", "import", out, "--json"))
    assert again["counts"] == taken["counts"]
    told("projects", "export", tmp_path / "out.docx", fails=True)
