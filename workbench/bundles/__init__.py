"""Bundles: whole reviews that come in through the browser, and go out."""
