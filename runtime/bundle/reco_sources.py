"""Import rule: who a fragment of the RECO data speaks for, as sources (method, section 1)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Record = dict[str, Any]
EVALUATION_TYPES = frozenset({"staff", "service_user", "service user", "carer"})
EVALUATION = "evaluation"
"""The study of a primary evaluation; the keys of its people start with it."""


def with_sources(fragment: Mapping[str, Any]) -> Record:
    """The fragment with its list `sources`; made from `source` where there is none.

    At statement level synthesis every source is a summary: the authors' own words.
    """
    if fragment.get("sources") is not None:
        return dict(fragment)
    origin = fragment.get("source") or {}
    made = _of_works(origin) + _of_people(origin)
    if fragment.get("statement_level") == "synthesis":
        made = [{**source, "attribution": "summary"} for source in made]
    return {**fragment, "sources": made}


def _of_works(origin: Mapping[str, Any]) -> list[Record]:
    attributions: dict[str, str] = {}
    for name, attribution in (("citations", "cited"), ("inferred_citations", "inferred")):
        for key in origin.get(name) or []:
            attributions.setdefault(key, attribution)
    return [{"key": key, "attribution": value} for key, value in attributions.items()]


def _of_people(origin: Mapping[str, Any]) -> list[Record]:
    kind = origin.get("type")
    if kind == "workshop":
        return [{"key": "workshop", "attribution": "cited"}]
    if kind not in EVALUATION_TYPES:
        return []
    places = _names(origin.get("case_study"))
    people = _names(origin.get("participant"))
    return [_person(place, label) for place, label in _pairs(places, people)]


def _person(place: str | None, label: str | None) -> Record:
    """A participant of the evaluation, or a whole case study of it, as a source."""
    return {
        "key": f"{EVALUATION}/{place or '-'}/{label or '-'}",
        "attribution": "cited",
        "case": f"{EVALUATION}/{place}" if place else None,
        "participant": f"{place or '-'}/{label}" if label else None,
    }


def _names(text: str | Sequence[str] | None) -> list[str]:
    parts = text.split(",") if isinstance(text, str) else list(text or [])
    return [part.strip() for part in parts if part.strip()]


def _pairs(places: list[str], people: list[str]) -> list[tuple[str | None, str | None]]:
    """Case studies with participants: as many of both are paired in order, one goes with all.

    Where neither holds nobody knows who was where: every case study and every participant is
    kept, unpaired; without either there is one source without a case.
    """
    if places and len(places) == len(people):
        return list(zip(places, people, strict=True))
    if people and len(places) <= 1:
        place = places[0] if places else None
        return [(place, person) for person in people]
    unpaired: list[tuple[str | None, str | None]] = [(place, None) for place in places]
    return [*unpaired, *((None, person) for person in people)] or [(None, None)]


def sources_for(
    fragments: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]]
) -> list[Record]:
    """The listed sources, then one for every other key cited: its own study, no record.

    `fragments` have `sources` (see `with_sources`). Missing ones stand in order of their key.
    """
    known = {str(source["key"]): dict(source) for source in listed}
    cited = {str(source["key"]) for item in fragments for source in item.get("sources") or []}
    for key in sorted(cited - known.keys()):
        known[key] = made_source(key)
    return list(known.values())


def made_source(key: str) -> Record:
    """The line of a key that `sources.jsonl` leaves out: its own study, without a record.

    Keys of people of the evaluation (`evaluation/<case study>/<label>`) are one study.
    """
    if key.startswith(f"{EVALUATION}/"):
        return {"key": key, "kind": "interview", "record": None, "study": EVALUATION}
    kind = "workshop" if key == "workshop" else "literature"
    return {"key": key, "kind": kind, "record": None, "study": key}
