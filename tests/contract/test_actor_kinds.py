"""Every event says whether a person, a machine that suggests, or a service acted."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from shared.actors import machine
from shared.events import registered
from shared.http.auth import Authenticator, Principal
from shared.http.bounds import PersonKey
from shared.http.problems import Forbidden, Unauthenticated
from shared.kernel import envelope, outbox
from tests.support.extraction import alone
from tests.support.golden import path_of, sample
from tests.support.kernel import Storage

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
ACTORS = {None: "service", "ann": "person", machine("assistant"): "machine"}
EVENTS = sorted(registered())


@pytest.mark.parametrize("actor", ACTORS, ids=str)
@pytest.mark.parametrize("key", EVENTS, ids=lambda k: f"{k[0]}.v{k[1]}")
def test_every_event_says_who_acted(key, actor):
    body = envelope.seal(
        sample(registered()[key]),
        id="x",
        time=MOMENT,
        subject_version=1,
        correlation_id="c",
        actor_id=actor,
    )
    assert json.loads(body)["actorkind"] == ACTORS[actor]
    assert envelope.receive(envelope.open_bytes(body)).actor_kind == ACTORS[actor]


@pytest.mark.parametrize("key", EVENTS, ids=lambda k: f"{k[0]}.v{k[1]}")
def test_an_older_event_that_does_not_say_it_has_a_kind_too(key):
    older = json.loads(path_of(*key).read_bytes())
    older.pop("actorkind", None)
    for actor, kind in ACTORS.items():
        body = json.dumps({**older, "actorid": actor}).encode()
        assert envelope.receive(envelope.open_bytes(body)).actor_kind == kind
    odd = json.dumps({**older, "actorid": "ann", "actorkind": "ghost"}).encode()
    assert envelope.receive(envelope.open_bytes(odd)).actor_kind == "person"


async def test_who_is_not_named_is_still_a_person(tmp_path):
    event = sample(registered()[("extraction.code_changed", 1)])

    async def use_case(tx):
        tx.actor, tx.actor_kind = "ann", "person"
        tx.withhold_actor()
        tx.emit(event)

    async with alone(Storage("sqlite", tmp_path)) as extraction:
        await extraction.db.write(use_case)
        rows = await extraction.db.read(lambda tx: tx.execute(select(outbox.outbox.c.envelope)))
        said = json.loads(rows.scalars().all()[-1])
    assert "actorid" not in said
    assert said["actorkind"] == "person"


def test_no_person_can_be_called_like_a_machine():
    with pytest.raises(ValidationError, match="those of machines"):
        TypeAdapter(PersonKey).validate_python(machine("assistant"))
    door = Authenticator("a secret that is long enough for HS256 in tests")
    token = door.sign(Principal(machine("assistant")), datetime.now(UTC))
    with pytest.raises(Unauthenticated):
        door.verify(token)
    with pytest.raises(Forbidden, match="name the person"):
        Principal("olga", everywhere=True).acting_for("rev", machine("assistant"))
