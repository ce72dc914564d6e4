"""Who acted: a person, a machine that suggests, or a service by itself.

The kind follows from the name, so that every event ever published has one; it is said besides
where a person acted who is not named.
"""

from typing import Final, Literal

ActorKind = Literal["person", "machine", "service"]

PERSON: Final = "person"
MACHINE: Final = "machine"
SERVICE: Final = "service"
_PREFIX: Final = "machine:"
_SAID: Final[dict[str, ActorKind]] = {PERSON: PERSON, MACHINE: MACHINE, SERVICE: SERVICE}


def machine(name: str) -> str:
    """The actor that a machine of this name is; no person can be called so."""
    return _PREFIX + name


def is_machine(actor: str | None) -> bool:
    """Whether an actor is a machine that suggests."""
    return actor is not None and actor.startswith(_PREFIX)


def refuse_machine(person: str) -> str:
    """The name of a person; raises `ValueError` for that of a machine."""
    if is_machine(person):
        raise ValueError(f"names that begin with '{_PREFIX}' are those of machines; choose another")
    return person


def name_of_machine(actor: str) -> str:
    """What people call a machine."""
    return actor.removeprefix(_PREFIX)


def known_kind(said: str | None, actor: str | None) -> ActorKind:
    """The kind of an actor as it was said, or as it follows from the name."""
    return _SAID.get(said or "") or kind_of_actor(actor)


def kind_of_actor(actor: str | None) -> ActorKind:
    """`person`, `machine` (what suggests), or `service`: nobody, a service did it by itself."""
    if actor is None:
        return SERVICE
    return MACHINE if is_machine(actor) else PERSON
