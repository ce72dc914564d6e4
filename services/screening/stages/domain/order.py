"""The order in which a queue offers records: ranked, with a random share mixed in."""

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256


def shuffle_key(seed: int, record_id: str) -> bytes:
    """A record's place in the seeded shuffle: the same in every process, for ever."""
    return hmac.new(f"shuffle {seed}".encode(), record_id.encode(), sha256).digest()


class ShuffleKeys(dict[str, bytes]):
    """Keys of the seeded shuffle by record, each computed once."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def __missing__(self, record_id: str) -> bytes:
        key = self[record_id] = shuffle_key(self.seed, record_id)
        return key


def queue_order(
    records: Sequence[str],
    scores: Mapping[str, float],
    keys: ShuffleKeys,
    random_share: float = 0.0,
) -> list[str]:
    """Records in reading order: best score first, every 1/share-th one drawn at random.

    The random ones give honest estimates of what is left (and find what the
    model does not know). Ties and records without a score follow the seeded
    shuffle; `random_share` 1 is a plain shuffle, 0 is certainty alone.
    """
    shuffled = sorted(records, key=keys.__getitem__)
    if random_share >= 1 or not scores:
        return shuffled
    ranked = sorted(shuffled, key=lambda r: -scores.get(r, float("-inf")))
    return ranked if random_share <= 0 else _mixed(ranked, shuffled, random_share)


def _mixed(ranked: Sequence[str], shuffled: Sequence[str], share: float) -> list[str]:
    """Take from the shuffle whenever its due share falls behind, else from the ranking."""
    taken: dict[str, None] = {}
    sources = {False: iter(ranked), True: iter(shuffled)}
    drawn = 0
    while len(taken) < len(ranked):
        at_random = drawn < int((len(taken) + 1) * share)
        chosen = next((r for r in sources[at_random] if r not in taken), None)
        if chosen is None:
            break
        drawn += at_random
        taken[chosen] = None
    return list(taken)


def random_positions(count: int, share: float) -> frozenset[int]:
    """The places (from 0) of a queue of `count` that `queue_order` fills at random."""
    if share <= 0:
        return frozenset()
    return frozenset(i for i in range(count) if int((i + 1) * share) > int(i * share))
