"""A document as one self-contained HTML page: no script, no outside resource."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from services.synthesis.report.domain.blocks import (
    ROLES,
    TAGS,
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    NoticeBlock,
    Paragraph,
    Paraphrase,
    Quote,
    Table,
)
from shared.review.drawing.fonts import embedded

STYLE = """
:root{color-scheme:light dark;--bg:light-dark(#f6f5f1,#14181b);--paper:light-dark(#fffefb,#1b2024);
--sunk:light-dark(#ecebe5,#0f1214);--ink:light-dark(#1b2023,#e6e7e3);
--ink2:light-dark(#4d565b,#a9b1b3);--rule:light-dark(#d6d4cb,#31393e);
--ctl:light-dark(#858a86,#6d777c);--acc:light-dark(#1f4e5f,#8cc4d6);
--maybe:light-dark(#7a5300,#e3bd68);--maybe-bg:light-dark(#f7ecd0,#3b3013);
--c:light-dark(#1c5aa6,#8fbcf5);--c-bg:light-dark(#dce9f8,#1d3350);
--mr:light-dark(#8a4b00,#f0b56b);--mr-bg:light-dark(#fae8cf,#412d12);
--ms:light-dark(#8b2a6b,#ee9fd0);--ms-bg:light-dark(#f8e0ef,#432038);
--o:light-dark(#1d6b3a,#7fd09a);--o-bg:light-dark(#dff0e3,#1c3a28);
--sans:"Public Sans",system-ui,sans-serif;--serif:"Newsreader",Georgia,serif}
body{font:400 18px/1.56 var(--serif);max-width:66rem;margin:2rem auto;padding:0 1.2rem;
color:var(--ink);background:var(--bg)}
h1,h2{font-family:var(--serif);font-weight:560;line-height:1.22;text-wrap:balance}
h1{font-size:30px;margin:0 0 .6em}h2{font-size:27px;margin:2.4em 0 .6em}
h3,h4{font:650 15.5px/1.4 var(--sans);margin:2em 0 .5em}h4{font-size:14px}
p{max-width:44rem;margin:.7em 0}a{color:var(--acc)}
table{border-collapse:collapse;width:100%;margin:1.2rem 0;font:400 13.5px/1.45 var(--sans);
font-variant-numeric:tabular-nums}
caption,figcaption{text-align:left;font:600 14px/1.4 var(--sans);padding:.3rem 0 .5rem;
caption-side:top}
th,td{border-bottom:1px solid var(--rule);padding:7px 10px 7px 0;text-align:left;
vertical-align:top;overflow-wrap:break-word;hyphens:auto}
thead th{font-size:13px;font-weight:650;color:var(--ink2);border-bottom-color:var(--ctl)}
th .tag,td .tag{display:inline-block;font-size:12px;font-weight:650;padding:0 6px;
border-radius:3px;margin-right:6px}
.k-c{--k:var(--c);--kb:var(--c-bg)}.k-mr{--k:var(--mr);--kb:var(--mr-bg)}
.k-ms{--k:var(--ms);--kb:var(--ms-bg)}.k-o{--k:var(--o);--kb:var(--o-bg)}
th.k-c,th.k-mr,th.k-ms,th.k-o{color:var(--k);border-bottom:2px solid var(--k)}
th .tag{background:var(--kb);color:var(--k)}
td.k-c,td.k-mr,td.k-ms,td.k-o{background:color-mix(in srgb,var(--kb) 45%,transparent);
padding-left:8px}
.notice{border-left:4px solid var(--maybe);background:var(--maybe-bg);padding:.6rem .9rem;
margin:1rem 0;font:400 15px/1.5 var(--sans)}
.box{background:var(--paper);border:1px solid var(--rule);border-radius:3px;
padding:.7rem 1.1rem;margin:1.2rem 0}
.box strong{font:650 14px/1.4 var(--sans)}.box dt{font:600 13px/1.4 var(--sans);color:var(--ink2)}
.box dd{margin:0 0 .5rem}
blockquote{border-left:3px solid var(--ctl);margin:1rem 0;padding:.1rem 1rem;max-width:44rem}
blockquote footer,.paraphrase span{font:400 13.5px/1.4 var(--sans);color:var(--ink2)}
.paraphrase b{font:600 13px/1.4 var(--sans);color:var(--ink2)}
figure{margin:1.6rem 0;overflow-x:auto}figure svg{max-width:100%;height:auto;background:#fffefb}
details{font:400 13.5px/1.5 var(--sans);color:var(--ink2)}
nav ul{columns:2;font:400 14px/1.6 var(--sans);padding-left:1.1rem}
nav a{display:inline-block;padding:2px 0}
@media screen and (max-width:700px){table{display:block;overflow-x:auto}nav ul{columns:1}}
@media print{:root{color-scheme:light}@page{size:A4;margin:16mm}
body{font-size:10.5pt;max-width:none;margin:0;padding:0;background:#fff}
h2{font-size:17pt}h2.chapter{break-before:page}h1{font-size:20pt}table{font-size:7.6pt}
thead th{font-size:7.8pt}
caption,figcaption{font-size:9pt}th,td{padding:4px 6px 4px 0}
h2,h3,h4,caption,figcaption{break-after:avoid}tr,figure,blockquote,.box{break-inside:avoid}
thead{display:table-header-group}nav{display:none}details>*{display:block}}
"""
"""The colours and sizes of the pages (`app.css`); on paper always the light ones."""


def page(document: Document) -> str:
    """The page; every text is escaped, headings can be linked to."""
    title, *parts = [_render(block) for block in document.blocks] or [""]
    body = "\n".join((title, _contents(document), *parts))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(document.title)}</title><link rel="icon" href="data:,">'
        f"<style>{embedded()}{STYLE}</style></head>\n<body><main>{body}</main></body></html>\n"
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
    kind = ' class="chapter"' if block.chapter else ""
    level = f"h{block.level}"
    return f'<{level}{kind} id="{anchor(block.text)}">{escape(block.text)}</{level}>'


def _table(block: Table) -> str:
    kinds = [ROLES.get(column) for column in block.columns]
    head = "".join(
        f'<th scope="col"{_kind(kind)}>{_tag(kind)}{escape(column)}</th>'
        for column, kind in zip(block.columns, kinds, strict=True)
    )
    rows = "".join(f"<tr>{''.join(map(_cell, row, kinds))}</tr>" for row in block.rows)
    return (
        f'<table tabindex="0"><caption>{escape(block.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _cell(text: str, kind: str | None) -> str:
    return f"<td{_kind(kind if text else None)}>{escape(text)}</td>"


def _kind(kind: str | None) -> str:
    return f' class="k-{kind}"' if kind else ""


def _tag(kind: str | None) -> str:
    return f'<span class="tag" aria-hidden="true">{TAGS[kind]}</span>' if kind else ""


def _figure(block: Figure) -> str:
    return (
        f"<figure><figcaption>{escape(block.caption)}</figcaption>{block.svg}"
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


def _paraphrase(block: Paraphrase) -> str:
    return (
        f'<p class="paraphrase"><b>Paraphrase:</b> {escape(block.text)} '
        f"<span>[{escape(block.source)}]</span></p>"
    )


def _bullets(block: Bullets) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</ul>"


_RENDER: dict[type, Callable[[Any], str]] = {
    Heading: _heading,
    Paragraph: lambda block: f"<p>{escape(block.text)}</p>",
    NoticeBlock: lambda block: f'<p class="notice" role="note">{escape(block.text)}</p>',
    Bullets: _bullets,
    Quote: _quote,
    Paraphrase: _paraphrase,
    Facts: _facts,
    Table: _table,
    Figure: _figure,
}
