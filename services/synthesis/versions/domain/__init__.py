"""Versions of the synthesis as values."""
