"""One record against N stored in SQLite: how a service looks candidates up.

Two tables, as a store keeps them: keys (key, id) and sources (id, features,
record, bundle, arrived). Commits are left out (`synchronous=OFF`): fsync is
the disk's figure, not this one's.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.dedup_reading import read_set
from services.search.library.domain.dedup import (
    OVERSIZED,
    Features,
    PlacedSource,
    Placement,
    admit,
    candidate_keys,
    normalise,
    place,
)
from services.search.library.domain.record import Author, Bibliography

_TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;
PRAGMA wal_autocheckpoint=4000;
CREATE TABLE keys (key TEXT, id TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID;
CREATE TABLE sources (
  arrived INTEGER PRIMARY KEY, id TEXT UNIQUE, features BLOB, record TEXT, bundle TEXT);
CREATE INDEX by_bundle ON sources (bundle);
"""


class SqliteStore:
    """The rows that `place` needs, fetched by key."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def store(self, records: Iterable[tuple[str, Features]]) -> None:
        """Bulk load records as unique: a stored library to place against."""
        self._connection.execute("BEGIN")
        for name, features in records:
            self._insert(name, features, name, name)
        self._connection.execute("COMMIT")

    def add(self, page: Sequence[tuple[str, Features]]) -> Placement:
        """RefetchPage up, place and write one page, in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        own = {name: candidate_keys(features) for name, features in page}
        hits = self._hits({key for keys in own.values() for key in keys})
        for name, keys in own.items():
            for key in keys:
                hits.setdefault(key, []).append(name)
        met = admit(hits, own)
        neighbours = self._neighbours(set().union(*met.values()) - own.keys())
        placement = place(page, neighbours, hits=met)
        for name, features in page:
            self._insert(name, features, placement.records[name], placement.bundles[name])
        self._connection.executemany(
            "UPDATE sources SET record = ?, bundle = ? WHERE id = ?",
            [
                (record, placement.bundles[name], name)
                for name, record in placement.records.items()
                if name in neighbours
            ],
        )
        self._connection.execute("COMMIT")
        return placement

    def _insert(self, name: str, features: Features, record: str, bundle: str) -> None:
        self._connection.execute(
            "INSERT INTO sources (id, features, record, bundle) VALUES (?, ?, ?, ?)",
            (name, features.encode(), record, bundle),
        )
        rows = [(key, name) for key in candidate_keys(features)]
        self._connection.executemany("INSERT INTO keys VALUES (?, ?)", rows)

    def _hits(self, keys: Collection[str]) -> dict[str, list[str]]:
        """At most OVERSIZED + 1 holders of every key."""
        each = "SELECT * FROM (SELECT key, id FROM keys WHERE key = ? LIMIT ?)"
        values = [value for key in keys for value in (key, OVERSIZED + 1)]
        hits: dict[str, list[str]] = {}
        for key, name in self._rows(" UNION ALL ".join([each] * len(keys)), values):
            hits.setdefault(key, []).append(name)
        return hits

    def _neighbours(self, ids: Collection[str]) -> dict[str, PlacedSource]:
        marks = ",".join("?" * len(ids))
        query = (
            "SELECT id, features, record, bundle, arrived FROM sources WHERE bundle IN "  # noqa: S608
            f"(SELECT bundle FROM sources WHERE id IN ({marks}))"
        )
        return {
            name: PlacedSource(Features.decode(blob), record, bundle, arrived)
            for name, blob, record, bundle, arrived in self._rows(query, list(ids))
        }

    def _rows(self, query: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        return iter(self._connection.execute(query, values).fetchall())


def against_sqlite(paths: Sequence[Path], count: int, seed: int) -> dict[str, Any]:
    """Store `count` records, then place others one at a time: latency in ms, fsync apart."""
    real = [row.bibliography for path in paths for row in read_set(path)]
    chance = random.Random(seed)
    chance.shuffle(real)
    arriving, stored = real[:1000], real[1000:]
    library = [*stored, *_invented(stored, max(count - len(stored), 0), chance)][:count]
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "library.sqlite")
        store.store((f"s{i}", normalise(b)) for i, b in enumerate(library))
        walls, cpus = (sorted(times) for times in zip(*_timed(store, arriving), strict=True))
        store.close()
    return {
        "stored": len(library),
        "placed": len(walls),
        "p50_ms": round(walls[len(walls) // 2], 3),
        "p99_ms": round(walls[int(len(walls) * 0.99)], 3),
        "p99_cpu_ms": round(cpus[int(len(cpus) * 0.99)], 3),
    }


def _timed(store: SqliteStore, arriving: Iterable[Bibliography]) -> Iterator[tuple[float, float]]:
    """Wall and CPU milliseconds of folding, looking up, placing and writing each record."""
    for position, bibliography in enumerate(arriving):
        wall, cpu = time.perf_counter(), time.process_time()
        store.add([(f"n{position}", normalise(bibliography))])
        yield 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def _invented(
    real: Sequence[Bibliography], count: int, chance: random.Random
) -> Iterator[Bibliography]:
    """Records that never were: words, names and places drawn from those that are."""
    words = [word for b in real for word in b.title.split()]
    names: list[Author] = [author for b in real for author in b.authors]
    for _ in range(count):
        like = chance.choice(real)
        yield replace(
            like,
            title=" ".join(chance.choices(words, k=max(len(like.title.split()), 6))),
            authors=tuple(chance.choices(names, k=max(len(like.authors), 1))),
            pages=str(chance.randint(1, 3000)),
            doi=f"10.9999/{chance.getrandbits(60):x}" if like.doi else None,
        )
