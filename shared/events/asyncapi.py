"""The event contract as an AsyncAPI 3.0 document, made from the registry.

Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from typing import Any

import msgspec

from shared.events.base import Event, registered

EXCHANGE = "retroduct.events.v1"


def document() -> dict[str, Any]:
    """Channels, messages and schemas of every event version ever published."""
    events = sorted(registered().items())
    schemas, components = msgspec.json.schema_components(
        [cls for _, cls in events], ref_template="#/components/schemas/{name}"
    )
    messages = {
        f"{name}.v{version}": _message(name, version, cls, schema)
        for ((name, version), cls), schema in zip(events, schemas, strict=True)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Retroduct events",
            "version": "1",
            "description": (
                "Every fact of a living realist review. At least once; handled once in the "
                "database; per subject the newest `subjectversion` wins."
            ),
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {**_channels(messages), "feed": _feed(messages)},
        "operations": _operations(messages),
        "components": {"schemas": components, "messages": messages},
    }


def _message(name: str, version: int, cls: type[Event], schema: Any) -> dict[str, Any]:
    return {
        "name": f"retroduct.{name}.v{version}",
        "title": name.split(".", 1)[1].replace("_", " "),
        "summary": " ".join((cls.__doc__ or "").split()),
        "contentType": "application/cloudevents+json",
        "headers": _envelope(name, version, cls),
        "payload": schema,
    }


def _envelope(name: str, version: int, cls: type[Event]) -> dict[str, Any]:
    """The CloudEvents attributes around the payload."""
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["id", "source", "type", "subject", "time", "reviewid", "subjectversion"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid", "description": "UUIDv7, kept on re-sending"},
            "source": {"const": f"/retroduct/{cls.SERVICE}"},
            "type": {"const": f"retroduct.{name}.v{version}"},
            "subject": {"type": "string", "description": f"{cls.SUBJECT_KIND}/<id>"},
            "time": {"type": "string", "format": "date-time"},
            "reviewid": text,
            "subjectversion": {"type": "integer", "minimum": 1},
            "causationid": text,
            "correlationid": text,
            "actorid": text,
            "actorkind": {
                "enum": ["person", "machine", "service"],
                "description": "who acted; where it is missing: a person if there is an actorid",
            },
            "traceparent": text,
            "replay": {"type": "integer", "minimum": 0},
        },
    }


def _channels(messages: dict[str, Any]) -> dict[str, Any]:
    """One channel per message: its routing key on the topic exchange."""
    return {
        key: {
            "address": f"{key}.{{reviewId}}",
            "parameters": {"reviewId": {"description": "the review's id"}},
            "messages": {key: {"$ref": f"#/components/messages/{key}"}},
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": EXCHANGE, "type": "topic", "durable": True},
                    "bindingVersion": "0.3.0",
                }
            },
        }
        for key in messages
    }


def _feed(messages: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": "/api/reviews/{reviewId}/feed",
        "description": (
            "The same facts over server-sent events, each at a gap-free position (the message's "
            "id); resume with Last-Event-ID or ?after=."
        ),
        "parameters": {"reviewId": {"description": "the review's id"}},
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in messages},
    }


def _operations(messages: dict[str, Any]) -> dict[str, Any]:
    return {
        f"send {key}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{key}"},
            "bindings": {"amqp": {"deliveryMode": 2, "mandatory": False}},
        }
        for key in messages
    }
