"""The check that schemathesis makes of every answer; loaded by name (SCHEMATHESIS_HOOKS)."""

import schemathesis

WAIT = "/problems/not-known-yet"
"""503 by design: the service has not heard of the thing yet, and says when to ask again."""


@schemathesis.check
def no_failure(_context, response, _case):
    """No 5xx but the one that asks for patience."""
    if response.status_code < 500:
        return
    said = response.json() if response.status_code == 503 else {}
    if said.get("type") != WAIT or "retry-after" not in response.headers:
        raise AssertionError(f"{response.status_code}: {response.text[:500]}")
