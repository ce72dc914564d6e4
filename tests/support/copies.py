"""Processes of the command line that begin as copies of one which has imported everything.

To import the services takes a process longer than most of its work in a test. A copy (`fork`) is
a process of its own, with the environment that it is given, in which nothing has run yet.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import cache
from importlib.util import find_spec

from tests.support.reference import ROOT


class Copy:
    """A running copy, with what tests use of `subprocess.Popen`."""

    def __init__(self, pid):
        self.pid = pid
        self.returncode = None

    def poll(self):
        """How it ended (below zero: by which signal), or None."""
        if self.returncode is None:
            self.returncode = _original().ask({"ended": self.pid})
        return self.returncode

    def wait(self, timeout):
        """Wait for the end; raises `TimeoutExpired`."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(0.01)
        return self.returncode

    def kill(self):
        """SIGKILL."""
        self._send(signal.SIGKILL)

    def terminate(self):
        """SIGTERM."""
        self._send(signal.SIGTERM)

    def _send(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)


def start(words, environment, log):
    """Run `retroduct` with these words; what it says is put at the end of the file `log`."""
    wish = {"words": list(words), "environment": dict(environment), "log": str(log)}
    return Copy(_original().ask(wish))


class _Original:
    """The process that is copied; it ends with this one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, wish):
        """Its answer to a wish."""
        with self._lock:
            self._process.stdin.write(json.dumps(wish).encode() + b"\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process that is copied ended with {self._process.wait(10)}")
        return json.loads(answer)

    def end(self):
        """Let it end."""
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@cache
def _original():
    made = _Original()
    atexit.register(made.end)
    return made


def main():
    """Import everything, then make copies for as long as somebody asks for some."""
    import runtime.cli
    import runtime.single
    from runtime.catalogue import services

    services()
    gc.freeze()
    for line in sys.stdin:
        wish = json.loads(line)
        answer = _ended(wish["ended"]) if "ended" in wish else os.fork()
        if answer == 0 and "words" in wish:
            _become(wish)
            runtime.cli.main()
            return
        print(json.dumps(answer), flush=True)


def _ended(pid):
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _become(wish):
    """Take over environment, words and output of the process that was asked for."""
    os.environ.clear()
    os.environ.update(wish["environment"])
    sys.argv = ["retroduct", *wish["words"]]
    sys.modules["__main__"].__spec__ = find_spec("runtime.cli.__main__")
    log = os.open(wish["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for taken, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(taken, place)
    os.close(log)
    os.close(nothing)


if __name__ == "__main__":
    main()
