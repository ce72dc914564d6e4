"""RIS files of several shapes, invented, to compare the speed of reading with rispy's."""

import textwrap
from pathlib import Path

from benchmarks import library

SMALL = "TY  - JOUR\nTI  - Title {0}\nAU  - Name, B\nPY  - 2001\nER  - \n"


def write_shapes(folder: Path, records: int) -> list[Path]:
    """One file of about as many records a shape, and where they lie."""
    text = library.export(records, 0, 5000).decode()
    shapes = {
        "four_dialects": text,
        "crlf": text.replace("\n", "\r\n"),
        "accents": text.replace("ka", "k\u00e9"),
        "wrapped": wrapped(text),
        "many_tags": "\n".join(map(many_tags, range(records))),
        "few_tags": "\n".join(SMALL.format(number) for number in range(4 * records)),
        "entities": text.replace(". ", ". &amp; <i>in vivo</i> "),
    }
    paths = []
    for name, content in shapes.items():
        paths.append(folder / f"{name}.ris")
        paths[-1].write_bytes(content.encode())
    return paths


def wrapped(text: str) -> str:
    """The file with its long lines broken at 78 characters."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, 78) if len(line) > 80 else [line]
    return "\n".join(lines)


def many_tags(number: int) -> str:
    """A record of short values under many tags."""
    lines = ["TY  - JOUR", f"TI  - Short title {number}", "JO  - J Foo", "PY  - 1999/03/01/"]
    lines += [f"AU  - Name{number % 77}{n}, A. B." for n in range(12)]
    lines += [f"SN  - 1234-{1000 + number % 9000}", "VL  - 3", "IS  - 2", "SP  - 3", "EP  - 9"]
    lines += [f"DO  - https://doi.org/10.1000/x.{number}", f"UR  - https://example.org/{number}"]
    lines += [f"N1  - note {number}", "DB  - PubMed", f"AN  - 1234{number}", "AD  - Dep. of Foo"]
    lines += [f"KW  - keyword {n}" for n in range(15)]
    return "\n".join([*lines, "ER  - ", ""])
