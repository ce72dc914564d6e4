"""Numbers with what they count, in the words of people."""


def counted(number: int, one: str, many: str = "") -> str:
    """A number with what is counted: `1 document`, `2 documents`, `1,200 studies`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
