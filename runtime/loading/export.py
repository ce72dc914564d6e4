"""Writing a review as a bundle, through the HTTP interface; loading it reproduces the review."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from runtime.loading import exported, inference
from runtime.loading.client import Api, segment
from runtime.loading.coders_words import appraised_event, memo_event
from runtime.loading.extraction import assignment_entries, extraction_file
from runtime.loading.progress import Progress
from runtime.loading.searching import searching_file
from runtime.loading.texts import text_line
from shared.spreadsheets import guarded

Line = dict[str, Any]

DECISION_COLUMNS = (
    "record",
    "stage",
    "person",
    "how",
    "verdict",
    "reason",
    "note",
    "theories",
    "decided_at",
    "criteria_version",
)
RECORD_COLUMNS = (
    "key",
    "source",
    "own_id",
    "label",
    "title",
    "abstract",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "language",
    "kind",
    "doi",
    "pmid",
    "keywords",
    "arm",
)


@dataclass(frozen=True, slots=True)
class Exported:
    """Names of the files that were written."""

    files: tuple[str, ...]


async def export(api: Api, review: str, target: Path, progress: Progress) -> Exported:
    """Write everything about `review` into the folder `target` (made if missing)."""
    await api.wait_until_settled(review)
    writer = _Writer(target)
    progress.step("review", 3)
    about = await api.get(f"/api/reviews/{segment(review)}")
    criteria = await _criteria(api, review, about)
    progress.advance()
    theories = await _write_theories(api, review, writer)
    progress.advance()
    await _write_codebooks(api, review, [theory["id"] for theory in theories], writer)
    progress.step("records", 2)
    found = await api.listed(f"/api/search/reviews/{segment(review)}/records")
    records = [record for record in found if record["state"] == "active"]
    writer.csv("records/records.csv", RECORD_COLUMNS, map(exported.record_row, records))
    progress.advance()
    rows = await _write_decisions(api, review, about, exported.standing_records(records), writer)
    deciders = {row["person"] for row in rows if row.get("person")}
    writer.yaml("review.yaml", exported.review_file(about, criteria, deciders))
    progress.step("fragments", 2)
    cited = await _write_evidence(api, review, records, writer)
    progress.advance()
    await _write_extraction(api, review, records, writer)
    searched = await searching_file(api, review)
    if searched:
        writer.json("searching.json", searched)
    alone = [record for record in records if record["record_id"] not in cited]
    await _write_events(api, review, alone, theories, writer)
    return Exported(tuple(writer.names))


async def _criteria(api: Api, review: str, about: Line) -> dict[str, list[Line]]:
    """Stage → its criteria."""
    base = f"/api/screening/reviews/{segment(review)}/stages"
    found = {}
    for stage in about["stages"]:
        answer = await api.get(f"{base}/{segment(stage['name'])}/criteria")
        found[stage["name"]] = answer["criteria"]
    return found


async def _write_theories(api: Api, review: str, writer: "_Writer") -> list[Line]:
    base = f"/api/synthesis/reviews/{segment(review)}"
    listed = await api.listed(f"{base}/theories")
    theories = [await api.get(f"{base}/theories/{segment(one['id'])}") for one in listed]
    parameters = await api.get(f"{base}/parameters")
    judgements = await api.listed(f"{base}/judgements", whole=True)
    held = await api.listed(f"{base}/arguments", retired=True)
    arguments = [await api.get(f"{base}/arguments/{segment(one['id'])}") for one in held]
    inferred = await inference.lines(api, base)
    said = exported.theories_file(theories, parameters, judgements, arguments, inferred)
    texts = await _texts(api, base)
    said |= {"texts": texts} if texts else {}
    writer.json("theories.json", said)
    return theories


async def _texts(api: Api, base: str) -> list[Line]:
    """Every version of what the authors wrote, oldest first."""
    listed = await api.get(f"{base}/texts")
    found: list[Line] = []
    for item in (one["item"] for one in listed["items"] if one["version"]):
        told = await api.get(f"{base}/texts/{segment(item)}")
        found += [text_line(item, version) for version in told["versions"]]
    return found


async def _write_codebooks(
    api: Api, review: str, theories: Sequence[str], writer: "_Writer"
) -> None:
    base = f"/api/extraction/reviews/{segment(review)}/theories"
    books = {}
    for theory in theories:
        answer = await api.get(f"{base}/{segment(theory)}/codebook")
        books[theory] = exported.codebook(answer["groups"])
    writer.json("codebook.json", {"programme_theories": books})


async def _write_decisions(
    api: Api, review: str, about: Line, standing: Mapping[str, str], writer: "_Writer"
) -> list[Line]:
    """Every vote; and the team's verdict where the votes alone may not give it again.

    That is so where a person resolved a conflict, and where a hash of the record's id decides
    how many people vote.
    """
    base = f"/api/screening/reviews/{segment(review)}/stages"
    rows: list[Line] = []
    for stage in about["stages"]:
        name = stage["name"]
        votes = await api.listed(f"{base}/{segment(name)}/decisions")
        verdicts = await api.listed(f"{base}/{segment(name)}/settlements")
        drawn = stage["policy"]["kind"] in {"sample", "dual_until_kappa"}
        told = [one for one in verdicts if drawn or one["how"] == "resolution"]
        rows += [exported.decision_row(name, vote, standing, "vote") for vote in votes]
        rows += [exported.decision_row(name, one, standing, "resolution") for one in told]
    writer.csv("decisions.csv", DECISION_COLUMNS, rows)
    return rows


async def _write_evidence(
    api: Api, review: str, records: Sequence[Line], writer: "_Writer"
) -> set[str]:
    """Sources and fragments; returns the records that sources name."""
    base = f"/api/extraction/reviews/{segment(review)}"
    standing = exported.standing_records(records)
    flags = {record["record_id"]: exported.flags(record) for record in records}
    listed = await api.listed(f"{base}/documents")
    documents = sorted((d for d in listed if d["version"]), key=lambda one: str(one["id"]))
    sources = []
    for document in documents:
        text = None
        if document["text_version"]:
            path = f"{base}/documents/{segment(document['id'])}/text"
            text = (await api.get(path))["text"]
        sources.append(exported.source_line(document, standing, flags, text))
    fragments = sorted(await api.listed(f"{base}/fragments"), key=lambda one: str(one["id"]))
    sources += exported.sources_not_added(fragments, {document["id"] for document in documents})
    writer.jsonl("sources.jsonl", sorted(sources, key=lambda line: str(line["key"])))
    writer.jsonl("fragments.jsonl", map(exported.fragment_line, fragments))
    return {source["record"] for source in sources if source["record"]}


async def _write_extraction(
    api: Api, review: str, records: Sequence[Line], writer: "_Writer"
) -> None:
    """extraction.json, where there is anything in it."""
    base = f"/api/extraction/reviews/{segment(review)}"
    standing = exported.standing_records(records)
    forms = await api.get(f"{base}/forms")
    paths = {form["id"]: f"{base}/forms/{segment(form['id'])}/answers" for form in forms}
    answers = {name: await api.get(path, everybody=True) for name, path in paths.items()}
    said = extraction_file(
        (await api.get(f"{base}/coding-schema"))["name"],
        forms,
        answers,
        (await api.get(f"{base}/studies/cases"))["cases"],
        await api.get(f"{base}/document-appraisals"),
        await api.get(f"{base}/coding-rounds"),
        await api.get(f"{base}/assistance/kept"),
        assignment_entries(await api.listed(f"{base}/documents"), standing),
    )
    if said:
        writer.json("extraction.json", said)


async def _write_events(
    api: Api,
    review: str,
    alone: Sequence[Line],
    theories: Sequence[Line],
    writer: "_Writer",
) -> None:
    """What rests on everything before: flags of records that no source names, links of studies,
    appraisals, memos, notes, states, frozen versions.
    """
    links = await api.get(f"/api/extraction/reviews/{segment(review)}/studies/links")
    events = [event for record in alone for event in exported.flag_events(record)]
    events += [
        {"event": "study_linked", "studies": [link["a"], link["b"]]} for link in links["links"]
    ]
    base = f"/api/extraction/reviews/{segment(review)}"
    appraised = await api.get(f"{base}/appraisals")
    events += [appraised_event(one) for one in appraised["items"]]
    events += [memo_event(one) for one in await api.get(f"{base}/memos")]
    base = f"/api/synthesis/reviews/{segment(review)}"
    for ccmoc in await api.listed(f"{base}/ccmocs"):
        if ccmoc["state"] != "conjectured" or ccmoc["recheck"]:
            whole = await api.get(f"{base}/ccmocs/{segment(ccmoc['id'])}")
            events += exported.state_events(whole)
    for theory in theories:
        events += [exported.note_event(theory["id"], note) for note in theory["notes"]]
    for version in await api.listed(f"{base}/versions"):
        path = f"{base}/versions/{segment(version['number'])}"
        events.append(exported.version_event(await api.get(path, bodies=True)))
    if events:
        writer.jsonl("events.jsonl", events)


class _Writer:
    """Writes the files of a bundle and remembers their names."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.names: list[str] = []

    def text(self, name: str, text: str) -> None:
        path = self.target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        self.names.append(name)

    def json(self, name: str, value: Any) -> None:
        self.text(name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def jsonl(self, name: str, lines: Iterable[Line]) -> None:
        self.text(name, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def yaml(self, name: str, value: Any) -> None:
        self.text(name, yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100))

    def csv(self, name: str, columns: Sequence[str], rows: Iterable[Line]) -> None:
        self.text(name, "")
        with (self.target / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows({k: guarded(v) for k, v in row.items()} for row in rows)
