"""A value that cannot be taken is refused in words that say what to do."""

from typing import Annotated

import httpx
import pytest
from fastapi import Body, FastAPI
from pydantic import Field

from shared.http import problem_handlers


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

    return app


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
    transport = httpx.ASGITransport(app=an_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        body = {"reason": "why", "pearls": ["one"], "size": 3, **change}
        answer = await client.post("/things", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"] == f"{words} Correct it and send again."
