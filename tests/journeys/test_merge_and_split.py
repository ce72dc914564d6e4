"""Records that are merged and split by hand stand everywhere as search says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.projected import READERS, Projected, projected

REVIEW = {"id": "rev", "title": "A review", "stages": [{"name": "title"}]}
SEARCH = "/api/search/reviews/rev"
RIS = "TY  - JOUR\nTI  - {title}\nDO  - 10.1000/{title}\nPY  - 2011\nER  - \n"


class Library:
    """A review's records by title, merged and split by people, and what readers make of it."""

    def __init__(self, system: Any, api: Api) -> None:
        self.system, self.api = system, api
        self.ids: dict[str, str] = {}

    async def bring(self, *titles: str) -> None:
        """Import records with these titles."""
        body = "".join(RIS.format(title=title) for title in titles).encode()
        params = {"filename": "x.ris", "source": "embase", "arm": "database"}
        await self.api.call("POST", f"{SEARCH}/imports", params=params, content=body)
        await self.api.wait_until_settled("rev")
        found = await self.api.listed(f"{SEARCH}/records")
        self.ids = {record["title"]: record["record_id"] for record in found}

    async def merge(self, one: str, other: str) -> str:
        """Two records are one; returns the title of the survivor."""
        path = f"{SEARCH}/records/{self.ids[one]}/merge"
        answer = await self.api.post(path, {"other": self.ids[other]})
        names = {record_id: title for title, record_id in self.ids.items()}
        return names[answer["record_id"]]

    async def split(self, one: str, other: str) -> None:
        """The source of `other` leaves the record that it shares with `one`."""
        path = f"{SEARCH}/records/{self.ids[one]}/split"
        await self.api.post(path, {"sources": [self.ids[other]], "reason": "another study"})

    async def amend(self, title: str, times: int) -> None:
        """Correct a record this often: its version rises."""
        for n in range(times):
            path = f"{SEARCH}/records/{self.ids[title]}"
            await self.api.call("PATCH", path, json={"year": 1990 + n, "reason": "as printed"})

    async def flag(self, title: str) -> None:
        """A record is retracted."""
        path = f"{SEARCH}/records/{self.ids[title]}/flags"
        await self.api.post(path, {"flag": "retraction", "notice": "J 2022;1:2"})

    async def kept(self) -> dict[str, Projected]:
        """What every reader has kept."""
        await self.api.wait_until_settled("rev")
        services = self.system.services
        return {name: await projected(services[name].db, name, "rev") for name in READERS}


@asynccontextmanager
async def a_library(settings: Settings, *titles: str) -> AsyncIterator[Library]:
    """A running system with a review that has records with these titles."""
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        await api.post("/api/reviews", REVIEW)
        await api.wait_until_settled("rev")
        library = Library(system, api)
        await library.bring(*titles)
        yield library


async def test_a_flag_on_a_record_that_was_split_off_is_heard_everywhere(
    settings: Settings,
) -> None:
    async with a_library(settings, "one", "two") as library:
        await library.amend("one", 8)
        assert await library.merge("one", "two") == "one"
        await library.split("one", "two")
        await library.flag("two")
        for name, kept in (await library.kept()).items():
            _, retracted, _ = kept.records[library.ids["two"]]
            assert (name, kept.stands, retracted) == (name, {}, True)


async def test_a_record_merged_anew_into_one_with_few_versions_is_followed_everywhere(
    settings: Settings,
) -> None:
    async with a_library(settings, "one", "two", "three") as library:
        ids = library.ids
        await library.amend("one", 8)
        assert await library.merge("one", "three") == "one"
        await library.split("one", "three")
        assert await library.merge("two", "three") == "two"
        for name, kept in (await library.kept()).items():
            assert (name, kept.stands) == (name, {ids["three"]: ids["two"]})


async def test_an_absorbed_record_follows_its_source_when_a_chain_is_split(
    settings: Settings,
) -> None:
    async with a_library(settings, "one", "two", "three") as library:
        ids = library.ids
        await library.merge("two", "three")
        await library.merge("one", "two")
        await library.split("one", "two")
        found = await library.api.get(f"{SEARCH}/records/{ids['three']}")
        stands = {ids["three"]: found["record_id"]} if found["record_id"] != ids["three"] else {}
        assert ids["three"] in {s["source_record_id"] for s in found["sources"]}
        for name, kept in (await library.kept()).items():
            assert (name, kept.stands) == (name, stands)
