"""Invented articles and what becomes of them day by day."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeArticle:
    """One citation as it stands on some day. `mhda` None: not yet indexed with MeSH.

    `orcid` is the first author's.
    """

    pmid: int
    title: str
    abstract: str = ""
    crdt: date = date(2026, 1, 1)
    edat: date | None = None
    mhda: date | None = None
    revised: date | None = None
    version: int = 1
    status: str = "Publisher"
    authors: tuple[tuple[str, str], ...] = (("Doe", "Jane"),)
    collective: str = ""
    orcid: str = ""
    journal: str = "Journal of Invented Results"
    year: int = 2026
    doi: str = ""
    pmcid: str = ""
    mesh: tuple[str, ...] = ()
    types: tuple[str, ...] = ("Journal Article",)
    links: tuple[tuple[str, int | None, str], ...] = ()
    references: tuple[int, ...] = ()
    trial: str = ""
    grant: str = ""
    keywords: tuple[str, ...] = ()
    book: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """From `on` the article of `pmid` is `article`; None: it is gone."""

    on: date
    pmid: int
    article: FakeArticle | None


@dataclass(slots=True)
class Corpus:
    """Articles with their whole history; `states(day)` are those that stand on a day."""

    changes: list[Change] = field(default_factory=list)
    mappings: list[tuple[date, str, str]] = field(default_factory=list)
    spelling: dict[str, str] = field(default_factory=dict)

    def add(self, *articles: FakeArticle) -> None:
        """Let `articles` appear on the day of their `crdt`."""
        self.changes += [Change(each.crdt, each.pmid, each) for each in articles]

    def appear(self, article: FakeArticle, on: date) -> None:
        """Let an article become visible on a day later than its `crdt`."""
        self.changes.append(Change(on, article.pmid, article))

    def amend(self, pmid: int, on: date, **changed: Any) -> FakeArticle:
        """Change fields of the article from `on`; its `revised` becomes that day."""
        held = self._latest(pmid, on)
        article = replace(held, **{"revised": on, **changed})
        self.changes.append(Change(on, pmid, article))
        return article

    def index(self, pmid: int, on: date, *mesh: str) -> None:
        """Give the article MeSH terms on a day (`mhda`)."""
        self.amend(pmid, on, mesh=mesh, mhda=on, status="MEDLINE")

    def retract(self, pmid: int, on: date, notice: int) -> None:
        """Publish a retraction notice and mark the article as retracted, both on a day."""
        held = self._latest(pmid, on)
        self.add(
            FakeArticle(
                pmid=notice,
                title=f"Retraction: {held.title}",
                crdt=on,
                types=("Retraction of Publication",),
                links=(("RetractionOf", pmid, held.journal),),
            )
        )
        self.amend(
            pmid,
            on,
            types=(*held.types, "Retracted Publication"),
            links=(*held.links, ("RetractionIn", notice, f"{held.journal}. {on.year}")),
        )

    def link(self, pmid: int, on: date, kind: str, notice: int | None = None) -> None:
        """Add a link such as `ErratumIn` or `ExpressionOfConcernIn` from a day on."""
        held = self._latest(pmid, on)
        self.amend(pmid, on, links=(*held.links, (kind, notice, held.journal)))

    def unlink(self, pmid: int, on: date, kind: str) -> None:
        """Take links of `kind` away, and the publication type with a retraction."""
        held = self._latest(pmid, on)
        links = tuple(link for link in held.links if link[0] != kind)
        types = tuple(each for each in held.types if each != "Retracted Publication")
        self.amend(pmid, on, links=links, types=types)

    def delete(self, pmid: int, on: date) -> None:
        """Let the article vanish on a day."""
        self.changes.append(Change(on, pmid, None))

    def map_term(self, typed: str, heading: str, on: date = date(1900, 1, 1)) -> None:
        """From `on`, map the untagged word `typed` to a MeSH heading too."""
        self.mappings.append((on, typed.lower(), heading))

    def mapped(self, typed: str, day: date) -> str:
        """The heading that an untagged word is mapped to on `day`; empty if none."""
        found = [head for on, word, head in self.mappings if word == typed.lower() and on <= day]
        return found[-1] if found else ""

    def between(self, after: date | None, day: date) -> Iterator[Change]:
        """Changes later than `after` up to and with `day`, in order of days."""
        fitting = [each for each in self.changes if each.on <= day]
        if after is not None:
            fitting = [each for each in fitting if each.on > after]
        return iter(sorted(fitting, key=lambda change: change.on))

    def _latest(self, pmid: int, on: date) -> FakeArticle:
        held = None
        for change in self.between(None, on):
            if change.pmid == pmid:
                held = change.article
        if held is None:
            raise LookupError(f"no article {pmid} on {on}")
        return held
