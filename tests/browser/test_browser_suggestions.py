"""Suggestions in a browser: asked for, accepted and rejected by plain forms."""

import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from tests.browser import axe, the_review
from tests.support.assisted import COMING, GROUPS, TEXT, TRUST
from tests.support.suggesting import KEY, MODEL, Serving

PAGE = "/reviews/rev/suggestions"
BASE = "/api/extraction/reviews/rev"


@pytest.fixture
def model(sqlite_system, monkeypatch):
    """The service on loopback, which the settings name."""
    with Serving() as model:
        model.passages = [TRUST, COMING]
        named = {"url": model.url, "model": MODEL, "key": SecretStr(KEY)}
        for name, value in named.items():
            monkeypatch.setattr(sqlite_system.settings, f"assistance_{name}", value)
        yield model


@pytest.mark.usefixtures("filled", "model")
@pytest.mark.parametrize("scripts", [True, False])
async def test_a_person_accepts_one_suggestion_and_rejects_another(sqlite_system, visit, scripts):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
        body = {"title": "A trial", "text": TEXT}
        await the_review.said(client.put(f"{BASE}/documents/trial", json=body))
        await the_review.said(client.put(f"{BASE}/theories/PT1/codebook", json={"groups": GROUPS}))
        await sqlite_system.drain()
        async with visit.page(PAGE, java_script_enabled=scripts) as page:
            await page.get_by_label("Documents whose texts are sent").select_option("trial")
            async with page.expect_navigation():
                await page.get_by_role("button", name=f"Ask {MODEL}").click()
            await sqlite_system.drain()
            await page.reload()
            await expect(page.locator("mark")).to_have_text([TRUST[0], COMING[0]])
            found = await axe.violations(page) if scripts else []
            await page.get_by_role("button", name="Accept passage 1", exact=True).click()
            await expect(page.locator("mark")).to_have_text([COMING[0]])
            await page.get_by_label("Why passage 1 is rejected").fill("too thin")
            await page.get_by_role("button", name="Reject passage 1").click()
            await expect(page.get_by_text("Nothing waits.")).to_be_visible()
            await expect(page.get_by_text("rejected by you")).to_be_visible()
        kept = (await client.get(f"{BASE}/fragments?document=trial")).json()["items"]
    assert [(one["quote"], one["suggested_by"]) for one in kept] == [
        (TRUST[0], "machine:assistant")
    ]
    assert found == []
    assert visit.faults == []
