"""The deployment files name every service, every route and only settings that exist."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml

from shared.ops.settings import SERVICES, Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text()
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
REACH_OUTSIDE = {"workbench", "search", "extraction"}
LARGEST_IMAGE, BASE_IMAGE = 420e6, 125e6
"""Bytes of the image, and of `python:3.12-slim` that it begins with, roughly."""


@pytest.mark.parametrize("name", SERVICES)
def test_compose_runs_every_service_from_the_one_image(name):
    service = COMPOSE["services"][name]
    assert service["command"] == ["serve", name]
    assert service["image"] == "retroduct:local"
    assert service["healthcheck"]["test"][-1].endswith(f"/api/{name}/ready")
    assert set(service["depends_on"]) == {"postgres", "rabbitmq"}


def test_the_one_image_is_built_once():
    assert [name for name, it in COMPOSE["services"].items() if "build" in it] == ["workbench"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_knows_servers_secret_and_peers(name):
    environment = COMPOSE["services"][name]["environment"]
    assert environment["RETRODUCT_DATABASE_URL"].startswith("postgresql://")
    assert environment["RETRODUCT_AMQP_URL"].startswith("amqp://")
    assert environment["RETRODUCT_SECRET_FILE"].endswith(":+/run/secrets/retroduct_secret}")
    assert set(json.loads(environment["RETRODUCT_SERVICE_URLS"])) == set(SERVICES)


def test_deployment_sets_only_settings_that_exist():
    known = {f"RETRODUCT_{name.upper()}" for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | {"RETRODUCT_SITE"}
    said = set(re.findall(r"ENV .*|RETRODUCT_[A-Z_]+(?==)", DOCKERFILE)) - {"ENV"}
    set_in_image = {word for line in said for word in re.findall(r"RETRODUCT_[A-Z_]+", line)}
    in_compose = {
        key
        for service in COMPOSE["services"].values()
        for key in service.get("environment", {})
        if key.startswith("RETRODUCT_")
    }
    assert set_in_image | in_compose <= known


@pytest.mark.parametrize(
    ("service", "prefixes"),
    [
        ("workbench", ("oidc_", "webhook_private")),
        ("search", ("ncbi_api_key", "ncbi_email", "europe_pmc_", "crossref_", "openalex_")),
        ("extraction", ("europe_pmc_", "assistance_", "source_keys")),
    ],
)
def test_what_reaches_outside_can_be_set_and_is_on_a_network_that_does(service, prefixes):
    said = COMPOSE["services"][service]
    wanted = {
        f"RETRODUCT_{name.upper()}" for name in Settings.model_fields if name.startswith(prefixes)
    }
    assert wanted | {"RETRODUCT_NETWORK", "RETRODUCT_HTTPS_PROXY"} <= set(said["environment"])
    assert "outside" in said["networks"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_file_that_a_service_is_told_of_is_mounted(name):
    said = COMPOSE["services"][name]
    files = re.findall(r"/run/secrets/([a-z_]+)", " ".join(map(str, said["environment"].values())))
    assert set(files) <= set(said["secrets"]) <= set(COMPOSE["secrets"])
    assert "monitor_token" in files


@pytest.mark.parametrize("name", ["RETRODUCT_SECRET", "POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"])
def test_a_secret_is_a_file_and_has_no_default(name):
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(rf"\$\{{{name}(:[^}}]*)\}}", text)) == {":-"}
    assert COMPOSE["secrets"][name.lower()] == {"file": f"${{{name}_FILE:-/dev/null}}"}


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_container_writes_nowhere_else_and_is_bounded(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"] <= 1024
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_databases_are_reached_by_services_only():
    networks = {name: set(it["networks"]) for name, it in COMPOSE["services"].items()}
    assert networks["postgres"] == networks["rabbitmq"] == {"back"}
    assert networks["caddy"] == {"front", "public"}
    assert all({"front", "back"} <= networks[name] for name in SERVICES)
    assert {name for name in SERVICES if "outside" in networks[name]} == REACH_OUTSIDE
    assert COMPOSE["networks"]["front"]["internal"]
    assert COMPOSE["networks"]["back"]["internal"]


def test_services_believe_forwarded_headers_of_the_front_network_only():
    (network,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    caddy = set(COMPOSE["services"]["caddy"]["networks"])
    for name in SERVICES:
        trusted = COMPOSE["services"][name]["environment"]["RETRODUCT_FORWARDED_ALLOW_IPS"]
        assert trusted == network["subnet"]
        assert caddy & set(COMPOSE["services"][name]["networks"]) == {"front"}


def test_services_that_reach_the_outside_are_told_whether_they_may():
    outside = {n: COMPOSE["services"][n] for n in SERVICES if "outside" in _networks(n)}
    assert set(outside) == REACH_OUTSIDE
    for name, service in outside.items():
        told = service["environment"].get("RETRODUCT_NETWORK")
        assert told == "${RETRODUCT_NETWORK:-false}", name


def _networks(name):
    return COMPOSE["services"][name]["networks"]


def test_only_the_front_door_is_published_and_on_this_machine_only():
    ports = {name: it["ports"] for name, it in COMPOSE["services"].items() if "ports" in it}
    assert set(ports) == {"caddy"}
    assert all(port.startswith("${RETRODUCT_BIND:-127.0.0.1}:") for port in ports["caddy"])
    assert [port.rsplit(":", 1)[1] for port in ports["caddy"]] == ["80", "443"]


def test_the_front_door_waits_for_no_service_and_bridges_a_restart():
    assert "depends_on" not in COMPOSE["services"]["caddy"]
    assert "lb_try_duration 30s" in CADDYFILE
    assert CADDYFILE.count("import bridge") == CADDYFILE.count("health_uri") == len(SERVICES)


def test_the_first_start_of_postgres_is_not_taken_for_readiness():
    check = COMPOSE["services"]["postgres"]["healthcheck"]["test"]
    assert check[check.index("-h") + 1] == "127.0.0.1"


def test_the_front_door_routes_every_prefix_and_the_rest_to_workbench():
    routes = dict(re.findall(r"handle (\S+) \{\s+reverse_proxy (\S+)", CADDYFILE))
    expected = {f"/api/{name}/*": f"{name}:8000" for name in SERVICES if name != "workbench"}
    assert routes == expected
    assert re.search(r"handle \{\s+reverse_proxy workbench:8000", CADDYFILE)


def test_the_front_door_does_not_hold_the_feed_back():
    assert "flush_interval -1" in CADDYFILE
    assert "not path /api/reviews/*/feed" in CADDYFILE


def test_the_image_installs_pinned_dependencies_and_every_package():
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    for package in ("shared", "services", "workbench", "runtime"):
        assert f"COPY {package} {package}" in DOCKERFILE
    assert "USER retroduct" in DOCKERFILE


def test_the_image_has_two_stages_and_what_builds_it_stays_in_the_first():
    _, build, last = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)
    assert build.splitlines()[0] == "python:3.12-slim AS build"
    assert set(re.findall(r"^COPY (\S+)", last, re.MULTILINE)) == {"--from=build"}
    assert not re.search(r"apt-get|\bpip\b|ARG |SECRET|PASSWORD", last)


def test_what_is_installed_to_run_leaves_room_for_its_base_in_the_image():
    """Bytes of the pinned packages as the image keeps them, before symbols are stripped."""
    lock = (ROOT / "requirements.lock").read_text()
    left_out = re.compile(
        r"(^|/)tests/|sklearn/datasets/(data|images)/|^Bio/(?!Entrez|[^/]+$)"
        r"|\.(c|cpp|h|hpp|pyx|pxd|pyi|a|pyc)$"
    )
    size = 0
    for name in re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", lock, re.MULTILINE):
        for file in distribution(name).files or ():
            path = Path(file.locate())
            if not left_out.search(str(file)) and path.is_file():
                size += path.stat().st_size
    assert 100e6 < size < LARGEST_IMAGE - BASE_IMAGE


def test_every_secret_that_the_deployment_sets_may_be_a_file():
    secret = {
        f"RETRODUCT_{name.upper()}"
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    assert len(secret) > 5
    for name, service in COMPOSE["services"].items():
        said = service.get("environment", {})
        for key in secret & set(said):
            assert re.fullmatch(r"\$\{[A-Z_]+:-\}", said[key]), (name, key)
            inside = re.search(r":\+/run/secrets/(\w+)\}$", said[f"{key}_FILE"])[1]
            assert inside in service["secrets"], (name, key)
            assert COMPOSE["secrets"][inside]["file"].endswith("_FILE:-/dev/null}")
