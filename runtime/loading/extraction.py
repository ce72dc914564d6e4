"""What of extraction lies in a file of its own: the coding schema, forms, cases, appraisals."""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.bundle.model.extraction import ExtractionFile
from runtime.loading import plan
from runtime.loading.client import Api, segment

ROWS_AT_ONCE = 100
UNSAID = (None, "", False)
"""What a line of answers leaves out."""


async def load_schema(api: Api, at: str, said: ExtractionFile) -> None:
    """Choose the coding schema, before fragments are coded in it."""
    if said.coding_schema is not None:
        await api.put(f"/api/extraction/{at}/coding-schema", {"name": said.coding_schema})


async def load_forms(api: Api, at: str, said: ExtractionFile) -> None:
    """Build the forms, answer them, and say which cases, appraisals and rounds there are.

    A consensus comes after the answers that it is of; closed forms are closed last.
    """
    base = f"/api/extraction/{at}"
    for form in said.forms:
        body = form.model_dump(include={"title", "stage", "fields"}, mode="json")
        await api.put(f"{base}/forms/{segment(form.id)}", body)
    for one in sorted(said.answers, key=lambda one: one.person is None):
        what = "answers" if one.person else "consensus"
        body = {"document": one.document, "answers": one.answers, "note": one.note}
        body |= {"done": one.state == "done", "seen_others": one.seen_others}
        body |= {"person": one.person} if one.person else {}
        await api.put(f"{base}/forms/{segment(one.form)}/{what}", body)
    for form in said.forms:
        if form.status == "closed":
            body = form.model_dump(include={"title", "stage", "fields", "status"}, mode="json")
            await api.put(f"{base}/forms/{segment(form.id)}", body)
    await _load_cases(api, base, said)
    for judged in said.appraisals:
        body = judged.model_dump(exclude={"document"}, exclude_none=True)
        await api.put(f"{base}/documents/{segment(judged.document)}/appraisal", body)
    await load_rounds(api, at, said)
    await load_assistance(api, at, said)


async def load_assistance(api: Api, at: str, said: ExtractionFile) -> None:
    """Give what machines suggested, and what people made of it; nothing is asked of a model."""
    path = f"/api/extraction/{at}/assistance/kept"
    for name in ("runs", "suggestions"):
        for some in plan.batches(getattr(said.assistance, name), ROWS_AT_ONCE):
            await api.post(path, {name: list(some)})


async def load_assignments(
    api: Api, at: str, said: ExtractionFile, record_ids: Mapping[str, str]
) -> list[str]:
    """Give documents, and reports to get, to their people; what is not here is told."""
    if not said.assignments:
        return []
    base = f"/api/extraction/{at}"
    here = {one["id"] for one in await api.listed(f"{base}/documents")}
    given, refused = [], []
    for one in said.assignments:
        name = one.document if one.document is not None else record_ids.get(one.record or "")
        if name in here:
            given.append({"document": name, "person": one.person})
        else:
            refused.append(f"extraction.json: {one.document or one.record} is no document here")
    for some in plan.batches(given, ROWS_AT_ONCE):
        await api.post(f"{base}/assignments", {"assignments": list(some)})
    return refused


async def load_rounds(api: Api, at: str, said: ExtractionFile) -> None:
    """Say which fragments two people coded blindly, and on which the team agreed."""
    opened = {"title", "coders", "documents", "share", "seed"}
    ended = {"drawn_from", "reason", "fragments", "agreed", "notes"}
    for one in said.rounds:
        body = one.model_dump(include=opened, mode="json")
        body["past"] = one.model_dump(include=ended, mode="json")
        await api.put(f"/api/extraction/{at}/coding-rounds/{segment(one.id)}", body)


async def _load_cases(api: Api, base: str, said: ExtractionFile) -> None:
    by_study: dict[str, list[dict[str, Any]]] = {}
    for case in said.cases:
        by_study.setdefault(case.study, []).append(case.model_dump(exclude={"study"}))
    for study, cases in by_study.items():
        await api.put(f"{base}/studies/cases/{segment(study)}", {"cases": cases})


def assignment_entries(
    documents: Sequence[Mapping[str, Any]], standing: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Whom documents were given to; one to get is named by its record."""
    given = sorted((d for d in documents if d.get("assignee")), key=lambda one: str(one["id"]))
    return [
        {
            **(
                {"document": d["id"]}
                if d["version"]
                else {"record": standing.get(d["id"], d["id"])}
            ),
            "person": d["assignee"],
        }
        for d in given
    ]


def extraction_file(
    schema: str,
    forms: Sequence[dict[str, Any]],
    answers: Mapping[str, Sequence[dict[str, Any]]],
    cases: Sequence[dict[str, Any]],
    appraisals: Sequence[dict[str, Any]],
    rounds: Sequence[dict[str, Any]],
    assistance: Mapping[str, Sequence[dict[str, Any]]],
    assignments: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """extraction.json; empty where nothing is in it."""
    judged = ("relevance", "richness", "rigour", "comment")
    said: dict[str, Any] = {
        "forms": [
            {name: form[name] for name in ("id", "title", "stage", "status", "fields")}
            for form in forms
        ],
        "answers": [_answer_entry(form, one) for form, given in answers.items() for one in given],
        "cases": list(cases),
        "appraisals": [
            {
                "document": one["document_id"],
                "person": one["person_id"],
                **{name: one[name] for name in judged if one[name]},
            }
            for one in appraisals
        ],
        "rounds": [_round_entry(one) for one in rounds if one["state"] == "revealed"],
        "assistance": {name: list(rows) for name, rows in assistance.items() if rows},
        "assignments": list(assignments),
    }
    head = {} if schema == "CMO" else {"coding_schema": schema}
    return head | {name: lines for name, lines in said.items() if lines}


def _answer_entry(form: str, one: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to a form as a line of the file."""
    told = ("document", "person", "answers", "state", "note", "seen_others")
    return {
        "form": form,
        **{name: one[name] for name in told if one[name] not in (None, "", False)},
    }


def _round_entry(one: Mapping[str, Any]) -> dict[str, Any]:
    """A round of coding as a line of the file."""
    plain = ("id", "title", "coders", "share", "seed", "drawn_from", "reason", "fragments")
    return {
        **{name: one[name] for name in plain if one[name] not in (None, "", 0, [])},
        "documents": [held["document"] for held in one["documents"]],
        "agreed": [
            {name: held[name] for name in ("document", "agreed", "note")}
            for held in one["documents"]
            if held["agreed"] is not None
        ],
        "notes": [{name: note[name] for name in ("person", "text")} for note in one["notes"]],
    }
