"""The worked cases, loaded as bundles through all services: what comes out is what they expect."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from runtime.bundle.parse import read_bundle
from runtime.cli.configurations import FIELDS, body_of
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ids import stable_id
from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.reference import ROOT

CASES = sorted(path.parent for path in (ROOT / "tests" / "cases").glob("*/expected.json"))


def expected_of(folder: Path) -> list[dict[str, Any]]:
    """The golden list with real ids instead of readable ones, without hashes, sorted by id."""
    found = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    real = {item["id"]: _real_id(item) for item in found}
    renamed = [
        {**item, "id": real[item["id"]], "leading_ties": [real[t] for t in item["leading_ties"]]}
        for item in found
    ]
    return _sorted(renamed)


def _real_id(item: dict[str, Any]) -> str:
    return stable_id("ccmoc", *(item[name] for name in ("theory", "outcome", "role", "mechanism")))


def _sorted(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    plain = [{**item, "leading_ties": sorted(item["leading_ties"])} for item in items]
    return sorted(plain, key=lambda item: str(item["id"]))


async def computed(api: Api, folder: Path, home: Path) -> list[dict[str, Any]]:
    """The bodies that the services compute from a case."""
    bundle = read_bundle(folder, review_id=f"{folder.parent.parent.name}-{folder.name}").whole()
    await Loader(bundle, api, Ledger(home, bundle.review.id)).load()
    items = await api.listed(f"/api/synthesis/reviews/{bundle.review.id}/ccmocs")
    kept = [name for name in FIELDS if name != "hash"]
    return _sorted([{name: body_of(item)[name] for name in kept} for item in items])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, sqlite_synchronous="NORMAL", local_owner=True)


@pytest.mark.slow
async def test_every_worked_case_holds_when_loaded_through_all_services(settings: Settings) -> None:
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(120))
        loads = (computed(api, folder, settings.home) for folder in CASES)
        found = await asyncio.gather(*loads)
    expected = [expected_of(folder) for folder in CASES]
    wrong = [f.name for f, got, want in zip(CASES, found, expected, strict=True) if got != want]
    assert wrong == []
