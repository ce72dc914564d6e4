"""The text of an article in JATS XML: abstract and body by section, then what is attached."""

from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree

from services.extraction.texts.formats.extracted import (
    Extracted,
    Paragraph,
    Part,
    UnreadableText,
    words_of,
)

BLOCKS = {
    "p", "title", "disp-quote", "list", "list-item", "table-wrap", "fig", "boxed-text", "sec",
    "caption", "label", "tr", "disp-formula", "verse-group", "attrib", "def-list", "table", "fn",
    "fn-group", "def-item", "supplementary-material", "verse-line", "speech", "speaker",
    "statement", "preformat", "code", "term", "def", "ack", "app", "app-group", "glossary", "notes",
    "bio", "question", "answer", "explanation",
}  # fmt: skip
SECTIONS = {"sec", "ack", "app", "glossary", "notes", "bio"}
SENTENCES = {"p", "title", "italic", "bold", "sup", "xref", "td", "th"}
"""Elements within which a footnote waits for the sentence's end."""
SKIPPED = {"tex-math", "ref-list", "graphic", "object-id", "alternatives-tex"} | {
    "alt-text", "long-desc",
}  # fmt: skip
LABELLED = {"list-item", "fn", "def-item"}
"""What begins with its label."""


def read_jats(data: bytes) -> Extracted:
    """The paragraphs of an article; raises `UnreadableText` saying what to do instead.

    A DOCTYPE is passed over: nothing is fetched, no entity is expanded.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "entity" in (error.msg or "").lower() and b"<!ENTITY" in data:
            raise UnreadableText(
                "The XML defines words of its own (entities) beyond bounds, which no article does; "
                "upload the PDF."
            ) from None
        if any(one.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for one in parser.error_log):
            raise UnreadableText(
                "The XML's parts lie deeper in one another, or are longer, than those of any "
                "article; upload the PDF, or paste the text."
            ) from None
        raise UnreadableText(f"The XML is damaged ({error.msg}); fetch it again.") from None
    for node in root.iter(etree.Element):
        node.tag = etree.QName(node).localname
    _write_letters(root)
    article = root if root.tag == "article" else root.find(".//article")
    if article is None:
        raise UnreadableText("The XML is no JATS article; upload the PDF or paste the text.")
    paragraphs = list(_article(article))
    if not paragraphs:
        raise UnreadableText("The article holds no text of its own; upload the PDF.")
    return Extracted(kind="jats", paragraphs=paragraphs)


def _write_letters(root: Any) -> None:
    """Named letters (`&eacute;`), which a DTD defines that is not fetched, as themselves."""
    for entity in list(root.iter(etree.Entity)):
        words = html5.get(f"{entity.name};", "") + (entity.tail or "")
        before, parent = entity.getprevious(), entity.getparent()
        if before is not None:
            before.tail = (before.tail or "") + words
        else:
            parent.text = (parent.text or "") + words
        parent.remove(entity)


def _article(article: Any) -> Iterator[Paragraph]:
    reader = _Reader()
    title = article.find("./front//article-title")
    if title is not None:
        subtitle = article.find("./front//title-group/subtitle")
        parts = [*title.itertext(), *([": ", *subtitle.itertext()] if subtitle is not None else [])]
        yield Paragraph(text=words_of(parts), part=Part.HEADING)
    for abstract in article.xpath("./front//abstract | ./front//trans-abstract"):
        yield from reader.read(abstract, "Abstract", Part.BODY)
    for body in article.findall("./body"):
        yield from reader.read(body, "", Part.BODY)
    for rest in article.findall("./floats-group") + article.findall("./back"):
        yield from reader.read(rest, "", Part.BODY)
    for other in article.findall("./sub-article") + article.findall("./response"):
        name = words_of(next((t.itertext() for t in other.iter("article-title")), []))
        for abstract in other.xpath(
            "./front-stub/abstract | ./front-stub/trans-abstract | ./front//abstract"
        ):
            yield from reader.read(abstract, name, Part.ATTACHED)
        for body in other.findall("./body"):
            yield from reader.read(body, name, Part.ATTACHED)


class _Reader:
    """Walks sections and gathers the words between block elements."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._notes: list[Any] = []
        self._label = ""

    def read(self, node: Any, section: str, part: Part) -> Iterator[Paragraph]:
        """The paragraphs below an element; `section` where it has no title of its own."""
        title = node.find("./title")
        within = words_of(title.itertext()) if title is not None else section
        yield from self._children(node, within or section, part)
        yield from self._flush(within or section, part)

    def _children(self, node: Any, section: str, part: Part) -> Iterator[Paragraph]:
        self._words.append(node.text or "")
        for child in node:
            yield from self._child(child, section, part)
            self._words.append(child.tail or "")
            if child.tag in ("td", "th"):
                self._words.append(" | ")

    def _child(self, child: Any, section: str, part: Part) -> Iterator[Paragraph]:
        if not isinstance(child.tag, str) or child.tag in SKIPPED:
            return
        if child.tag == "break":
            self._words.append(" ")
        if child.tag == "label" and child.getparent().tag in LABELLED:
            self._label = words_of(child.itertext())
            return
        if child.tag not in BLOCKS:
            yield from self._children(child, section, part)
            return
        if child.tag == "fn" and child.getparent().tag in SENTENCES:
            self._notes.append(child)
            return
        yield from self._flush(section, part)
        if child.tag in SECTIONS:
            yield from self.read(child, section, part)
            return
        within = _part(child.tag, part)
        yield from self._children(child, section, within)
        yield from self._flush(section, within)

    def _flush(self, section: str, part: Part) -> Iterator[Paragraph]:
        text = words_of(self._words).strip(" |")
        self._words = []
        if text:
            whole = f"{self._label} {text}".lstrip()
            self._label = ""
            yield Paragraph(text=whole, section=section, part=part)
        notes, self._notes = self._notes, []
        for note in notes:
            yield from self._children(note, section, part)
            yield from self._flush(section, part)


def _part(tag: str, part: Part) -> Part:
    if part is Part.ATTACHED:
        return part
    by_tag = {"title": Part.HEADING, "disp-quote": Part.QUOTE, "table-wrap": Part.TABLE}
    return by_tag.get(tag, part)
