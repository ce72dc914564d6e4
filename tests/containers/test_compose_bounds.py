"""What the containers of the compose deployment are held to, asked of the engine itself."""

import json
import subprocess

import pytest

from shared.ops.settings import SERVICES

CONTAINERS = ("caddy", "postgres", "rabbitmq", *SERVICES)
LARGEST_IMAGE = 420e6


def looked_at(there, service):
    """What `docker inspect` says of a container."""
    said = subprocess.check_output(["docker", "inspect", there.container(service)])
    return json.loads(said)[0]


def run_in(there, service, command):
    """How a shell command ends inside a container."""
    words = ["docker", "exec", there.container(service), "sh", "-c", command]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_the_image_has_at_most_420_megabytes(there):
    size = subprocess.check_output(
        ["docker", "image", "inspect", "retroduct:local", "--format", "{{.Size}}"]
    )
    assert int(size) <= LARGEST_IMAGE


def test_all_services_run_the_same_image(there):
    assert len({looked_at(there, name)["Image"] for name in SERVICES}) == 1


@pytest.mark.parametrize("service", CONTAINERS)
def test_a_container_can_write_nowhere_but_where_it_was_told(there, service):
    assert looked_at(there, service)["HostConfig"]["ReadonlyRootfs"]
    for folder in ("/", "/etc", "/usr", "/var"):
        assert run_in(there, service, f"touch {folder}/written").returncode != 0, folder


@pytest.mark.parametrize("service", CONTAINERS)
def test_a_container_has_no_privileges_and_bounds(there, service):
    host = looked_at(there, service)["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0
    assert host["LogConfig"]["Config"]["max-size"] == "10m"


@pytest.mark.parametrize("service", CONTAINERS)
def test_no_secret_is_in_what_the_engine_tells(there, service):
    told = json.dumps(looked_at(there, service))
    assert not [name for name, value in there.secrets.items() if value in told]


@pytest.mark.parametrize("server", ["postgres", "rabbitmq"])
def test_the_front_door_does_not_reach_the_databases(there, server):
    assert run_in(there, "workbench", f"getent hosts {server}").returncode == 0
    assert run_in(there, "caddy", f"getent hosts {server}").returncode != 0
