"""Worked cases of the method, told to the synthesis service as events and requests."""

import json

from benchmarks.synthesis_bundle import read_events, read_inputs, read_lines
from runtime.bundle.reco_rules import (
    sources_for,
    theory_id,
    valences_of,
    with_senses,
    with_sources,
)
from shared.events import extraction
from shared.events.search import Flag, RecordFlagged, RecordState
from tests.support.synthesis import REVIEW, a_codebook, a_document, a_fragment, a_settlement


class Replayed:
    """A worked case, told to the service by events and by people's requests."""

    def __init__(self, service, folder):
        self.service, self.folder = service, folder
        self.case = read_inputs(folder)
        self.sources = read_lines(folder / "sources.jsonl")
        self.events = read_events(folder)

    async def load(self):
        """Everything but the events that happened after."""
        fragments = read_lines(self.folder / "fragments.jsonl")
        book = with_senses(json.loads((self.folder / "codebook.json").read_text()), fragments)
        stated = json.loads((self.folder / "theories.json").read_text())
        self.valences = valences_of(book)
        for line in fragments:
            fragment = a_fragment(line, valences=self.valences)
            coded = extraction.FragmentCoded(review_id=REVIEW, fragment=fragment)
            await self.service.hear(coded, version=fragment.version)
        for line in sources_for(map(with_sources, fragments), self.sources):
            await self.service.hear(a_document(line))
            if line.get("record"):
                await self.service.hear(a_settlement(line["record"]))
        for theory, roles in book["programme_theories"].items():
            await self.service.hear(a_codebook(theory, roles))
        for theory in stated["theories"]:
            key = theory_id(theory["number"])
            await self.service.ask("PUT", f"/theories/{key}", {"name": theory["name"]})
            if theory.get("pin"):
                await self.service.ask("PUT", f"/theories/{key}/pin", theory["pin"])
        for argument in stated.get("arguments", ()):
            await self._argument_stated({"argument": argument})

    async def happen(self, event):
        """One line of events.jsonl."""
        await getattr(self, f"_{event['event']}")(event)

    async def _fragment_coded(self, event):
        await self._fragment(extraction.FragmentCoded, event)

    async def _fragment_amended(self, event):
        await self._fragment(extraction.FragmentAmended, event)

    async def _fragment_withdrawn(self, event):
        await self._fragment(extraction.FragmentWithdrawn, event, "withdrawn")

    async def _fragment(self, kind, event, status=None):
        """Versions decide, whatever the order in which the lines stand."""
        state = a_fragment(event["fragment"], status, self.valences)
        await self.service.hear(kind(review_id=REVIEW, fragment=state), version=state.version)

    async def _argument_stated(self, event):
        """In the version that the line says; without one it is the next."""
        said = {name: value for name, value in event["argument"].items() if name != "id"}
        said["theory"] = theory_id(said["theory"])
        await self.service.ask("PUT", f"/arguments/{event['argument']['id']}", said)

    async def _study_linked(self, event):
        one, other = sorted(event["studies"])
        await self.service.hear(
            extraction.StudyLinked(review_id=REVIEW, link_id=f"{one}|{other}", studies=(one, other))
        )

    async def _study_unlinked(self, event):
        one, other = sorted(event["studies"])
        await self.service.hear(
            extraction.StudyUnlinked(
                review_id=REVIEW, link_id=f"{one}|{other}", studies=(one, other)
            )
        )

    async def _record_settled(self, event):
        await self.service.hear(a_settlement(event["record"], event["verdict"]))

    async def _record_flagged(self, event):
        standing = () if event["flag"] == "reinstatement" else (Flag(kind=event["flag"]),)
        record = RecordState(record_id=event["record"], flags=standing)
        await self.service.hear(RecordFlagged(review_id=REVIEW, record=record, flag=event["flag"]))

    async def _source_withdrawn(self, event):
        line = next(item for item in self.sources if item["key"] == event["key"])
        await self.service.hear(a_document(line, withdrawn=True))

    async def _codebook_changed(self, event):
        await self.service.hear(a_codebook(event["theory"], event["groups"], 2))

    async def _pin_set(self, event):
        body = {"outcome": event["outcome"], "reason": event["reason"]}
        await self.service.ask("PUT", f"/theories/{theory_id(event['theory'])}/pin", body)

    async def _ccmoc_judged(self, event):
        said = {name: value for name, value in event.items() if name != "event"}
        resource, response = said.pop("resource", None), said.pop("response", None)
        if "mechanism" not in said:
            said |= {"role": "response" if response else "resource"}
            said |= {"mechanism": response or resource}
        await self.service.ask("POST", "/judgements", {"judgements": [said]})
