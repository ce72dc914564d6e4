"""A page of a PDF as a PNG picture, drawn by PDFium."""

import struct
import zlib
from typing import Any

import pypdfium2 as pdfium

MOST_PIXELS = 16_000_000
"""A page that would have more is drawn smaller."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class NoPicture(Exception):
    """A page cannot be drawn; the text says what to do instead."""


def picture_of(data: bytes, number: int, width: int) -> bytes:
    """Page `number` (from 1) as a PNG, `width` pixels wide. Raises `NoPicture`."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise NoPicture(
            "The file cannot be opened without its password, or is damaged; download it instead."
        ) from error
    document.init_forms()
    try:
        if not 1 <= number <= len(document):
            raise NoPicture(f"The file has {len(document)} pages; there is no page {number}.")
        return _drawn(document[number - 1], width)
    except pdfium.PdfiumError as error:
        raise NoPicture(f"Page {number} is damaged; download the file instead.") from error
    finally:
        document.close()


def _drawn(page: Any, width: int) -> bytes:
    across, down = page.get_size()
    scale = width / max(across, 1.0)
    pixels = across * down * scale * scale
    if pixels > MOST_PIXELS:
        scale *= (MOST_PIXELS / pixels) ** 0.5
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    rows = bitmap.to_numpy()[:, :, :3]
    return png_of(rows.shape[1], rows.shape[0], [row.tobytes() for row in rows])


def png_of(width: int, height: int, rows: list[bytes]) -> bytes:
    """Rows of red, green and blue bytes as a PNG (ISO/IEC 15948), without filters."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    parts = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
