"""A drawing that stands outside the pages: with its own colours, fonts and title."""

from html import escape

STYLE = """
text{font-family:"Public Sans",system-ui,sans-serif;font-size:12px;fill:#1d1d1b}
.f-box{fill:#fff;stroke:#77776f}.f-out{fill:#f2f2ef;stroke:#cfcfc8}.f-band{fill:#f2f2ef}
.f-strong{stroke:#1f5f8b;stroke-width:2}.f-head,.f-name,.g-head{font-weight:650}
.f-line,.f-name{fill:#3a3a36}.f-name{text-anchor:middle}
.f-arrow,.g-edge{fill:none;stroke:#55554f}.f-tip,.g-tip{fill:#55554f}.g-edge{opacity:.8}
.g-rule{stroke:#77776f;stroke-width:2}.g-node rect{fill:#f2f2ef}.g-node .g-bar{fill:#77776f}
.g-node.k-c rect{fill:#eef3ee}.g-node.k-mr rect{fill:#eef1f6}
.g-node.k-ms rect{fill:#f6f1ea}.g-node.k-o rect{fill:#f3eef4}
"""
"""The font is a little smaller than the drawing was measured for: other fonts run wider."""


def standalone(svg: str, title: str) -> str:
    """An inline drawing of this package as a file of its own."""
    head, body = svg.split(">", 1)
    return (
        f'{head} xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style>{body}"
    )
