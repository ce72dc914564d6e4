"""axe-core on an open page: what it finds of WCAG 2.2 A and AA."""

from functools import cache
from pathlib import Path

import axe_playwright_python

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@cache
def source():
    """The script of axe-core."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


async def violations(page):
    """Rule and first element of everything that axe finds, from the top of the page.

    Further down a bar that stays in sight always covers something, for the moment.
    """
    await page.evaluate(source())
    await page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    found = await page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in found["violations"]]
