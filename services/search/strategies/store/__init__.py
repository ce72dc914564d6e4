"""Strategies, their earlier versions, and what was run on other platforms."""
