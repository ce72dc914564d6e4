"""A storm: load, faults in rounds, healing, and the ledger at the end.

A round arms processes with failpoints that act again and again, disturbs network and servers
meanwhile, then kills what is armed, restarts a server under all, and waits for full speed.
"""

import asyncio
import random
import statistics
import time
from collections import Counter

from shared.ops.failpoints import POINTS
from tests.faults.ledger import Ledger, Load

GIVERS = 2
WINDOW = 3.0
"""Seconds over which speed is taken."""
FULL = 0.8
"""Full speed: this share of the median speed of the control."""
RULES = 16
ACTIONS = ("error", "outage", "delay:0.1") * 4 + ("kill",)
ARMED, DISTURBANCES = 2, 3
"""Of a round: processes with failpoints, faults of network or servers while they act."""


class Storm:
    """One site under load, and what is done to it."""

    def __init__(self, site, seed):
        self.site, self.dice = site, random.Random(seed)
        self.injected = Counter()
        self.restarts, self.rounds = 0, 0
        self.seconds_to_full_speed, self.told = [], []
        self.armed = set()
        self.failpoints_seen = 0

    def rules(self):
        """Failpoints: some act with a chance at every passing, some kill once, after the start."""
        return ",".join(map(self._rule, self.dice.sample(POINTS, RULES)))

    def _rule(self, point):
        action = self.dice.choice(ACTIONS)
        if action == "kill":
            # Later than the few commits of a start: a process that never starts meets no more.
            least, most = (8, 40) if point.startswith("database") else (2, 10)
            return f"{point}=kill@{self.dice.randint(least, most)}"
        return f"{point}={action}@{0.05 if action == 'error' else 0.15}"

    def arm(self, most):
        """Kill some processes and start them with failpoints."""
        names = self.dice.sample(self.site.names, min(most, len(self.site.names)))
        for name in names:
            self.kill(name)
            self.site.start(name, self.rules())
            self.armed.add(name)

    def kill(self, name):
        """SIGKILL, counted."""
        self.injected["process_killed"] += 1
        self.site.kill(name)

    def count_failpoints(self):
        """Take what the processes wrote about their failpoints into the count."""
        said = [line for line in self.site.log().splitlines() if line.startswith("failpoint ")]
        for line in said[self.failpoints_seen :]:
            self.injected[f"failpoint_{line.rsplit(' ', 1)[-1]}"] += 1
        self.failpoints_seen = len(said)

    async def revive(self):
        """Start again what a failpoint ended."""
        while True:
            for name in self.site.dead():
                self.site.start(name, self.rules())
            await asyncio.sleep(0.2)

    async def inflict(self, kind):
        """One fault from outside, counted, and its end."""
        await self.site.inflict(kind)
        self.injected[kind] += 1

    async def heal(self):
        """Start what is armed without failpoints; a server is restarted under it meanwhile."""
        for name in sorted(self.armed):
            self.kill(name)
            self.site.start(name)
        self.armed.clear()
        server = self.dice.choice(self.site.server_faults)
        if server != "process_killed":  # where the process is the server, it was killed just now
            await self.inflict(server)

    async def round(self, load, full_speed):
        """Disturb, heal, and wait for full speed; notes how many seconds that took."""
        self.rounds += 1
        before = self.injected.copy()
        self.arm(ARMED)
        reviving = asyncio.create_task(self.revive())
        try:
            await self.site.ready(180, again=False)
            for _ in range(DISTURBANCES):
                await asyncio.sleep(self.dice.uniform(0.5, 1.5))
                await self.inflict(self.dice.choice(self.site.other_faults))
        finally:
            reviving.cancel()
            await asyncio.gather(reviving, return_exceptions=True)
        await self.heal()
        await self.site.ready(180)
        self.restarts += 1
        healed = time.monotonic()
        seconds = await until_full_speed(load.ledger, healed, full_speed, self.site)
        self.seconds_to_full_speed.append(seconds)
        self.count_failpoints()
        kinds = self.injected - before
        self.told.append({"seconds": round(seconds, 1), "faults": dict(sorted(kinds.items()))})


def speed(ledger, until):
    """Commands acknowledged a second, in the window that ends at `until`."""
    return sum(until - WINDOW < at <= until for at in ledger.at[-1000:]) / WINDOW


async def until_full_speed(ledger, since, full_speed, site, most=60):
    """Seconds from healing to the first command of a window at full speed."""
    while time.monotonic() - since < most:
        for name in site.dead():
            site.start(name)
        now = time.monotonic()
        if now - since >= WINDOW and speed(ledger, now) >= full_speed:
            return max(0.0, now - WINDOW - since)
        await asyncio.sleep(0.1)
    return float(most)


async def control(load, seconds):
    """The same load without faults; the median of its speeds, window by window."""
    speeds = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(WINDOW)
        speeds.append(speed(load.ledger, time.monotonic()))
    return statistics.median(speeds)


async def weather(site, *, faults, restarts, minutes, seed, calm_seconds=30):
    """The whole trial; returns what to print."""
    started = time.monotonic()
    for name in site.names:
        site.start(name)
    await site.ready(180)
    owner, stranger = site.clients()
    load, storm = Load(owner, stranger, Ledger()), Storm(site, seed)
    async with owner, stranger:
        await load.open()
        await load.settle()
        givers = [asyncio.create_task(load.give()) for _ in range(GIVERS)]
        givers.append(asyncio.create_task(load.pry()))
        await asyncio.sleep(10)  # the first rankings and caches
        calm = await control(load, calm_seconds)
        begun, before = time.monotonic(), load.ledger.acknowledged
        end = started + minutes * 60
        while (
            sum(storm.injected.values()) < faults or storm.restarts < restarts
        ) and time.monotonic() < end:
            await storm.round(load, FULL * calm)
            for giver in givers:
                if giver.done():
                    giver.result()
        stormy, during = time.monotonic() - begun, load.ledger.acknowledged - before
        load.stopped = True
        await asyncio.gather(*givers)
        settled = await _comes_to_rest(load)
        lost, doubled = await load.compare()
    waits = storm.seconds_to_full_speed
    return {
        "injected": sum(storm.injected.values()),
        "injected_by_kind": dict(sorted(storm.injected.items())),
        "server_restarts": storm.restarts,
        "rounds": storm.rounds,
        "seconds_of_faults": round(stormy, 1),
        "acknowledged": load.ledger.acknowledged,
        "lost": sum(map(len, lost.values())),
        "doubled": sum(map(len, doubled.values())),
        "leaked": len(load.ledger.leaked),
        "lost_by_kind": {kind: ids[:10] for kind, ids in lost.items() if ids},
        "doubled_by_kind": {kind: ids[:10] for kind, ids in doubled.items() if ids},
        "refusals_to_strangers": load.ledger.refused,
        "settled_after_seconds": settled,
        "seconds_to_full_speed": {
            "median": round(statistics.median(waits), 1) if waits else None,
            "worst": round(max(waits), 1) if waits else None,
            "slowest_rounds": sorted(storm.told, key=lambda one: -one["seconds"])[:4],
        },
        "control": {"commands_a_second": round(calm, 2), "seconds": calm_seconds},
        "under_faults": {"commands_a_second": round(during / stormy, 2) if stormy else None},
        "seed": seed,
    }


async def _comes_to_rest(load):
    """Seconds until `settled`, after a last vote on whatever waits; None: never."""
    since = time.monotonic()
    try:
        await load.settle(240)
    except TimeoutError:
        return None
    return round(time.monotonic() - since, 1)
