"""The interface's fonts for what leaves the pages: drawings as pictures, and reports.

`fonts/` holds weights of `static/public-sans.ttf` and `static/newsreader.ttf` (SIL Open Font
License), cut out with fonttools: renderers of pictures do not know variable fonts.
"""

from base64 import b64encode
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("fonts")
FACES = (
    ("Public Sans", "100 500", "public-sans-400"),
    ("Public Sans", "501 900", "public-sans-650"),
    ("Newsreader", "100 500", "newsreader-400"),
    ("Newsreader", "501 900", "newsreader-560"),
)


def font_files() -> list[str]:
    """Paths of the fonts of drawings."""
    return [str(path) for path in sorted(FOLDER.glob("public-sans-*.ttf"))]


@cache
def embedded() -> str:
    """CSS that carries the fonts itself, for a page that needs nothing from outside."""
    return "\n".join(
        f"@font-face{{font-family:'{family}';font-weight:{weights};"
        f"src:url(data:font/woff;base64,{_base64(name)}) format('woff')}}"
        for family, weights, name in FACES
    )


def _base64(name: str) -> str:
    return b64encode((FOLDER / f"{name}.woff").read_bytes()).decode("ascii")
