"""What a serving process asks of Python and of the C library."""

import ctypes
import gc
import sys

ARENAS = 2
SWITCH_S = 0.001
COLLECT_AFTER = (10_000, 20, 50)
"""New objects before a collection of the young, and collections before one of the next age."""
_M_ARENA_MAX = -8


def share_process() -> None:
    """Keep many threads small and the event loop prompt; call before any thread starts.

    glibc gives every thread an arena of its own, up to eight per core, and returns
    little of them: measured, 50 MB more for the writers and readers of the embedded
    services. And a thread that computes keeps the interpreter for five milliseconds
    at a time, so that behind several of them the event loop waits for their sum. Batches
    of rows and events are freed by counting references: to look for cycles among them after
    every 700 objects took a twentieth of the time of a large import, and every look at all
    objects stops the event loop.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(*COLLECT_AFTER)


def freeze_memory() -> None:
    """Take what start-up has made out of the garbage collector's sight.

    A full collection over all modules stops the event loop for half a second.
    """
    gc.collect()
    gc.freeze()


def release_memory() -> None:
    """Let the garbage collector see everything again; call before the interpreter ends.

    What stays frozen until then is never collected, but torn down in the order in which
    modules happen to go, extension types before their instances.
    """
    gc.unfreeze()
