"""How many examples a generated test tries: a quarter in `make test`, all in `make test-slow`."""

import os

ALL = os.environ.get("RETRODUCT_TEST_EXAMPLES") == "all"
LEAST = 20


def examples(most):
    """So many of `most` as this run tries."""
    return most if ALL else min(most, max(LEAST, most // 4))
