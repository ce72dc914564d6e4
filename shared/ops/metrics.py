"""The figures of outbox and inbox as Prometheus reads them."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from shared.ops.backlog import Backlog

_GAUGES = {
    "unsent": "events that wait to leave the outbox",
    "waiting": "events that wait in the inbox",
    "dead": "events that were given up",
    "parked": "events of a type or version not known here yet",
    "jobs": "jobs that run or are due",
    "dead_jobs": "jobs that were given up",
    "oldest_unsent_seconds": "age of the oldest event that has not left",
}


def exposition(figures: Backlog) -> str:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry()
    for name, what in _GAUGES.items():
        gauge = Gauge(f"retroduct_{name}", what, ["service"], registry=registry)
        gauge.labels(figures.service).set(getattr(figures, name))
    for direction, counts in (("published", figures.published), ("received", figures.received)):
        gauge = Gauge(
            f"retroduct_events_{direction}",
            f"events {direction}, by type",
            ["service", "type"],
            registry=registry,
        )
        for name, n in counts.items():
            gauge.labels(figures.service, name).set(n)
    return generate_latest(registry).decode()
