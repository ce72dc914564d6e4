"""Names for studies and cases in people's words: a study's own name, or its report's label."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.review.cases import study_of_untold

OPAQUE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id that the system gave: people see a label in its place."""
NAMELESS = "a report without title"


@dataclass(frozen=True, slots=True)
class SourceLabels:
    """Labels of documents and studies, by id; a case is told by its study."""

    documents: Mapping[str, str] = field(default_factory=dict)
    studies: Mapping[str, str] = field(default_factory=dict)

    def document(self, key: str) -> str:
        """A source: as the team calls it, or as its report is labelled."""
        return self.documents.get(key) or readable(key)

    def study(self, key: str) -> str:
        """A study: as the team calls it, or as one of its reports is labelled."""
        return self.studies.get(key) or self.document(key)

    def case(self, key: str) -> str:
        """A case: its study, or its study and setting."""
        study = study_of_untold(key)
        if study is not None:
            return f"{self.study(study)} (case not told)"
        if key in self.studies or key in self.documents:
            return self.study(key)
        return readable(key)


def readable(key: str) -> str:
    """The key where people gave it, without parts that say nothing; else that there is no name."""
    told = "/".join(part for part in key.split("/") if part != "-")
    return OPAQUE.sub(NAMELESS, told)


def labelled(key: str, *labels: str | None) -> str:
    """What to call a thing: its key where people gave that, else the first label there is."""
    if not OPAQUE.search(key):
        return readable(key)
    return next((label for label in labels if label), readable(key))
