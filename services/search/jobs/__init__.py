"""Slow work of the search service, outside transactions: uploads, searches, refetches."""
