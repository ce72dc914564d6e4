"""A project of the REFI-QDA exchange format as a plain tree of its elements."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


class CannotExchange(ValueError):
    """A file that cannot be read, or content that cannot be written; says why and what to do."""


@dataclass(slots=True)
class Node:
    """One element: its tag without namespace, its attributes, what it holds, its own text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    @property
    def guid(self) -> str:
        """The element's own identifier; empty where it has none."""
        return self.attributes.get("guid", "")

    @property
    def name(self) -> str:
        """What people see of it."""
        return self.attributes.get("name", "")

    def walk(self) -> Iterator["Node"]:
        """This element and everything below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *tags: str) -> list["Node"]:
        """Children with one of these tags."""
        return [child for child in self.children if child.tag in tags]

    def first(self, tag: str) -> "Node | None":
        """The first child with this tag."""
        return next((child for child in self.children if child.tag == tag), None)

    def words(self, tag: str = "Description") -> str:
        """The text of the first child with this tag."""
        child = self.first(tag)
        return "" if child is None else child.text

    def targets(self, tag: str) -> list[str]:
        """What the children with this tag refer to."""
        return [child.attributes["targetGUID"] for child in self.all(tag)]


SOURCES = ("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource")
SELECTIONS = (
    "PlainTextSelection", "PictureSelection", "PDFSelection",
    "AudioSelection", "VideoSelection", "TranscriptSelection",
)  # fmt: skip
TEXTS = ("TextSource", "Representation", "TextDescription", "Transcript", "Note")
"""Elements that hold a text of their own."""
COUNTED = {
    "codes": ("Code",),
    "codings": ("Coding",),
    "selections": SELECTIONS,
    "sources": SOURCES,
    "memos": ("Note",),
    "users": ("User",),
    "cases": ("Case",),
    "sets": ("Set",),
}


def counts(project: Node) -> dict[str, int]:
    """How many codes, codings, selections, sources, memos, users, cases and sets there are."""
    found = Counter(node.tag for node in project.walk())
    return {name: sum(found[tag] for tag in tags) for name, tags in COUNTED.items()}


def section(project: Node, tag: str) -> list[Node]:
    """What a part of the project (`Users`, `Sources`, ...) holds; nothing where it is absent."""
    part = project.first(tag)
    return [] if part is None else part.children


def codes_of(project: Node) -> list[Node]:
    """The topmost codes."""
    book = project.first("CodeBook")
    return [] if book is None else section(book, "Codes")
