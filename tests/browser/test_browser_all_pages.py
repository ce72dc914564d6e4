"""Every page of the bars, light on a desk and dark on a phone: axe, width, origin, console."""

from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from tests.browser import axe, the_review
from tests.browser.conftest import Visit
from tests.support.apps import open_system
from tests.support.openid import CLIENT, SECRET, openid_provider
from tests.support.pdf import plain_pdf
from tests.support.projects import a_project
from tests.support.schemas import on_sqlite
from tests.support.web import serving
from workbench.web.navigation import AREAS, SITE

LOOKS = [("light", 1280), ("dark", 390)]
WITHIN = (
    *("/coding/d0", "/pages-of/d0", "/appraisal-of/d0", "/document-new", "/codes/door"),
    *("/theories/PT1", "/library/new", "/search?q=trust", "/strategies/main", "/nothing-here"),
)
STRATEGY = {
    "name": "Main search",
    "concepts": [{"name": "Nurses", "broad": ["nurse*"]}, {"name": "Calls", "broad": ["call*"]}],
}


def paths():
    """Every path of the bars, and of pages that they lead to."""
    own = [page.path for area in AREAS for page in area.pages]
    site = [page.path for area in SITE for page in area.pages]
    return [*(f"/reviews/rev{path}" for path in (*own, *WITHIN)), "/", "/new", "/nope", *site]


async def prepare(system):
    """The small review with a PDF, a strategy and another tool's project; gives its page."""
    async with system.client() as client:
        await the_review.fill(system, client)
        pdf = plain_pdf("Nurses called each week and asked how people slept.")
        here = "/api/extraction/reviews/rev/uploads"
        params = {"filename": "report.pdf", "document": "d0"}
        await the_review.said(client.post(here, content=pdf, params=params))
        there = "/api/search/reviews/rev/strategies/main"
        await the_review.said(client.put(there, json=STRATEGY))
        files = {"file": ("calls.qdpx", a_project())}
        taken = await client.post("/reviews/rev/projects", files=files)
        assert taken.status_code == 303, taken.text
        await system.drain()
        return taken.headers["location"]


@asynccontextmanager
async def looked_at(visit, scheme, width, outside):
    """A context of one look; requests that leave the origin are noted in `outside`."""
    size = {"width": width, "height": 800}
    context = await visit.browser.new_context(
        viewport=size, color_scheme=scheme, reduced_motion="reduce"
    )
    own = (visit.url, "data:", "blob:")
    context.on("request", lambda asked: asked.url.startswith(own) or outside.append(asked.url))
    yield context
    await context.close()


async def faults_of(page, width):
    """What axe finds, and whether the page is wider than the screen."""
    found = [(page.url, *one) for one in await axe.violations(page)]
    wide = await page.evaluate("document.documentElement.scrollWidth") > width
    return [*found, (page.url, "wide")] if wide else found


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
async def test_every_page_is_without_faults(sqlite_system, visit, scheme, width):
    mapping = await prepare(sqlite_system)
    found, outside = [], []
    async with looked_at(visit, scheme, width, outside) as context:
        for path in (*paths(), mapping):
            async with visit.page(path, context=context) as page:
                found += await faults_of(page, width)
    assert found == []
    assert outside == []
    assert [fault for fault in visit.faults if "404" not in fault] == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
async def test_signing_in_with_a_provider_is_without_faults(tmp_path, chromium, scheme, width):
    async with openid_provider() as provider:
        told = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_label": "Uni login"}
        secret = {"oidc_client_secret": SecretStr(SECRET), "local_owner": False}
        settings = on_sqlite(tmp_path).model_copy(update={**told, **secret})
        async with open_system(settings) as system, serving(system.app) as url:
            async with system.client() as client:
                wish = {"label": "browser", "days": 1}
                token = (await the_review.said(client.post("/api/tokens", json=wish)))["token"]
            visit, found, outside = Visit(chromium, url), [], []
            async with (
                looked_at(visit, scheme, width, outside) as context,
                visit.page("/sign-in", context=context) as page,
            ):
                found += await faults_of(page, width)
                assert await page.get_by_role("link", name="Uni login").count() == 1
                await page.get_by_text("Sign in with a token").click()
                await page.get_by_label("Token").fill(token)
                await page.get_by_role("button", name="Sign in by token").click()
                await page.goto(f"{url}/me")
                assert await page.get_by_role("heading", name="Uni login").count() == 1
                found += await faults_of(page, width)
    assert found == []
    assert outside == []
