"""A record's way through the review: from its import to the CCMOCs that it supports.

Every service says its events about the record, its report, documents and fragments, and
the CCMOCs in which these fragments stand; each event hangs on what caused it, else on
the thing that it is about. People, titles, theories and groups appear by their names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.loading.client import Api, segment
from shared.review.source_names import source_name

Event = Mapping[str, Any]
REVISIONS = ("synthesis.ccmoc_conjectured", "synthesis.ccmoc_revised", "synthesis.ccmoc_lapsed")


@dataclass(slots=True)
class Step:
    """One thing or event on the way, what is said of it, and what came of it."""

    at: str
    what: str
    words: str
    subject: str = ""
    id: str | None = None
    caused_by: list[str] = field(default_factory=list)
    then: "list[Step]" = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "at": self.at,
            "what": self.what,
            "words": self.words,
            "subject": self.subject,
            "id": self.id,
            "caused_by": self.caused_by,
            "then": [step.document() for step in self.then],
        }


class TraceLabels:
    """Names of a review's people, theories and groups by their ids."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def add(self, names: Mapping[str, str]) -> None:
        """Know further names; an empty one names nothing."""
        self._known |= {key: name for key, name in names.items() if name}

    def __call__(self, key: str | None) -> str:
        return self._known.get(key or "", key or "")


async def trace_record(api: Api, subject: str) -> Step | None:
    """The way of one record (`record/<id>`, or its id); None for what is no record."""
    record_id = subject.removeprefix("record/")
    said = await _events(api, "search", f"record/{record_id}")
    if not said:
        return None
    review_id = str(said[0]["review"])
    names = await _names(api, review_id)
    record = said[-1]["event"]["data"]["record"]
    about = record["title"] or ", ".join(record["authors"][:3]) or record_id
    root = Step(said[0]["at"], "record", f"{about} ({record['year']})", f"record/{record_id}")
    settled = await _events(api, "screening", record_id)
    sought = await _events(api, "extraction", f"report/{record_id}")
    found = await _searches(api, said[0])
    root.then = [_step(one, names) for one in [*found, *said, *settled]]
    _hang(root, [_step(one, names) for one in sought])
    base = f"/api/extraction/reviews/{segment(review_id)}/documents"
    known = await _ccmocs(api, review_id)
    for document in await api.listed(base, record=record_id):
        root.then.append(await _document(api, review_id, document["id"], names, known))
    for ccmoc_id in {one for step in _all(root) for one in _ccmocs_of(step, known)}:
        said = await _events(api, "synthesis", f"ccmoc/{ccmoc_id}")
        _hang(root, [_step(one, names) for one in said if one["type"] in REVISIONS], only=True)
    _sort(root)
    return root


async def _searches(api: Api, added: Event) -> list[Event]:
    """The runs and imports that brought the record: of each route the first that ended after."""
    routes = added["event"]["data"]["record"]["routes"]
    ended = []
    for origin in dict.fromkeys(route["import_id"] or route["search_id"] for route in routes):
        said = await _events(api, "search", f"search/{origin}")
        ended += [one for one in said if one["at"] >= added["at"]][:1]
    return ended


async def _document(
    api: Api, review_id: str, document_id: str, names: TraceLabels, known: Mapping[str, list[Event]]
) -> Step:
    said = await _events(api, "extraction", f"document/{document_id}")
    here = Step(said[0]["at"], "document", document_id, f"document/{document_id}")
    here.then = [_step(one, names) for one in said]
    base = f"/api/extraction/reviews/{segment(review_id)}/fragments"
    for fragment in await api.listed(base, document=document_id):
        here.then.append(await _fragment(api, fragment, names, known))
    return here


async def _fragment(
    api: Api, fragment: Event, names: TraceLabels, known: Mapping[str, list[Event]]
) -> Step:
    fragment_id = fragment["id"]
    said = await _events(api, "extraction", f"fragment/{fragment_id}")
    theories = ", ".join(names(theory) for theory in fragment["theories"])
    words = f"{fragment_id} ({fragment['kind']}) in {theories}"
    here = Step(said[0]["at"], "fragment", words, f"fragment/{fragment_id}")
    here.then = [_step(one, names) for one in said]
    for ccmoc in known.get(fragment_id, ()):
        words = f"{_mechanism(ccmoc, names)}, {ccmoc['state']}, revision {ccmoc['revision']}"
        subject = f"ccmoc/{ccmoc['id']}"
        here.then.append(Step(ccmoc["updated_at"], "supports CCMOC", words, subject))
    return here


