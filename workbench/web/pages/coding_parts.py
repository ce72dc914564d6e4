"""Parts of the coding page, each drawn once for what it holds: sentences and fragments.

A part names the digest of its HTML. A browser that sends the digests it shows gets a part that
it has as an empty element with that digest, so that a save sends and draws only what changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from markupsafe import Markup

from workbench.web.domain.coding_roles import CSS, EVERY
from workbench.web.domain.passages import Sentence
from workbench.web.pages.coding_view import TARGETS, Coding, place_of
from workbench.web.site import environment

MOST_SENTENCES, MOST_FRAGMENTS = 30_000, 10_000
"""How many are kept drawn, of all documents."""


@dataclass(frozen=True, slots=True)
class Part:
    """The HTML of a part, and what stands for it where the browser has it."""

    digest: str
    html: Markup
    known: Markup

    def unless(self, known: Collection[str]) -> Markup:
        """The HTML, or what stands for it where its digest is among the known ones."""
        return self.known if self.digest in known else self.html


@dataclass(frozen=True, slots=True)
class Parts:
    """What the page shows of a document: sentences by paragraph, fragments, and memos."""

    text: Sequence[Sequence[Markup]]
    fragments: Sequence[Markup]
    memos: Sequence[Markup]


def parts(c: Coding, here: str, known: Collection[str]) -> Parts:
    """The parts of a document; of those whose digest is `known`, their empty elements.

    `here` is the address of the review.
    """
    text = [[_sentence(s, _styles(s, c.styles)).unless(known) for s in block] for block in c.blocks]
    views = (_view(c, here, number) for number in range(len(c.fragments)))
    memos = [memo(one, here, c.document["id"]) for one in c.memos]
    return Parts(text, [_fragment(view).unless(known) for view in views], memos)


def sentences(c: Coding) -> Sequence[Markup]:
    """The sentences, whole."""
    return [_sentence(s, _styles(s, c.styles)).html for block in c.blocks for s in block]


def fragment(c: Coding, here: str, fragment_id: str) -> Markup:
    """One of the fragments of a document, whole."""
    number = next(n for n, one in enumerate(c.fragments) if one["id"] == fragment_id)
    return _fragment(_view(c, here, number)).html


def memo(one: Mapping[str, Any], here: str, document_id: str) -> Markup:
    """A memo about the document, whole."""
    named = Markup('id="memo-{0}" data-memo="{0}" data-at="{1}"')
    start = place_of(one)
    attributes = named.format(one["memo_id"], "" if start is None else start)
    shown = {"memo": one, "here": here, "document": document_id}
    return _part("li", _macro("memo")(shown), attributes).html


def _styles(sentence: Sentence, styles: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(styles[f] for f in s.fragments) for s in sentence.segments)


@lru_cache(MOST_SENTENCES)
def _sentence(sentence: Sentence, styles: tuple[tuple[str, ...], ...]) -> Part:
    place = Markup('class="d-s" data-o="{}" data-e="{}"').format(sentence.start, sentence.end)
    return _part("span", _macro("sentence")(sentence, styles), place)


def _view(c: Coding, here: str, number: int) -> bytes:
    """All that the HTML of a fragment hangs on."""
    one = c.fragments[number]
    return _ENCODER.encode(
        {
            "fragment": one,
            "number": number + 1 if not one["quote"] else 0,
            "names": [c.names.get(theory, theory) for theory in one["theories"]],
            "labels": [c.labels.get(e["code"], e["code"]) for e in one["elements"]],
            "spans": c.spans[one["id"]],
            "older": c.older.get(one["id"], ()),
            "document": c.document["id"],
            "theory": c.theory,
            "here": here,
        }
    )


@lru_cache(MOST_FRAGMENTS)
def _fragment(view: bytes) -> Part:
    shown: dict[str, Any] = msgspec.json.decode(view)
    named = Markup('id="fragment-{0}" data-fragment="{0}" data-at="{1}"')
    place = shown["fragment"]["place"] or {"start": ""}
    attributes = named.format(shown["fragment"]["id"], place["start"])
    return _part("li", _macro("fragment")(shown, EVERY, CSS, TARGETS), attributes)


def _part(tag: str, inner: Markup, attributes: Markup) -> Part:
    digest = blake2b(f"{attributes}{inner}".encode(), digest_size=6).hexdigest()
    html = Markup('<{0} data-v="{1}" {2}>{3}</{0}>').format(tag, digest, attributes, inner)
    return Part(digest, html, Markup('<{0} data-v="{1}"></{0}>').format(tag, digest))


def _macro(name: str) -> Any:
    return getattr(environment().get_template("_coding_parts.html").module, name)


_ENCODER = msgspec.json.Encoder(order="deterministic")
