"""How a long command tells how far it is; the command line draws it, tests ignore it."""

from typing import Protocol


class Progress(Protocol):
    """Told of every step of a long piece of work."""

    def step(self, name: str, total: int) -> None:
        """A step of `total` things begins; the one before is done."""
        ...

    def advance(self, number: int = 1) -> None:
        """So many more things of the step are done."""
        ...


class Silent:
    """Tells nobody."""

    def step(self, name: str, total: int) -> None:
        """Nothing."""

    def advance(self, number: int = 1) -> None:
        """Nothing."""
