"""A RabbitMQ node and a PostgreSQL cluster of a test's own, to be restarted, killed and starved.

The shared ones are used by others at the same time; these live in a temporary folder, on
ports of their own of 127.0.0.1, and end with the test.
"""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.distributed import free_ports

RABBIT = Path("/usr/lib/rabbitmq/bin")
CLUSTERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def available():
    """Whether both servers can be started here: their programs, and root to become their user."""
    return bool(CLUSTERS) and (RABBIT / "rabbitmq-server").exists() and os.geteuid() == 0


def require_private_servers():
    """Skip, saying what is missing (with CI=true: fail)."""
    if not available():
        why = "needs root, PostgreSQL's initdb and RabbitMQ's rabbitmq-server on this machine"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(why)


def listens(server, seconds=120):
    """Wait until somebody takes connections on a server's port, or it was ended."""
    until, port = time.monotonic() + seconds, server.port
    while time.monotonic() < until and not server.ended:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on {port}")


class Private:
    """A server that is started and stopped by several threads, and ended once for all."""

    def __init__(self):
        self.turn, self.ended = threading.RLock(), False

    def end(self):
        """Stop, for good: whoever restarts it in a thread finds it ended."""
        self.ended = True
        with self.turn:
            self.stop()

    def restart(self):
        """As after power loss of the server alone."""
        self.stop()
        self.start()


class PrivatePostgres(Private):
    """A cluster of its own, run by the user `postgres`."""

    def __init__(self, home):
        super().__init__()
        self.home, (self.port,) = home / "postgres", free_ports(1)
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._bin = CLUSTERS[-1].parent

    def _run(self, program, *words):
        done = subprocess.run(
            [self._bin / program, *words],
            user="postgres", group="postgres", cwd="/", check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip
        return done.returncode

    def make(self):
        """initdb, with sockets and data in the folder, and room for many connections."""
        self.home.mkdir(parents=True)
        shutil.chown(self.home, "postgres", "postgres")
        # The user `postgres` has to come through. Not below pytest's own folder, which every
        # session closes again.
        self.home.parent.chmod(0o711)
        assert self._run("initdb", "-D", str(self.home), "-A", "trust", "-E", "UTF8") == 0
        with (self.home / "postgresql.conf").open("a") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{self.home}'\nmax_connections = 300\n"
            )

    def start(self):
        """Start, and wait until it answers."""
        log = str(self.home / "log")
        words = ("-D", str(self.home), "-l", log, "-w", "-t", "60", "start")
        with self.turn:
            assert self.ended or self._run("pg_ctl", *words) == 0

    def stop(self, mode="immediate"):
        """Stop; `immediate` aborts all processes, and the next start recovers from the log."""
        self._run("pg_ctl", "-D", str(self.home), "-m", mode, "-w", "stop")


class PrivateRabbit(Private):
    """A node with a name, ports and folders of its own."""

    def __init__(self, home):
        super().__init__()
        self.home = home / "rabbit"
        self.port, distribution = free_ports(2)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self.process = None
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "RABBITMQ_NODENAME": f"retroduct{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_MNESIA_BASE": str(self.home / "data"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "plugins"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_FLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def make(self):
        """Its folder and its one line of configuration."""
        self.home.mkdir(parents=True)
        config = f"listeners.tcp.local = 127.0.0.1:{self.port}\n"
        (self.home / "rabbitmq.conf").write_text(config)

    def start(self):
        """Start, and wait until it takes connections."""
        with self.turn, (self.home / "out").open("ab") as out:
            if self.ended:
                return
            self.process = subprocess.Popen(
                [RABBIT / "rabbitmq-server"],
                env=self._environment, stdout=out, stderr=out, start_new_session=True, cwd="/",
            )  # fmt: skip
        listens(self)

    def stop(self):
        """Kill the node's processes, as power loss of the broker alone would."""
        with self.turn:
            if self.process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(20)
                self.process = None

    def control(self, *words):
        """`rabbitmqctl` for this node."""
        subprocess.run(
            [RABBIT / "rabbitmqctl", *words],
            env=self._environment, cwd="/", check=True, timeout=90, stdout=subprocess.DEVNULL,
        )  # fmt: skip
