"""Cancellations that something on the way has swallowed."""

import asyncio


def raise_if_cancelled() -> None:
    """Raise `CancelledError` in a task that was cancelled and still runs.

    A driver that is interrupted may raise an error of its own in place of the
    cancellation (a connection "closed in the middle of operation"), and
    `asyncio.wait_for` of Python 3.11 may return a result instead. A loop that takes
    the first for an outage, or the second for work done, would then go on for ever
    and with it whoever waits for its end; so every loop asks here before its next
    round.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
