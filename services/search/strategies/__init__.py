"""Strategies: concept blocks in the syntax of every database, their runs elsewhere, and tests."""
