"""The certificates that clients of other servers trust, read once for a process."""

import ssl
from functools import cache

import httpx


@cache
def trusted(*, trust_env: bool = False) -> ssl.SSLContext:
    """What an httpx client takes as `verify`; with `trust_env`, as SSL_CERT_FILE says.

    A client without it reads every certificate anew, and stops the event loop for 20 ms.
    """
    return httpx.create_ssl_context(trust_env=trust_env)
