"""What the command line prints: tables and bars for people, JSON for programs."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from runtime.bundle.problems import BundleError, BundleProblem

SHOWN = 20
_LATE_CONTROL = re.compile("[\x7f-\x9f]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ACCENT = "cyan"


def console() -> Console:
    """Standard output: colours on a terminal, plain text of 100 columns elsewhere."""
    return _console(stderr=False)


def messages() -> Console:
    """Standard error: progress and complaints."""
    return _console(stderr=True)


class _Console(Console):
    """Prints texts as they are: what strangers wrote is no markup and no command."""

    def print(self, *objects: Any, **more: Any) -> None:
        """As rich does, with texts in place of markup."""
        said = [Text(quiet(one)) if isinstance(one, str) else one for one in objects]
        super().print(*said, **more)


def _console(*, stderr: bool) -> Console:
    out = _Console(stderr=stderr, highlight=False, soft_wrap=False)
    return out if out.is_terminal else _Console(stderr=stderr, highlight=False, width=100)


def quiet(text: str) -> str:
    """The text without control characters, so that a terminal obeys nothing in it."""
    return _CONTROL.sub("\ufffd", text)


def complain(sentence: str) -> None:
    """One line that says what is wrong and what to do."""
    line = " ".join(sentence.split())
    messages().print(Text.assemble(("Error:", "bold red"), " ", quiet(line)), soft_wrap=True)


def complain_of_bundle(error: BundleError) -> None:
    """The problems of a bundle, one a line."""
    out = messages()
    for problem in error.problems[:SHOWN]:
        out.print(str(problem), soft_wrap=True)
    more = len(error.problems) - SHOWN
    if more > 0:
        out.print(f"... and {more} more")
    number = len(error.problems)
    what = "1 thing is" if number == 1 else f"{number} things are"
    complain(f"{what} wrong in the bundle; nothing was loaded (--keep-good loads the rest)")


def warn_of_bundle(problems: Sequence[BundleProblem], word: str = "note") -> None:
    """What a bundle's reader noticed and did not mind."""
    out = messages()
    for problem in problems[:SHOWN]:
        said = Text.assemble((f"{word}:", "yellow"), " ", quiet(str(problem)))
        out.print(said, soft_wrap=True)
    if len(problems) > SHOWN:
        out.print(f"... and {len(problems) - SHOWN} more")


def print_json(value: Any) -> None:
    """A value as JSON, always in the same form."""
    print(_as_json(value, indent=1))


def print_json_line(value: Any) -> None:
    """A value as one line of JSON."""
    print(_as_json(value))


def _as_json(value: Any, indent: int | None = None) -> str:
    """JSON in which every control character is escaped, also those that JSON lets stand."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return _LATE_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """A table; a column whose name starts with `#` holds numbers and stands to the right."""
    made = Table(
        title=Text(quiet(title)) if title else None,
        title_justify="left",
        header_style="bold",
        pad_edge=False,
    )
    for name in columns:
        right = name.startswith("#")
        made.add_column(name.lstrip("#"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(quiet("" if cell is None else str(cell))) for cell in row))
    return made


def print_listing(
    items: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool, title: str = ""
) -> None:
    """A listing: the items as they are with `--json`, else the named fields as a table."""
    if as_json:
        print_json(list(items))
        return
    if not items:
        console().print("Nothing here yet.")
        return
    rows = [[_cell(item.get(name.lstrip("#"))) for name in columns] for item in items]
    console().print(table(title, columns, rows))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


class Steps:
    """Progress bars, one per step (the loader's `Progress`)."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None
        self._total = 0

    def step(self, name: str, total: int) -> None:
        """Begin a step of so many parts."""
        self.finish()
        self._total = total
        self._task = self._bars.add_task(name, total=total or None)

    def advance(self, number: int = 1) -> None:
        """So many parts more are done."""
        if self._task is not None:
            self._bars.advance(self._task, number)

    def finish(self) -> None:
        """Fill the bar of the step that ends."""
        if self._task is not None:
            total = max(self._total, 1)
            self._bars.update(self._task, total=total, completed=total)


class Lines:
    """Progress as plain lines, where nobody watches a terminal."""

    def __init__(self, out: Console) -> None:
        self._out = out

    def step(self, name: str, total: int) -> None:
        """Print the step that begins."""
        self._out.print(f"  {name}: {total}")

    def advance(self, number: int = 1) -> None:
        """Plain lines do not move."""


@contextmanager
def progress() -> Iterator[Steps | Lines]:
    """Bars on a terminal, a line per step elsewhere; both on standard error."""
    out = messages()
    if not out.is_terminal:
        yield Lines(out)
        return
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(complete_style=ACCENT),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=out) as bars:
        steps = Steps(bars)
        yield steps
        steps.finish()
