"""Confidential words in rows: sealed on the way in, opened on the way out."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.http.problems import Unavailable
from shared.kernel.tx import Tx
from shared.keyring import FILE_MARK, KeyMissing, is_sealed, is_sealed_json

Row = dict[str, Any]


class NoSourceKey(Unavailable):
    """Confidential words cannot be kept: there is no key to seal them with."""

    title = "No key for confidential sources"


def require_key(tx: Tx) -> None:
    """Raise `NoSourceKey` where confidential words would be stored in the open."""
    if tx.keys is None:
        raise NoSourceKey(
            "Confidential sources are kept sealed; set RETRODUCT_SOURCE_KEYS ('retroduct key' makes"
            " one) and send it again."
        )


def sealed(tx: Tx, row: Mapping[str, Any], texts: Iterable[str], values: Iterable[str]) -> Row:
    """The row with these columns sealed (`texts` hold text, `values` JSON; None stays).

    Without keys the row stays as it is.
    """
    if tx.keys is None:
        return dict(row)
    under = {name: tx.keys.seal(row[name]) for name in texts if row.get(name)}
    under |= {name: tx.keys.seal_json(row[name]) for name in values if row.get(name) is not None}
    return {**row, **under}


def opened(tx: Tx, row: Mapping[str, Any], texts: Iterable[str], values: Iterable[str]) -> Row:
    """The row as it was before `sealed`. Raises `KeyMissing`."""
    found = dict(row)
    for name in texts:
        if row.get(name) and is_sealed(row[name]):
            found[name] = _keys(tx).open(row[name])
    for name in values:
        if is_sealed_json(row.get(name)):
            found[name] = _keys(tx).open_json(row[name])
    return found


def opened_file(tx: Tx, stored: bytes) -> bytes:
    """A stored file as it was; one that is not sealed stays. Raises `KeyMissing`."""
    opened_: bytes = _keys(tx).open_file(stored) if stored.startswith(FILE_MARK) else stored
    return opened_


def _keys(tx: Tx) -> Any:
    if tx.keys is None:
        raise KeyMissing(
            "Confidential words are sealed and no key is set; set RETRODUCT_SOURCE_KEYS as it was."
        )
    return tx.keys
