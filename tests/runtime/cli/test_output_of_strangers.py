"""What strangers wrote is printed as it is: no markup, and nothing that a terminal obeys."""

import json

import pytest

from runtime.cli import output

HOSTILE = "[bold]A[/bold] \\[link=http://x]B[/link] \x1b[31mred\x1b]0;title\x07 \x9b2J \x0b"


def _shown(text: str) -> bool:
    return not any((ord(c) < 32 and c not in "\n") or 0x7F <= ord(c) < 0xA0 for c in text)


@pytest.mark.parametrize("how", ["print", "listing", "complain"])
def test_markup_and_control_characters_have_no_effect(capsys, how: str) -> None:
    if how == "print":
        output.console().print(HOSTILE, soft_wrap=True)
    elif how == "listing":
        output.print_listing([{"title": HOSTILE}], ["title"], as_json=False, title=HOSTILE)
    else:
        output.complain(HOSTILE)
    said = "".join(capsys.readouterr())

    assert _shown(said)
    assert "[bold]A[/bold]" in said
    assert "\\[link=http" in said


def test_json_is_whole_and_holds_no_control_character(capsys) -> None:
    output.print_json({"title": HOSTILE})
    output.print_json_line({"title": HOSTILE})
    said = capsys.readouterr().out

    assert _shown(said)
    assert json.loads(said.splitlines()[-1]) == {"title": HOSTILE}
