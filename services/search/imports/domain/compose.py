"""From a record's tagged values to a `Bibliography`, the same for every format.

A dialect says which tags fill which field, best first. The first value of a
single field wins, further different ones and all tags without a field go to
`extra`: nothing is dropped.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from services.search.imports.domain.identifiers import is_only, says_only
from services.search.library.domain import values as values
from services.search.library.domain.record import Author, Bibliography

Values = dict[str, list[str]]
Extra = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Which tags of one format fill which field of `Bibliography`, best first.

    `own_id` are tags with the database's own number; `doi_notes` are notes in which some
    write nothing but the DOI, `pmid_notes` those that say `PUBMED 123`; `kinds` maps the format's
    types of reference (lower case) to ours; of those, `usual` say no more than ours.
    """

    kind: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    abstract: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    collectives: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    journal: tuple[str, ...] = ()
    volume: tuple[str, ...] = ()
    issue: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    start_page: tuple[str, ...] = ()
    end_page: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    doi: tuple[str, ...] = ()
    doi_notes: tuple[str, ...] = ()
    pmid: tuple[str, ...] = ()
    pmid_notes: tuple[str, ...] = ()
    pmcid: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    trial_ids: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    own_id: tuple[str, ...] = ()
    kinds: Mapping[str, str]
    usual: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What records with one set of tags need: the fields that have any of them."""

    dialect: Dialect
    plain: tuple[tuple[str, tuple[str, ...]], ...]
    many: tuple[tuple[str, tuple[str, ...]], ...]


_MOST_PLANS = 2000
_plans: dict[tuple[int, tuple[str, ...]], _Plan] = {}


def _plan(found: Values, dialect: Dialect) -> _Plan:
    """The plan for a record's tags; the records of a file share a few.

    A tag that a record has not cannot fill a field, so it is not looked for.
    """
    key = (id(dialect), tuple(found))
    plan = _plans.get(key)
    if plan is None or plan.dialect.kinds is not dialect.kinds:
        if len(_plans) >= _MOST_PLANS:
            _plans.clear()
        plan = _plans[key] = _made_plan(found, dialect)
    return plan


def _made_plan(found: Values, dialect: Dialect) -> _Plan:
    present: dict[str, Any] = {
        name: tuple(tag for tag in tags if tag in found)
        for name in _TAGGED
        if (tags := getattr(dialect, name))
    }
    narrow = replace(dialect, **present)
    return _Plan(
        narrow,
        tuple((name, tags) for name in _PLAIN if (tags := getattr(narrow, name))),
        tuple((name, tags) for name in _MANY if (tags := getattr(narrow, name))),
    )


def compose(found: Values, dialect: Dialect, authors: tuple[Author, ...] = ()) -> Bibliography:
    """The bibliography of one record.

    `found` (tag to its non-empty values in file order) is used up. `authors`,
    when a reader could relate addresses and ORCIDs to people, replaces the tags.
    """
    extra: Extra = []
    plan = _plan(found, dialect)
    dialect = plan.dialect
    content: dict[str, Any] = {"kind": _kind(found, dialect, extra)}
    for name, tags in plan.plain:
        text = _single(found, tags, extra)
        if text:
            content[name] = text
    content["authors"] = authors or _authors(found, dialect)
    content["year"] = _year(found, dialect.year, extra)
    if "pages" not in content:
        content["pages"] = _pages(found, dialect, extra)
    for name, tags in plan.many:
        content[name] = _many(found, tags, apart=name == "keywords")
    _identifiers(found, dialect, content, extra)
    for tag, rest in found.items():
        extra += [(tag, value) for value in rest]
    content["extra"] = tuple(extra)
    return Bibliography(**content)


_PLAIN = ("title", "abstract", "journal", "volume", "issue", "pages", "publisher", "language")
_MANY = (
    "keywords",
    "mesh",
    "publication_types",
    "trial_ids",
    "grants",
    "references",
    "urls",
)
_TAGGED = tuple(
    field.name for field in fields(Dialect) if field.name not in ("kinds", "usual", "own_id")
)
assert {*_PLAIN, *_MANY} <= {field.name for field in fields(Bibliography)}


def _single(found: Values, tags: tuple[str, ...], extra: Extra) -> str:
    """The first value of the best tag; every other one that differs goes to `extra`."""
    chosen = ""
    for tag in tags:
        for value in found.pop(tag, ()):
            if not chosen:
                chosen = value
            elif value != chosen:
                extra.append((tag, value))
    return chosen


def _kind(found: Values, dialect: Dialect, extra: Extra) -> str:
    """Our kind; the format's own word is kept where the kind alone does not say it."""
    kind = "article"
    for tag in dialect.kind:
        for word in found.pop(tag, ()):
            known = dialect.kinds.get(word.lower())
            if known is not None:
                kind = known
            if word not in dialect.usual and word != known:
                extra.append((tag, word))
    return kind


