"""An outcome as it went with a part of a mechanism: one wording wherever it is printed."""

UNREPORTED = {"inferred": " (inferred only)", "not_fired": " (did not fire)"}


def outcome_words(label: str, pattern: str, *, undesired: bool) -> str:
    """`Retention`, `fails: Retention`; undesired: `prevents: Crises`, `leads to: Crises`.

    `pattern` is that of a configuration. What was only seen to fail is never printed as success,
    nor an undesired outcome that followed as its prevention; what no study reports with the part
    itself says so.
    """
    if pattern == "fails":
        return f"{'leads to' if undesired else 'fails'}: {label}"
    said = f"prevents: {label}" if undesired else label
    return f"{said}{UNREPORTED.get(pattern, '')}"
