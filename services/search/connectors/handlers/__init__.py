"""Use cases of the optional sources."""
