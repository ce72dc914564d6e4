"""What the services answer, as lines of a bundle: pure functions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from runtime.loading.arguments import lines_of
from runtime.loading.coders_words import judgement_line
from shared.projections.aliases import survivors_among

Line = dict[str, Any]

SPAN = ("start", "end")
ROLES = ("context", "mechanism_resource", "mechanism_response", "outcome")
THEORY_WORDS = (
    "number", "name", "domain", "statement", "context", "resource", "response",
    "outcome_proximal", "outcome_distal", "status",
)  # fmt: skip
RECORD_WORDS = (
    "label",
    "title",
    "abstract",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "language",
    "kind",
)
FRAGMENT_KEYS = (
    "id",
    "theories",
    "status",
    "version",
    "document",
    "start",
    "end",
    "quote",
    "paraphrase",
    "locator",
    "explicitness",
    "statement_level",
    "coder",
    "coded_at",
    "duplicate_of",
    "memo",
    "rationale",
    "suggested_by",
)


def review_file(
    about: Mapping[str, Any], criteria: Mapping[str, Sequence[Line]], deciders: Collection[str]
) -> Line:
    """review.yaml; `deciders` are the people whom decisions name."""
    names = ("id", "title", "question", "protocol", "seed", "stages")
    head = {name: about[name] for name in names if about.get(name) not in (None, "")}
    here = [member for member in about["team"] if member["left_at"] is None]
    team = [{k: member[k] for k in ("person", "name", "roles")} for member in here]
    others = sorted(set(deciders) - {member["person"] for member in here})
    listed = [
        {"id": item["id"], "kind": item["kind"], "stages": [stage], "text": item["text"]}
        for stage, items in criteria.items()
        for item in items
    ]
    return {
        **head,
        "team": team,
        **({"others": others} if others else {}),
        "criteria": listed,
        "reported_numbers": [_number(number) for number in about["reported_numbers"]],
    }


def _number(number: Line) -> Line:
    """A reported number, its keys in one order on every database."""
    value = number["value"]
    plain = dict(sorted(value.items())) if isinstance(value, dict) else value
    figure = {"figure": number["figure"]} if number.get("figure") else {}
    return {"id": number["id"], "value": plain, "what": number.get("what", ""), **figure}


def theories_file(
    theories: Sequence[Line],
    parameters: Mapping[str, Any],
    judgements: Sequence[Line],
    arguments: Sequence[Line],
    inferred: Mapping[str, Sequence[Line]],
) -> Line:
    """theories.json; `arguments` come with their versions, `inferred` are lines by their key."""
    known = ("k_enabling", "k_disabling", "share", "near")
    return {
        "theories": [_theory(theory) for theory in theories],
        "parameters": {name: parameters[name] for name in known if name in parameters},
        "judgements": [judgement_line(one) for one in judgements],
        "arguments": lines_of(arguments),
        **{name: list(lines) for name, lines in inferred.items() if lines},
    }


def _theory(theory: Line) -> Line:
    earlier = [_wording(version) for version in theory["history"][:-1]]
    now = theory["history"][-1:]
    reason = {"reason": now[0]["reason"]} if now and now[0]["reason"] else {}
    if now and now[0]["moved_by"]:
        reason["moved_by"] = _references(now[0]["moved_by"])
    said = {name: theory[name] for name in THEORY_WORDS if theory.get(name) not in (None, "")}
    pin = theory.get("pin")
    pinned = {"pin": {"outcome": pin["outcome"], "reason": pin.get("reason") or ""}} if pin else {}
    return {"id": theory["id"], **said, **reason, "history": earlier, **pinned}


def _wording(version: Line) -> Line:
    """An earlier wording of a theory (its number is the theory's)."""
    words = [name for name in THEORY_WORDS if name != "number"]
    said = {name: version["state"].get(name) for name in words} | {"reason": version["reason"]}
    said["moved_by"] = _references(version["moved_by"])
    return {name: value for name, value in said.items() if value}


def _references(items: Sequence[Line]) -> list[Line]:
    return [{"kind": item["kind"], "id": item["id"]} for item in items]


def note_event(theory: str, note: Line) -> Line:
    """A line of events.jsonl: one note on a theory."""
    content = {name: value for name, value in note.items() if name not in ("kind", "id")}
    head = {"event": "note_kept", "theory": theory, "kind": note["kind"], "id": note["id"]}
    return {**head, "content": dict(sorted(content.items()))}


def state_events(ccmoc: Line) -> list[Line]:
    """Lines of events.jsonl: all that people said a configuration is, and of which body.

    One without a word of people is to check again because a source of it was retracted.
    """
    slots = {name: ccmoc[name] for name in ("theory", "outcome", "role", "mechanism")}
    head = {"event": "ccmoc_state_set", **slots}
    if not ccmoc["states"]:
        return [{**head, "state": ccmoc["state"], "seen": ccmoc["checked"]}]
    lines = [
        {**head, **_said(item, ("state", "reason", "person")), "at": item["at"]}
        for item in ccmoc["states"]
    ]
    last = {"seen": ccmoc["checked"]} if ccmoc["checked"] else {}
    return [*lines[:-1], {**lines[-1], **last}]


def _said(item: Line, names: Sequence[str]) -> Line:
    return {name: item[name] for name in names if item[name]}


def version_event(version: Line) -> Line:
    """A line of events.jsonl: a frozen version with all that stood in it."""
    names = ("number", "reason", "inputs_hash", "at", "person", "content")
    said = {name: version[name] for name in names if version[name] is not None}
    content = dict(sorted(said["content"].items()))
    return {"event": "version_frozen", **said, "content": content}


def codebook(groups: Sequence[Line]) -> Line:
    """The groups of one theory, by role."""
    book: Line = {role: [] for role in ROLES}
    for group in groups:
        line = {
            "group_id": group["id"],
            "label": group["label"],
            "codes": [_code(code) for code in group["codes"]],
        }
        for name in ("level", "valence", "two_valued", "opposite_of"):
            if group.get(name):
                line[name] = group[name]
        book[group["role"]].append(line)
    return book


def _code(code: Line) -> Line:
    line = {"code_id": code["id"], "code": code["label"], "sense": code["sense"]}
    by = code.get("sense_by")
    return {**line, "sense_by": "import rule, unchecked"} if by == "import_rule" else line


def record_row(record: Line) -> Line:
    """One row of the record table; its key is the record's id."""
    first = (record.get("sources") or [{}])[0]
    routes = first.get("routes") or [{}]
    return {
        **{name: record[name] for name in RECORD_WORDS},
        "arm": routes[0].get("arm") or "other",
        "key": record["record_id"],
        "source": first.get("source") or "bundle",
        "own_id": first.get("own_id") or "",
        "doi": record.get("doi"),
        "pmid": record.get("pmid"),
        "authors": "; ".join(record.get("authors") or ()),
        "keywords": "; ".join(record.get("keywords") or ()),
    }


ASKED = frozenset(("crossref", "openalex", "europe_pmc"))
"""Sources whose answers go out by themselves, with when they were asked (searching.json)."""


def flags(record: Line) -> list[Line]:
    """The notices about a record, but those that only optional sources know of."""
    return [
        {"flag": flag["kind"], "notice": flag["notice"]}
        for flag in record["flags"]
        if not flag.get("sources") or set(flag["sources"]) - ASKED
    ]


def flag_events(record: Line) -> list[Line]:
    """Lines of events.jsonl: the notices about a record that no source names."""
    return [{"event": "record_flagged", "record": record["record_id"], **f} for f in flags(record)]


def standing_records(records: Sequence[Line]) -> dict[str, str]:
    """Every absorbed id that a record is known by, with the id of the record that stands."""
    return survivors_among(
        {absorbed: record["record_id"] for record in records for absorbed in record["aliases"]}
    )


def decision_row(stage: str, decision: Line, standing: Mapping[str, str], how: str) -> Line:
    """One row of decisions.csv: a vote, or (`how` resolution) the team's verdict."""
    return {
        **{name: value for name, value in decision.items() if value is not None},
        "record": standing.get(decision["record"], decision["record"]),
        "stage": stage,
        "how": how,
        "theories": " ".join(decision.get("theories") or ()),
    }


def source_line(
    document: Line,
    standing: Mapping[str, str],
    flagged: Mapping[str, list[Line]],
    text: str | None,
) -> Line:
    """One line of sources.jsonl."""
    record = standing.get(document["record"] or "", document["record"])
    line = {
        "key": document["id"],
        "kind": document["kind"],
        "record": record,
        "study": document["study"],
        "case": document["case"],
        "confidential": document["confidential"],
        "status": "withdrawn" if document["withdrawn"] else "active",
        "title": document["title"],
        "year": document["year"],
    }
    notices = flagged.get(record or "", [])
    people = {name: document.get(name) for name in ("participant", "speakers", "retain_until")}
    return {
        **line,
        **{name: value for name, value in people.items() if value},
        **({"flags": notices} if notices else {}),
        **({} if text is None else {"text": text}),
    }


def sources_not_added(fragments: Sequence[Line], known: Collection[str]) -> list[Line]:
    """Lines of sources.jsonl for sources that fragments name and nobody has added.

    Confidential, as extraction takes them until they are added.
    """
    named = {source["document"] for fragment in fragments for source in fragment["sources"]}
    blank = {"kind": "literature", "record": None, "case": None, "confidential": True}
    rest = {"withdrawn": False, "title": "", "year": None}
    return [
        source_line({"id": key, "study": key, **blank, **rest}, {}, {}, None)
        for key in sorted(named - set(known))
    ]


def fragment_line(fragment: Line) -> Line:
    """One line of fragments.jsonl."""
    said = {name: fragment[name] for name in FRAGMENT_KEYS if fragment.get(name) not in (None, "")}
    elements = [
        {
            "role": element["role"],
            "code_id": element["code"],
            "state": element["state"],
            "statement": element["statement"],
            **{name: True for name in ("of_group", "wished") if element.get(name)},
            **({k: element[k] for k in SPAN} if element.get("start") is not None else {}),
        }
        for element in fragment["elements"]
    ]
    kept = ("attribution", "case", "participant")
    sources = [
        {"key": source["document"], **{name: source[name] for name in kept}}
        for source in fragment["sources"]
    ]
    relations = {"relations": fragment["relations"]} if fragment.get("relations") else {}
    return {**said, **relations, "elements": elements, "sources": sources}
