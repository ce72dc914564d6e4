"""How many requests a second a host is sent: one table, for every service that is asked."""

from typing import NamedTuple
from urllib.parse import urlsplit


class Rate(NamedTuple):
    """Requests a second to an unnamed caller, and to one that gives a key or an address."""

    unnamed: float
    named: float


RATES = {
    "eutils.ncbi.nlm.nih.gov": Rate(2.7, 8.0),
    "api.crossref.org": Rate(0.9, 2.7),
    "api.openalex.org": Rate(10.0, 10.0),
    "www.ebi.ac.uk": Rate(5.0, 5.0),
}
"""A little less than each host allows: NCBI 3 to an address and 10 to a key; Crossref 1 list a
second to the public and 3 to callers with an address (December 2025); OpenAlex 100 a second,
where it is money that is counted; Europe PMC names no number.
"""
OTHER = Rate(5.0, 5.0)
"""A host that is none of these: a proxy of the operator's, or a stand-in on this machine."""


def host_of(url: str) -> str:
    """The host that counts requests to `url`, with its port where it is not the usual one."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def rate_of(host: str, *, named: bool) -> float:
    """Requests a second that `host` is sent."""
    rate = RATES.get(host, OTHER)
    return rate.named if named else rate.unnamed
