"""Whether the arguments of theories.json speak of groups that their theory has."""

from collections.abc import Iterator

from runtime.bundle.codebook_checks import groups_of
from runtime.bundle.model.arguments import Argument
from runtime.bundle.problems import Problems
from runtime.bundle.raw import RawBundle
from runtime.bundle.reco_rules import theory_id

Named = tuple[str, str]
"""CountedRole, group."""


def check_arguments(raw: RawBundle, problems: Problems) -> None:
    """Warn of terms of another theory: they are loaded, and listed among the issues there."""
    books = {
        theory_id(theory): {(role, group.group_id) for role, group in groups_of(book)}
        for theory, book in raw.codebook.items()
    }
    for index, argument in enumerate(raw.theories.arguments):
        theory = theory_id(argument.theory)
        for role, group in sorted(set(named_in(argument)) - books.get(theory, set())):
            said = role.removeprefix("mechanism_")
            problems.warn(
                "theories.json",
                f"names {said} '{group}', which the codebook of {theory} lacks",
                "it is loaded, listed among the issues, and met by no case",
                field=f"arguments[{index}]",
            )


def named_in(argument: Argument) -> Iterator[Named]:
    """Every group that an argument or one of its predictions names, in its role."""
    yield "outcome", argument.outcome
    if argument.resource:
        yield "mechanism_resource", argument.resource
    if argument.response:
        yield "mechanism_response", argument.response
    yield from (("context", context.group) for context in argument.contexts)
    for prediction in argument.predictions:
        yield from ((term.role, term.group) for term in (*prediction.given, prediction.expected))
