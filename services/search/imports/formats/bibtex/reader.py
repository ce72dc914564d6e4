"""BibTeX and BibLaTeX, entry by entry.

A parser of our own because the common ones end at the first odd key, and exports
(Scopus, Web of Science) are full of them: an entry that cannot be read is
rejected with its line, and the next one is read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.search.imports.domain.compose import Dialect, Values, compose, own_id_of
from services.search.imports.domain.result import ImportEvent, ImportRefused, Rejection, Repair
from services.search.imports.formats.bibtex.crossref import Crossrefs
from services.search.imports.formats.bibtex.latex import address, names, plain
from services.search.imports.formats.table.headers import DIALECT as TABLE
from services.search.imports.formats.text import Bound, LineSource
from services.search.library.domain.cleaning import clean, suspect
from services.search.library.domain.record import Author, Bibliography, SourceRecord
from services.search.library.domain.values import author_of

DIALECT = Dialect(
    kinds=dict(TABLE.kinds)
    | {
        "inproceedings": "conference",
        "conference": "conference",
        "mvbook": "book",
        "collection": "book",
        "online": "web",
        "www": "web",
        "electronic": "web",
    },
    kind=("entry type",),
    title=("title",),
    abstract=("abstract",),
    year=("year", "date"),
    journal=("journal", "journaltitle", "booktitle"),
    volume=("volume",),
    issue=("number", "issue"),
    pages=("pages",),
    publisher=("publisher", "school", "institution"),
    language=("language", "langid"),
    doi=("doi",),
    pmid=("pmid", "pubmed_id"),
    pmcid=("pmcid", "pmc"),
    issns=("issn", "isbn", "eissn"),
    keywords=("keywords", "keyword", "author_keywords", "keywords-plus", "key words"),
    publication_types=("document_type", "type"),
    urls=("url",),
    own_id=("unique-id", "eid", "accession number"),
)
_ENTRY = re.compile(r"^[ \t]*@([A-Za-z]+)[ \t]*([{(])")
_FIELD_LINE = re.compile(r"[\s\w-]*\w[\s-]*=")
_AFTER = re.compile(r"\s*(?:[,#})]|$|[\w:.-]+\s*=)")
_KEY_ALONE = re.compile(r"\s*([^\s=,{}\"]+)[ \t]*\n(?=\s*[\w-]+[ \t]*=)")
_ENDED = re.compile(r"\s*(?:,|$)")
_ADDRESSES = frozenset(("url", "doi", "eprint", "file"))
LONGEST_EXPANSION = 1 << 20
MOST_EXPANDED = 16 << 20
_FIELD = re.compile(r"[\s,]*([^\s=,{}\"#][^={}\"#]*)=\s*")


class BibtexReader:
    """Reads one BibTeX file. Use `events` once."""

    def __init__(self, lines: LineSource, source: str) -> None:
        self._lines = lines
        self._source = source
        self._strings: dict[str, str] = {}
        self._expanded = 0
        self._entry: list[str] = []
        self._start = 0
        self._depth = 0
        self._round = False
        self._notes: dict[str, None] = {}
        self._crossrefs = Crossrefs()

    def events(self) -> Iterator[ImportEvent]:
        """Source records in file order; entries that cannot be read are rejections."""
        number, bound = 0, Bound()
        for block in self._lines.blocks():
            yield from self._lines.repairs
            self._lines.repairs.clear()
            for line in block:
                number += 1
                yield from self._line(number, line)
            bound.block(self._entry or None, number)
        if self._entry:
            yield Repair(self._start, "the entry is never closed")
            yield from self._close()
        for values, record in self._crossrefs.orphans():
            yield _composed(values, record)

    def _line(self, number: int, line: str) -> Iterator[ImportEvent]:
        begins = _ENTRY.match(line)
        if begins and self._entry and (self._depth <= 0 or not line[0].isspace()):
            yield Repair(self._start, "the entry is never closed")
            yield from self._close()
        if begins and not self._entry:
            self._start, self._depth = number, 0
            self._round = begins[2] == "("
        elif not self._entry:
            text = line.strip()
            if text and not text.startswith("%"):
                yield Repair(number, f"line outside the entries left out: '{text[:40]}'")
            return
        self._entry.append(line)
        self._depth += _depth(line)
        if self._depth > 0 or (self._round and not line.rstrip().endswith(")")):
            return
        if number > self._start and line.rstrip().endswith(",") and _FIELD_LINE.match(line):
            yield Repair(number, "a brace too many, read as text")
            self._depth = 1
        else:
            yield from self._close()

    def _close(self) -> Iterator[ImportEvent]:
        raw, self._entry = "\n".join(self._entry), []
        found = _ENTRY.match(raw)
        if found is None:
            yield Rejection(self._start, "no entry", raw)
            return
        kind = found[1].lower()
        body = raw[found.end() :].rstrip()
        if body.endswith(("}", ")")):
            body = body[:-1]
        if kind in ("comment", "preamble"):
            return
        if kind == "string":
            for key, value in self._fields(body):
                self._expanded += len(value)
                self._bound(self._expanded, MOST_EXPANDED)
                self._strings[key.lower()] = value
            return
        yield from self._record(kind, body, raw)

    def _record(self, kind: str, body: str, raw: str) -> Iterator[ImportEvent]:
        key, rest = self._key(body)
        values: Values = {"entry type": [kind]}
        authors: list[Author] = []
        for name, value in self._fields(rest):
            if name == "author":
                authors += self._authors(value, values)
            else:
                self._place(values, name, value)
        if len(values) == 1 and not authors and rest.strip(" ,\n\t}"):
            yield Rejection(self._start, "no field could be read in the entry", raw)
            return
        if key:
            values["citation key"] = [key]
        notes, self._notes = self._notes, {}
        yield from (Repair(self._start, what) for what in notes)
        record = SourceRecord(
            source=self._source,
            own_id=own_id_of(values, DIALECT),
            bibliography=Bibliography(authors=tuple(authors)),
            raw=raw,
            line=self._start,
        )
        for child, waiting in self._crossrefs.meets(kind, key, values):
            yield _composed(child, waiting)
        if self._crossrefs.settles(values, record):
            yield _composed(values, record)

    def _key(self, body: str) -> tuple[str, str]:
        """The entry's key, and its fields."""
        key, _, rest = body.partition(",")
        if "=" not in key:
            return key.strip(), rest
        alone = _KEY_ALONE.match(body)
        if alone is None:
            return "", body
        self._notes["no comma behind the key"] = None
        return alone[1], body[alone.end() :]

    def _authors(self, value: str, values: Values) -> list[Author]:
        """The authors in order; braces around a name without comma make it a group's."""
        authors: list[Author] = []
        for text, whole in names(value):
            text = self._cleaned(text)
            if text == "others":
                values.setdefault("author", []).append(text)
            elif whole and "," not in text:
                authors.append(Author(collective=text))
            else:
                authors.append(author_of(text))
        return authors

    def _place(self, values: Values, name: str, value: str) -> None:
        """The items of one field's value, as they would be printed."""
        text = self._cleaned(address(value) if name in _ADDRESSES else plain(value))
        for item in _items(name, text):
            values.setdefault(name, []).append(item)

    def _cleaned(self, text: str) -> str:
        if not suspect(text):
            return text
        text, what = clean(text)
        self._notes.update((f"{said} undone", None) for said in what)
        return text

    def _fields(self, body: str) -> Iterator[tuple[str, str]]:
        """Names (lower case) and values of the entry's fields, in order."""
        at = 0
        while found := _FIELD.match(body, at):
            value, at = self._value(body, found.end())
            yield found[1].strip().lower(), value
            if not _ENDED.match(body, at):
                self._notes["no comma between two fields"] = None
            if at <= found.end():
                at = found.end() + 1

    def _value(self, body: str, at: int) -> tuple[str, int]:
        """One value, parts joined by `#`: braced, quoted, a number or an abbreviation."""
        parts: list[str] = []
        size = 0
        while at < len(body):
            if body[at] == "{":
                end = _closing(body, at)
                parts.append(body[at + 1 : end])
            elif body[at] == '"':
                end = _quoted(body, at)
                parts.append(body[at + 1 : end])
            else:
                bare = re.compile(r"[^\s,#}]*").match(body, at)
                word = bare[0] if bare else ""
                parts.append(self._strings.get(word.lower(), word))
                end = at + len(word) - 1
            size += len(parts[-1])
            self._bound(size - len(body), LONGEST_EXPANSION)
            more = re.compile(r"\s*#\s*").match(body, end + 1)
            at = more.end() if more else end + 1
            if not more:
                break
        return "".join(parts), at

    def _bound(self, size: int, most: int) -> None:
        """Abbreviations may be made of abbreviations, and a few lines of them fill a computer."""
        if size > most:
            raise ImportRefused(
                f"The abbreviations (@string) at line {self._start} stand for more than "
                f"{most >> 20} MB of text; this is no export of references.",
                self._start,
            )


def _composed(values: Values, record: SourceRecord) -> SourceRecord:
    """The record with its bibliography."""
    return replace(record, bibliography=compose(values, DIALECT, record.bibliography.authors))


def _depth(line: str) -> int:
    """How many braces the line opens, less those it closes; escaped ones do not count."""
    line = line.replace("\\{", "").replace("\\}", "")
    return line.count("{") - line.count("}")


def _closing(body: str, at: int) -> int:
    depth = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(body, at):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            if _AFTER.match(body, found.end()):
                return found.start()
            depth = 1
    return len(body)


def _quoted(body: str, at: int) -> int:
    depth = 0
    for found in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(body, at + 1):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if found[0] == '"' and depth <= 0:
            return found.start()
    return len(body)


def _items(name: str, text: str) -> list[str]:
    if name in DIALECT.keywords:
        separator = ";" if ";" in text else ","
        return [part for item in text.split(separator) if (part := item.strip())]
    if name == "pages":
        return [text.replace("--", "-")] if text else []
    return [text] if text else []
