"""Reading of single bibliographic values: identifiers, years, names.

Formats of identifiers: DOI (ISO 26324), ISSN (ISO 3297), ISBN (ISO 2108), PMID.
"""

import ast
import json
import re
from urllib.parse import unquote

from services.search.library.domain.record import Author

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,2000}", re.IGNORECASE)
_PLAIN_DOI = re.compile(r"10\.\d{4,9}/[a-z0-9._/-]{0,200}[a-z0-9]", re.ASCII)
LONGEST_NAME = 500
_YEAR = re.compile(
    r"(?<!\d)(?:1[5-9]|20)\d\d(?:(?!\d)|(?=(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)))",
    re.ASCII,
)
_ROUNDED = re.compile(r"\s*\d(?:[.,]\d+)?[eE]\+?\d+\s*")
_ISSN = re.compile(r"(?<![\w-])(\d{4})[-–‐]?(\d{3}[\dXx])(?![\w-])")
_ISBN = re.compile(r"(?<![\dXx])(?:97[89][-– ]?)?(?:\d[-– ]?){9}[\dXx](?![\dXx])")
_PMID = re.compile(r"(?<!\d)\d{1,8}(?!\d)", re.ASCII)
_PMC = re.compile(r"PMC\s?\d{2,9}", re.IGNORECASE)
_PUBMED_ADDRESS = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,8})(?!\d)"
)
_INITIALS = re.compile(r"^(\S.*?)[ ,]+((?:[A-Z]\.?[- ]?){1,4}\.?)$")
_LEADING_INITIALS = re.compile(
    r"^((?:[A-Z]\.?[ -]?){1,3}(?<=[ .]))\s*"
    r"((?:(?:[Vv]an|[Vv]on|[Dd]e[rnl]?|[Dd]ella|[Dd]i|[Dd]a|[Ll][ae]|[Dd]u|[Dd]os|[Ee]l|[Aa]l) )*"
    r"[^\W\d_][\w'’-]*[^\W\dA-Z_][\w'’-]*)$"
)
_COLLECTIVE = re.compile(
    r"\b(?:group|organi[sz]ation|consortium|collaborat\w+|committee|network|society|association|"
    r"institut\w*|universit\w*|team|ministry|department|foundation|council|agency|investigators|"
    r"study|trial|trialists|cent(?:er|re)|college|academy|board|commission|federation|initiative|"
    r"panel|office|service|program(?:me)?|registry|alliance|task force)\b",
    re.IGNORECASE,
)
_INVERTED = re.compile(r"[^\W\d_][^,]{0,40}, ?[^\W\d_][^,]{0,30}")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", re.IGNORECASE)


def doi_of(value: str) -> str | None:
    """The DOI in `value`, lower case, without resolver or closing punctuation."""
    if _PLAIN_DOI.fullmatch(value):
        return value
    found = _DOI.search(value)
    if "%" in value and (found is None or "%" in found[0]):
        found = _DOI.search(unquote(value)) or found
    if found is None:
        return None
    doi = found[0].lower().rstrip(".,;:'’")
    while doi.endswith((")", "]", "}")) and doi.count(doi[-1]) > doi.count(_OPENING[doi[-1]]):
        doi = doi[:-1].rstrip(".,;:")
    return doi


_OPENING = {")": "(", "]": "[", "}": "{"}


def year_of(value: str) -> int | None:
    """The first year between 1500 and 2099 in a date as files write it."""
    if len(value) == 4 and value.isascii() and value.isdecimal() and "1500" <= value < "2100":
        return int(value)
    found = _YEAR.search(value)
    return int(found[0]) if found else None


def issns_of(value: str) -> tuple[str, ...]:
    """Every ISSN in `value`, with hyphen, upper-case X."""
    return tuple(f"{a}-{b.upper()}" for a, b in _ISSN.findall(_without_isbns(value)))


def isbns_of(value: str) -> tuple[str, ...]:
    """Every ISBN in `value`, digits only (and X)."""
    return tuple(re.sub(r"[^\dXx]", "", found).upper() for found in _ISBN.findall(value))


def _without_isbns(value: str) -> str:
    return _ISBN.sub(" ", value) if len(value) > 9 else value


