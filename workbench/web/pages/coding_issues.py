"""Route of what is odd about a review's coding: each thing under its label, with a way to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.web.pages.listing import whole
from workbench.web.pages.review_at import ReviewAt, open_at
from workbench.web.services import key
from workbench.web.session import pages_router

SHOWN = 100
"""Things of one kind that are shown; the others are counted."""
KINDS = {
    "broken_passages": (
        "Passages to find again",
        "The text changed, and their quote stands nowhere in it, or in several places.",
    ),
    "unverified_passages": (
        "Passages whose text is not here",
        "Nobody could compare their quotes yet: give the document its text.",
    ),
    "fragments_without_theory": (
        "Fragments of no theory",
        "They count in none until a coder gives them one.",
    ),
    "unknown_codes": (
        "Codes in no group",
        "Fragments of the theory have them, and its codebook does not: they count in no group.",
    ),
    "unchecked_senses": (
        "Senses that nobody checked",
        "An import rule chose the sense of the code in its group; check it there.",
    ),
    "unknown_documents": (
        "Sources that nobody added",
        "Fragments rest on them; add them as documents, so that they have a study and a kind.",
    ),
    "unknown_records": (
        "Documents whose record is not in the library",
        "Import the record, or name another one for the document.",
    ),
    "unknown_theories": (
        "Theories that nobody stated",
        "Fragments name them; state the theory, or give the fragments another.",
    ),
    "link_cycles": (
        "Studies linked in a circle",
        "One link more than it takes: part two of them if the reports are not of one study.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing to look at: its label, where it is (empty: nowhere), and what is said of it."""

    label: str
    path: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One kind of what is odd, with the things it is said of."""

    name: str
    words: str
    advice: str
    total: int
    things: Sequence[Thing]


def routes(ctx: Context) -> APIRouter:
    """The page of what to put right in the coding."""
    router = pages_router()

    @router.get("/reviews/{review_id}/coding-issues", response_class=HTMLResponse)
    async def issues(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """What is odd about the coding, by kind; nothing where all is well."""
        at = await open_at(ctx, request, principal, review_id)
        found = await at.ask("GET", "extraction", "/issues")
        odd = await _oddities(at, found.body) if found.ok else []
        return await at.page("coding_issues.html", odd=odd, problem=found.problem)

    return router


async def _oddities(at: ReviewAt, found: Mapping[str, list[Any]]) -> list[Oddity]:
    there = {name: found[name] for name in KINDS if found[name]}
    if not there:
        return []
    labels = await _labels(at, there)
    return [
        Oddity(
            name=name,
            words=KINDS[name][0],
            advice=KINDS[name][1],
            total=len(things),
            things=[labels.thing(name, one) for one in things[:SHOWN]],
        )
        for name, things in there.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labels:
    """What fragments, documents, codes and theories are called."""

    at: ReviewAt
    fragments: Mapping[str, Mapping[str, Any]]
    documents: Mapping[str, str]
    studies: Mapping[str, str]
    codes: Mapping[str, str]
    theories: Mapping[str, str]

    def thing(self, kind: str, one: Any) -> Thing:
        """How one thing of a kind is shown."""
        if kind in ("unknown_codes", "unchecked_senses"):
            return self._code(one)
        if kind == "link_cycles":
            named = ", ".join(self.studies.get(study, study) for study in one)
            return Thing(label=named, path=self.at.here("/studies"))
        if kind == "unknown_records":
            return self._document(one)
        if kind in ("unknown_documents", "unknown_theories"):
            return Thing(label=one)
        return self._fragment(one)

    def _document(self, document: str) -> Thing:
        title = self.documents.get(document) or "A document without a title"
        return Thing(label=title, path=self.at.here(f"/coding/{key(document)}"))

    def _code(self, one: Mapping[str, Any]) -> Thing:
        theory = self.theories.get(one["theory"], one["theory"])
        n = one.get("fragments")
        many = "" if n is None else f", in {n} fragment{'' if n == 1 else 's'}"
        return Thing(
            label=self.codes.get(one["code"], one["code"]),
            path=self.at.here(f"/codes/{key(one['code'])}"),
            about=f"{theory}{many}",
        )

    def _fragment(self, name: str) -> Thing:
        found = self.fragments.get(name)
        if found is None:
            return Thing(label="A fragment that is not shown to you")
        words = found["quote"] or found["paraphrase"] or _statements(found["elements"])
        source = found["document"] or next((s["document"] for s in found["sources"]), "")
        path = f"/coding/{key(source)}#fragment-{key(name)}" if source in self.documents else ""
        return Thing(
            label=_short(words) or "A passage without words, or whose words are kept back",
            path=self.at.here(path) if path else "",
            about=self.documents.get(source, source),
        )


def _statements(elements: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(one["statement"] for one in elements if one["statement"])


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 160 else f"{words[:160]}…"


async def _labels(at: ReviewAt, found: Mapping[str, list[Any]]) -> _Labels:
    ids = [
        name
        for kind in ("broken_passages", "unverified_passages", "fragments_without_theory")
        for name in found.get(kind, ())[:SHOWN]
    ]
    told = await at.ask("POST", "extraction", "/fragments/quotes", json={"ids": ids})
    documents = (await whole(at, "extraction", "/documents")).items
    codes = (await at.ask("GET", "extraction", "/codes")).body or ()
    theories = await at.ctx.db.read(lambda tx: projections.theory_states(tx, at.review.id))
    titles = {one["id"]: one["title"] or "A document without a title" for one in documents}
    return _Labels(
        at=at,
        fragments={one["id"]: one for one in told.items()},
        documents=titles,
        studies={one["study"]: titles[one["id"]] for one in documents if one["study"]},
        codes={one["code_id"]: one["label"] for one in codes},
        theories={t["theory_id"]: t["name"] or t["theory_id"] for t in theories},
    )
