"""OpenID Connect: there and back, and every answer that does not hold is refused."""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.support.openid import CLIENT
from tests.workbench.identity.conftest import at_provider, browsing, signed_in


async def person_of(browser):
    answer = await browser.get("/api/people/me")
    return answer.json()["person"] if answer.status_code == 200 else None


async def add(bench, person):
    """Somebody of this name joins a review."""
    review = {"id": "rev", "title": "Coaching", "stages": [{"name": "title", "from": None}]}
    async with bench.client(**bench.token("owner", rev=["owner"])) as owner:
        await owner.post("/api/reviews", json=review)
        path = f"/api/reviews/rev/members/{person}"
        answer = await owner.put(path, json={"roles": ["reviewer"], "name": person})
        assert answer.status_code == 200, answer.text


async def test_the_button_is_there_only_where_a_provider_is_set_up(opened, alone):
    async with browsing(alone) as browser:
        page = await browser.get("/sign-in")
        assert "/sign-in/provider" not in page.text
        assert (await browser.get("/sign-in/provider")).status_code == 404
        assert (await browser.get("/sign-in/back?state=x&code=y")).status_code == 404
    async with opened() as bench, browsing(bench) as browser:
        await made(bench, "ada")
        page = await browser.get("/sign-in?next=/me")
        assert 'href="/sign-in/provider?next=/me">Uni login</a>' in page.text


