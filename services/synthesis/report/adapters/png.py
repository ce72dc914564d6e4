"""A drawing as a picture, for formats that have no SVG."""

import resvg_py

from shared.review.drawing.fonts import font_files

PIXELS = 2.0
"""Pixels of the picture per pixel of the drawing: about 270 dots per inch on A4."""


def png_bytes(svg: str) -> bytes:
    """The drawing as PNG on white, in the interface's font; letters it lacks come from the system.

    Raises `ValueError` for what is no drawing.
    """
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=PIXELS, background="#ffffff", font_files=font_files()
        )
    )
