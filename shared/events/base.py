"""What every event is, and the registry of all that were ever published.

An event is a past-tense frozen dataclass that carries the whole state of its
subject. A published version is never edited: a changed shape is a new version
and an upcast from the old one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from shared.actors import SERVICE, ActorKind

E = TypeVar("E", bound="Event")
E_co = TypeVar("E_co", bound="Event", covariant=True)
Upcast = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of every event: the review it belongs to and what is new in it.

    `changed` names the fields of the snapshot that differ from the version
    before (empty: everything, or not said).
    """

    SERVICE: ClassVar[str]
    NAME: ClassVar[str]
    VERSION: ClassVar[int]
    SUBJECT: ClassVar[str]
    SUBJECT_KIND: ClassVar[str]

    review_id: str
    changed: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """`kind/id`: the thing whose state this is; versions count per subject."""
        target: Any = self
        for part in type(self).SUBJECT.split("."):
            target = getattr(target, part)
        return f"{type(self).SUBJECT_KIND}/{target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Generic[E_co]):
    """An event as it arrived: with the envelope's facts beside it.

    `actor_kind` is person, machine (what suggests) or service; a person may be unnamed.
    """

    id: str
    event: E_co
    subject: str
    subject_version: int
    time: datetime
    correlation_id: str
    causation_id: str | None = None
    actor_id: str | None = None
    actor_kind: ActorKind = SERVICE
    replay: int = 0

    @property
    def review_id(self) -> str:
        """The review that the event belongs to; `*` for none."""
        return self.event.review_id


_registry: dict[tuple[str, int], type[Event]] = {}
_upcasts: dict[tuple[str, int], Upcast] = {}


def published(
    service: str, *, subject: str, kind: str, version: int = 1, name: str | None = None
) -> Callable[[type[E]], type[E]]:
    """Enter an event class into the published language.

    `subject` is the (dotted) field that names what the event is about, `kind`
    the kind of thing. The wire name is the class name in snake case.
    """

    def enter(cls: type[E]) -> type[E]:
        cls.SERVICE, cls.SUBJECT, cls.SUBJECT_KIND = service, subject, kind
        cls.VERSION = version
        cls.NAME = name or _snake(cls.__name__)
        key = (f"{service}.{cls.NAME}", version)
        if key in _registry:
            raise ValueError(f"{key[0]} version {version} is registered twice")
        _registry[key] = cls
        return cls

    return enter


def upcast(type_name: str, *, since: int) -> Callable[[Upcast], Upcast]:
    """Enter the function that lifts data of version `since` to `since + 1`."""

    def enter(function: Upcast) -> Upcast:
        _upcasts[(type_name, since)] = function
        return function

    return enter


def registered() -> dict[tuple[str, int], type[Event]]:
    """Every `(service.name, version)` with its class, newest and old."""
    return dict(_registry)


def upcasts() -> dict[tuple[str, int], Upcast]:
    """Every `(service.name, version)` that can be lifted by one."""
    return dict(_upcasts)


def type_name(cls: type[Event]) -> str:
    """`service.event_name`, without version."""
    return f"{cls.SERVICE}.{cls.NAME}"


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
