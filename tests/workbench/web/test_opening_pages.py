"""A review is opened, staffed and set up by plain forms, without a script."""

import pytest_asyncio

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.people import member_head

NEW = {
    "title": "Peer support in clinics",
    "question": "What works?",
    "template": "simple",
    "screeners": "dual",
}
HERE = "/reviews/peer-support-in-clinics"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """An empty installation, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        yield system, client


async def post(client, path, **form):
    return await client.post(path, data=form)


async def test_a_review_is_opened_and_set_up_step_by_step(pages):
    system, client = pages
    answer = await post(client, "/new", **NEW)
    assert answer.headers["location"] == f"{HERE}/start/criteria"
    await system.drain()
    answer = await post(
        client, f"{HERE}/start/criteria", include="Adults\n\nA clinic", exclude="Protocol only"
    )
    assert answer.headers["location"] == f"{HERE}/start/team"
    answer = await post(client, f"{HERE}/start/team", name="Zoë Smith", roles=["reviewer"])
    assert answer.headers["location"] == f"{HERE}/start/team"
    assert "Zoë Smith" in (await client.get(f"{HERE}/start/team")).text
    answer = await post(client, f"{HERE}/start/theory", name="Being known", context="same peer")
    assert answer.headers["location"] == f"{HERE}/start/import"
    await system.drain()
    review = (await client.get(f"/api{HERE}")).json()
    assert [stage["policy"]["kind"] for stage in review["stages"]] == ["dual", "dual"]
    assert [(one["person"], one["roles"]) for one in review["team"]] == [
        ("zoe-smith", ["reviewer"])
    ]
    stage = f"/api/screening{HERE}/stages/full_text"
    listed = (await client.get(f"{stage}/criteria")).json()["criteria"]
    assert [one["text"] for one in listed] == ["Adults", "A clinic", "Protocol only"]
    theory = (await client.get(f"/api/synthesis{HERE}/theories/PT1")).json()
    assert theory["context"] == "same peer"
    cards = (await client.get("/")).text
    assert "Peer support in clinics" in cards
    assert "No record yet" in cards


async def test_a_step_can_be_left_out_and_a_title_may_come_twice(pages):
    _, client = pages
    await post(client, "/new", **NEW)
    answer = await post(client, "/new", **NEW)
    assert answer.headers["location"] == f"{HERE}-2/start/criteria"
    page = (await client.get(f"{HERE}/start/criteria")).text
    assert f'href="{HERE}/start/team">Later</a>' in page
    assert (await client.get(HERE)).status_code == 200


async def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(pages):
    system, client = pages
    answer = await post(client, "/new", **{**NEW, "title": " "})
    assert answer.status_code == 422
    assert 'id="wrong-review-title">Give the review a title' in answer.text
    assert "What works?</textarea>" in answer.text
    await post(client, "/new", **NEW)
    await system.drain()
    answer = await post(client, f"{HERE}/settings/team", name="Ada", person="ada")
    assert 'id="wrong-team-roles">Choose at least one role.' in answer.text
    assert 'value="Ada"' in answer.text
    answer = await post(
        client, f"{HERE}/settings", deed="question", title="Other words", question="", reason=""
    )
    assert answer.status_code == 422
    assert 'value="Other words"' in answer.text


async def test_settings_keep_every_amendment_with_its_reason(pages):
    _, client = pages
    await post(client, "/new", **NEW)
    deeds = (
        {"deed": "question", "title": "Peers", "question": "For whom?"},
        {"deed": "protocol", "registration": "PROSPERO 1", "text": "As planned."},
        {"deed": "retire"},
    )
    for n, deed in enumerate(deeds):
        answer = await post(client, f"{HERE}/settings", **deed, reason=f"reason {n}")
        assert answer.status_code == 303, answer.text
    page = (await client.get(f"{HERE}/settings")).text
    for n in range(3):
        assert f"reason {n}" in page
    assert "Bring the review back" in page
    review = (await client.get(f"/api{HERE}")).json()
    assert review["title"] == "Peers"
    assert review["retired"]
    assert review["protocol"] == {"registration": "PROSPERO 1", "text": "As planned."}


async def test_roles_are_changed_and_a_membership_ends(pages):
    system, client = pages
    await post(client, "/new", **NEW)
    team = f"{HERE}/settings/team"
    await post(client, team, name="Ada", person="ada", roles=["reviewer"])
    await post(client, team, deed="roles", person="ada", roles=["coder", "reader"])
    assert "coder, reader" in (await client.get(team)).text
    await post(client, team, deed="leave", person="ada")
    assert "<h2>Left</h2>" in (await client.get(team)).text
    await system.drain()
    head = await member_head(system, "peer-support-in-clinics", "rosa", "reader")
    answer = await client.post(team, data={"name": "Eve", "roles": "owner"}, headers=head)
    assert answer.status_code == 403
    assert "is not owner in review" in answer.text


async def test_parameters_are_changed_by_an_owner(pages):
    system, client = pages
    await post(client, "/new", **NEW)
    await system.drain()
    path = f"{HERE}/settings/parameters"
    answer = await post(client, path, k_enabling="two", k_disabling="2", share="0.8", near="1")
    assert "is a number" in answer.text
    answer = await post(client, path, k_enabling="3", k_disabling="2", share="0,75", near="1")
    assert answer.status_code == 303, answer.text
    await system.drain()
    assert 'value="0.75"' in (await client.get(path)).text


async def test_the_coding_schema_is_chosen_and_assistance_is_explained(pages):
    system, client = pages
    await post(client, "/new", **NEW)
    await system.drain()
    path = f"{HERE}/settings/coding"
    page = (await client.get(path)).text
    assert "no text leaves this installation" in page
    assert "RETRODUCT_ASSISTANCE_URL" in page
    answer = await post(client, path, name="XMO")
    assert answer.status_code == 422
    assert "is no coding schema" in answer.text
    assert (await post(client, path, name="ICAMO")).status_code == 303
    assert '<option value="ICAMO" selected>' in (await client.get(path)).text
