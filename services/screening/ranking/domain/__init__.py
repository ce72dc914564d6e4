"""Ranking records by what the team settled before: features, model, reasons."""
