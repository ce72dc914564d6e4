"""Many threads that meet a type for the first time at once."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from shared.decoding import convert
from tests.support.reference import ROOT

MEETING = """
import dataclasses, sys, threading
from shared.decoding import convert, decoder
sys.setswitchinterval(1e-6)
for n in range(60):
    inner = dataclasses.make_dataclass(f"Inner{n}", [(f"f{i}", int) for i in range(30)])
    middle = dataclasses.make_dataclass(f"Middle{n}", [(f"f{i}", inner) for i in range(20)])
    outer = dataclasses.make_dataclass(f"Outer{n}", [(f"f{i}", middle) for i in range(20)])
    together = threading.Barrier(4)
    def meet():
        together.wait()
        decoder(outer)
        try:
            convert({}, outer)
        except ValueError:
            pass
    threads = [threading.Thread(target=meet) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def test_a_type_that_many_threads_meet_at_once_ends_no_process():
    """Without the lock this ends by a segmentation fault in nearly every run."""
    ended = subprocess.run([sys.executable, "-c", MEETING], cwd=ROOT, timeout=120, check=False)
    assert ended.returncode == 0


def test_what_does_not_fit_is_named():
    with pytest.raises(msgspec.ValidationError, match="int"):
        convert("x", int)


def test_types_are_met_through_one_module():
    """A dataclass that msgspec meets elsewhere is met without the lock."""
    allowed = {"shared/decoding.py", "shared/kernel/envelope.py"}
    folders = ("shared", "services", "workbench", "runtime")
    found = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in Path(ROOT, folder).rglob("*.py")
        if "msgspec.convert" in (text := path.read_text("utf-8")) or "msgspec.json.Decoder(" in text
    }
    assert found <= allowed
