"""Every service there is: the one place where they all meet."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

from shared.bus import Topology
from shared.kernel.service import Service
from shared.ops.settings import SERVICES


def services() -> Mapping[str, Service]:
    """The wiring of every service by name."""
    found: dict[str, Service] = {}
    for name in SERVICES:
        package = "workbench" if name == "workbench" else f"services.{name}"
        if find_spec(f"{package}.app") is not None:
            found[name] = import_module(f"{package}.app").SERVICE
    return found


def topology() -> Topology:
    """Every service with the event types it subscribes to."""
    return {name: service.subscriptions() for name, service in services().items()}