def _authors(found: Values, dialect: Dialect) -> tuple[Author, ...]:
    people: list[Author] = []
    for tag in dialect.authors:
        for name in found.pop(tag, ()):
            if ";" in name or " and " in name:
                people += values.people_of(name)
            else:
                people.append(values.author_of(name))
    for tag in dialect.collectives:
        people += [Author(collective=name) for name in found.pop(tag, ())]
    return tuple(people)


def _year(found: Values, tags: tuple[str, ...], extra: Extra) -> int | None:
    """The year; dates that say more than it are kept whole in `extra`."""
    year: int | None = None
    for tag in tags:
        for value in found.pop(tag, ()):
            read = values.year_of(value)
            if year is None:
                year = read
            if read is None or read != year or value.rstrip("/") != str(read):
                extra.append((tag, value))
    return year


def _pages(found: Values, dialect: Dialect, extra: Extra) -> str:
    start = _single(found, dialect.start_page, extra)
    end = _single(found, dialect.end_page, extra)
    if start and end and "-" not in start and start != end:
        return f"{start}-{end}"
    if end and start != end:
        if not start:
            return f"-{end}"
        extra.append((dialect.end_page[0], end))
    return start


def _many(found: Values, tags: tuple[str, ...], *, apart: bool) -> tuple[str, ...]:
    """All values of all the tags, each once, in order; taken `apart` at semicolons."""
    kept: dict[str, None] = {}
    for tag in tags:
        for value in found.pop(tag, ()):
            if apart and ";" in value:
                kept.update((part, None) for item in value.split(";") if (part := item.strip()))
            else:
                kept[value] = None
    return tuple(kept)


def _identifiers(found: Values, dialect: Dialect, content: dict[str, Any], extra: Extra) -> None:
    content["doi"] = _identifier(found, dialect.doi, values.doi_of, extra) or _noted_doi(
        found, dialect.doi_notes
    )
    content["pmid"] = _identifier(found, dialect.pmid, values.pmid_of, extra) or _noted_pmid(
        found, dialect.pmid_notes
    )
    if dialect.pmcid:
        content["pmcid"] = _identifier(found, dialect.pmcid, values.pmcid_of, extra)
    if dialect.issns:
        _serials(found, dialect.issns, content, extra)
    for url in content.get("urls", ()):
        if content["doi"] is None and "doi.org" in url:
            content["doi"] = values.doi_of(url)
        if content["pmid"] is None:
            content["pmid"] = values.pmid_of_address(url)


def _identifier(
    found: Values, tags: tuple[str, ...], read: Callable[[str], str | None], extra: Extra
) -> str | None:
    """The first readable identifier; what holds none, or another one, goes to `extra`."""
    chosen: str | None = None
    for tag in tags:
        for value in found.pop(tag, ()):
            identifier = read(value)
            chosen = chosen or identifier
            if identifier is None or identifier != chosen or not is_only(value, identifier):
                extra.append((tag, value))
    return chosen


def _noted_doi(found: Values, tags: tuple[str, ...]) -> str | None:
    """The DOI of a note that says nothing else; one in a sentence may be another paper's."""
    for tag in tags:
        for value in found.get(tag, ()):
            doi = values.doi_of(value) if "10." in value else None
            if doi is not None and is_only(value, doi):
                return doi
    return None


def _noted_pmid(found: Values, tags: tuple[str, ...]) -> str | None:
    for tag in tags:
        for value in found.get(tag, ()):
            if "PUBMED" in value and (noted := _NOTED_PMID.match(value)):
                return noted[1]
    return None


_NOTED_PMID = re.compile(r"(?:[A-Z]+ \d+, ?)*PUBMED:? (\d{1,8})(?!\d)")


def _serials(found: Values, tags: tuple[str, ...], content: dict[str, Any], extra: Extra) -> None:
    """ISSNs and ISBNs; a value that says more (`(Electronic)`) is kept in `extra` too."""
    issns: dict[str, None] = {}
    isbns: dict[str, None] = {}
    for tag in tags:
        for value in found.pop(tag, ()):
            periodical = values.issns_of(value)
            book = values.isbns_of(value)
            issns.update(dict.fromkeys(periodical))
            isbns.update(dict.fromkeys(book))
            if not says_only(value, periodical + book):
                extra.append((tag, value))
    content["issns"] = tuple(issns)
    content["isbns"] = tuple(isbns)


def own_id_of(found: Values, dialect: Dialect) -> str | None:
    """The database's own number for this record, when it looks like one.

    A reference manager's running number (`ID - 12`) identifies nothing outside
    its file, so a number needs six characters and two digits.
    """
    for tag in dialect.own_id:
        for value in found.get(tag, ()):
            if 6 <= len(value) <= 80 and sum(map(str.isdigit, value)) >= 2 and " " not in value:
                return value
    return None
