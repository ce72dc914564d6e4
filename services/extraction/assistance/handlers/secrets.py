"""Which examples of codes stand in confidential texts; each text is looked at once in a run."""

from collections.abc import Iterable

from services.extraction.assistance import store
from services.extraction.texts import store as texts_store
from shared.db import Tx


class SecretExamples:
    """Remembers what was found in which version of which text."""

    def __init__(self) -> None:
        self._examples: frozenset[str] = frozenset()
        self._found: dict[tuple[str, int], frozenset[str]] = {}

    async def among(self, tx: Tx, review_id: str, examples: Iterable[str]) -> set[str]:
        """Those of these examples whose words stand in a text that is confidential now."""
        wanted = frozenset(examples)
        if wanted != self._examples:
            self._examples, self._found = wanted, {}
        if not wanted:
            return set()
        held = await store.confidential_texts(tx, review_id)
        new = held - self._found.keys()
        texts = await texts_store.texts_by_id(tx, review_id, [name for name, _ in new])
        for name, row in texts.items():
            here = frozenset(one for one in wanted if one.strip() in row["text"])
            self._found[name, row["text_version"]] = here
        return {one for place in held for one in self._found.get(place, ())}
