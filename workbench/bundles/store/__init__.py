"""Loads of bundles: their table and every query."""
