"""The XML of a project or codebook, parsed without fetching or expanding anything."""

import re
from typing import Any

from lxml import etree

from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.tree import CannotExchange

MOST_DEPTH = 150
"""Elements within elements; deeper ones are refused."""
_DOCTYPE = "<!DOCTYPE"
_ABOVE_ASCII = re.compile(rb"[\x80-\xff]")
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]{1,8}|[0-9]{1,9});")
_PAIR = re.compile(rb"&#(x[0-9a-fA-F]{4}|[0-9]{5});&#(x[0-9a-fA-F]{4}|[0-9]{5});")
_UTF_8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


def parsed(data: bytes, losses: Losses) -> etree._Element:
    """The root element; raises `CannotExchange` with line and column of what is broken."""
    data = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    encoding = _encoding(data)
    if _is_windows_1252(data, encoding):
        losses.add("the XML is not in UTF-8 as it says; it was read as Windows-1252")
        data, encoding = data.decode("cp1252", "replace").encode(), "utf-8"
    parser = _parser(huge=_may_be_huge(data), encoding=encoding)
    try:
        root = _root(data, parser, losses)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise CannotExchange(
            f"The XML is broken at line {line}, column {column} "
            f"({(error.msg or '').split(', line')[0]}). Export it again, or repair that place."
        ) from error
    if _has_doctype(root):
        raise CannotExchange("The XML has a DOCTYPE, which REFI-QDA has no use for; remove it.")
    if _depth(root) > MOST_DEPTH:
        raise CannotExchange(
            f"Codes or other parts lie more than {MOST_DEPTH} deep in each other; move them up."
        )
    return root


def _root(data: bytes, parser: etree.XMLParser, losses: Losses) -> etree._Element:
    """The root; where signs that XML forbids keep it from being read, without these."""
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        allowed = _FORBIDDEN.sub(b"", _PAIR.sub(_of_a_pair, data))
        allowed = _REFERENCE.sub(lambda found: b"" if _is_forbidden(found) else found[0], allowed)
        if allowed == data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise
    losses.add("signs that XML forbids were left out")
    return etree.fromstring(allowed, parser)


def _number(digits: bytes) -> int:
    return int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)


def _of_a_pair(found: re.Match[bytes]) -> bytes:
    """Two references to the halves of one sign, as UTF-16 writes it, as one reference to it."""
    high, low = _number(found[1]), _number(found[2])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return found[0]
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _is_forbidden(found: re.Match[bytes]) -> bool:
    number = _number(found[1])
    is_control = number < 0x20 and number not in (9, 10, 13)
    return is_control or 0xD800 <= number < 0xE000 or number in (0xFFFE, 0xFFFF)


def _encoding(data: bytes) -> str | None:
    """UTF-8 for bytes that say they are UTF-16 and are not, as .NET writes; else as they say."""
    declaration = data[: data.find(b">") + 1].lower()
    return "utf-8" if declaration.startswith(b"<?xml") and b"utf-16" in declaration else None


def _is_windows_1252(data: bytes, encoding: str | None) -> bool:
    """Whether XML that should be in UTF-8 has single bytes above ASCII and no letter of UTF-8."""
    declaration = data[: data.find(b">") + 1].lower() if data.startswith(b"<?xml") else b""
    is_other = b"encoding" in declaration and b"utf-8" not in declaration
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (is_other and encoding is None):
        return False
    return bool(_ABOVE_ASCII.search(data)) and not _UTF_8.search(data)


def _parser(*, huge: bool, encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge,
    )


def _may_be_huge(data: bytes) -> bool:
    """Whether texts of any length may be read: not where entities might be defined."""
    spellings = ("utf-8", "utf-16-le", "utf-16-be")
    return not any(_DOCTYPE.encode(spelling) in data for spelling in spellings)


def _has_doctype(root: etree._Element) -> bool:
    information: Any = root.getroottree().docinfo
    return bool(information.doctype)


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