def pmid_of(value: str) -> str | None:
    """The PMID in a field that holds PMIDs (`PUBMED 21314913`, `21314913 [pmid]`).

    A number that a spreadsheet rounded (`2.13149E+07`) names no article.
    """
    if _ROUNDED.fullmatch(value):
        return None
    found = _PMID.search(value)
    return str(int(found[0])) if found and int(found[0]) else None


def pmid_of_address(value: str) -> str | None:
    """The PMID in a PubMed address, or None for any other address."""
    found = _PUBMED_ADDRESS.search(value)
    return found[1] if found else None


def pmcid_of(value: str) -> str | None:
    """The PubMed Central id in `value`, as `PMC123`."""
    found = _PMC.search(value)
    return found[0].upper().replace(" ", "") if found else None


def orcid_of(value: str) -> str | None:
    """The ORCID in `value`, without the address before it."""
    found = _ORCID.search(value)
    return found[0].upper() if found else None


def author_of(value: str) -> Author:
    """One author as files write them.

    `Curie, Marie`, `Curie M`, `Curie M.S.`, `Marie Curie`, or a group's name.
    """
    family, comma, given = value.partition(",")
    if comma:
        return Author(family.rstrip(), given.strip())
    if _COLLECTIVE.search(value):
        return Author(collective=value)
    if len(value) > LONGEST_NAME:
        return Author(family=value)
    initials = _INITIALS.match(value)
    if initials:
        return Author(family=initials[1], given=initials[2].strip())
    leading = _LEADING_INITIALS.match(value)
    if leading:
        return Author(family=leading[2], given=leading[1].strip())
    before, _, last = value.rpartition(" ")
    if before and last[:1].isupper() and len(value.split()) <= 4 and not before.isupper():
        return Author(family=last, given=before)
    return Author(family=value)


def people_of(value: str) -> tuple[Author, ...]:
    """The people in one author value; some files put all of them in one.

    They stand between semicolons, or as `Curie, M. and Joliot, F.`.
    """
    if ";" not in value:
        parts = value.split(" and ") if " and " in value else ()
        if parts and all(_INVERTED.fullmatch(part) for part in parts):
            return tuple(map(author_of, parts))
        return (author_of(value),)
    return tuple(author_of(part) for item in value.split(";") if (part := item.strip()))


def names_of(cell: str) -> tuple[str, ...]:
    """The names in one cell: a list literal, or separated by `;`, ` and `, line or comma."""
    listed = listed_values(cell)
    if listed is not None:
        return listed
    for separator in (";", "\n", "||", "|", " and "):
        if separator in cell:
            parts = tuple(part.strip() for part in cell.split(separator))
            return tuple(part for part in parts if part and part != "...")
    return _comma_names(cell)


def _comma_names(cell: str) -> tuple[str, ...]:
    """`Liu R., Adler D.G.` is two people, `Curie, Marie` is one.

    With one comma, both sides need an initial or two words to be two people.
    """
    parts = [part.strip().rstrip() for part in cell.split(",")]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return tuple(parts)
    parts = [part.removeprefix("& ").removeprefix("and ") for part in parts]
    if parts[-1].endswith(".") and not any("." in part for part in (*parts[:-1], parts[-1][:-1])):
        parts[-1] = parts[-1][:-1]
    if all(" " in part for part in parts):
        return tuple(part[:-1] if _full_stop(part) else part for part in parts)
    if len(parts) % 2 == 0 and len(parts) > 2 and all(_given(part) for part in parts[1::2]):
        return tuple(f"{a}, {b}" for a, b in zip(parts[::2], parts[1::2], strict=True))
    return (cell.strip(),)


def _full_stop(part: str) -> bool:
    return part.endswith(".") and "." not in part[:-1] and len(part.rsplit(" ", 1)[-1]) > 2


def _given(part: str) -> bool:
    return len(part) <= 12 and bool(re.fullmatch(r"(?:[A-Z]\.?[- ]?){1,4}", part))


def listed_values(cell: str) -> tuple[str, ...] | None:
    """The items of a cell that holds a JSON or Python list, or None."""
    if not (cell.startswith("[") and cell.endswith("]")) or len(cell) > 1_000_000:
        return None
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        try:
            found = ast.literal_eval(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    if not isinstance(found, list) or not all(isinstance(item, (str, int)) for item in found):
        return None
    return tuple(str(item).strip() for item in found if str(item).strip())
