"""The records of a bundle: its tables, its files, and records that only a source names."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from runtime.bundle.bundle import Bundle
from runtime.bundle.model.review import RecordRow
from runtime.loading import plan
from runtime.loading.client import Api, segment
from runtime.loading.progress import Progress
from shared.ids import stable_id

ROWS_AT_ONCE = 500


@dataclass(slots=True)
class RecordLoader:
    """Brings records into the library and learns which id each key got."""

    bundle: Bundle
    api: Api
    progress: Progress
    added: int = 0
    ids: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Address of the review in search."""
        return f"/api/search/reviews/{segment(self.bundle.review.id)}"

    async def load(self) -> dict[str, str]:
        """Load everything; returns the record id of every key that the bundle uses."""
        rows, files = self.bundle.records, self.bundle.record_files
        self.progress.step("records", len(rows) + len(files))
        await self._add(rows)
        for path in files:
            await self._import(path)
        if files:
            await self._learn()
        lone = self._only_named()
        if files:
            self.notes += [
                f"record '{row.key}' is in no file; it was made without title" for row in lone
            ]
        await self._add(lone)
        await self._flag()
        return self.ids

    async def known(self) -> dict[str, str]:
        """The ids of records that are there already."""
        await self._learn()
        return self.ids

    async def _add(self, rows: Sequence[RecordRow]) -> None:
        """Add rows, those of one arm together: a request holds records of one arm."""
        arms = dict.fromkeys(row.arm for row in rows)
        sorted_rows = [[row for row in rows if row.arm == arm] for arm in arms]
        for some in (part for mine in sorted_rows for part in plan.batches(mine, ROWS_AT_ONCE)):
            bodies = [plan.record_body(row) for row in some]
            answer = await self.api.post(f"{self.base}/records/batch", {"records": bodies})
            for row, result in zip(some, answer["records"], strict=True):
                self.ids[row.key] = result["record_id"]
                self.added += bool(result["added"])
            self.progress.advance(len(some))

    async def _import(self, path: Path) -> None:
        """Send a file, unless the library has taken in the same bytes before."""
        digest = sha256(await asyncio.to_thread(path.read_bytes)).hexdigest()
        import_id = stable_id(self.bundle.review.id, "import", digest)
        known = await self.api.listed(f"{self.base}/imports")
        if not any(one["import_id"] == import_id and one["state"] == "done" for one in known):
            answer = await import_file(self.api, self.base, path, source=path.stem)
            self.added += int(answer["added"])
        self.progress.advance()

    async def _learn(self) -> None:
        """Every key that a source record came with, and every record's own id."""
        async for record in self.api.all(f"{self.base}/records"):
            found = record["record_id"]
            for key in _names(record):
                self.ids.setdefault(key, found)

    def _only_named(self) -> list[RecordRow]:
        """Records that sources and decisions name and that nothing else brought."""
        named = {source.record for source in self.bundle.sources if source.record}
        named |= {row.record for row in self.bundle.decisions}
        for key in named - self.ids.keys():
            found = self.ids.get(_folded_doi(key))
            if found is not None:
                self.ids[key] = found
        labels = {s.record: s.key for s in self.bundle.sources if s.record}
        years = {s.record: s.year for s in self.bundle.sources if s.record}
        return [
            RecordRow(key=key, label=labels.get(key, key), year=years.get(key))
            for key in sorted(named - self.ids.keys())
        ]

    async def _flag(self) -> None:
        for source in self.bundle.sources:
            for flag in source.flags if source.record else ():
                await flag_record(
                    self.api, self.base, self.ids[str(source.record)], flag.flag, flag.notice
                )


def _names(record: dict[str, Any]) -> list[str]:
    """Everything by which a bundle may name a record: ids, database numbers, DOI, PMID."""
    own = [source["own_id"] for source in record["sources"]]
    known = [record["record_id"], *record["aliases"], *own, record["doi"], record["pmid"]]
    return [name for name in known if name]


def _folded_doi(key: str) -> str:
    """A DOI as the library writes it, however it was written."""
    return key.lower().removeprefix("https://doi.org/").removeprefix("doi:").strip()


async def flag_record(api: Api, base: str, record_id: str, flag: str, notice: str) -> None:
    """Say what a notice says of a record."""
    body = {"flag": flag, "notice": notice}
    await api.post(f"{base}/records/{segment(record_id)}/flags", body)


async def import_file(
    api: Api, base: str, path: Path, *, source: str, arm: str = "database"
) -> dict[str, Any]:
    """Send a file of references; returns what search made of it."""
    params = {"filename": path.name, "source": source, "arm": arm}
    content = await asyncio.to_thread(path.read_bytes)
    answer: dict[str, Any] = await api.call(
        "POST", f"{base}/imports", content=content, params=params
    )
    return answer
