"""The parts of a DOCX: the document, its footnotes and the names of its styles, read in bounds."""

from dataclasses import dataclass, field
from io import BytesIO
from lzma import LZMAError
from posixpath import dirname, join, normpath
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as DeflateError

from lxml import etree

from services.extraction.texts.formats.extracted import UnreadableText

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_BYTES = 64 * 1024 * 1024
"""A document part that unpacks to more is refused."""
HEADINGS = ("heading", "title", "überschrift", "berschrift", "titre")
"""How the names of headings' styles begin."""
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DOCUMENT = "word/document.xml"
_DAMAGED = (BadZipFile, DeflateError, LZMAError, KeyError, RuntimeError, EOFError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The body, the notes at the foot of pages and at the end, style names by their id.

    Styles that are made from headings have their names.
    """

    body: Any
    notes: list[Any] = field(default_factory=list)
    styles: dict[str, str] = field(default_factory=dict)


def opened(data: bytes) -> Package:
    """The parts of a DOCX; raises `UnreadableText` saying what to do instead."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            name = _document(archive)
            root = _tree(archive, name)
            beside = {
                part: _tree(archive, found)
                for part in ("footnotes", "endnotes", "styles")
                if (found := f"{dirname(name)}/{part}.xml") in archive.namelist()
            }
    except _DAMAGED:
        raise UnreadableText(
            "The file is no DOCX that can be opened; save it anew as .docx, or paste the text."
        ) from None
    body = root.find(W + "body")
    if body is None:
        raise UnreadableText("The DOCX has no body; save it anew, or paste the text.")
    notes = [
        note
        for part in ("footnotes", "endnotes")
        for note in beside.get(part, ())
        if note.get(W + "type") in (None, "normal")
    ]
    return Package(body=body, notes=notes, styles=_styles(beside.get("styles", ())))


def _document(archive: ZipFile) -> str:
    """The name of the part that holds the text."""
    if "_rels/.rels" in archive.namelist():
        for relation in _tree(archive, "_rels/.rels"):
            if str(relation.get("Type")).endswith("/officeDocument"):
                return normpath(join("/", str(relation.get("Target"))))[1:]
    return _DOCUMENT


def _tree(archive: ZipFile, name: str) -> Any:
    part = archive.getinfo(name)
    xml = b""
    if part.file_size <= MOST_BYTES:
        with archive.open(part) as stream:
            xml = stream.read(MOST_BYTES + 1)
    if part.file_size > MOST_BYTES or len(xml) > MOST_BYTES:
        raise UnreadableText("The document unpacks to more than 64 MB; split it.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise UnreadableText("The DOCX is damaged; save it anew, or paste the text.") from None
    information: Any = root.getroottree().docinfo
    if information.doctype:
        raise UnreadableText(
            "The DOCX defines words of its own (a DOCTYPE), which Word never does; paste the text."
        )
    if root.tag.startswith(_STRICT):
        _made_usual(root)
    return root


def _made_usual(root: Any) -> None:
    """The strict form of the standard, whose names lie elsewhere, as the usual one."""
    for node in root.iter(etree.Element):
        node.tag = node.tag.replace(_STRICT, W)
        for name in [name for name in node.attrib if name.startswith(_STRICT)]:
            node.set(name.replace(_STRICT, W), node.attrib.pop(name))


def _styles(root: Any) -> dict[str, str]:
    """The names of styles by their id; one that is made from a heading has the heading's name."""
    names: dict[str, str] = {}
    origins: dict[str, str] = {}
    for style in root:
        key = str(style.get(W + "styleId"))
        if style.tag != W + "style" or (name := style.find(W + "name")) is None:
            continue
        names[key] = str(name.get(W + "val") or "")
        based = style.find(W + "basedOn")
        origins[key] = "" if based is None else str(based.get(W + "val") or "")
    return {key: _origin(key, names, origins) for key in names}


def _origin(key: str, names: dict[str, str], origins: dict[str, str]) -> str:
    seen: set[str] = set()
    at = key
    while at in names and at not in seen:
        seen.add(at)
        if names[at].lower().startswith(HEADINGS):
            return names[at]
        at = origins[at]
    return names[key]
