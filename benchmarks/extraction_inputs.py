"""What `benchmarks.extraction` reads and codes: a PDF, a text, fragments."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

WORDS = (
    "staff clients trust engagement outreach peer worker harm reduction clinic ward context "
    "mechanism outcome stayed longer felt heard because training hours rural city support"
)
LINES_A_PAGE = 48
THEORIES, RELATIONS = 11, ("supports", "refines", "contradicts")
FILTERS: Mapping[str, Mapping[str, str]] = {
    "contradicting, PT3, service users, uncoded since codebook v7": {
        "relation": "contradicts",
        "theory": "PT3",
        "source_kind": "service_user",
        "uncoded_since": "7",
    },
    "one theory": {"theory": "PT3"},
    "a case that nothing else has": {"case": "C7", "theory": "PT5"},
    "nothing passes": {"relation": "contradicts", "theory": "PT1", "source_kind": "workshop"},
    "inferred of staff": {"explicitness": "inferred", "source_kind": "staff"},
}


def passes(state: Mapping[str, Any]) -> bool:
    """The first of `FILTERS`, by a fragment's own state."""
    against = any(one["relation"] == "contradicts" for one in state.get("relations", ()))
    users = state["sources"][0]["document_id"] in ("m1", "m5") if state["sources"] else False
    return against and "PT3" in state["theories"] and users


def sentences(characters: int) -> str:
    """A text of so many characters in paragraphs, the same each time."""
    words_known = WORDS.split()
    rng = random.Random(7)
    pieces: list[str] = []
    size = 0
    while size < characters:
        words = " ".join(rng.choice(words_known) for _ in range(12))
        end = ".\n\n" if len(pieces) % 6 == 5 else ". "
        pieces.append(words.capitalize() + end)
        size += len(pieces[-1])
    return "".join(pieces)[:characters]


def fragment(name: str, document: str, text: str, at: int) -> dict[str, Any]:
    """A fragment as it is sent: anchored at `at` where there is a text."""
    n = at if not text else at // 7
    body: dict[str, Any] = {
        "id": name,
        "theories": [f"PT{1 + n % THEORIES}"],
        "elements": [
            {"role": "context", "code": f"c{n % 40}"},
            {"role": "mechanism_response", "code": f"m{n % 60}"},
            {"role": "outcome", "code": f"o{n % 20}", "state": "occurred"},
        ],
        "document": document,
        "relations": [{"id": f"k{n % 90}", "relation": RELATIONS[n % 3]}],
        "explicitness": "inferred" if n % 10 == 0 else "stated",
    }
    if text:
        start = min(at, len(text) - 60)
        body |= {"start": start, "end": start + 50, "quote": text[start : start + 50]}
    else:
        source = {"document": document, "case": f"C{n % 50}", "participant": f"P{n % 300}"}
        body["sources"] = [source]
    return body


def a_pdf(pages: int) -> bytes:
    """A PDF of so many pages of text, written by hand."""
    text = sentences(pages * LINES_A_PAGE * 90).replace("\n\n", " ")
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for page in range(pages):
        stream = "\n".join(_lines(text, page))
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {pages} >>"
    return _written(objects)


def _lines(text: str, page: int) -> Iterator[str]:
    yield "BT /F1 10 Tf 14 TL 50 790 Td"
    for line in range(LINES_A_PAGE):
        at = (page * LINES_A_PAGE + line) * 90
        yield f"({text[at : at + 90]}) Tj T*"
    yield "ET"


def _written(objects: list[str]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n".encode()
    return bytes(out + f"startxref\n{table}\n%%EOF\n".encode())
