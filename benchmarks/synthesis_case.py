"""A review bundle as the synthesis engine reads it, and the events that happened after.

Reads the files that matter to counting from a folder: `fragments.jsonl`, `codebook.json`,
`theories.json` and, where there are any, `sources.jsonl` and `events.jsonl`. The import rules of
polarity bundles are those of `runtime.bundle.reco_rules`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.synthesis_reading import (
    by_role,
    codebook_of,
    fragment_of,
    judgement_of,
    parameters_of,
    pin_of,
    source_of,
    theory_key,
)
from runtime.bundle.reco_rules import sources_for, theory_id, with_senses, with_sources
from services.synthesis.domain.values import Codebook, Fragment, Review, Source, pair

Record = dict[str, Any]


class Case:
    """A review's inputs, changed by events one at a time."""

    def __init__(
        self,
        fragments: Iterable[Record],
        codebook: Record,
        theories: Record,
        sources: Iterable[Record] = (),
    ) -> None:
        listed = list(fragments)
        books = with_senses(codebook, listed)["programme_theories"]
        self.codebooks = {theory_id(key): codebook_of(roles) for key, roles in books.items()}
        self.fragments = {str(item["id"]): fragment_of(item) for item in listed}
        filled = [with_sources(item) for item in listed]
        self.sources = {str(item["key"]): source_of(item) for item in sources_for(filled, sources)}
        stated = theories.get("theories") or []
        self.theories = list(dict.fromkeys([*map(theory_key, stated), *self.codebooks]))
        self.pins = {theory_key(item): pin_of(item["pin"]) for item in stated if item.get("pin")}
        self.parameters = parameters_of(theories.get("parameters") or {})
        self.judgements = [judgement_of(item) for item in theories.get("judgements") or []]
        self.links: set[tuple[str, str]] = set()

    def review(self) -> Review:
        """The inputs as they are now."""
        return Review(
            theories=tuple(self.theories),
            fragments=dict(self.fragments),
            sources=dict(self.sources),
            links=frozenset(self.links),
            codebooks=dict(self.codebooks),
            pins=dict(self.pins),
            judgements=tuple(self.judgements),
            parameters=self.parameters,
        )

    def apply(self, event: Mapping[str, Any]) -> None:
        """One event of `events.jsonl`; KeyError names a kind that is none of them."""
        kind = str(event["event"])
        if kind not in _APPLY:
            raise KeyError(f"unknown event '{kind}'; known are {', '.join(sorted(_APPLY))}")
        _APPLY[kind](self, event)

    def keep_fragment(self, event: Mapping[str, Any]) -> None:
        """Coded or amended: the newest version stands, an older one changes nothing.

        A fragment that says no version follows the known one; one without `elements` amends it.
        """
        fragment = self._as_said(event["fragment"])
        known = self.fragments.get(fragment.id)
        if known is None or fragment.version >= known.version:
            self.fragments[fragment.id] = fragment

    def withdraw_fragment(self, event: Mapping[str, Any]) -> None:
        """Withdrawn, by a whole fragment or by its id alone."""
        stated = event["fragment"]
        fragment = self._as_said({"id": stated} if isinstance(stated, str) else stated)
        known = self.fragments.get(fragment.id)
        if known is None or fragment.version >= known.version:
            self.fragments[fragment.id] = replace(fragment, active=False)

    def _as_said(self, item: Mapping[str, Any]) -> Fragment:
        said = fragment_of(item)
        known = self.fragments.get(said.id)
        if known is None:
            return said
        if item.get("version") is None:
            said = replace(said, version=known.version + 1)
        if "elements" in item:
            return said
        return replace(
            said,
            theories=said.theories if {"theory", "theories"} & item.keys() else known.theories,
            elements=known.elements,
            citations=said.citations if {"source", "sources"} & item.keys() else known.citations,
            active=said.active if "status" in item else known.active,
            duplicate_of=said.duplicate_of if "duplicate_of" in item else known.duplicate_of,
        )

    def settle_record(self, event: Mapping[str, Any]) -> None:
        """A record's verdict at the last stage: its sources count while it is include."""
        included = str(event["verdict"]).startswith("include")
        self._change_sources(event["record"], lambda s: replace(s, included=included))

    def flag_record(self, event: Mapping[str, Any]) -> None:
        """A retraction silences the record's sources, a reinstatement undoes it."""
        flag = str(event["flag"])
        if flag.startswith("retract"):
            self._change_sources(event["record"], lambda s: replace(s, retracted=True))
        elif flag.startswith("reinstate"):
            self._change_sources(event["record"], lambda s: replace(s, retracted=False))

    def _change_sources(self, record: str, change: Callable[[Source], Source]) -> None:
        for key, source in self.sources.items():
            if source.record == record:
                self.sources[key] = change(source)

    def withdraw_source(self, event: Mapping[str, Any]) -> None:
        """Withdraw a source; it counts for nothing from then on if it has no record."""
        key = str(event["key"])
        known = self.sources.get(key) or Source(key=key, study=key)
        self.sources[key] = replace(known, withdrawn=True)

    def link_studies(self, event: Mapping[str, Any]) -> None:
        """Two studies are siblings."""
        self.links.add(pair(*map(str, event["studies"])))

    def unlink_studies(self, event: Mapping[str, Any]) -> None:
        """Two studies are siblings no more."""
        self.links.discard(pair(*map(str, event["studies"])))

    def change_codebook(self, event: Mapping[str, Any]) -> None:
        """The whole codebook of one theory is replaced."""
        theory = theory_id(event["theory"])
        known = self.codebooks.get(theory) or Codebook()
        groups = by_role(event["groups"], known)
        self.codebooks[theory] = codebook_of(groups, known.version + 1)
        if theory not in self.theories:
            self.theories.append(theory)

    def set_pin(self, event: Mapping[str, Any]) -> None:
        """People pin an outcome group, or with null take the pin away."""
        theory = theory_id(event["theory"])
        if event.get("outcome"):
            self.pins[theory] = pin_of(event)
        else:
            self.pins.pop(theory, None)

    def judge(self, event: Mapping[str, Any]) -> None:
        """One person judges one fragment of a CCMOC; it follows all earlier ones."""
        self.judgements.append(judgement_of(event))


_APPLY: dict[str, Callable[[Case, Mapping[str, Any]], None]] = {
    "fragment_coded": Case.keep_fragment,
    "fragment_amended": Case.keep_fragment,
    "fragment_withdrawn": Case.withdraw_fragment,
    "record_settled": Case.settle_record,
    "record_flagged": Case.flag_record,
    "source_withdrawn": Case.withdraw_source,
    "study_linked": Case.link_studies,
    "study_unlinked": Case.unlink_studies,
    "codebook_changed": Case.change_codebook,
    "pin_set": Case.set_pin,
    "ccmoc_judged": Case.judge,
}


def read_case(folder: Path) -> Case:
    """The bundle in `folder`, before any event."""
    return Case(
        fragments=read_lines(folder / "fragments.jsonl"),
        codebook=_read(folder / "codebook.json"),
        theories=_read(folder / "theories.json"),
        sources=read_lines(folder / "sources.jsonl"),
    )


def read_events(folder: Path) -> list[Record]:
    """What happened after, in order; empty where there is no `events.jsonl`."""
    return read_lines(folder / "events.jsonl")


def read_lines(path: Path) -> list[Record]:
    """JSON lines of a file; a file that is not there has none."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def _read(path: Path) -> Record:
    content: Record = json.loads(path.read_text(encoding="utf-8"))
    return content
