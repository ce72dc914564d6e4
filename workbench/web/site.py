"""Templates and the headers that every page carries."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from workbench.web import assets

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "vary": "X-Fragment",
}


@cache
def environment() -> Environment:
    """The templates; a name that is not given is an error, not an empty text."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["V"] = assets.version()
    env.filters["thousands"] = lambda number: f"{number:,}"
    env.filters["stage"] = lambda name: str(name).replace("_", " ")
    return env


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page."""
    body = environment().get_template(template).render(**values)
    return HTMLResponse(body, status_code=status, headers=HEADERS)
