"""A drawing that stands outside the pages: with its own colours, fonts and title."""

from html import escape

STYLE = """
text{font-family:"Public Sans",system-ui,sans-serif;font-size:12px;fill:#1b2023}
.f-box{fill:#fffefb;stroke:#858a86}.f-out{fill:#f6f5f1;stroke:#d6d4cb}.f-band{fill:#ecebe5}
.f-strong{stroke:#1f4e5f;stroke-width:2}.f-head,.f-name,.g-head{font-weight:650}
.f-line,.f-name{fill:#4d565b}.f-name{text-anchor:middle}
.f-arrow,.g-edge{fill:none;stroke:#858a86}.f-tip,.g-tip{fill:#858a86}
.g-dashed{stroke-dasharray:7 5}.g-fails{stroke:#a3302a;stroke-dasharray:2 4}
.g-rule{stroke:#858a86;stroke-width:2}.g-node rect{fill:#ecebe5}.g-node .g-bar{fill:#858a86}
.k-c .g-rule{stroke:#1c5aa6}.g-node.k-c rect{fill:#dce9f8}.g-node.k-c .g-bar{fill:#1c5aa6}
.k-mr .g-rule{stroke:#8a4b00}.g-node.k-mr rect{fill:#fae8cf}.g-node.k-mr .g-bar{fill:#8a4b00}
.k-ms .g-rule{stroke:#8b2a6b}.g-node.k-ms rect{fill:#f8e0ef}.g-node.k-ms .g-bar{fill:#8b2a6b}
.k-o .g-rule{stroke:#1d6b3a}.g-node.k-o rect{fill:#dff0e3}.g-node.k-o .g-bar{fill:#1d6b3a}
"""
"""The light colours of the pages. The font is a little smaller than the drawing was measured for:
other fonts run wider.
"""


def standalone(svg: str, title: str) -> str:
    """An inline drawing of this package as a file of its own."""
    head, body = svg.split(">", 1)
    return (
        f'{head} xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style>{body}"
    )
