"""The optional sources over HTTP."""
