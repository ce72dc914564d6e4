"""A document as one self-contained HTML page: no script, no outside resource."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Notice,
    Paragraph,
    Quote,
    Table,
)

STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.55 Georgia,'Times New Roman',serif;max-width:62rem;margin:2rem auto;
padding:0 1rem;color:#1d1d1b;background:#fdfdfb}
h1,h2,h3{line-height:1.25;margin:2.2em 0 .6em}h1{margin-top:0}
table{border-collapse:collapse;width:100%;margin:1rem 0;font:14px/1.4 system-ui,sans-serif}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border-top:1px solid #cfcfc8;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#f2f2ef}
.notice{border-left:4px solid #a8561c;background:#fbf3ea;padding:.6rem .9rem;margin:1rem 0}
.box{border:1px solid #8a8a80;padding:.4rem 1rem;margin:1rem 0}
.box dt{font-weight:600}.box dd{margin:0 0 .5rem 0}
blockquote{border-left:3px solid #cfcfc8;margin:1rem 0;padding:.1rem 1rem;color:#3a3a36}
figure{margin:1.5rem 0;overflow-x:auto}figcaption{font:600 14px system-ui,sans-serif}
svg{max-width:100%;height:auto;background:#fff}
nav ul{columns:2;font:14px/1.5 system-ui,sans-serif}
@media screen and (max-width:700px){table{display:block;overflow-x:auto}nav ul{columns:1}}
@media (prefers-color-scheme:dark){body{color:#e8e8e3;background:#191917}th{background:#26261f}
.notice{background:#33261a}blockquote{color:#c9c9c2}}
"""


def page(document: Document) -> str:
    """The page; every text is escaped, headings can be linked to."""
    parts = "\n".join(_render(block) for block in document.blocks)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main>{_contents(document)}\n{parts}</main></body></html>\n"
    )


def anchor(text: str) -> str:
    """The link name of a heading."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def _contents(document: Document) -> str:
    links = "".join(
        f'<li><a href="#{anchor(block.text)}">{escape(block.text)}</a></li>'
        for block in document.blocks
        if isinstance(block, Heading) and block.level == 2
    )
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>' if links else ""


def _render(block: Block) -> str:
    return _RENDER[type(block)](block)


def _heading(block: Heading) -> str:
    return f'<h{block.level} id="{anchor(block.text)}">{escape(block.text)}</h{block.level}>'


def _table(block: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in block.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in block.rows
    )
    return (
        f"<table><caption>{escape(block.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _figure(block: Figure) -> str:
    return (
        f"<figure>{block.svg}<figcaption>{escape(block.caption)}</figcaption>"
        f"<details><summary>In words</summary><p>{escape(block.words)}</p></details></figure>"
    )


def _facts(block: Facts) -> str:
    pairs = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in block.pairs
    )
    return f'<section class="box"><strong>{escape(block.title)}</strong><dl>{pairs}</dl></section>'


def _quote(block: Quote) -> str:
    return (
        f"<blockquote><p>{escape(block.text)}</p><footer>{escape(block.source)}</footer>"
        "</blockquote>"
    )


def _bullets(block: Bullets) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</ul>"


_RENDER: dict[type, Callable[[Any], str]] = {
    Heading: _heading,
    Paragraph: lambda block: f"<p>{escape(block.text)}</p>",
    Notice: lambda block: f'<p class="notice" role="note">{escape(block.text)}</p>',
    Bullets: _bullets,
    Quote: _quote,
    Facts: _facts,
    Table: _table,
    Figure: _figure,
}
