"""What was odd in a file, or could not be kept: each said once, with the names it concerns."""

MOST_NAMES = 20


class Losses:
    """Sentences, each with the names of what it is said of, in the order of their first use."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, int]] = {}

    def add(self, sentence: str, name: str = "") -> None:
        """Say something of the thing with this name."""
        names = self._said.setdefault(sentence, {})
        if name:
            names[name] = names.get(name, 0) + 1

    def sentences(self) -> list[str]:
        """One line each, naming up to twenty things."""
        return [_line(sentence, names) for sentence, names in self._said.items()]


def _line(sentence: str, names: dict[str, int]) -> str:
    if not names:
        return sentence
    shown = [f"{name} ({n} times)" if n > 1 else name for name, n in names.items()]
    more = f" and {len(shown) - MOST_NAMES} more" if len(shown) > MOST_NAMES else ""
    return f"{sentence}: {', '.join(shown[:MOST_NAMES])}{more}"