def _mechanism(ccmoc: Event, names: TraceLabels) -> str:
    parts = [names(ccmoc[part]) for part in ("mechanism", "outcome")]
    return f"{names(ccmoc['theory'])}: {' → '.join(parts)}"


async def _events(api: Api, service: str, subject: str) -> list[Event]:
    found = await api.get(f"/api/{service}/trace/{segment(subject)}")
    return list(found["items"])


async def _names(api: Api, review_id: str) -> TraceLabels:
    """Members by person, theories and their groups by id."""
    names, review = TraceLabels(), segment(review_id)
    shown = await api.get(f"/api/reviews/{review}")
    names.add({one["person"]: one["name"] for one in shown["team"]})
    for theory in await api.listed(f"/api/synthesis/reviews/{review}/theories"):
        names.add({theory["id"]: f"{theory['id']} ‘{theory['name']}’" if theory["name"] else ""})
        path = f"/api/extraction/reviews/{review}/theories/{segment(theory['id'])}/codebook"
        book = await api.get(path)
        names.add({group["id"]: group["label"] for group in book["groups"]})
    return names


async def _ccmocs(api: Api, review_id: str) -> dict[str, list[Event]]:
    """The review's CCMOCs by the fragments on which they rest."""
    found: dict[str, list[Event]] = {}
    for one in await api.listed(f"/api/synthesis/reviews/{segment(review_id)}/ccmocs"):
        for fragment in one["fragments"]:
            found.setdefault(fragment, []).append(one)
    return found


def _ccmocs_of(step: Step, known: Mapping[str, list[Event]]) -> Iterable[str]:
    kind, _, fragment = step.subject.partition("/")
    return [one["id"] for one in known.get(fragment, ())] if kind == "fragment" else []


def _step(item: Event, names: TraceLabels) -> Step:
    """An event as a step, in words."""
    event, data = item["event"], item["event"]["data"]
    causes = list(dict.fromkeys([*data.get("caused_by", ()), event.get("causationid")]))
    by = f"by {names(event['actorid'])}" if event.get("actorid") else ""
    words = _words(item["type"].split(".")[1], data, names)
    return Step(
        at=item["at"],
        what=item["type"],
        words=", ".join(one for one in (words, by) if one),
        subject=item["subject"],
        id=item["id"],
        caused_by=[one for one in causes if one],
    )


def _words(name: str, data: Event, names: TraceLabels) -> str:
    if name in ("record_added", "record_amended"):
        return "from " + "; ".join(
            f"{source_name(r['source'])} {r['how']}".strip() for r in data["record"]["routes"]
        )
    if name == "record_settled":
        theories = ", ".join(names(one) for one in data["theories"])
        for_what = f" for {theories}" if theories else ""
        return f"{data['stage']}: {data['verdict']} ({data['how']}){for_what}"
    if name in ("fragment_coded", "fragment_amended"):
        fragment = data["fragment"]
        coder = f", coded by {names(fragment['coder'])}" if fragment["coder"] else ""
        return f"version {fragment['version']}{coder}"
    if name == "search_finished":
        source = source_name(data["source"])
        return f"{data['kind']} of {source}: {data['found']} found, {data['added']} new"
    if "revision" in data:
        body = data.get("body")
        return f"revision {data['revision']} of {_mechanism(body, names)}" if body else "lapsed"
    said = (data.get(key) for key in ("stage", "flag", "absorbed", "reason"))
    return ", ".join(str(one) for one in said if one)


def _all(step: Step) -> Iterable[Step]:
    yield step
    for one in step.then:
        yield from _all(one)


def _hang(root: Step, steps: Iterable[Step], *, only: bool = False) -> None:
    """Hang each event on the one that caused it, else on the root (or nowhere, with `only`)."""
    known = {step.id: step for step in _all(root) if step.id}
    for step in steps:
        cause = next((known[one] for one in step.caused_by if one in known), None)
        if cause is not None:
            cause.then.append(step)
        elif not only:
            root.then.append(step)


def _sort(step: Step) -> None:
    """Events first, then the things that came of them, each oldest first."""
    step.then.sort(key=lambda one: (one.id is None, one.at[:19], one.subject))
    for one in step.then:
        _sort(one)


def lines_of(step: Step, before: str = "", below: str = "") -> Iterable[str]:
    """The way as a tree to read, with times; one line a step."""
    yield f"{before}{step.at[:19].replace('T', ' ')}  {step.what}  {step.words}".rstrip()
    for number, one in enumerate(step.then, start=1):
        last = number == len(step.then)
        yield from lines_of(
            one, below + ("└── " if last else "├── "), below + ("    " if last else "│   ")
        )
