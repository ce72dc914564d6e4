"""Webhooks: signed, tried again, logged, ended by a 410, and never sent to private places."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook, WebhookVerificationError

from shared.events.search import RecordAdded, RecordState
from shared.events.synthesis import PinSet
from shared.kernel.job_worker import do_job
from tests.support.receiver import receiving
from workbench.tables import deliveries
from workbench.webhooks import domain
from workbench.webhooks.adapters import Sender
from workbench.webhooks.domain import ReceiverAnswer, is_public, next_try, rotated, signing
from workbench.webhooks.jobs import deliver

REVIEW = {"id": "rev", "title": "A review", "stages": [{"name": "title"}]}
AT = "/api/reviews/rev/webhooks"


@pytest.fixture
def open_bench(alone):
    """Workbench alone that may send to this machine."""
    alone.running.context.settings.webhook_private = True
    alone.running.context.resources.sender = Sender(now=alone.db.clock.now, private=True, timeout=1)
    return alone


async def add(bench, *numbers):
    events = [
        RecordAdded(review_id="rev", record=RecordState(record_id=f"r{n}", title=f"Title {n}"))
        for n in numbers
    ]
    await bench.hear(*events, ids=[f"rev-{n}" for n in numbers])


async def hook(bench, url, **more):
    """A webhook; its id and secret."""
    async with bench.client() as client:
        made = await client.post(AT, json={"url": url, **more})
        assert made.status_code == 201, made.text
        return made.json()["id"], made.json()["secret"]


async def send_due(bench):
    while await do_job(bench.db, {"deliver_webhook": deliver}, bench.running.context):
        pass


async def log(bench, webhook):
    async with bench.client() as client:
        return (await client.get(f"{AT}/{webhook}/deliveries")).json()["items"]


async def make_due(bench):
    """Let every wait be over."""
    past = bench.db.clock.now() - timedelta(seconds=1)
    await bench.db.write(lambda tx: tx.execute(update(deliveries).values(not_before=past)))
    async with bench.client() as client:
        for item in (await client.get(AT)).json()["items"]:
            await client.patch(f"{AT}/{item['id']}", json={"enabled": True})


async def test_every_event_from_then_on_arrives_once_signed_and_in_words(open_bench):
    await open_bench.open(REVIEW)
    await add(open_bench, 1)
    async with receiving() as receiver:
        webhook, secret = await hook(open_bench, receiver.url)
        await add(open_bench, 2, 3)
        await add(open_bench, 3, 2)
        await send_due(open_bench)
    bodies = [Webhook(secret).verify(body, headers) for headers, body in receiver.got]
    assert sorted(body["data"]["position"] for body in bodies) == [2, 3]
    assert {body["type"] for body in bodies} == {"search.record_added"}
    assert any("Title 2" in body["data"]["words"] for body in bodies)
    assert [item["state"] for item in await log(open_bench, webhook)] == ["delivered"] * 2


async def test_a_changed_body_or_an_old_moment_is_no_delivery_of_ours(open_bench):
    await open_bench.open(REVIEW)
    async with receiving() as receiver:
        _, secret = await hook(open_bench, receiver.url)
        await add(open_bench, 1)
        await send_due(open_bench)
    headers, body = receiver.got[0]
    old = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}
    for given, said in ((headers, body.replace("Title", "Other")), (old, body)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(said, given)


async def test_only_what_is_wanted_is_sent(open_bench):
    await open_bench.open(REVIEW)
    async with receiving() as receiver:
        await hook(open_bench, receiver.url, types=["synthesis"])
        await add(open_bench, 1)
        await open_bench.hear(PinSet(review_id="rev", theory_id="PT1", outcome=None, reason="x"))
        await send_due(open_bench)
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["synthesis.pin_set"]


async def test_a_receiver_that_fails_is_tried_again_and_the_log_says_what_it_answered(open_bench):
    await open_bench.open(REVIEW)
    async with receiving("500 Broken", None, "302 Found\nlocation: /x\r\n", "200 OK") as receiver:
        webhook, _ = await hook(open_bench, receiver.url)
        await add(open_bench, 1)
        said = []
        for _ in range(4):
            await send_due(open_bench)
            (item,) = await log(open_bench, webhook)
            said.append((item["state"], item["status"], item["attempts"]))
            await make_due(open_bench)
    assert said == [
        ("waiting", 500, 1), ("waiting", None, 2), ("waiting", 302, 3), ("delivered", 200, 4),
    ]  # fmt: skip
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 4


async def test_a_receiver_that_gives_no_answer_rests_and_keeps_no_other_waiting(
    open_bench, monkeypatch
):
    monkeypatch.setattr(domain, "WAITS", (3600,))  # it is not over before the test is
    await open_bench.open(REVIEW)
    async with receiving(None) as silent, receiving() as healthy:
        await hook(open_bench, silent.url)
        await hook(open_bench, healthy.url)
        await add(open_bench, *range(1, 41))
        await send_due(open_bench)
        asked = len(silent.got)
        await add(open_bench, 41)
        await send_due(open_bench)
    assert asked <= 4
    assert len(silent.got) == asked
    assert len(healthy.got) == 41


async def test_a_receiver_that_is_gone_is_asked_no_more(open_bench):
    await open_bench.open(REVIEW)
    async with receiving("410 Gone") as receiver:
        await hook(open_bench, receiver.url)
        await add(open_bench, 1)
        await send_due(open_bench)
        await add(open_bench, 2)
        await send_due(open_bench)
    assert len(receiver.got) == 1
    async with open_bench.client() as client:
        (item,) = (await client.get(AT)).json()["items"]
    assert not item["enabled"]
    assert "410" in item["reason"]


async def test_a_person_sends_one_event_again(open_bench):
    await open_bench.open(REVIEW)
    async with receiving() as receiver:
        webhook, _ = await hook(open_bench, receiver.url)
        await add(open_bench, 1)
        await send_due(open_bench)
        async with open_bench.client() as client:
            again = await client.post(f"{AT}/{webhook}/deliveries/1/resend")
            never = await client.post(f"{AT}/{webhook}/deliveries/9/resend")
        await send_due(open_bench)
    assert (again.status_code, never.status_code) == (202, 404)
    assert len(receiver.got) == 2
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]


async def test_for_a_day_both_secrets_verify_after_a_rotation(open_bench):
    await open_bench.open(REVIEW)
    async with receiving() as receiver:
        webhook, old = await hook(open_bench, receiver.url)
        async with open_bench.client() as client:
            new = (await client.post(f"{AT}/{webhook}/secret")).json()["secret"]
        await add(open_bench, 1)
        await send_due(open_bench)
    headers, body = receiver.got[0]
    assert new != old
    assert Webhook(old).verify(body, headers) == Webhook(new).verify(body, headers)
    now = open_bench.db.clock.now()
    kept = rotated([{"secret": "a", "until": None}], "b", now)
    assert signing(kept, now) == ["b", "a"]
    assert signing(kept, now + timedelta(hours=25)) == ["b"]


async def test_a_large_event_goes_without_its_data_and_says_where_to_fetch_it(open_bench):
    await open_bench.open(REVIEW)
    record = RecordState(record_id="r", title="Long", abstract="word " * 10_000)
    async with receiving() as receiver:
        await hook(open_bench, receiver.url)
        await open_bench.hear(RecordAdded(review_id="rev", record=record))
        await send_due(open_bench)
    ((_, body),) = receiver.got
    told = json.loads(body)["data"]
    assert len(body.encode()) < 20_000
    async with open_bench.client() as client:
        (entry,) = (await client.get(told["fetch"])).json()["items"]
    assert entry["position"] == told["position"]
    assert entry["data"]["record"]["abstract"].startswith("word")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook", "https://10.1.2.3/x", "https://[::1]/", "ftp://example.org/",
        "https://user:pw@example.org/", "example.org", "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest", "https://example.org:port/", "https://exa\nmple.org/",
        "https://example.org/\x07", "https://bücher.example/", "https://exa mple.org/",
        "https://[::127.0.0.1]/", "https://[::ffff:0:127.0.0.1]/", "https://[64:ff9b:1::7f00:1]/",
    ],
)  # fmt: skip
async def test_an_address_that_may_not_be_sent_to_is_refused_in_words(sqlite_alone, url):
    await sqlite_alone.open(REVIEW)
    sqlite_alone.running.context.settings.network = True
    async with sqlite_alone.client() as client:
        answer = await client.post(AT, json={"url": url})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("This address cannot be used: ")


async def test_a_name_that_leads_into_a_private_network_is_not_connected_to():
    async def rebinding(host, port):
        return ["127.0.0.1"]

    async with receiving() as receiver:
        sender = Sender(now=lambda: None, resolve=rebinding)
        port = receiver.url.rsplit(":", 1)[1]
        answer = await sender.send(f"http://public.example:{port}", {}, "{}")
    assert answer.status is None
    assert "private network" in answer.said
    assert receiver.got == []


@pytest.mark.parametrize("url", ["https://exa\x00mple.org/", "https://example.org/" + "a" * 70_000])
async def test_an_address_that_nothing_can_be_sent_to_is_an_answer(url):
    answer = await Sender(now=lambda: None).send(url, {}, "{}")
    assert answer.status is None
    assert answer.said


async def test_without_leave_to_use_the_network_the_refusal_says_which_setting(sqlite_alone):
    await sqlite_alone.open(REVIEW)
    async with sqlite_alone.client() as client:
        answer = await client.post(AT, json={"url": "https://example.org/hook"})
    assert answer.status_code == 422
    assert "RETRODUCT_NETWORK" in answer.json()["detail"]


def test_waits_grow_to_a_day_and_end():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [next_try(n, ReceiverAnswer(500, ""), now, 0) for n in range(1, 11)]
    assert [(w - now).total_seconds() for w in waits[:3]] == [5, 300, 1800]
    assert waits[9] is None
    asked = next_try(1, ReceiverAnswer(503, "", retry_after=3600), now, 0)
    assert (asked - now).total_seconds() == 3600


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("192.168.0.1", False), ("64:ff9b::7f00:1", False), ("fe80::1", False),
     ("2002:7f00:1::", False), ("224.0.0.1", False), ("100.64.0.1", False), ("::7f00:1", False),
     ("64:ff9b:1::7f00:1", False), ("fec0::1", False), ("::ffff:0:127.0.0.1", False),
     ("192.0.0.8", False), ("5f00::1", False), ("2606:4700::1111", True)],
)  # fmt: skip
def test_private_addresses_are_known_also_inside_ipv6(address, public):
    assert is_public(ip_address(address)) is public