async def test_who_comes_back_with_a_code_is_signed_in_as_ever(opened, provider):
    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        answer = await signed_in(browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me")
        assert await person_of(browser) == "aosei"
        assert "Ada Osei" in (await browser.get("/me")).text
        cookies = answer.headers.get_list("set-cookie")
        assert all("HttpOnly" in one and "samesite=lax" in one.lower() for one in cookies[:2])
        (asked,) = provider.asked
        assert asked["redirect_uri"] == "http://retroduct.example/sign-in/back"
        assert asked["code_challenge_method"] == "S256"
        await browser.post("/sign-out")
        assert await person_of(browser) is None
        await signed_in(browser)
        assert await person_of(browser) == "aosei"


async def test_nobody_new_is_let_in_unless_the_settings_say_so(opened, provider):
    async with opened() as bench, browsing(bench) as browser:
        answer = await signed_in(browser)
        assert answer.status_code == 401
        assert "nobody here has that name yet" in answer.text
        assert await person_of(browser) is None


async def test_a_verified_email_links_only_as_the_settings_say(opened, provider):
    async with opened() as bench, browsing(bench) as browser:
        await add(bench, "Ada@Uni.example")
        assert (await signed_in(browser)).status_code == 401
    async with opened(oidc_link_by_email=True) as bench, browsing(bench) as browser:
        await add(bench, "Ada@Uni.example")
        provider.person = {**provider.person, "email_verified": False}
        assert (await signed_in(browser)).status_code == 401
        provider.person = {**provider.person, "email_verified": True}
        await signed_in(browser)
        assert await person_of(browser) == "Ada@Uni.example"
        provider.person = {**provider.person, "email": "ada@elsewhere.example"}
        await browser.post("/sign-out")
        await signed_in(browser)
        assert await person_of(browser) == "Ada@Uni.example"


async def test_a_name_that_is_taken_is_never_handed_over(opened, provider):
    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        await add(bench, "aosei")
        await signed_in(browser)
        assert await person_of(browser) == "aosei-2"


@pytest.mark.parametrize("name", ["local-owner", "machine:gpt", " ", "\x00"])
async def test_nobody_new_is_called_like_a_machine_or_like_who_sits_at_the_server(
    opened, provider, name
):
    provider.person |= {"preferred_username": name, "email": ""}
    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        assert (await signed_in(browser)).status_code == 303
        assert await person_of(browser) == "person"


async def test_a_state_holds_once_and_in_its_own_browser(opened, provider):
    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        back = await at_provider(browser)
        async with browsing(bench) as other:
            refused = await other.get(back)
            assert refused.status_code == 401
            assert "began in another browser" in refused.text
            assert await person_of(other) is None
        kept = dict(browser.cookies)
        assert (await browser.get(back)).status_code == 303
        await browser.post("/sign-out")
        browser.cookies.update(kept)
        assert (await browser.get(back)).status_code == 401
        for forged in ("/sign-in/back?code=x", "/sign-in/back?code=x&state=guessed"):
            assert (await browser.get(forged)).status_code == 401
        assert await person_of(browser) is None


async def test_a_refusal_of_the_provider_is_a_sentence(opened, provider):
    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        back = urlsplit(await at_provider(browser))
        state = parse_qs(back.query)["state"][0]
        answer = await browser.get(f"/sign-in/back?error=access_denied&state={state}")
        assert answer.status_code == 401
        assert "The provider signed nobody in." in answer.text


def changed(**claims):
    return lambda told: {n: v for n, v in {**told, **claims}.items() if v is not None}


def none(claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none'})}.{part(claims)}."


def by_another(claims):
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.generate_key(2048))


def by_our_secret(claims):
    key = OctKey.import_key("a secret of this client that is long enough")
    return jwt.encode({"alg": "HS256"}, claims, key)


@pytest.mark.parametrize(
    "lie",
    [
        {"change": changed(exp=int(time.time()) - 3600)},
        {"change": changed(exp=None)},
        {"change": changed(iat=int(time.time()) + 3600)},
        {"change": changed(nonce="of another sign-in")},
        {"change": changed(nonce=None)},
        {"change": changed(aud="another-client")},
        {"change": changed(aud=[CLIENT, "another"], azp="another")},
        {"change": changed(iss="https://another.example")},
        {"change": changed(sub=None)},
        {"sign": none},
        {"sign": by_another},
        {"sign": by_our_secret},
        {"sign": lambda claims: "no.token.at-all"},
    ],
    ids=lambda lie: next(iter(lie)),
)
async def test_a_forged_or_expired_token_signs_nobody_in(opened, provider, lie):
    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        for name, told in lie.items():
            setattr(provider, name, told)
        answer = await signed_in(browser)
        assert answer.status_code == 401
        assert "so nobody was signed in" in answer.text
        assert await person_of(browser) is None


async def test_a_provider_that_changed_its_key_is_asked_for_the_new_one(opened, provider):
    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        await signed_in(browser)
        provider.rotate()
        await browser.post("/sign-out")
        assert (await signed_in(browser)).status_code == 303


@pytest.mark.parametrize(
    "about",
    [{"issuer": "https://another.example"}, {"token_endpoint": "http://192.0.2.1/token"}, {}],
)
async def test_a_provider_that_is_silent_or_another_is_told_and_passwords_go_on(
    opened, provider, about
):
    async with opened(**({} if about else {"oidc_issuer": "http://127.0.0.1:9"})) as bench:
        provider.about = about
        async with browsing(bench) as browser:
            answer = await browser.get("/sign-in/provider")
            assert answer.status_code == 503
            assert 'role="alert"' in answer.text
            assert 'name="password"' in answer.text


async def test_who_is_signed_in_connects_the_provider_and_nobody_takes_it_over(opened, provider):
    async with opened() as bench, browsing(bench) as browser, browsing(bench) as other:
        for person, client in (("ada", browser), ("rita", other)):
            await add(bench, person)
            head = bench.token("owner", rev=["owner"])
            token = await made(bench, person)
            assert (await client.post("/sign-in", data={"token": token})).status_code == 303, head
        assert "Connect it" in (await browser.get("/me")).text
        begin = "/sign-in/provider?connect=true&next=/me"
        assert (await signed_in(browser, begin)).status_code == 303
        assert "Connected" in (await browser.get("/me")).text
        refused = await signed_in(other, begin)
        assert "belongs to somebody else here" in refused.text
        await browser.post("/sign-out")
        await signed_in(browser)
        assert await person_of(browser) == "ada"


async def made(bench, person):
    """A personal token of somebody."""
    from workbench.people import handlers as use

    return (await bench.db.write(lambda tx: use.make_token(tx, person, "laptop", 1))).secret


async def test_an_erased_person_is_known_by_no_provider(opened, provider):
    from workbench.people import handlers as use

    async with opened(oidc_new_people=True) as bench, browsing(bench) as browser:
        await signed_in(browser)
        await bench.db.write(lambda tx: use.erase_person(tx, "aosei"))
        assert await person_of(browser) is None
        provider.person = {**provider.person, "name": "Somebody new"}
        await signed_in(browser)
        assert "Somebody new" in (await browser.get("/me")).text
