"""PDF files written by hand: pages of lines at their places."""

from math import cos, radians, sin


def plain_pdf(*pages):
    """A PDF (bytes) whose pages hold these texts, one line each."""
    return placed_pdf([[(72, 720, 14, text)] for text in pages])


def placed_pdf(pages, turn=0, labels="", fields=(), shared_box=""):
    """A PDF (bytes) of pages of 612 by 792 points: lists of (x, y, size, text[, angle]).

    `shared_box` is one that all pages have (`0 0 1000 1400`) instead of boxes of their own.

    The angle is counter-clockwise in degrees; `turn` is how far a page is turned when shown;
    `labels` the numbers of a PDF's page labels (`0 << /S /r >> 2 << /S /D >>`); `fields` what is
    written into text fields of the first page, as (left, bottom, right, top, words).
    """
    count = len(pages)
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(count))
    font = 3 + 2 * count
    called = f"/PageLabels << /Nums [{labels}] >> " if labels else ""
    numbers = " ".join(f"{font + 1 + n} 0 R" for n in range(len(fields)))
    called += f"/AcroForm << /Fields [{numbers}] >> " if fields else ""
    shared = f"/MediaBox [{shared_box}] " if shared_box else ""
    own = "" if shared_box else "/MediaBox [0 0 612 792] "
    bodies = [f"<< /Type /Catalog /Pages 2 0 R {called}>>".encode(),
              f"<< /Type /Pages /Kids [{kids}] /Count {count} {shared}>>".encode()]  # fmt: skip
    for n, lines in enumerate(pages):
        stream = "\n".join(_line(*line) for line in lines).encode("latin-1")
        page = (
            f"<< /Type /Page /Parent 2 0 R {own}/Contents {4 + 2 * n} 0 R "
            f"/Rotate {turn} /Resources << /Font << /F1 {font} 0 R >> >> "
            f"{f'/Annots [{numbers}] ' if n == 0 and fields else ''}>>"
        )
        bodies.append(page.encode())
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    bodies.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    bodies += [_field(*field) for field in fields]
    return _file(bodies)


def _line(x, y, size, text, angle=0):
    across, up = cos(radians(angle)), sin(radians(angle))
    matrix = f"{across:.4f} {up:.4f} {-up:.4f} {across:.4f} {x} {y}"
    return f"BT /F1 {size} Tf {matrix} Tm ({text}) Tj ET"


def _field(left, bottom, right, top, words):
    box = f"/Rect [{left} {bottom} {right} {top}]"
    named = f"/T (f{left}{bottom}) /V ({words})"
    return f"<< /Type /Annot /Subtype /Widget /FT /Tx {named} {box} /P 3 0 R >>".encode()


def _file(bodies):
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(places) + 1,
        start,
    )


def seen_pdf(pages, size=10, width=0.6):
    """A PDF (bytes) whose pages hold lines (x, y, signs) as they are seen, from left to right, in
    a font of any letters; each letter is `width` of the size wide.
    """
    signs = sorted({sign for lines in pages for _, _, text in lines for sign in text})
    codes = {sign: f"{number:04x}" for number, sign in enumerate(signs, start=1)}
    named = "\n".join(
        f"<{code}> <{sign.encode('utf-16-be').hex()}>" for sign, code in codes.items()
    )
    names = (
        "begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{named}\nendbfchar endcmap"
    ).encode()
    kids = " ".join(f"{7 + 2 * n} 0 R" for n in range(len(pages)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW {width * 1000:.0f} "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        "/FontDescriptor 5 0 R >>".encode(),
        b"<< /Type /FontDescriptor /FontName /Any /Flags 4 /FontBBox [0 -200 600 800] "
        b"/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(names), names),
    ]
    for n, lines in enumerate(pages):
        stream = "\n".join(
            f"BT /F1 {size} Tf {x} {y} Td <{''.join(codes[sign] for sign in text)}> Tj ET"
            for x, y, text in lines
        ).encode()
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {8 + 2 * n} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _file(bodies)
