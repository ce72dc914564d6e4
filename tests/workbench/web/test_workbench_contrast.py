"""Colours can be told apart in both schemes (WCAG 2.2: 4.5 for text, 3 for controls)."""

import re

import pytest

from workbench.web import assets

CSS = "".join(
    body.decode() for name, body in sorted(assets.contents().items()) if name.endswith(".css")
)
TOKENS = {
    name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
}
KINDS = ("include", "exclude", "maybe", "context", "resource", "response")
TEXT = [
    ("ink", "bg"), ("ink", "paper"), ("ink", "sunk"),
    ("ink2", "bg"), ("ink2", "paper"), ("ink2", "sunk"),
    ("acc", "bg"), ("acc", "paper"), ("on-acc", "acc"), ("exclude", "bg"), ("exclude", "paper"),
    *((kind, f"{kind}-bg") for kind in KINDS),
    *(("ink", f"{kind}-bg") for kind in KINDS),
]  # fmt: skip
CONTROLS = [("ctl", "bg"), ("ctl", "paper"), ("focus", "bg"), ("focus", "paper")]


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink, ground, scheme):
    assert contrast(TOKENS[ink][scheme], TOKENS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), CONTROLS)
def test_controls_and_focus_can_be_seen(mark, ground, scheme):
    assert contrast(TOKENS[mark][scheme], TOKENS[ground][scheme]) >= 3


def test_no_rule_uses_a_colour_that_is_not_a_token():
    rules = re.sub(r":root \{.*?\n\}", "", CSS, flags=re.S)
    rules = re.sub(r"::highlight.*?\}|::selection.*?\}|::backdrop.*?\}", "", rules)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", rules)
