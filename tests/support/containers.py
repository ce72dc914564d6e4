"""`docker-compose.yml` on a real engine: under a name, ports, networks and secrets of its own."""

import asyncio
import os
import secrets
import shutil
import subprocess
from uuid import uuid4

import httpx
import pytest

from runtime.loading.client import Api
from tests.support.distributed import free_ports
from tests.support.reference import ROOT

WISH = "RETRODUCT_TEST_CONTAINERS"
"""`run`: on an engine that answers, else skip; `require`: install one where there is none."""

ENGINE = ROOT.parent / "shared" / "containers" / "containers.sh"
"""Installs an engine and images from Debian's packages, where no registry is reached."""

SECRETS = {
    "RETRODUCT_SECRET": "retroduct_secret",
    "POSTGRES_PASSWORD": "postgres_password",
    "RABBITMQ_PASSWORD": "rabbitmq_password",
}


def has_engine():
    """Whether Docker's engine answers, and knows compose."""
    return all(
        shutil.which("docker") and subprocess.run(words, capture_output=True).returncode == 0
        for words in (["docker", "info"], ["docker", "compose", "version"])
    )


def require_engine():
    """Have an engine; returns how to end one that was not there before. Else skip or fail."""
    if has_engine():
        return lambda: None
    why = "no container engine answers ('docker info' and 'docker compose version')"
    if os.environ.get(WISH) != "require":
        pytest.skip(f"{why}; RETRODUCT_TEST_CONTAINERS=require installs one")
    if not (ENGINE.exists() and os.geteuid() == 0 and shutil.which("apt-get")):
        pytest.fail(why)
    subprocess.run([str(ENGINE), "images"], cwd=ROOT, check=True, timeout=1500)
    return lambda: subprocess.run([str(ENGINE), "down"], cwd=ROOT, check=True, timeout=300)


class Composed:
    """The deployment of the compose file; every container can be killed by itself."""

    def __init__(self, home):
        self.name = f"retroduct-test-{uuid4().hex[:8]}"
        self.port, self.https_port = free_ports(2)
        self.secrets = {variable: secrets.token_hex(32) for variable in SECRETS}
        folder = home / "secrets"
        folder.mkdir(mode=0o700)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("RETRODUCT_")}
        self.environment = {k: v for k, v in inherited.items() if k not in SECRETS} | {
            "RETRODUCT_PORT": str(self.port),
            "RETRODUCT_HTTPS_PORT": str(self.https_port),
            "RETRODUCT_FRONT_NETWORK": "10.213.78.0/24",
        }
        for variable, file in SECRETS.items():
            (folder / file).write_text(f"{self.secrets[variable]}\n")
            (folder / file).chmod(0o644)
            self.environment[f"{variable}_FILE"] = str(folder / file)

    def compose(self, *words, seconds=600, **changes):
        """Output of `docker compose WORDS`; raises with what it said when it fails."""
        done = subprocess.run(
            ["docker", "compose", "-p", self.name, "-f", str(ROOT / "docker-compose.yml"), *words],
            env=self.environment | changes,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done.stdout

    def up(self):
        """Build the image and start everything; returns when all containers are healthy."""
        try:
            self.compose("up", "--build", "--detach", "--wait", "--wait-timeout", "400")
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.compose('logs', '--tail', '5')}") from None

    def down(self):
        """Remove the containers, their networks and their data."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "10")

    def token(self, person="operator"):
        """A token that owns every review, from inside a container."""
        words = ("exec", "-T", "workbench", "retroduct", "token", "--person", person)
        return self.compose(*words).strip()

    def container(self, service):
        """The id of a service's container."""
        return self.compose("ps", "--all", "--quiet", service).strip()

    async def kill_and_start(self, service, pause=1.0):
        """End a container as power loss would, and start it again."""
        identity = await asyncio.to_thread(self.container, service)
        for number, words in enumerate((["docker", "kill"], ["docker", "start"])):
            await asyncio.sleep(pause * number)
            command = [*words, identity]
            await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)

    def client(self, *, token=None, **options):
        """A client of the front door, with an owner's token unless another is given."""
        bearer = self.token() if token is None else token
        options.setdefault("base_url", f"http://localhost:{self.port}")
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        return httpx.AsyncClient(headers=headers, timeout=90, trust_env=False, **options)

    def api(self, http):
        """The interface as the loader uses it, patient enough for a slow machine."""
        return Api(http, patience=300)
