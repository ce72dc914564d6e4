"""Slow work of CLUSTER searching, outside transactions."""
