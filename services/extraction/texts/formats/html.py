"""The text of an article's web page: its main part, without navigation and hidden words."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from services.extraction.texts.formats.encodings import decoded, said_encoding
from services.extraction.texts.formats.extracted import (
    Extracted,
    Paragraph,
    Part,
    UnreadableText,
    words_of,
)
from services.extraction.texts.formats.web_archive import page_of_archive

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
SKIPPED = {"script", "style", "noscript", "template", "svg", "nav", "footer", "aside"} | {
    "button", "select", "iframe", "object", "head", "textarea", "dialog", "audio", "video",
    "canvas", "annotation", "annotation-xml", "rt", "rp",
}  # fmt: skip
BLOCKS = HEADINGS | {
    "p", "div", "section", "article", "main", "ul", "ol", "li", "table", "tr", "blockquote", "pre",
    "dl", "dt", "dd", "figure", "figcaption", "header", "body", "hr", "address", "details",
    "summary", "thead", "tbody", "caption", "center", "fieldset", "legend", "form", "hgroup",
    "menu", "dir", "search",
}  # fmt: skip
MENU_ITEMS = 5
"""A list of so many links and nothing else is a menu."""
_ROLES = (
    *("navigation", "search", "banner", "contentinfo", "menu"),
    *("dialog", "alertdialog"),
)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
_CIRCUMSTANCE = re.compile(
    r"@(?:media(?!\s+(?:all|screen)\s*\{)|supports|container)\b[^{};]*\{", re.IGNORECASE
)
"""Where rules begin that hold in print, in narrow windows or under other conditions."""
_ALONE = re.compile(r"^[a-z0-9]*(?:[.#][\w-]+)+$", re.IGNORECASE)
"""A selector of one element by its classes and id."""
_NAME = re.compile(r"[.#]([\w-]+)")
_SHOWS = re.compile(r"display\s*:\s*(?!none\b)\w|visibility\s*:\s*visible", re.IGNORECASE)
LEAST_SHARE = 0.25
"""A main part must hold this share of the page's words to be taken for the article."""


def read_html(data: bytes) -> Extracted:
    """The paragraphs of a page's article; raises `UnreadableText` where there are no words."""
    data = page_of_archive(data)
    parser = _parser()
    try:
        root = lxml_html.document_fromstring(
            decoded(data, said_encoding(data)).encode("utf-8", "replace"), parser=parser
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadableText("The page holds no text; save it anew, or paste the text.") from None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise UnreadableText(
            "The page's parts lie more than 2,000 deep in one another, and what is below would be "
            "missing; upload the PDF, or paste the text."
        )
    paragraphs = list(_Reader(*hidden_names(root)).read(_main(root)))
    if not paragraphs:
        raise UnreadableText("The page holds no text; save it anew, or paste the text.")
    return Extracted(kind="html", paragraphs=paragraphs)


def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )


def _main(root: Any) -> Any:
    body = root.find("body")
    whole = body if body is not None else root
    words = _size(whole)
    for path in (".//article", ".//main", ".//*[@role='main']"):
        found = whole.findall(path)
        if len(found) == 1 and _size(found[0]) >= LEAST_SHARE * words:
            return found[0]
    return whole


def hidden_names(root: Any) -> tuple[frozenset[str], list[frozenset[str]]]:
    """Classes and ids that the page's own style sheets hide on a screen, and those that together
    show an element again.
    """
    hidden: set[str] = set()
    shown: list[frozenset[str]] = []
    for style in root.iter("style"):
        for selectors, body in _RULE.findall(_on_screens(style.text or "")):
            for selector in selectors.split(","):
                names = _NAME.findall(selector) if _ALONE.match(selector.strip()) else []
                if len(names) == 1 and _hides(body):
                    hidden.add(names[0])
                elif len(names) > 1 and _SHOWS.search(body):
                    shown.append(frozenset(names))
    return frozenset(hidden), shown


