"""What a process asks of Python is given back at its end."""

import subprocess
import sys
import threading

from tests.support.apps import open_system


def test_a_command_gives_frozen_memory_back_before_its_interpreter_ends():
    code = "import runtime.cli.app as a; import runtime.cli as c, gc; "
    code += "c.app = gc.freeze; c.main(); print(gc.get_freeze_count())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "0"


async def test_a_system_that_was_closed_leaves_no_thread_of_its_services(sqlite_settings):
    before = set(threading.enumerate())
    async with open_system(sqlite_settings) as system:
        assert await system.settled() in (True, False)
        during = set(threading.enumerate()) - before
        assert {thread.name.split("-")[0] for thread in during} >= set(system.services)
    left = set(threading.enumerate()) - before
    assert not [thread.name for thread in left if not thread.name.startswith("asyncio")]


def test_a_command_that_crashes_says_where():
    crash = "import runtime.cli.app as a; import runtime.cli as c, faulthandler; "
    crash += "c.app = faulthandler._sigsegv; c.main()"
    ended = subprocess.run(
        [sys.executable, "-c", crash], capture_output=True, text=True, check=False
    )
    assert ended.returncode < 0
    assert "Segmentation fault" in ended.stderr
    assert "in main" in ended.stderr
