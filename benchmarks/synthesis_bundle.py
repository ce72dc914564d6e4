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

from benchmarks.synthesis_inputs import (
    argument_of,
    by_role,
    codebook_of,
    fragment_of,
    judgement_of,
    parameters_of,
    pin_of,
    source_of,
    sources_made,
    theory_key,
)
from runtime.bundle.reco_rules import (
    theory_id,
    unchecked_states,
    valences_of,
    with_senses,
)
from services.synthesis.engine.values import (
    Argument,
    Codebook,
    Fragment,
    Judgement,
    Review,
    Source,
    pair,
)

Record = dict[str, Any]


class BundleInputs:
    """A review's inputs, changed by events one at a time."""

    def __init__(
        self,
        fragments: Iterable[Record],
        codebook: Record,
        theories: Record,
        sources: Iterable[Record] = (),
    ) -> None:
        listed = list(fragments)
        books = with_senses(codebook, listed)
        self._valences = dict(valences_of(books))
        self.states_unchecked = unchecked_states(codebook, listed)
        self.codebooks = {
            theory_id(key): codebook_of(roles) for key, roles in books["programme_theories"].items()
        }
        self.sources = {str(item["key"]): source_of(item) for item in sources}
        self.fragments: dict[str, Fragment] = {}
        self.versions: dict[tuple[str, int], Fragment] = {}
        for line in listed:
            self._keep(line)
        stated = theories.get("theories") or []
        self.theories = list(dict.fromkeys([*map(theory_key, stated), *self.codebooks]))
        self.pins = {
            theory_key(item): pin_of(item["pin"])
            for item in stated
            if (item.get("pin") or {}).get("outcome")
        }
        self.parameters = parameters_of(theories.get("parameters") or {})
        self.judgements: list[Judgement] = []
        for item in theories.get("judgements") or []:
            self.judge(item)
        self.arguments: dict[str, Argument] = {}
        self.retired: set[str] = set()
        for item in theories.get("arguments") or []:
            self.state_argument({"argument": item})
        self.links: set[tuple[str, str]] = set()

    def review(self) -> Review:
        """The inputs as they are now."""
        return Review(
            theories=tuple(self.theories),
            fragments=dict(self.fragments),
            versions=dict(self.versions),
            sources=dict(self.sources),
            links=frozenset(self.links),
            codebooks=dict(self.codebooks),
            pins=dict(self.pins),
            judgements=tuple(self.judgements),
            arguments=tuple(
                item for name, item in self.arguments.items() if name not in self.retired
            ),
            parameters=self.parameters,
        )

    def apply(self, event: Mapping[str, Any]) -> None:
        """One event of `events.jsonl`; KeyError names a kind that is none of them."""
        kind = str(event["event"])
        if kind not in _APPLY:
            raise KeyError(f"unknown event '{kind}'; known are {', '.join(sorted(_APPLY))}")
        _APPLY[kind](self, event)

    def keep_fragment(self, event: Mapping[str, Any]) -> None:
        """Coded or amended: a higher version stands, a lower or equal one changes nothing.

        Without a version it has the next number; one without `elements` amends the known one.
        """
        self._keep(event["fragment"])

    def withdraw_fragment(self, event: Mapping[str, Any]) -> None:
        """Withdrawn, by a whole fragment or by its id alone."""
        stated = event["fragment"]
        said = {"id": stated} if isinstance(stated, str) else stated
        self._keep({**said, "status": "withdrawn"})

    def _keep(self, line: Mapping[str, Any]) -> None:
        fragment = self._as_said(line)
        self.versions.setdefault((fragment.id, fragment.version), fragment)
        known = self.fragments.get(fragment.id)
        if known is not None and fragment.version <= known.version:
            return
        self.fragments[fragment.id] = fragment
        for source in sources_made(line):
            self.sources.setdefault(source.key, source)

    def _as_said(self, line: Mapping[str, Any]) -> Fragment:
        said = fragment_of(line, self._valences)
        known = self.fragments.get(said.id)
        if known is None:
            return said
        if line.get("version") is None:
            said = replace(said, version=known.version + 1)
        if "elements" in line:
            return said
        return replace(
            said,
            theories=said.theories if {"theory", "theories"} & line.keys() else known.theories,
            elements=known.elements,
            citations=said.citations if {"source", "sources"} & line.keys() else known.citations,
            active=said.active if "status" in line else known.active,
            duplicate_of=said.duplicate_of if "duplicate_of" in line else known.duplicate_of,
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
        """A source counts for nothing from then on."""
        self._withdraw(str(event["key"]), True)

    def restore_source(self, event: Mapping[str, Any]) -> None:
        """A withdrawn source counts again."""
        self._withdraw(str(event["key"]), False)

    def _withdraw(self, key: str, withdrawn: bool) -> None:
        known = self.sources.get(key) or Source(key=key, study=key)
        self.sources[key] = replace(known, withdrawn=withdrawn)

    def link_studies(self, event: Mapping[str, Any]) -> None:
        """Two studies are siblings."""
        self.links.add(pair(*map(str, event["studies"])))

    def unlink_studies(self, event: Mapping[str, Any]) -> None:
        """Two studies are siblings no more."""
        self.links.discard(pair(*map(str, event["studies"])))

    def change_codebook(self, event: Mapping[str, Any]) -> None:
        """The whole codebook of one theory is replaced."""
        theory = theory_id(event["theory"])
        known = self.codebooks.get(theory) or Codebook(version=0)
        groups = by_role(event["groups"], known)
        self.codebooks[theory] = codebook_of(groups, known.version + 1)
        valences = valences_of({"programme_theories": {theory: groups}})
        self._valences[theory] = valences.get(theory, {})
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

    def state_argument(self, event: Mapping[str, Any]) -> None:
        """An argument in a version: a higher one stands, without a version it is the next.

        A retired one is held no more until a later version holds it again.
        """
        item = event["argument"]
        argument = argument_of(item)
        known = self.arguments.get(argument.id)
        if known is not None and item.get("version") is None:
            argument = replace(argument, version=known.version + 1)
        if known is None or argument.version > known.version:
            self.arguments[argument.id] = argument
            self.retired.discard(argument.id)
            if item.get("status") == "retired":
                self.retired.add(argument.id)


_APPLY: dict[str, Callable[[BundleInputs, Mapping[str, Any]], None]] = {
    "fragment_coded": BundleInputs.keep_fragment,
    "fragment_amended": BundleInputs.keep_fragment,
    "fragment_withdrawn": BundleInputs.withdraw_fragment,
    "record_settled": BundleInputs.settle_record,
    "record_flagged": BundleInputs.flag_record,
    "source_withdrawn": BundleInputs.withdraw_source,
    "source_restored": BundleInputs.restore_source,
    "study_linked": BundleInputs.link_studies,
    "study_unlinked": BundleInputs.unlink_studies,
    "codebook_changed": BundleInputs.change_codebook,
    "pin_set": BundleInputs.set_pin,
    "ccmoc_judged": BundleInputs.judge,
    "argument_stated": BundleInputs.state_argument,
}


def read_inputs(folder: Path) -> BundleInputs:
    """The bundle in `folder`, before any event."""
    return BundleInputs(
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
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def _read(path: Path) -> Record:
    if not path.exists():
        return {}
    content: Record = json.loads(path.read_text(encoding="utf-8"))
    return content