def _on_screens(rules: str) -> str:
    """Style rules without those for print, for narrow windows and other circumstances."""
    kept, at = [], 0
    for found in _CIRCUMSTANCE.finditer(rules):
        if found.start() < at:
            continue
        kept.append(rules[at : found.start()])
        depth, at = 1, found.end()
        while at < len(rules) and depth:
            depth += {"{": 1, "}": -1}.get(rules[at], 0)
            at += 1
    return "".join([*kept, rules[at:]])


def _hides(style: str) -> bool:
    tight = re.sub(r"\s+", "", style).lower()
    return "display:none" in tight or "visibility:hidden" in tight


def is_menu(node: Any) -> bool:
    """Whether a list consists of links alone: navigation, languages, contents."""
    items = [item for item in node if item.tag == "li"]
    if len(items) < MENU_ITEMS:
        return False
    linked = sum(len("".join(link.itertext())) for item in items for link in item.iter("a"))
    return linked >= 0.9 * len("".join(node.itertext()).replace(" ", "").replace("\n", ""))


def is_hidden(node: Any) -> bool:
    """Whether a browser would not show the element, or its role is not the article's."""
    return (
        node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
        or node.get("role") in _ROLES
        or _hides(str(node.get("style") or ""))
    )


class _Reader:
    """Walks a page and gathers the words between block elements."""

    def __init__(self, hidden: frozenset[str], shown: Sequence[frozenset[str]]) -> None:
        self._hidden = hidden
        self._shown = shown
        self._words: list[str] = []
        self._section = ""
        self._whole = 0

    def read(self, node: Any) -> Iterator[Paragraph]:
        """The paragraphs below an element, in order."""
        self._whole = _size(node)
        parts = [Part.BODY]
        walk = etree.iterwalk(node, events=("start", "end"))
        left_out: set[Any] = set()
        for event, one in walk:
            if event == "start":
                if self._is_left_out(one):
                    left_out.add(one)
                    walk.skip_subtree()
                else:
                    yield from self._begin(one, parts)
                continue
            if one in left_out:
                left_out.discard(one)
            else:
                yield from self._end(one, parts)
            if one is not node:
                self._words.append(one.tail or "")
                self._words.append(" | " if one.tag in ("td", "th") else "")
        yield from self._flush(Part.BODY)

    def _begin(self, node: Any, parts: list[Part]) -> Iterator[Paragraph]:
        if node.tag == "br":
            self._words.append(" ")
        if node.tag in BLOCKS:
            yield from self._flush(parts[-1])
        parts.append(_part(node.tag, parts[-1]))
        self._words.append(node.text or "")

    def _end(self, node: Any, parts: list[Part]) -> Iterator[Paragraph]:
        within = parts.pop()
        if node.tag in BLOCKS:
            yield from self._flush(within)

    def _is_left_out(self, node: Any) -> bool:
        """Whether an element is no part of the article.

        A form is one that holds most of the page's words, as where the whole page is a form.
        """
        if not isinstance(node.tag, str) or node.tag in SKIPPED or self._is_hidden(node):
            return True
        if node.tag in ("ul", "ol") and is_menu(node):
            return True
        return node.tag == "form" and 2 * _size(node) < self._whole

    def _is_hidden(self, node: Any) -> bool:
        names = {*str(node.get("class") or "").split(), str(node.get("id") or "")}
        if is_hidden(node):
            return True
        return bool(names & self._hidden) and not any(shown <= names for shown in self._shown)

    def _flush(self, part: Part) -> Iterator[Paragraph]:
        text = words_of(self._words).strip(" |")
        self._words = []
        if not text:
            return
        if part is Part.HEADING:
            self._section = text
        yield Paragraph(text=text, section=self._section, part=part)


def _size(node: Any) -> int:
    return len(" ".join(node.itertext()).split())


def _part(tag: str, part: Part) -> Part:
    if tag in HEADINGS:
        return Part.HEADING
    if tag == "blockquote":
        return Part.QUOTE
    return Part.TABLE if tag == "table" else part
