"""Finding the server that runs on a home folder."""

import fcntl
import json
from pathlib import Path

from runtime.cli.session import running_here


def told(home: Path) -> Path:
    home.joinpath("lock").touch()
    home.joinpath("server.json").write_text(json.dumps({"pid": 1, "url": "http://127.0.0.1:8000"}))
    return home


def test_a_server_that_holds_the_folder_is_found(tmp_path: Path) -> None:
    with (told(tmp_path) / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert running_here(tmp_path) == "http://127.0.0.1:8000"


def test_what_a_crashed_server_left_behind_is_not_believed(tmp_path: Path) -> None:
    assert running_here(told(tmp_path)) is None


def test_an_empty_or_torn_folder_has_no_server(tmp_path: Path) -> None:
    assert running_here(tmp_path) is None
    (tmp_path / "server.json").write_text("{")
    assert running_here(tmp_path) is None
