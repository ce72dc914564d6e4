"""A review with a codebook, texts, and a service on loopback that suggests."""

import pytest
import pytest_asyncio
from pydantic import SecretStr

from tests.support.assisted import COMING, GROUPS, TEXT, TRUST, Assisted
from tests.support.suggesting import KEY, MODEL, Serving


@pytest.fixture
def model():
    """The service on loopback."""
    with Serving() as model:
        model.passages = [TRUST, COMING]
        yield model


@pytest_asyncio.fixture
async def assisted(extraction, model, monkeypatch):
    """A review with two codes and one text, and the settings that name the service."""
    settings = extraction.running.settings
    monkeypatch.setattr(settings, "assistance_url", model.url)
    monkeypatch.setattr(settings, "assistance_model", MODEL)
    monkeypatch.setattr(settings, "assistance_key", SecretStr(KEY))
    await extraction.put_documents({"id": "d1", "title": "A trial", "text": TEXT})
    await extraction.ask("PUT", "/theories/PT1/codebook", {"groups": GROUPS})
    return Assisted(extraction, model)
