"""The files behind sources: their texts brought in with offsets, their originals kept."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from services.extraction.exchange.domain.contents_notes import ORIGIN, own_identifiers
from services.extraction.exchange.domain.grammar import in_order
from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.noted_passages import place_notes
from services.extraction.exchange.domain.offsets import UNITS, CountedText, Span, Unit, best_unit
from services.extraction.exchange.domain.tree import SELECTIONS, SOURCES, TEXTS, Node, section
from services.extraction.exchange.formats.archive import Archive
from services.extraction.texts.formats.docx.reader import read_docx
from services.extraction.texts.formats.extracted import UnreadableText
from shared.text import clean

MOST_ORIGINAL = 256 << 20
"""Bytes of originals kept of one project."""


class SourceFiles:
    """Brings what an archive holds into the tree."""

    def __init__(self, archive: Archive | None, losses: Losses) -> None:
        self._archive, self._losses = archive, losses
        self.kept: dict[str, bytes] = {}
        self._room = MOST_ORIGINAL
        self._own: frozenset[str] = frozenset()

    def bring_in(self, project: Node) -> None:
        """Texts become content with offsets in code points; originals are named by their hash."""
        self._own = own_identifiers(project)
        place_notes(project)
        base = project.attributes.pop("basePath", "")
        if base:
            self._losses.add("the folder for media on somebody's computer is not kept")
        texts = [(node, name, self._text(node, name)) for node, name in _texts(project)]
        counted = [(node, name, CountedText(raw)) for node, name, raw in texts]
        unit = best_unit([(text, _spans(node)) for node, _, text in counted])
        if unit != UNITS[0] and any(_spans(node) for node, _, _ in counted):
            self._losses.add(f"offsets count {unit.words()}; they were translated")
        for node, name, text in counted:
            self._set_text(node, name, text, unit)
        for node in section(project, "Sources"):
            self._keep_originals(node, node.name)

    def _text(self, node: Node, name: str) -> str:
        """The text of a source, memo or transcript, as its file holds it."""
        path = node.attributes.pop("plainTextPath", "")
        content = node.first("PlainTextContent")
        if content is not None and (content.text or not path):
            return content.text
        raw = self._internal(path, name)
        text = "" if raw is None else self._decoded(raw, name)
        return text if len(text.strip()) > 1 else self._of_rich_text(node, name) or text

    def _internal(self, path: str, name: str) -> bytes | None:
        if not path:
            return None
        raw = self._found(path)
        if raw is None:
            self._losses.add("the text is not in the file", name)
        return raw

    def _found(self, path: str) -> bytes | None:
        """What the archive holds under a path; of one outside, a file at its very place."""
        if self._archive is None or not path:
            return None
        if not _is_outside(path):
            return self._archive.file(path)
        return (
            self._archive.exactly(path.removeprefix("relative:")) if "relative:" in path else None
        )

    def _decoded(self, raw: bytes, name: str) -> str:
        for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8",):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        self._losses.add("the text is not in UTF-8; it was read as Windows-1252", name)
        return raw.decode("cp1252", "replace")

    def _of_rich_text(self, node: Node, name: str) -> str:
        """The text of the Word file beside an empty one, where no offsets count on another."""
        path = node.attributes.get("richTextPath", "")
        if not path.lower().endswith(".docx") or _spans(node) or self._archive is None:
            return ""
        raw = self._archive.file(path)
        try:
            text = "" if raw is None else read_docx(raw).text()[0]
        except UnreadableText:
            return ""
        if text:
            self._losses.add("the plain text is empty; the text is that of the Word file", name)
        return text

    def _set_text(self, node: Node, name: str, text: CountedText, unit: Unit) -> None:
        node.children = [child for child in node.children if child.tag != "PlainTextContent"]
        words = clean(text.text) if node.tag == "Note" else text.text
        if node.tag == "TextSource" and not words.strip() and node.guid not in self._own:
            self._losses.add("the text is empty", name)
        node.children.append(Node("PlainTextContent", {}, [], words))
        node.children = in_order(node)
        for one in node.all("PlainTextSelection"):
            self._place(one, name, text, unit)

    def _place(self, one: Node, name: str, text: CountedText, unit: Unit) -> None:
        given = int(one.attributes["startPosition"]), int(one.attributes["endPosition"])
        start, end = (text.place(unit, offset) for offset in given)
        if start is None or end is None:
            said = "selections point outside the text; they keep their offsets and names"
            self._losses.add(said, name)
            return
        if start > end:
            self._losses.add("selections that end before they start were turned round", name)
            start, end = end, start
        one.attributes |= {"startPosition": str(start), "endPosition": str(end)}

    def _keep_originals(self, node: Node, name: str) -> None:
        for part in node.walk():
            part.attributes.pop("currentPath", None)
            for attribute in ("path", "richTextPath"):
                if attribute in part.attributes:
                    self._keep(part, attribute, name)

    def _keep(self, part: Node, attribute: str, name: str) -> None:
        path = part.attributes.pop(attribute)
        raw = self._found(path)
        if raw is None and _is_outside(path):
            part.attributes[attribute] = f"relative:///{PurePosixPath(path).name}"
            self._losses.add("the original lies outside the project; only its name is kept", name)
            return
        if raw is None:
            self._losses.add("the original is not in the file", name)
            return
        if len(raw) > self._room:
            self._losses.add(
                f"originals above {MOST_ORIGINAL >> 20} MB together are not kept", name
            )
            return
        stored = f"{sha256(raw).hexdigest()}{PurePosixPath(path).suffix.lower()[:12]}"
        self._room -= len(raw) if stored not in self.kept else 0
        self.kept[stored] = raw
        part.attributes[attribute] = f"internal://{stored}"


def _is_outside(path: str) -> bool:
    return path.startswith(("relative:", "absolute:", "file:", "/")) or path[1:3] == ":\\"


def _texts(project: Node) -> Iterator[tuple[Node, str]]:
    """Everything that has a text of its own, with the name people know it by."""
    for tag in ("Sources", "Notes"):
        for source in section(project, tag):
            for node in source.walk():
                if node.tag in TEXTS:
                    yield node, node.name or source.name or "a memo"


def _spans(node: Node) -> list[Span]:
    return [
        Span(int(one.attributes["startPosition"]), int(one.attributes["endPosition"]), one.name)
        for one in node.all("PlainTextSelection")
    ]


def say_what_is_strange(project: Node, losses: Losses) -> None:
    """Selections of nothing, references to nothing, comments without author, absent users.

    What an export of a review wrote is restored from its notes, and not strange.
    """
    own = own_identifiers(project)
    guids = {node.guid for node in project.walk() if node.guid}
    seen: set[str] = set()
    for node in project.walk():
        if node.guid and node.guid in seen:
            losses.add("the same identifier stands at two things", node.name or node.tag)
        seen.add(node.guid)
        _say_of(node, guids, own, losses)
    if project.attributes.get("origin") != ORIGIN and not _is_coloured(project):
        losses.add("no code has a colour")


def _is_coloured(project: Node) -> bool:
    return any("color" in node.attributes for node in project.walk() if node.tag == "Code")


def _say_of(node: Node, guids: set[str], own: frozenset[str], losses: Losses) -> None:
    if node.tag in SELECTIONS and node.guid not in own:
        _say_of_selection(node, losses)
    for name, value in node.attributes.items():
        refers = name not in ("guid", "name", "id") and ("GUID" in name or "User" in name)
        if refers and value not in guids:
            what = "people are named who are not in the file" if "User" in name else ""
            losses.add(what or "references lead to nothing", node.name or node.tag)
    if node.tag in SOURCES and "name" not in node.attributes:
        losses.add("sources without a name", node.tag)


def _say_of_selection(node: Node, losses: Losses) -> None:
    ends = (("startPosition", "endPosition"), ("begin", "end"))
    for start, end in ends:
        if start in node.attributes and node.attributes[start] == node.attributes[end]:
            losses.add("selections of nothing (they end where they start)", node.name)
    if node.first("Description") is not None and node.words():
        losses.add(
            "comments stand as descriptions of selections, without author and time", node.name
        )
