"""Two copies of every service under load, one of a pair killed at a time.

`python -m tests.faults.two_copies [--seconds 300] [--seed 1]` prints JSON: how many
processes were killed, what was acknowledged, and what is there at the end.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx

from shared.ops.settings import SERVICES
from tests.support.distributed import Deployment

REVIEW = "copies"
STAGES = [{"name": "title"}, {"name": "full_text", "from": "title"}]
PER_FILE = 5
LOADERS = 3
KILLS = 3
"""So many processes are killed at least, however slow the machine is."""


def references(number):
    """An export file with references that no other file has."""
    return "".join(
        f"TY  - JOUR\nTI  - Study {number}-{n} of {'housing' * (n + 1)} {number * 7919 + n}\n"
        f"AU  - Author{number}x{n}, A\nPY  - 20{number % 10}{n % 10}\nDO  - 10.5555/{number}.{n}\n"
        "ER  - \n"
        for n in range(PER_FILE)
    )


class TwoCopies:
    """Two processes of every service on one database and one broker."""

    def __init__(self, home, seed):
        self.copies = [Deployment(home / str(n)) for n in range(2)]
        self.copies[1].prefix = self.copies[0].prefix
        for copy in self.copies:
            copy.home.mkdir(parents=True)
        self.random = random.Random(seed)
        self.killed = 0
        self.clients = []
        self.files, self.votes = 0, {"title": set(), "full_text": set()}

    async def start(self):
        """All ten processes; the second copies find the tables made."""
        for copy in self.copies:
            copy.start()
            await copy.ready(180)
        self.clients = [copy.client() for copy in self.copies]

    async def call(self, method, path, **more):
        """Ask one copy after the other until one answers; a repeat is a no-op for all of them."""
        async with asyncio.timeout(180):
            while True:
                for client in self.random.sample(self.clients, 2):
                    try:
                        answer = await client.request(method, path, **more)
                    except httpx.HTTPError:
                        continue
                    if answer.status_code < 500 and answer.status_code != 409:
                        answer.raise_for_status()
                        return answer.json() if answer.content else None
                await asyncio.sleep(0.2)

    async def load(self, until):
        """Import files and vote on whatever waits, as fast as it is answered."""
        while self.goes_on(until):
            self.files += 1
            number = self.files
            await self.call(
                "POST",
                f"/api/search/reviews/{REVIEW}/imports",
                content=references(number).encode(),
                params={"filename": f"{number}.ris", "source": "embase"},
            )
            await self.vote()

    def goes_on(self, until):
        """Whether the time is not over yet, or fewer processes were killed than shall be."""
        return time.monotonic() < until or self.killed < KILLS

    async def vote(self):
        """Include what the owner is offered at either stage; how many."""
        cast = 0
        for stage in self.votes:
            base = f"/api/screening/reviews/{REVIEW}/stages/{stage}"
            queue = await self.call("GET", f"{base}/queue", params={"limit": 20})
            for item in queue["items"]:
                body = {"decisions": [{"record": item["record"], "verdict": "include"}]}
                await self.call("POST", f"{base}/decisions", json=body)
                self.votes[stage].add(item["record"])
                cast += 1
        return cast

    async def kill(self, until):
        """Kill one of a pair, start it again, and go on when it answers."""
        while self.goes_on(until):
            await asyncio.sleep(self.random.uniform(0.5, 2.0))
            copy, name = self.random.choice(self.copies), self.random.choice(SERVICES)
            copy.kill(name)
            self.killed += 1
            await asyncio.sleep(self.random.uniform(0.0, 1.0))
            copy.start(name)
            await copy.ready(120)

    async def run(self, seconds):
        """Load and kill for so long, then let everything come to rest."""
        stages = {"id": REVIEW, "title": "Two copies", "stages": STAGES}
        await self.call("POST", "/api/reviews", json=stages)
        await self.copies[0].settle(REVIEW, 120)
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for _ in range(LOADERS):
                group.create_task(self.load(until))
            group.create_task(self.kill(until))
        await self.copies[0].settle(REVIEW, 180)
        while await self.vote():
            await self.copies[0].settle(REVIEW, 120)
        await self.copies[0].settle(REVIEW, 120)
        return await self.figures()

    async def figures(self):
        """What was acknowledged, and what the services hold."""
        screening = await self.call("GET", f"/api/screening/reviews/{REVIEW}/flow")
        dead = [await self.call("GET", f"/api/{name}/dead") for name in SERVICES]
        return {
            "killed": self.killed,
            "imported": self.files * PER_FILE,
            "votes": {stage: len(records) for stage, records in self.votes.items()},
            "stages": {
                one["stage"]: {"pool": one["pool"], "include": one["include"]}
                for one in screening["stages"]
            },
            "dead": sum(len(one["items"]) for one in dead),
            "tables": {name: await self.tables(name) for name in SERVICES},
        }

    async def tables(self, name):
        """A service's outbox and feed, counted in its tables."""
        connection = await asyncpg.connect(self.copies[0].database, timeout=30)
        try:
            schema = f'"{self.copies[0].prefix}_{name}"'
            outbox = await connection.fetchrow(
                f"SELECT count(*) AS rows, count(DISTINCT published_position) AS positions, "
                f"coalesce(max(published_position), 0) AS last FROM {schema}.outbox"
            )
            counted = await connection.fetchval(
                f"SELECT coalesce(sum(count), 0) FROM {schema}.counters WHERE kind = 'published'"
            )
        finally:
            await connection.close()
        return {**dict(outbox), "published": int(counted)}

    async def stop(self):
        """End all processes and remove what they made."""
        for client in self.clients:
            await client.aclose()
        for copy in self.copies[::-1]:
            await copy.stop()


async def measured(home, seconds, seed):
    """Figures of one run."""
    both = TwoCopies(home, seed)
    try:
        await both.start()
        return await both.run(seconds)
    finally:
        await both.stop()


def main():
    """Run once and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(asyncio.run(measured(Path(home), given.seconds, given.seed)), indent=1))


if __name__ == "__main__":
    main()
