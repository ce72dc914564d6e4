"""What goes wrong for a known reason is one clear line and exit code 1."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from runtime import cli


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit code of `retroduct WORDS`."""
    monkeypatch.setattr(sys, "argv", ["retroduct", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RETRODUCT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RETRODUCT_DATABASE_URL", raising=False)
    monkeypatch.delenv("RETRODUCT_AMQP_URL", raising=False)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("RETRODUCT_DATABASE_URL", "mysql://x", "RETRODUCT_DATABASE_URL is no database address"),
        ("RETRODUCT_DATABASE_URL", "nonsense", "RETRODUCT_DATABASE_URL is no database address"),
        ("RETRODUCT_AMQP_URL", "http://x", "RETRODUCT_AMQP_URL is no RabbitMQ address"),
        ("RETRODUCT_PORT", "many", "RETRODUCT_PORT"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(variable, value)
    assert run(monkeypatch, "ccmocs") == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert said in lines[0]


def test_a_silent_address_is_one_line_that_says_how_to_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "reviews", "--url", "http://127.0.0.1:9") == 1
    said = capsys.readouterr().err.strip()
    assert "does not answer" in said
    assert "retroduct up" in said
    assert "\n" not in said


def test_a_bad_bundle_lists_every_fault_and_loads_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    lines = ['{"id": 1}', "nonsense"]
    (folder / "fragments.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(monkeypatch, "load", str(folder)) == 1
    said = capsys.readouterr().err
    assert "fragments.jsonl:1: id is 1; write a text in quotes" in said
    assert "fragments.jsonl:2: is not JSON" in said
    assert "2 things are wrong in the bundle; nothing was loaded" in said
    assert not (tmp_path / "home").exists()


def test_a_bundle_can_be_read_without_loading(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fragment = {"id": "f", "theory": 1, "elements": [], "sources": [{"key": "s"}]}
    (tmp_path / "fragments.jsonl").write_text(json.dumps(fragment), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["retroduct", "load", str(tmp_path), "--check"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code in (None, 0)
    assert "theories 1, fragments 1, sources 1" in capsys.readouterr().out


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command that fails says."""
    assert run(monkeypatch, *words) != 0
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "words",
    [
        ("up", "--port", "99999"),
        ("serve", "search", "--port", "0"),
        ("records", "--limit", "0"),
        ("openapi", "moon"),
    ],
)
def test_a_value_out_of_range_is_refused_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    said = told(monkeypatch, capsys, *words)
    assert "Invalid value" in said
    assert "Traceback" not in said


def test_a_home_that_is_a_file_is_named_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "home").write_text("no folder", encoding="utf-8")
    said = told(monkeypatch, capsys, "reviews")
    assert f"'{tmp_path / 'home'}' cannot be used" in said
    assert "RETRODUCT_HOME" in said


def test_an_id_that_is_not_dead_is_not_said_to_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "not dead here" in told(monkeypatch, capsys, "events", "retry", "nothing")


def test_a_bundle_is_counted_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "review.yaml").write_text("id: tiny\n", encoding="utf-8")
    assert run(monkeypatch, "load", str(tmp_path), "--check", "--json") == 0
    assert json.loads(capsys.readouterr().out)["review"] == "tiny"


def test_the_version_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"Retroduct {version('retroduct')}\n"
