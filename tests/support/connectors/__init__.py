"""Stand-ins for Crossref, OpenAlex and Europe PMC on 127.0.0.1.

Each speaks its service's protocol about one small corpus, with the errors that the service
documents or has been seen to send.
"""

from tests.support.connectors.crossref import FakeCrossref
from tests.support.connectors.europe_pmc import FakeEuropePmc
from tests.support.connectors.openalex import FakeOpenAlex
from tests.support.connectors.server import Sent, serve
from tests.support.connectors.works import Update, Work

__all__ = [
    "FakeCrossref", "FakeEuropePmc", "FakeOpenAlex", "Sent", "Update", "Work", "serve",
]  # fmt: skip
