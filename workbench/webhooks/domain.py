"""Rules of webhooks: what is wanted, when to try again, where may be sent to, what is said."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds after the first, second, ... failed attempt, as the standard proposes; then no more."""
RESTS = 3
"""The wait before the third try, half an hour, is the longest rest of a silent receiver."""
LONGEST_WAIT = timedelta(days=1)
BODY_BYTES = 20_000
"""Larger events go without their data and say where to fetch it."""
OVERLAP = timedelta(days=1)
"""For so long the secret before the newest one signs as well."""
SENT = ("position", "id", "subject", "version", "words", "data")
NAT64 = int(IPv6Address("64:ff9b::")) >> 32
UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out for the public internet."""
RESERVED = IPv4Network("192.0.0.0/24")


@dataclass(frozen=True, slots=True)
class ReceiverAnswer:
    """What a receiver answered: its status, or None and why there was no answer."""

    status: int | None
    said: str
    retry_after: float | None = None

    @property
    def accepted(self) -> bool:
        """Only a status of the 200s takes a delivery."""
        return self.status is not None and 200 <= self.status < 300


def wants(types: Sequence[str], event_type: str) -> bool:
    """Whether an event is wanted: by its name (`search.record_added`) or its service (`search`)."""
    return not types or event_type in types or event_type.partition(".")[0] in types


def next_try(
    attempts: int, answer: ReceiverAnswer, now: datetime, jitter: float
) -> datetime | None:
    """When to try again after so many failed attempts; None: it is given up.

    `jitter` between 0 and 1 spreads the waits by a tenth; a receiver may ask for a longer wait.
    """
    if attempts > len(WAITS):
        return None
    wait = timedelta(seconds=WAITS[attempts - 1] * (1 + jitter / 10))
    asked = timedelta(seconds=answer.retry_after or 0)
    return now + min(max(wait, asked), LONGEST_WAIT)


def rest_after(silences: int, now: datetime) -> datetime:
    """Until when a receiver that gave no answer so many times in a row is left alone."""
    return now + timedelta(seconds=WAITS[min(silences, RESTS) - 1])


def is_gone(answer: ReceiverAnswer) -> bool:
    """A receiver that answers 410 wants nothing more."""
    return answer.status == 410


def fault_of_url(url: str, *, private: bool) -> str | None:
    """What is wrong with an address of a receiver; `private` networks are allowed or not."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return "write it in plain letters without spaces (a name with others begins with xn--)"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises on one that is no number
    except ValueError:
        return "this is no web address"
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "write a whole address, such as https://example.org/hook"
    if parts.username or parts.password:
        return "leave out the name and password; deliveries are signed instead"
    if parts.scheme == "http" and not private:
        return "write https: deliveries hold what the review found"
    try:
        address = ip_address(parts.hostname)
    except ValueError:
        return None
    return None if private or is_public(address) else "this address lies in a private network"


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the public internet, also where IPv6 wraps an IPv4 one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and int(address) >> 32 == NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        return address.is_global and address in UNICAST
    return address.is_global and not address.is_multicast and address not in RESERVED


def body_of(event: Mapping[str, Any], review_id: str) -> str:
    """The JSON text of a delivery; one that grows too large leaves `data` to be fetched.

    `event` is an entry of the feed: position, id, type, subject, version, at, words, data.
    """
    inner = {name: event[name] for name in SENT}
    whole = {
        "type": event["type"],
        "timestamp": event["at"],
        "data": {"review": review_id, **inner},
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) <= BODY_BYTES:
        return text
    fetch = f"/api/reviews/{review_id}/activity?after={event['position'] - 1}&limit=1"
    whole["data"] = {"review": review_id, **inner, "data": None, "fetch": fetch}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def signing(secrets: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
    """The secrets that sign now, newest first; entries are {secret, until (ISO 8601 or None)}."""
    return [
        entry["secret"]
        for entry in secrets
        if entry["until"] is None or datetime.fromisoformat(entry["until"]) > now
    ]


def rotated(
    secrets: Sequence[Mapping[str, Any]], secret: str, now: datetime
) -> list[dict[str, Any]]:
    """The secrets with a new first one; the one before signs for a day more."""
    until = (now + OVERLAP).isoformat()
    before = [{"secret": known, "until": until} for known in signing(secrets, now)[:1]]
    return [{"secret": secret, "until": None}, *before]
