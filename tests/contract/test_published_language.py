"""Every event version ever published decodes for ever."""

import dataclasses
import json

import msgspec
import pytest

from shared.events import registered, upcast
from shared.events.base import Event, published
from shared.events.codec import UnknownEvent, decode, newest
from shared.events.search import RecordAdded
from shared.kernel import envelope
from tests.support.golden import FOLDER, path_of, sample

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_golden_event_still_decodes(path):
    letter = envelope.open_bytes(path.read_bytes())
    received = envelope.receive(letter)
    assert received.subject == letter.subject
    assert received.subject_version == 2


@pytest.mark.parametrize("key", sorted(registered()), ids=lambda k: f"{k[0]}.v{k[1]}")
def test_every_published_version_has_its_golden_file(key):
    assert path_of(*key).exists(), "run python -m tests.support.golden and commit the file"


@pytest.mark.parametrize("key", sorted(registered()), ids=lambda k: f"{k[0]}.v{k[1]}")
def test_what_is_published_today_holds_all_that_the_golden_file_holds(key):
    golden = json.loads(path_of(*key).read_text())["data"]
    today = json.loads(msgspec.json.encode(sample(registered()[key])))
    assert _shape(golden) <= _shape(today)


def _shape(data, path=""):
    if isinstance(data, dict):
        return {p for k, v in data.items() for p in _shape(v, f"{path}.{k}")} | {path}
    if isinstance(data, list):
        return {p for v in data for p in _shape(v, f"{path}[]")} | {path}
    return {path}


@pytest.mark.parametrize("cls", registered().values(), ids=lambda c: f"{c.SERVICE}.{c.NAME}")
def test_an_event_comes_back_as_it_was_said(cls):
    event = sample(cls)
    name = f"{cls.SERVICE}.{cls.NAME}"
    assert decode(name, cls.VERSION, msgspec.json.encode(event)) == event


@pytest.mark.parametrize("cls", registered().values(), ids=lambda c: f"{c.SERVICE}.{c.NAME}")
def test_an_event_is_frozen_and_names_its_subject(cls):
    event = sample(cls)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.review_id = "other"
    kind, _, id = event.subject.partition("/")
    assert kind
    assert id


def test_a_reader_ignores_fields_it_does_not_know():
    data = b'{"review_id":"r","record":{"record_id":"x","colour":"blue"},"mood":1}'
    assert decode("search.record_added", 1, data) == RecordAdded(
        review_id="r", record=sample_record("x")
    )


def sample_record(id):
    from shared.events.search import RecordState

    return RecordState(record_id=id)


def test_an_old_version_is_lifted_step_by_step(monkeypatch):
    monkeypatch.setattr("shared.events.base._registry", dict(registered()))
    monkeypatch.setattr("shared.events.base._upcasts", {})
    newest.cache_clear()

    @published("search", subject="record_id", kind="probe", version=3, name="probed")
    @dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
    class Probed(Event):
        record_id: str
        source: str
        count: int

    @upcast("search.probed", since=1)
    def name_the_source(data):
        return {"source": "pubmed", **data}

    @upcast("search.probed", since=2)
    def count_from_one(data):
        return {"count": 1, **data}

    lifted = decode("search.probed", 1, b'{"review_id":"r","record_id":"x"}')
    newest.cache_clear()
    assert lifted == Probed(review_id="r", record_id="x", source="pubmed", count=1)


def test_an_unknown_type_or_version_is_told_apart_from_a_broken_one():
    with pytest.raises(UnknownEvent, match="not known here"):
        decode("search.never_said", 1, b"{}")
    with pytest.raises(UnknownEvent, match="newest: v1"):
        decode("search.record_added", 2, b"{}")
    with pytest.raises(msgspec.ValidationError, match="review_id"):
        decode("search.record_added", 1, b"{}")


def test_an_envelope_is_a_cloudevent():
    letter = json.loads(path_of("search.record_added", 1).read_text())
    assert letter["specversion"] == "1.0"
    assert letter["type"] == "retroduct.search.record_added.v1"
    assert letter["source"] == "/retroduct/search"
    assert {"id", "subject", "time", "datacontenttype", "data"} <= letter.keys()


@pytest.mark.parametrize("broken", [b"", b"[]", b"{}", b'{"id":1}', b"\xff"])
def test_bytes_that_are_no_envelope_are_undecodable(broken):
    with pytest.raises(envelope.Undecodable):
        envelope.open_bytes(broken)


def test_a_foreign_type_is_undecodable():
    body = path_of("search.record_added", 1).read_bytes()
    with pytest.raises(envelope.Undecodable, match="is not retroduct"):
        envelope.open_bytes(body.replace(b"retroduct.search", b"other.search"))


def test_a_replayed_event_differs_only_in_its_replay_number():
    body = json.dumps(json.loads(path_of("search.record_added", 1).read_text())).encode()
    again = envelope.open_bytes(envelope.with_replay(body, 3))
    assert again.replay == 3
    assert again.id == envelope.open_bytes(body).id
