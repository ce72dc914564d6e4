"""The contract of events: served as AsyncAPI, and as a page whose words people read."""

from itertools import pairwise

import pytest_asyncio

from shared.events.asyncapi import document
from shared.ops.settings import Settings
from tests.support.apps import open_system
from workbench.web.domain.event_reference import by_service, holds


@pytest_asyncio.fixture
async def client(tmp_path):
    """A client of the owner of an empty installation."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as found:
        yield found


async def test_every_event_is_on_the_page_and_in_the_document(client):
    served = (await client.get("/api/asyncapi.json")).json()
    assert served["asyncapi"].startswith("3.")
    page = (await client.get("/events")).text
    messages = document()["components"]["messages"]
    assert len(messages) > 30
    assert set(served["components"]["messages"]) == set(messages)
    for message in messages.values():
        assert message["name"] in page


def test_every_field_of_every_event_is_said_in_words():
    lines = [line for lines in by_service(document()).values() for line in lines]
    for line in lines:
        assert line.summary
        assert line.fields
        assert not [f for f in line.fields if "$ref" in f.holds or "{" in f.holds]


def test_versions_of_an_event_stand_newest_first():
    for lines in by_service(document()).values():
        names = [line.name.rpartition(".v") for line in lines]
        for (one, _, newer), (other, _, older) in pairwise(names):
            assert one != other or int(newer) > int(older)


def test_what_a_value_holds_is_said_as_people_say_it():
    assert holds({"type": "array", "items": {"$ref": "#/components/schemas/RecordState"}}, {}) == (
        "list of record state"
    )
    assert (
        holds({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {}) == "whole number or nothing"
    )
    assert holds({"enum": ["include", "exclude"]}, {}) == "“include” or “exclude”"
