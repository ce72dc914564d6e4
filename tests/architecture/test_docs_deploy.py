"""The deployment files name every service, every route and only settings that exist."""

import json
import re
from pathlib import Path

import pytest
import yaml

from shared.ops.settings import SERVICES, Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text()
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


@pytest.mark.parametrize("name", SERVICES)
def test_compose_runs_every_service_from_the_one_image(name):
    service = COMPOSE["services"][name]
    assert service["command"] == ["serve", name]
    assert service["image"] == "retroduct:local"
    assert service["healthcheck"]["test"][-1].endswith(f"/api/{name}/ready")
    assert set(service["depends_on"]) == {"postgres", "rabbitmq"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_knows_servers_secret_and_peers(name):
    environment = COMPOSE["services"][name]["environment"]
    assert environment["RETRODUCT_DATABASE_URL"].startswith("postgresql://")
    assert environment["RETRODUCT_AMQP_URL"].startswith("amqp://")
    assert "RETRODUCT_SECRET" in environment
    assert set(json.loads(environment["RETRODUCT_SERVICE_URLS"])) == set(SERVICES)


def test_deployment_sets_only_settings_that_exist():
    known = {f"RETRODUCT_{name.upper()}" for name in Settings.model_fields}
    said = set(re.findall(r"ENV .*|RETRODUCT_[A-Z_]+(?==)", DOCKERFILE)) - {"ENV"}
    set_in_image = {word for line in said for word in re.findall(r"RETRODUCT_[A-Z_]+", line)}
    in_compose = {
        key
        for service in COMPOSE["services"].values()
        for key in service.get("environment", {})
        if key.startswith("RETRODUCT_")
    }
    assert set_in_image | in_compose <= known


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("RETRODUCT_SECRET", "POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"):
        assert not re.search(rf"\$\{{{name}:-", text)
        assert f"${{{name}:?" in text


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
