"""A stand-in for NCBI's E-utilities on 127.0.0.1, for tests and for the offline tutorial.

It speaks the real XML (esearch, efetch, elink, epost, espell) about a small
corpus of invented articles that changes with the day, and misbehaves on
request in every way in which the real service has been seen to.
"""

from tests.support.eutils.corpus import Corpus, FakeArticle
from tests.support.eutils.server import EUtils, serve

__all__ = ["Corpus", "EUtils", "FakeArticle", "serve"]
