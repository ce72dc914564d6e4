"""Whatever the bytes are: records, repairs, rejections, or a refusal with a sentence."""

import contextlib
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.imports.domain.result import ImportRefused
from services.search.imports.formats.reader import read_import
from tests.support.generated import examples

PIECES = st.sampled_from(
    [
        b"TY  - JOUR\n",
        b"ER  - \n",
        b"AU  - Curie, M\n",
        b"AB  - \n",
        b"KW  - a\nb\n c\n",
        b"\nPMID- 12\n",
        b"@article{x, title = {",
        b"%0 Book\n%T x\n",
        b"PT J\nAU x\nTI y\n",
        b"title,doi,year\n",
        b'"',
        b"}",
        b"<xml><records><record>",
        b"<1>\nTitle\n  x\n",
        b"\r",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe9",
        b"&lt;p&gt;",
        b"retroduct.authors: [",
    ]
)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(PIECES | st.binary(max_size=12), max_size=30).map(b"".join))
def test_no_bytes_break_the_reader(octets: bytes) -> None:
    with contextlib.suppress(ImportRefused):
        for event in read_import(io.BytesIO(octets), "x").events:
            assert event is not None
