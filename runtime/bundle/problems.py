"""What is wrong with a bundle: which file, line and field, and what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a bundle from loading; a warning is only told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class BundleProblem:
    """One thing that is wrong, where it stands and how to put it right.

    `file` is relative to the bundle; `line` counts from 1, None where the whole file is meant;
    `field` is a path such as `elements[0].state`, empty where the whole line is meant.
    """

    file: str
    what: str
    remedy: str
    line: int | None = None
    field: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        what = f"{self.field} {self.what}" if self.field else self.what
        return f"{place}: {what}; {self.remedy}"


@dataclass(slots=True)
class Problems:
    """All problems of one reading, in the order in which they were found."""

    found: list[BundleProblem] = field(default_factory=list)

    def add(
        self,
        file: str,
        what: str,
        remedy: str,
        *,
        line: int | None = None,
        field: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a problem and go on reading."""
        self.found.append(BundleProblem(file, what, remedy, line, field, severity))

    def warn(
        self, file: str, what: str, remedy: str, *, line: int | None = None, field: str = ""
    ) -> None:
        """Note something that is told but keeps nothing from loading."""
        self.add(file, what, remedy, line=line, field=field, severity=Severity.WARNING)

    def __iter__(self) -> Iterator[BundleProblem]:
        return iter(self.found)

    @property
    def errors(self) -> tuple[BundleProblem, ...]:
        """Problems that keep the bundle from being loaded."""
        return tuple(p for p in self.found if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[BundleProblem, ...]:
        """Problems that were mended or passed over."""
        return tuple(p for p in self.found if p.severity is Severity.WARNING)


class BundleError(Exception):
    """A bundle cannot be loaded; `problems` says why, one sentence each."""

    def __init__(self, problems: Iterable[BundleProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
