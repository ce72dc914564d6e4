"""Project and codebook files as a whole: what is in one, and one made from what is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import IO

from services.extraction.exchange.domain.grammar import in_order, problems
from services.extraction.exchange.domain.identity import identified
from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.tree import CannotExchange, Node
from services.extraction.exchange.domain.values import made_from
from services.extraction.exchange.formats.archive import MOST_XML, Archive, write_archive
from services.extraction.exchange.formats.sources import SourceFiles, say_what_is_strange
from services.extraction.exchange.formats.xml import read_xml, write_codebook, write_project

QDC, QDPX = "qdc", "qdpx"
_FILED = ("TextSource", "Transcript", "TextDescription", "Representation")
"""Elements whose text is a file of its own; memos, and what is said of a part of a page, are
written where they stand."""


@dataclass(slots=True)
class ReadProject:
    """A file's project under identifiers made from its content.

    `files` are originals by name (`<sha256>.pdf`); `were` says what the file's own identifiers
    became; `losses` what was odd or could not be kept.
    """

    kind: str
    project: Node
    files: dict[str, bytes] = field(default_factory=dict)
    were: dict[str, str] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


def kind_of(head: bytes) -> str:
    """Whether bytes begin like a project (`qdpx`) or like a codebook (`qdc`)."""
    return QDC if head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<" else QDPX


def read_file(stream: IO[bytes], name: str = "") -> ReadProject:
    """Read a project or a codebook; raises `CannotExchange`."""
    head = stream.read(512)
    stream.seek(0)
    losses = Losses()
    if not head.strip():
        raise CannotExchange("The file is empty; export it again.")
    if kind_of(head) == QDC:
        data = stream.read(MOST_XML + 1)
        if len(data) > MOST_XML:
            raise CannotExchange(f"The codebook has more than {MOST_XML >> 20} MB.")
        tree = read_xml(data, losses)
        kind, files = _kind_of_xml(tree), SourceFiles(None, losses)
    else:
        archive = Archive(stream)
        tree = read_xml(archive.project(), losses)
        for other in archive.projects()[1:]:
            losses.add("the archive holds several projects; one was read and not these", other)
        kind, files = QDPX, SourceFiles(archive, losses)
    files.bring_in(tree)
    tree.attributes["name"] = tree.name or name.rsplit(".", 1)[0] or "Project"
    say_what_is_strange(tree, losses)
    project, were = identified(tree)
    return ReadProject(kind, project, files.kept, were, losses.sentences())


def _kind_of_xml(tree: Node) -> str:
    """A bare project file without its archive is a project all the same."""
    return QDC if {child.tag for child in tree.children} <= {"CodeBook", "Sets"} else QDPX


def read_bytes(data: bytes, name: str = "") -> ReadProject:
    """As `read_file`, of bytes."""
    return read_file(BytesIO(data), name)


def write_qdpx(project: Node, originals: Mapping[str, bytes]) -> bytes:
    """A project as a file that is valid; the same content is the same bytes.

    `originals` by name as in `ReadProject.files`. Raises `CannotExchange` where it cannot be.
    """
    files: dict[str, bytes] = {}
    tree = _filed(project, originals, files)
    broken = next(problems(tree), None)
    if broken is not None:
        raise CannotExchange(f"The project cannot be written: {broken}.")
    return write_archive(write_project(tree), files)


def write_qdc(project: Node) -> bytes:
    """A project's codebook as a file that is valid."""
    return write_codebook(project)


def _filed(
    node: Node, originals: Mapping[str, bytes], files: dict[str, bytes], parent: str = ""
) -> Node:
    """A copy whose texts and originals are files of the archive."""
    attributes = dict(node.attributes)
    for name in ("path", "richTextPath"):
        if attributes.get(name, "").startswith("internal://"):
            attributes[name] = _file_original(attributes[name], originals, files)
    children = [_filed(child, originals, files, node.tag) for child in node.children]
    content = node.first("PlainTextContent")
    if node.tag in _FILED and parent != "PDFSelection" and content is not None and content.text:
        file = f"{node.guid}.txt"
        files[file] = content.text.encode()
        attributes["plainTextPath"] = f"internal://{file}"
        children = [child for child in children if child.tag != "PlainTextContent"]
    filed = replace(node, attributes=attributes, children=children)
    filed.children = in_order(filed)
    return filed


def _file_original(path: str, originals: Mapping[str, bytes], files: dict[str, bytes]) -> str:
    name = path.removeprefix("internal://")
    stem, dot, ending = name.partition(".")
    file = f"{made_from('file', stem)}{dot}{ending}"
    if name in originals:
        files[file] = originals[name]
    return f"internal://{file}"
