"""Ideas, lineage, substantive theories and memos between a bundle and synthesis."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx

from runtime.bundle.bundle import Bundle
from runtime.bundle.model.events import NoteEvent
from runtime.bundle.model.inference import Idea, LineageLink, Memo, SubstantiveTheory
from runtime.bundle.reco_rules import theory_id
from runtime.loading.client import Api, ApiError, segment

Body = dict[str, Any]
Command = tuple[str, str, Body]
"""What it is in words, the path below the review, the body of the PUT."""
LINEAGE_WORDS = ("kind", "status", "because", "moved_by", "version")


async def load(bundle: Bundle, api: Api, base: str) -> list[str]:
    """Say every version in the order of the file; returns what was refused, and why."""
    refused: list[str] = []
    for what, path, body in commands(bundle):
        try:
            await api.put(f"{base}{path}", body)
        except ApiError as error:
            if error.status not in {httpx.codes.CONFLICT, httpx.codes.NOT_FOUND}:
                raise
            refused.append(f"{what}: {error}")
    return refused


def commands(bundle: Bundle) -> Iterator[Command]:
    """Every line as the command that a person would have given, with its version."""
    highest: dict[tuple[str, str], int] = {}
    for theory in bundle.substantive_theories:
        path = f"/substantive-theories/{segment(theory.id)}"
        body = _body(theory, highest, "substantive theory", theory.id)
        yield f"substantive theory {theory.name}", path, body
    for idea in bundle.ideas:
        body = _body(idea, highest, "idea", idea.id)
        yield f"idea {idea.id}", f"/ideas/{segment(idea.id)}", body
    for link in bundle.lineage:
        ends = (theory_id(link.earlier), theory_id(link.later))
        body = _body(link, highest, "lineage", "\n".join(ends))
        ends_said = dict(zip(("earlier", "later"), ends, strict=True))
        yield f"lineage of {ends[1]}", "/lineage", {**body, **ends_said}
    for memo in bundle.memos:
        yield f"memo {memo.id}", f"/memos/{segment(memo.id)}", _body(memo, highest, "memo", memo.id)


def _body(
    line: Idea | LineageLink | SubstantiveTheory | Memo,
    highest: dict[tuple[str, str], int],
    kind: str,
    key: str,
) -> Body:
    """A version that was said elsewhere: its own number, or the next after the lines before."""
    named = set(type(line).model_fields) - {"id"}
    said: Body = line.model_dump(mode="json", include=named, exclude_none=True)
    before = highest.get((kind, key), 0)
    said["version"] = line.version or before + 1
    highest[kind, key] = max(before, said["version"])
    if isinstance(line, Idea | SubstantiveTheory):
        said["theories"] = [theory_id(name) for name in line.theories]
    return said


def item_of_note(event: NoteEvent) -> tuple[str, Body] | None:
    """The command for a note that is the review's now (an idea, a substantive theory), or None."""
    theory = theory_id(event.theory)
    key = segment(f"{theory}/{event.id}")
    said = dict(event.content)
    if event.kind == "idea":
        because = f", because {said['because']}" if said.get("because") else ""
        text = f"If {said['if']}, then {said['then']}{because}"
        became = [theory_id(name) for name in said.get("became") or [theory]]
        return f"/ideas/{key}", {"text": text, "theories": became, "version": 1}
    if event.kind == "substantive_theory":
        comment = {"summary": said.pop("comment", "")}
        return f"/substantive-theories/{key}", {**said, **comment, "theories": [theory]}
    return None


async def lines(api: Api, base: str) -> dict[str, list[Body]]:
    """Lines of theories.json by their key: every version of every item, oldest first."""
    ideas = [
        await api.get(f"{base}/ideas/{segment(one['id'])}")
        for one in await api.listed(f"{base}/ideas")
    ]
    theories = await api.listed(f"{base}/substantive-theories", history=True)
    memos = await api.listed(f"{base}/memos", history=True)
    links = await api.listed(f"{base}/lineage", withdrawn=True)
    return {
        "ideas": _versions(ideas),
        "lineage": [_link(link) for link in links],
        "substantive_theories": _versions(theories),
        "memos": _versions(memos),
    }


def _versions(items: Iterable[Mapping[str, Any]]) -> list[Body]:
    return [_version(item["id"], past) for item in items for past in item.get("history", ())]


def _version(key: str, past: Mapping[str, Any]) -> Body:
    """One version as a line: what is empty is left out, keys in one order."""
    names = {"idea_id", "substantive_theory_id", "memo_id", "version", "person_id"}
    said = {name: value for name, value in sorted(past["state"].items()) if name not in names}
    kept = {name: value for name, value in said.items() if value not in (None, "", [], ())}
    person = past["state"].get("person_id") or past["person"]
    who = {"person": person} if person else {}
    return {"id": key, "version": past["version"], **kept, **who, "at": past["at"]}


def _link(link: Mapping[str, Any]) -> Body:
    moved_by = [{"kind": item["kind"], "id": item["id"]} for item in link["moved_by"]]
    said = {name: link[name] for name in LINEAGE_WORDS if name != "moved_by"}
    ends = {name: link[name]["id"] for name in ("earlier", "later")}
    return {**ends, **said, **({"moved_by": moved_by} if moved_by else {})}
