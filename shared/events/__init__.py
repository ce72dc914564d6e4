"""The published language: every event that services say to each other."""

from shared.events import (
    assistance,
    clusters,
    coding_rounds,
    data_extraction,
    extraction,
    inference,
    kernel,
    reporting,
    screening,
    search,
    synthesis,
    workbench,
)
from shared.events.base import Event, Received, published, registered, type_name, upcast, upcasts

__all__ = [
    "Event",
    "Received",
    "assistance",
    "clusters",
    "coding_rounds",
    "data_extraction",
    "extraction",
    "inference",
    "kernel",
    "published",
    "registered",
    "reporting",
    "screening",
    "search",
    "synthesis",
    "type_name",
    "upcast",
    "upcasts",
    "workbench",
]
