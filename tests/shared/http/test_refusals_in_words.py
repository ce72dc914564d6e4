"""A value that cannot be taken is refused in words that say what to do."""

from typing import Annotated

import httpx
import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, ConfigDict, Field

from shared.http import problem_handlers


class Shut(BaseModel):
    """Takes no field that it does not know."""

    model_config = ConfigDict(extra="forbid")
    size: int = 1


def an_app():
    app = FastAPI()
    problem_handlers.install(app)

    @app.post("/things")
    async def make(
        reason: Annotated[str, Body(min_length=1, max_length=5)],
        pearls: Annotated[list[str], Body(min_length=1)],
        size: Annotated[int, Body(ge=1)],
        share: Annotated[float, Field(lt=1), Body()] = 0.5,
    ) -> None:
        """A thing."""

    @app.post("/shut")
    async def shut(body: Shut) -> None:
        """A thing of known fields."""

    return app


def a_client():
    transport = httpx.ASGITransport(app=an_app())
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": ""}, "Field 'reason' is empty."),
        ({"reason": "longer"}, "Field 'reason' is too long: at most 5 characters."),
        ({"pearls": []}, "Field 'pearls' is empty."),
        ({"size": "many"}, "Field 'size' must be a whole number."),
        ({"size": 0}, "Field 'size' must be at least 1."),
        ({"share": 2}, "Field 'share' must be less than 1.0."),
        ({"size": None}, "Field 'size' must be a whole number."),
        ({"pearls": "one"}, "Field 'pearls' cannot be taken: Input should be a valid list."),
    ],
)
async def test_what_is_wrong_with_a_value_is_a_sentence(change, words):
    async with a_client() as client:
        body = {"reason": "why", "pearls": ["one"], "size": 3, **change}
        answer = await client.post("/things", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"] == f"{words} Correct it and send again."


@pytest.mark.parametrize("body", ["[" * 100_000, '{"size": ' + "9" * 5000 + "}"])
async def test_a_body_that_cannot_be_read_is_refused_in_words(body):
    async with a_client() as client:
        head = {"content-type": "application/json"}
        octets = body.encode("utf-8", "surrogatepass")
        answer = await client.post("/shut", content=octets, headers=head)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/unreadable-body"
    assert "send again" in answer.json()["detail"]


async def test_a_body_that_is_cut_off_is_refused_at_its_place():
    async with a_client() as client:
        head = {"content-type": "application/json"}
        answer = await client.post("/shut", content=b'{"size": 1, "s', headers=head)
    assert answer.status_code == 422
    assert "no JSON from character 12 on" in answer.json()["detail"]


async def test_of_many_faults_the_first_hundred_are_told():
    async with a_client() as client:
        answer = await client.post("/shut", json={f"field{n}": 1 for n in range(1000)})
    assert answer.status_code == 422
    assert len(answer.json()["faults"]) == 100
