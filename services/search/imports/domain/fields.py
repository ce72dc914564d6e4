"""The fields of a `Bibliography`, each read from the values of its tags.

Every reader of a field takes its tags out of `found`, puts what it read into
`content`, and adds to `extra`, with their tags, the values that the field does not hold.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from services.search.imports.domain.identifiers import is_only, says_only
from services.search.library.domain import values
from services.search.library.domain.record import Author

Values = dict[str, list[str]]
Content = dict[str, Any]
Extra = list[tuple[str, str]]
Tags = tuple[str, ...]


def kind(
    kinds: Mapping[str, str],
    usual: frozenset[str],
    tags: Tags,
    found: Values,
    content: Content,
    extra: Extra,
) -> None:
    """Our kind; the format's own word is kept where the kind alone does not say it."""
    for tag in tags:
        for word in found.pop(tag, ()):
            known = kinds.get(word.lower())
            if known is not None:
                content["kind"] = known
            if word not in usual and word != known:
                extra.append((tag, word))


def texts(
    named: tuple[tuple[str, Tags], ...], found: Values, content: Content, extra: Extra
) -> None:
    """The first value of each field's best tag; every other one that differs goes to `extra`."""
    for name, tags in named:
        listed = found.get(tags[0]) if len(tags) == 1 else None
        if listed and len(listed) == 1:
            del found[tags[0]]
            content[name] = listed[0]
        else:
            content[name] = _single(tags, found, extra)


def _single(tags: Tags, found: Values, extra: Extra) -> str:
    listed = found.get(tags[0]) if len(tags) == 1 else None
    if listed is not None and len(listed) == 1:
        del found[tags[0]]
        return listed[0]
    chosen = ""
    for tag in tags:
        for value in found.pop(tag, ()):
            if not chosen:
                chosen = value
            elif value != chosen:
                extra.append((tag, value))
    return chosen


def authors(tags: Tags, collectives: Tags, found: Values) -> tuple[Author, ...]:
    """The people, then the groups that have tags of their own."""
    people: list[Author] = []
    author_of = values.author_of
    for tag in tags:
        for name in found.pop(tag, ()):
            family, comma, given = name.partition(",")
            if ";" in name or " and " in name:
                people += values.people_of(name)
            elif comma:
                people.append(Author(family.rstrip(), given.strip()))
            else:
                people.append(author_of(name))
    for tag in collectives:
        people += [Author(collective=name) for name in found.pop(tag, ())]
    return tuple(people)


def year(tags: Tags, found: Values, content: Content, extra: Extra) -> None:
    """The year; dates that say more than it are kept whole in `extra`."""
    chosen: int | None = None
    for tag in tags:
        for value in found.pop(tag, ()):
            read = _year_of(value)
            if chosen is None:
                chosen = read
            if (
                read is None
                or read != chosen
                or (len(value) != 4 and value.rstrip("/") != str(read))
            ):
                extra.append((tag, value))
    content["year"] = chosen


_year_of = lru_cache(maxsize=1000)(values.year_of)


def page_range(starts: Tags, ends: Tags, found: Values, content: Content, extra: Extra) -> None:
    """The pages from the first and the last one, unless a tag has said them as one."""
    if "pages" in content:
        return
    start = _single(starts, found, extra) if starts else ""
    end = _single(ends, found, extra) if ends else ""
    if start and end and "-" not in start and start != end:
        start = f"{start}-{end}"
    elif end and start != end:
        if start:
            extra.append((ends[0], end))
        else:
            start = f"-{end}"
    content["pages"] = start


def many(name: str, tags: Tags, found: Values, content: Content, _: Extra) -> None:
    """All values of all the tags, each once, in order."""
    kept: dict[str, None] = {}
    for tag in tags:
        kept.update(dict.fromkeys(found.pop(tag, ())))
    content[name] = tuple(kept)


def keywords(tags: Tags, found: Values, content: Content, _: Extra) -> None:
    """All values of all the tags, taken apart at semicolons, each once, in order."""
    kept: dict[str, None] = {}
    for tag in tags:
        listed = found.pop(tag, ())
        if ";" not in "".join(listed):
            kept.update(dict.fromkeys(listed))
            continue
        for value in listed:
            if ";" in value:
                kept.update((part, None) for item in value.split(";") if (part := item.strip()))
            else:
                kept[value] = None
    content["keywords"] = tuple(kept)


def identifier(
    name: str,
    read: Callable[[str], str | None],
    tags: Tags,
    found: Values,
    content: Content,
    extra: Extra,
) -> None:
    """The first readable identifier; what holds none, or another one, goes to `extra`."""
    chosen: str | None = None
    for tag in tags:
        for value in found.pop(tag, ()):
            one = read(value)
            chosen = chosen or one
            if one is None or one != chosen or not is_only(value, one):
                extra.append((tag, value))
    content[name] = chosen


def noted_doi(tags: Tags, found: Values, content: Content, _: Extra) -> None:
    """The DOI of a note that says nothing else; one in a sentence may be another paper's."""
    if content.get("doi"):
        return
    for tag in tags:
        for value in found.get(tag, ()):
            doi = values.doi_of(value) if "10." in value else None
            if doi is not None and is_only(value, doi):
                content["doi"] = doi
                return


def noted_pmid(tags: Tags, found: Values, content: Content, _: Extra) -> None:
    """The PMID of a note that says nothing but numbers of databases."""
    if content.get("pmid"):
        return
    for tag in tags:
        for value in found.get(tag, ()):
            if "PUBMED" in value and (noted := _NOTED_PMID.match(value)):
                content["pmid"] = noted[1]
                return


_NOTED_PMID = re.compile(r"(?:[A-Z]+ \d+, ?)*PUBMED:? (\d{1,8})(?!\d)")


def serials(tags: Tags, found: Values, content: Content, extra: Extra) -> None:
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


def identified_by_address(_: Values, content: Content, __: Extra) -> None:
    """DOI and PMID from the addresses, where no tag has said them."""
    for url in content["urls"]:
        if content.get("doi") is None and "doi.org" in url:
            content["doi"] = values.doi_of(url)
        if content.get("pmid") is None:
            content["pmid"] = values.pmid_of_address(url)
