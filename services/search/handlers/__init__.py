"""Use cases of the search service, each a function of its facts and a transaction."""
