"""The best value of every field among a record's sources.

A function of the set of sources: the order they came in never shows. Nothing
is lost by it, since every source record is kept beside the record.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

from services.search.library.domain.dedup.citation import repaired
from services.search.library.domain.record import Author, Bibliography

_UNITED = frozenset(
    (
        *("issns", "isbns", "keywords", "mesh", "publication_types", "trial_ids", "grants"),
        *("links", "urls", "extra"),
    )
)
_LONGEST = frozenset(("abstract", "journal", "publisher"))
_MOST_OFTEN = frozenset(("kind", "year", "volume", "issue", "doi", "pmid", "pmcid", "language"))


def best(sources: Mapping[str, Bibliography]) -> tuple[Bibliography, dict[str, tuple[str, ...]]]:
    """The best bibliography of `sources` (id to content), and each field's sources.

    Fields that hold too much are repaired first (see `citation`). Lists are
    united; titles prefer mixed case and length, abstracts and names of journals
    length, author lists completeness, numbers the majority. The second value
    names, per field that has a value, the sources that said exactly that (or,
    for united lists, that added to it). Raises ValueError without any source.
    """
    if not sources:
        raise ValueError("a record needs at least one source")
    sources = {source: repaired(said) for source, said in sources.items()}
    several = list(sources.values())
    chosen: dict[str, Any] = {
        spec.name: _field(spec.name, [getattr(s, spec.name) for s in several])
        for spec in fields(Bibliography)
    }
    return Bibliography(**chosen), _provenance(chosen, sources)


def _provenance(
    chosen: Mapping[str, Any], sources: Mapping[str, Bibliography]
) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, value in chosen.items():
        said = [s for s, b in sources.items() if _says(name, getattr(b, name), value)]
        if value and said:
            found[name] = tuple(sorted(said))
    return found


def _says(name: str, own: Any, value: Any) -> bool:
    return bool(own) if name in _UNITED else own == value


def _field(name: str, values: list[Any]) -> Any:
    given = [v for v in values if v]
    if not given:
        return values[0]
    if name in _UNITED:
        return _united(given)
    if name in _MOST_OFTEN:
        return _majority(given)
    if name in _LONGEST:
        return max(given, key=lambda v: (len(v), _reversed(v)))
    return max(given, key=_RANKS.get(name, _by_size))


def _united(lists: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Every value once (ignoring case), sorted."""
    kept: dict[str, Any] = {}
    for value in sorted((v for values in lists for v in values), key=repr):
        kept.setdefault(repr(value).casefold(), value)
    return tuple(kept[key] for key in sorted(kept))


def _majority(values: list[Any]) -> Any:
    """The most frequent value; of equals the more detailed one."""
    counts = Counter(values)
    return max(counts, key=lambda v: (counts[v], v != "article", len(str(v)), _reversed(str(v))))


_DOWNWARDS = bytes(range(255, -1, -1))


def _reversed(text: str) -> bytes:
    """So that `max` takes the alphabetically first of equals: code points, upside down."""
    return text.encode("utf-32-be", "replace").translate(_DOWNWARDS)


def _title(text: str) -> tuple[Any, ...]:
    shouted = text.isupper()
    marked = text.startswith("[") or text.endswith(("...", "…"))
    return (not shouted, not marked, sum(c.isalnum() for c in text), -len(text), _reversed(text))


def _pages(text: str) -> tuple[Any, ...]:
    return ("-" in text, sum(c.isdecimal() for c in text), -len(text), _reversed(text))


def _authors(several: tuple[Author, ...]) -> tuple[Any, ...]:
    spelt = sum(len(a.given) for a in several)
    known = sum(bool(a.orcid) + len(a.affiliations) for a in several)
    return (len(several), known, spelt, _reversed(repr(several)))


def _by_size(value: Any) -> tuple[Any, ...]:
    return (len(value), _reversed(repr(value)))


_RANKS: Mapping[str, Callable[[Any], tuple[Any, ...]]] = {
    "title": _title,
    "pages": _pages,
    "authors": _authors,
}
