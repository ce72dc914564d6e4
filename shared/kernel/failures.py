"""How failures are waited out, told apart, and given up."""

import traceback
from datetime import timedelta
from hashlib import sha256

DELAYS = (
    timedelta(seconds=1),
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)

_OUTAGES = (ConnectionError, TimeoutError, OSError)
_OUTAGE_NAMES = {
    "InterfaceError",
    "ConnectionDoesNotExistError",
    "CannotConnectNowError",
    "AdminShutdownError",
    "AMQPConnectionError",
    "AMQPChannelError",
    "ChannelInvalidStateError",
    "ConnectionClosed",
    "DeliveryError",
    "PublishError",
}


def delay(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts before; None: give up."""
    return DELAYS[attempts] if attempts < len(DELAYS) else None


def is_outage(error: BaseException) -> bool:
    """Whether a database or broker is down: nobody's failure, so pause and do not count."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        names = {cls.__name__ for cls in type(current).__mro__}
        if isinstance(current, _OUTAGES) or names & _OUTAGE_NAMES:
            return True
        if getattr(current, "connection_invalidated", False):
            return True
        current = getattr(current, "orig", None) or current.__cause__
    return False


def fingerprint(error: BaseException) -> str:
    """The same for failures of one cause: exception type and innermost own frame."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "site-packages" not in f.filename] or list(frames)
    where = f"{own[-1].filename.rsplit('/', 1)[-1]}:{own[-1].name}" if own else ""
    return sha256(f"{type(error).__name__}@{where}".encode()).hexdigest()[:12]
